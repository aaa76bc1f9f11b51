using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Members;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>What becomes of people and of what they wrote.</summary>
internal sealed partial class RandomWorld
{
    private const int Changes = 8;

    /// <summary>Why somebody is restricted now, where they are.</summary>
    private readonly Dictionary<(Somebody, CommunityId), string> reasons = [];

    /// <summary>Who may have less or more to read than before, and who has nothing at all.</summary>
    public IEnumerable<Somebody> Changed => Askers.Where(person => person.Who is null || person.Name is "Leader1" || changing.Contains(person));

    /// <summary>Some leave, fall out or rise; some of what there is becomes for others, or is over.</summary>
    public async Task Change()
    {
        while (Log.Length < Changes)
        {
            if (await ChangeSomething() is { } what) Log = Log.Add(what);
        }

        await Settled();
    }

    /// <returns>None: it could not be.</returns>
    private async Task<string?> ChangeSomething()
    {
        var (person, community) = (Pick(changing), Pick(Communities));
        var work = Pick(Works.Where(each => each.State is WorkState.Published).ToArray());
        switch (random.Next(12))
        {
            case < 2 when person.IsListed(community):
                await Leaves(person, community);
                return $"{person} leaves {community}";
            case < 5 when person.RestrictionIn(community) is null && person.IsListed(community):
                var kind = Pick(Enum.GetValues<RestrictionKind>());
                await Restricts(person, community, kind);
                return $"{person} has a {kind} in {community}";
            case 5 when person.RestrictionIn(community) is { } lifted:
                Done(await server.Grains.Community(community).Lift(new() { By = MemberId.System, Request = New(), Member = person.Id, Reason = "As agreed." }));
                person.IsRestricted(community, null);
                return $"{person} has a {lifted} in {community} no more";
            case 6 when person.RoleIn(community) is Role.Member:
                await Becomes(person, community, Role.Moderator);
                return $"{person} moderates {community}";
            case < 9 when person.RoleIn(community) is Role.Moderator:
                await Becomes(person, community, Role.Member);
                return $"{person} moderates {community} no more";
            case 7 when work.Author.MayWrite(work.Community) && !closed.Contains(work.Community):
                return await Reclassifies(work);
            case 8:
                await Withdraw(work);
                return $"{work.Id} is withdrawn";
            case 9 when ended.Count == 0 && Log.Length > 2:
                ended.Add(threads[0].Room.Bridge!.Value);
                Done(await server.Grains.Bridge(threads[0].Room.Bridge!.Value).End(new() { By = leaders[Communities[0]].Id, Request = New(), Side = Communities[0], Reason = $"No trams {Word("why a bridge was ended", reader => reader.Moderates(Communities[0]) || reader.Moderates(Communities[1]) ? Reading.Yes : Reading.No)}" }));
                return "the bridge is ended";
            case 10 when closed.Count == 0 && Log.Length > 2:
                closed.Add(community);
                Done(await server.Grains.Community(community).Close(new() { By = leaders[community].Id, Request = New(), Reason = $"No trams {Word($"why {community} is closed", reader => reader.Who is null ? Reading.Perhaps : Reading.Yes)}" }));
                return $"{community} is closed";
            case 11 when !person.IsSupplier:
                await ClaimsToSupply(person);
                return $"{person} is a supplier";
            default:
                return null;
        }
    }

    private async Task Enters(Somebody person, CommunityId community)
    {
        Done(await server.Grains.Community(community).AdmitMember(new() { By = MemberId.System, Request = New(), Member = person.Id, ApprovedBy = leaders[community].Id }));
        person.Becomes(community, Role.Member);
    }

    private async Task Becomes(Somebody person, CommunityId community, Role role)
    {
        Done(await server.Grains.Community(community).ChangeRole(new() { By = MemberId.System, Request = New(), Member = person.Id, Role = role }));
        person.Becomes(community, role);
    }

    private async Task Leaves(Somebody person, CommunityId community)
    {
        await server.Leave(new(community, "general"), person.Who!);
        person.Becomes(community, null);
    }

    private async Task Restricts(Somebody person, CommunityId community, RestrictionKind kind)
    {
        var word = "";
        word = Word($"why {person} has a {kind} in {community}", reader =>
            reader != person && !reader.Judges(community) ? Reading.No
            : reasons.GetValueOrDefault((person, community)) == word && person.RestrictionIn(community) is not null ? Reading.Yes
            : Reading.Perhaps);
        reasons[(person, community)] = word;
        Done(await server.Grains.Community(community).Restrict(new() { By = MemberId.System, Request = New(), Member = person.Id, Kind = kind, Reason = $"No trams {word}" }));
        person.IsRestricted(community, kind);
    }

    private async Task ClaimsToSupply(Somebody person)
    {
        Done(await server.Grains.Member(person.Id).ClaimKind(new() { By = person.Id, Request = New(), Kind = MemberKind.Supplier }));
        person.IsSupplier = true;
    }

    /// <summary>Not all stay who came.</summary>
    private async Task Fall(CommunityId community)
    {
        foreach (var person in changing.Where(person => person.IsListed(community)))
        {
            switch (random.Next(9))
            {
                case 0:
                    await Leaves(person, community);
                    break;
                case < 4 and var kind:
                    await Restricts(person, community, (RestrictionKind)(kind - 1));
                    break;
            }
        }
    }

    private async Task Withdraw(Work work)
    {
        work.State = WorkState.Withdrawn;
        var reason = Word($"why {work.Id} was withdrawn", reader => reader.LooksAt(work) is Reading.No ? Reading.No : Reading.Perhaps);
        Done(await server.Grains.Publication(work.Id).Withdraw(new() { By = leaders[work.Community].Id, Request = New(), Reason = $"No trams {reason}" }));
    }

    private async Task<string> Reclassifies(Work work)
    {
        var before = work.Readers;
        work.Readers = Pick(classifications.Where(other => other != before).ToArray());
        work.Named = work.Readers is Classification.Participants ? [leaders[work.Community]] : ImmutableArray<Somebody>.Empty;
        Done(await server.Grains.Publication(work.Id).Write(new() { By = work.Author.Id, Request = New(), Content = Content(work), Seen = work.Version++ }));
        work.IsBeingRewritten = false;
        await Submit(work);
        return $"{work.Id} is for {work.Readers}, and was for {before}";
    }
}
