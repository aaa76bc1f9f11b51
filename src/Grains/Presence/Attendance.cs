using PublicBuyers.Live;

namespace PublicBuyers.Presence;

/// <summary>Who is in a room, as its nodes say, and who was typing a moment ago.</summary>
internal sealed class Attendance
{
    private readonly Dictionary<IStreamObserver, (HereReport Report, DateTimeOffset At)> nodes = [];
    private readonly Dictionary<MemberId, DateTimeOffset> typing = [];

    public bool IsEmpty => nodes.Count == 0 && typing.Count == 0;

    public bool HasTyping => typing.Count > 0;

    public IReadOnlyCollection<IStreamObserver> Nodes => nodes.Keys;

    /// <returns>Whether the node was not known.</returns>
    public bool Report(HereReport report, DateTimeOffset now)
    {
        if (report.Count == 0)
        {
            nodes.Remove(report.Node);
            return false;
        }

        var isNew = !nodes.ContainsKey(report.Node);
        if (isNew && nodes.Count >= PresenceLimits.MostNodes) nodes.Remove(nodes.MinBy(node => node.Value.At).Key);
        nodes[report.Node] = (report, now);
        return isNew;
    }

    /// <summary>Only of who is here, where few enough are.</summary>
    public void Type(MemberId member, DateTimeOffset now)
    {
        if (Here().Count <= PresenceLimits.MostNamed && nodes.Values.Any(node => node.Report.Members.Contains(member))) typing[member] = now;
    }

    /// <returns>Whether the member was shown typing until now.</returns>
    public bool Wrote(MemberId member) => typing.Remove(member);

    /// <summary>Nodes that have not renewed, who has stopped typing, and who typed and left.</summary>
    public void Forget(DateTimeOffset now)
    {
        foreach (var (node, (_, at)) in nodes.ToArray())
        {
            if (now - at > PresenceLimits.ForgottenAfter) nodes.Remove(node);
        }

        foreach (var (member, at) in typing.ToArray())
        {
            if (now - at > PresenceLimits.TypingLasts || !nodes.Values.Any(node => node.Report.Members.Contains(member))) typing.Remove(member);
        }
    }

    /// <summary>Somebody who has the room open on several nodes is counted once as long as everybody is named.</summary>
    public PresenceChange.HerePut Here()
    {
        var count = nodes.Values.Sum(node => node.Report.Count);
        if (nodes.Values.Any(node => node.Report.Count > node.Report.Members.Length)) return new(count, []);

        var members = nodes.Values.SelectMany(node => node.Report.Members).Distinct().ToList();
        return new(members.Count, members.Count > PresenceLimits.MostNamed ? [] : [.. members.Take(PresenceLimits.MostShown)]);
    }

    public PresenceChange.TypingPut Typing()
    {
        var members = typing.OrderBy(each => each.Value).Select(each => each.Key).ToList();
        return new([.. members.Take(PresenceLimits.MostTyping)], Math.Max(0, members.Count - PresenceLimits.MostTyping));
    }
}
