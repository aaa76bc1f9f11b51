using System.Collections.Immutable;
using PublicBuyers.Communities;

namespace PublicBuyers.Moderation;

/// <summary>The queues that somebody moderates. An administrator of the platform may read all of them, and moderates none by that.</summary>
internal sealed class QueuesOf(IGrainFactory grains, ICommunityDirectory communities)
{
    /// <summary>Where something has waited longest first, then those where nothing waits.</summary>
    public async Task<ImmutableArray<QueueFiguresWire>> Read(MemberId member, CancellationToken cancel)
    {
        var all = await Task.WhenAll((await communities.Of(member, cancel)).Select(community => Read(member, community)));
        return [.. all.OfType<QueueFiguresWire>().OrderBy(queue => queue.OldestSince ?? DateTimeOffset.MaxValue).ThenBy(queue => queue.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    private async Task<QueueFiguresWire?> Read(MemberId member, CommunityEntry community)
    {
        if (!Rights.May(Doing.ReadQueue, (await grains.Community(community.Community).BearingOf(member)).Role)) return null;

        var figures = await grains.Queue(community.Community).Figures(member);
        return figures.IsRefused ? null : new(community.Community, community.Name, figures.Value.Waiting, figures.Value.OldestSince) { Joined = figures.Value.Arrived.Joined, Posted = figures.Value.Arrived.Posted };
    }
}
