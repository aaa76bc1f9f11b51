using System.Collections.Immutable;
using PublicBuyers.Communities;

namespace PublicBuyers.Moderation;

/// <summary>What somebody asked of moderators, over all communities.</summary>
internal sealed class RequestsOf(IGrainFactory grains, ICommunityDirectory communities, QueuePresenter presenter)
{
    /// <summary>Queues asked at a time.</summary>
    private const int AtOnce = 32;

    /// <summary>Newest first. A community that one has left, or never belonged to, may hold something too: all are asked.</summary>
    public async Task<ImmutableArray<MyItemWire>> Read(MemberId member, CancellationToken cancel)
    {
        var found = new List<MyItemWire>();
        foreach (var some in (await communities.All(cancel)).Chunk(AtOnce))
            foreach (var theirs in await Task.WhenAll(some.Select(community => Read(member, community, cancel)))) found.AddRange(theirs);

        return [.. found.OrderByDescending(item => item.OpenedAt)];
    }

    private async Task<ImmutableArray<MyItemWire>> Read(MemberId member, CommunityEntry community, CancellationToken cancel)
    {
        var mine = await grains.Queue(community.Community).Mine(member);
        return mine.IsRefused ? [] : await presenter.Present(community.Community, community.Name, mine.Value, cancel);
    }
}
