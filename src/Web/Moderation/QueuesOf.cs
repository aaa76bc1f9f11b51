using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Platform;

namespace PublicBuyers.Moderation;

/// <summary>The queues that somebody moderates. An administrator of the platform may read all of them, and moderates none by that; those in which something has come up to administrators are among theirs.</summary>
internal sealed class QueuesOf(IGrainFactory grains, ICommunityDirectory communities, IAdministrators administrators)
{
    /// <summary>Where something has waited longest first, then those where nothing waits.</summary>
    public async Task<ImmutableArray<QueueFiguresWire>> Read(MemberId member, CancellationToken cancel)
    {
        var mine = await communities.Of(member, cancel);
        var all = await Task.WhenAll(mine.Select(community => Read(member, community)).Concat((await ComeUp(member, mine, cancel)).Select(community => Figures(member, community))));
        return [.. all.OfType<QueueFiguresWire>().OrderBy(queue => queue.OldestSince ?? DateTimeOffset.MaxValue).ThenBy(queue => queue.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    private async Task<QueueFiguresWire?> Read(MemberId member, CommunityEntry community)
    {
        if (!Rights.May(Doing.ReadQueue, (await grains.Community(community.Community).BearingOf(member)).Role)) return null;

        return await Figures(member, community);
    }

    private async Task<IEnumerable<CommunityEntry>> ComeUp(MemberId member, ImmutableArray<CommunityEntry> besides, CancellationToken cancel)
    {
        var up = await administrators.Queues(cancel);
        if (up.IsEmpty || !(await administrators.All(cancel)).Contains(member)) return [];

        var known = besides.Where(entry => entry.Community is var community && up.Contains(community)).Select(entry => entry.Community).ToHashSet();
        return (await communities.All(cancel)).Where(entry => up.Contains(entry.Community) && !known.Contains(entry.Community));
    }

    private async Task<QueueFiguresWire?> Figures(MemberId member, CommunityEntry community)
    {
        var figures = await grains.Queue(community.Community).Figures(member);
        return figures.IsRefused ? null : new(community.Community, community.Name, figures.Value.Waiting, figures.Value.OldestSince) { Joined = figures.Value.Arrived.Joined, Posted = figures.Value.Arrived.Posted };
    }
}
