using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PublicBuyers.Communities;
using PublicBuyers.Rooms;

namespace PublicBuyers.Live;

/// <summary>Hears who may read a community's rooms or its queue no longer, and has them silenced on this node; and whether it is closed, which who has its rooms open is shown.</summary>
internal sealed class CommunityWatch(CommunityId community, IGrainFactory grains, Feeds feeds, TimeProvider time, ILogger logger) : Follower(Streams.Of(community), grains.Community(community), grains, logger)
{
    /// <summary>Longer than a room can take to hear from the community that somebody left.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<MemberId, long> left = new();
    private readonly ICommunityGrain grain = grains.Community(community);
    private volatile Act? closed;

    /// <summary>Who closed it, when and why; none while it is open.</summary>
    public Act? Closed => closed;

    /// <summary>A room may still hold this member for one of the community: ask the community itself.</summary>
    public bool LeftLately(MemberId member) => left.TryGetValue(member, out var since) && time.Ticking - since < Lately.TotalMilliseconds;

    protected override async Task Begin(StreamPosition at)
    {
        var whole = await grain.Since(0, -1);
        closed = (whole.Snapshot as CommunitySnapshot)?.Closed;
        lock (Gate) Advance(whole.At);
    }

    protected override Task Apply(IReadOnlyList<Step> steps)
    {
        foreach (var step in steps) Obey(step.Changes);
        lock (Gate) Advance(At with { Position = steps[^1].Position });
        return Task.CompletedTask;
    }

    protected override Task Apply(Catchup missed)
    {
        Obey(missed.Changes);
        lock (Gate) Advance(missed.At);
        return Task.CompletedTask;
    }

    /// <summary>Who left meanwhile cannot be known: everybody is asked for.</summary>
    protected override async Task StartOver(Catchup whole)
    {
        await feeds.Recheck(community);
        Close((whole.Snapshot as CommunitySnapshot)?.Closed);
        lock (Gate) Advance(whole.At);
    }

    private void Obey(IEnumerable<Change> changes)
    {
        foreach (var change in changes)
        {
            switch (change)
            {
                case CommunityChange.StandingChanged { Role: null, Member: var member }:
                    Remember(member);
                    feeds.Silence(community, member);
                    break;
                case CommunityChange.StandingChanged { Role: var role, Member: var member }:
                    if (!Rights.May(Doing.ReadQueue, role)) feeds.SilenceQueue(community, member);
                    feeds.Welcome(community, member);
                    break;
                case CommunityChange.DoorMoved:
                    _ = feeds.RecheckBridged(community);
                    feeds.RailMoved(community);
                    break;
                case CommunityChange.ClosedPut put:
                    Close(put.Closed);
                    break;
                case CommunityChange.RoomPut:
                    feeds.RailMoved(community);
                    break;
            }
        }
    }

    private void Close(Act? by)
    {
        if (closed == by) return;

        closed = by;
        feeds.ClosedOrReopened(community);
    }

    private void Remember(MemberId member)
    {
        foreach (var (earlier, _) in left)
        {
            if (!LeftLately(earlier)) left.TryRemove(earlier, out _);
        }

        left[member] = time.Ticking;
    }
}
