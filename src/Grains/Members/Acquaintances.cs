using System.Collections.Immutable;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Publications;
using PublicBuyers.Search;

namespace PublicBuyers.Members;

/// <inheritdoc cref="IAcquaintances"/>
internal sealed class Acquaintances(
    ICommunityDirectory communities, IBridges bridges, IPostSearch posts, IPublications publications, IGrainFactory grains)
    : IAcquaintances
{
    public async Task<bool> MayKnow(MemberId reader, MemberId person, CancellationToken cancel)
    {
        if (person == MemberId.System || (await grains.Member(person).Profile()) is not { IsRefused: false, Value: { } profile })
            return false;
        if (reader == person || profile.Presentation.IsListed || await grains.IsAdministrator(reader)) return true;

        await communities.Settled(cancel);
        var mine = await communities.Of(reader, cancel);
        var theirs = await communities.Of(person, cancel);
        return mine.Any(one => theirs.Any(other => other.Community == one.Community))
            || await HasPublishedFor(reader, person, mine, cancel)
            || await HasWrittenFor(reader, person, mine, cancel)
            || await HasAsked(reader, person, cancel);
    }

    public async Task<bool> IsKnownIn(CommunityId community, MemberId person, CancellationToken cancel)
    {
        if (person == MemberId.System) return false;

        await communities.Settled(cancel);
        if ((await communities.Concerning(person, cancel)).Any(entry => entry.Community == community)) return true;
        if ((await posts.CountWrittenBy(person, community, cancel)).All > 0) return true;

        var moderator = new PublicationReader(
            MemberId.System, ImmutableDictionary<CommunityId, Role>.Empty.Add(community, Role.Moderator));
        if (await publications.Count(new(moderator, community, Author: person), cancel) > 0) return true;

        var linked = (await bridges.Of([community], cancel)).Select(bridge => bridge.OtherThan(community)).ToHashSet();
        return linked.Count > 0 && (await communities.Of(person, cancel)).Any(entry => linked.Contains(entry.Community));
    }

    private async Task<bool> HasPublishedFor(
        MemberId reader, MemberId person, ImmutableArray<CommunityEntry> mine, CancellationToken cancel)
    {
        var bearings = await Task.WhenAll(mine.Select(entry => grains.Community(entry.Community).BearingOf(reader)));
        var roles = mine.Zip(bearings)
            .Where(each => each.Second.Role is not null)
            .ToImmutableDictionary(each => each.First.Community, each => each.Second.Role!.Value);
        return await publications.Count(new(new(reader, roles), Author: person), cancel) > 0;
    }

    /// <summary>Who has left is still known by what stayed; who never came, by what they say in a common thread.</summary>
    private async Task<bool> HasWrittenFor(
        MemberId reader, MemberId person, ImmutableArray<CommunityEntry> mine, CancellationToken cancel)
    {
        var ids = mine.Select(entry => entry.Community).ToImmutableArray();
        var threads = await Task.WhenAll(
            (await bridges.Of(ids, cancel)).Select(bridge => grains.Bridge(bridge).Threads(reader)));
        var rooms = mine.SelectMany(entry => entry.Rooms).Select(room => room.Room)
            .Concat(threads.SelectMany(each => each).Select(thread => thread.Room))
            .Take(SearchLimits.MostRooms);
        var found = await posts.Find(new([], [.. rooms], person, CommentsOf: ids), most: 1, cancel);
        return !found.IsEmpty;
    }

    /// <summary>Whoever decides in a community meets those who ask to come in.</summary>
    private async Task<bool> HasAsked(MemberId reader, MemberId person, CancellationToken cancel)
    {
        foreach (var entry in await communities.Concerning(person, cancel))
        {
            var role = (await grains.Community(entry.Community).BearingOf(reader)).Role;
            if (Rights.May(Doing.ReadQueue, role)) return true;
        }

        return false;
    }
}
