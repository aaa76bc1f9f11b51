using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PublicBuyers.Communities;

namespace PublicBuyers.Live;

/// <summary>Hears who may read a community's rooms or its queue no longer, and has them silenced on this node.</summary>
internal sealed class CommunityWatch(CommunityId community, IGrainFactory grains, Feeds feeds, ILogger logger) : Follower(Streams.Of(community), grains.Community(community), grains, logger)
{
    /// <summary>Longer than a room can take to hear from the community that somebody left.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<MemberId, long> left = new();

    /// <summary>A room may still hold this member for one of the community: ask the community itself.</summary>
    public bool LeftLately(MemberId member) => left.TryGetValue(member, out var since) && Environment.TickCount64 - since < Lately.TotalMilliseconds;

    protected override Task Begin(StreamPosition at)
    {
        lock (Gate) Advance(at);
        return Task.CompletedTask;
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
                    break;
                case CommunityChange.RoomPut:
                    feeds.RoomOpened(community);
                    break;
            }
        }
    }

    private void Remember(MemberId member)
    {
        foreach (var (earlier, _) in left)
        {
            if (!LeftLately(earlier)) left.TryRemove(earlier, out _);
        }

        left[member] = Environment.TickCount64;
    }
}
