using System.Collections.Immutable;
using PublicBuyers.Members;

namespace PublicBuyers.Testing;

/// <summary>The directories as dictionaries. Last posts never move back.</summary>
public sealed class MemoryDirectoryRows : IDirectoryRows
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, object> rows = new(StringComparer.Ordinal);
    private long position;

    /// <summary>Everything in them, one line for each row.</summary>
    public string Contents
    {
        get
        {
            lock (gate) return string.Join('\n', rows.Select(row => $"{row.Key} = {row.Value}"));
        }
    }

    /// <summary>Nobody waits for what is in memory.</summary>
    public void WhenAwaited(Action<long> hurry)
    {
    }

    public void Lose()
    {
        lock (gate)
        {
            rows.Clear();
            position = 0;
        }
    }

    public MemberCard? Card(MemberId member)
    {
        lock (gate) return (rows.GetValueOrDefault($"member {member}") as DirectoryRow.OfMember)?.Card;
    }

    /// <summary>How often it happened in the community, on all days.</summary>
    public int HowOften(string kind, CommunityId community)
    {
        lock (gate)
        {
            return rows
                .Where(row => row.Key.StartsWith($"happened {community} {kind} ", StringComparison.Ordinal))
                .Sum(row => (int)row.Value);
        }
    }

    public DateTimeOffset? LastPostAt(CommunityId community)
    {
        lock (gate) return (rows.GetValueOrDefault($"last-post {community}") as DirectoryRow.OfLastPost)?.At;
    }

    public Task<long> Position(int partition, CancellationToken cancel = default)
    {
        lock (gate) return Task.FromResult(position);
    }

    public Task<long> Write(
        int partition, long expected, long position, IReadOnlyList<DirectoryRow> rows, CancellationToken cancel = default)
    {
        lock (gate)
        {
            if (this.position != expected) return Task.FromResult(this.position);

            foreach (var row in rows) Put(row);
            this.position = position;
            return Task.FromResult(position);
        }
    }

    private void Put(DirectoryRow row)
    {
        switch (row)
        {
            case DirectoryRow.OfCommunity community:
                rows[$"community {community.Community}"] = community;
                break;
            case DirectoryRow.OfClosing { Since: null } reopened:
                rows.Remove($"closed {reopened.Community}");
                break;
            case DirectoryRow.OfClosing closed:
                rows[$"closed {closed.Community}"] = closed;
                break;
            case DirectoryRow.OfRoom room:
                rows[$"room {room.Card.Room}"] = room;
                break;
            case DirectoryRow.OfMembership { Role: null } left:
                rows.Remove($"membership {left.Community} {left.Member}");
                break;
            case DirectoryRow.OfMembership joined:
                rows[$"membership {joined.Community} {joined.Member}"] = joined;
                break;
            case DirectoryRow.OfLastPost post when rows.GetValueOrDefault($"last-post {post.Community}") is not DirectoryRow.OfLastPost before || before.At < post.At:
                rows[$"last-post {post.Community}"] = post;
                break;
            case DirectoryRow.OfClaim { Kind: null } settled:
                rows.Remove($"claim {settled.Member}");
                break;
            case DirectoryRow.OfClaim claim:
                rows[$"claim {claim.Member}"] = claim;
                break;
            case DirectoryRow.OfPresentation { Presentation.IsListed: false } unlisted:
                rows.Remove($"presentation {unlisted.Member}");
                break;
            case DirectoryRow.OfPresentation listed:
                rows[$"presentation {listed.Member}"] = listed;
                break;
            case DirectoryRow.OfConcern concern:
                rows[$"concern {concern.Member} {concern.Community}"] = concern;
                break;
            case DirectoryRow.OfBridge bridge:
                rows[$"bridge {bridge.Bridge}"] = bridge;
                break;
            case DirectoryRow.OfHappening happened:
                var day = $"happened {happened.Community} {happened.Kind} {happened.Day:O}";
                rows[day] = (rows.GetValueOrDefault(day) as int? ?? 0) + happened.Count;
                break;
            case DirectoryRow.OfMember member:
                rows[$"member {member.Card.Member}"] = member;
                break;
        }
    }
}
