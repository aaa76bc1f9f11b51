using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;

namespace PublicBuyers.Live;

/// <summary>The unread counts of members, exact and absolute: for pages when they are asked for, for the connected when they change.</summary>
internal sealed partial class Unread(Tallies tallies, UnreadCounts counts, ICommunityDirectory directory, BridgedThreads bridged, IGrainFactory grains, TimeProvider time, ILogger<Unread> logger)
{
    public TimeProvider Time => time;

    /// <summary>Communities that nobody here belonged to so far, and bridges: who may have joined them is asked for no more often.</summary>
    private static readonly TimeSpan LooksForJoined = TimeSpan.FromSeconds(5);

    private const string CommunityPrefix = "community/";
    private const string BridgePrefix = "bridge/";

    private readonly ConcurrentDictionary<MemberId, UnreadOf> connected = new();
    private volatile bool someJoined;
    private long looked;
    private readonly Troubles troubles = new();
    private bool hasBegun;

    /// <summary>All rooms of a member as they stand now, in the order of the directory.</summary>
    public async Task<ImmutableArray<UnreadWire>> Of(MemberId member, CancellationToken cancel)
    {
        var page = await grains.Inbox(member).Page(member, 0);
        return await Of(member, page.IsRefused ? [] : [.. page.Value.Mutes.Rooms], cancel);
    }

    /// <param name="muted">The rooms the member has muted.</param>
    public async Task<ImmutableArray<UnreadWire>> Of(MemberId member, ImmutableHashSet<RoomId> muted, CancellationToken cancel)
    {
        await tallies.Settled(cancel);
        var (rooms, _) = await RoomsOf(member, cancel);
        var marks = await MarksOf(member, rooms);
        var all = ImmutableArray.CreateBuilder<UnreadWire>(rooms.Length);
        foreach (var room in rooms) all.Add(await counts.Of(member, room, marks.GetValueOrDefault(room), muted.Contains(room), cancel));
        return all.MoveToImmutable();
    }

    /// <summary>The member is connected to this node: counts are kept up to date.</summary>
    public void Follow(UnreadOf member) => connected[member.Member] = member;

    public void Unfollow(UnreadOf member) => connected.TryRemove(new(member.Member, member));

    /// <summary>A member left a community: its rooms are counted no longer, from this moment on.</summary>
    public void Left(CommunityId community, MemberId member)
    {
        if (connected.TryGetValue(member, out var theirs)) theirs.Drop(community);
    }

    public void Joined(MemberId member)
    {
        if (connected.TryGetValue(member, out var theirs)) theirs.Refresh();
    }

    /// <summary>What its members see of it in the rail has changed: a room more, another name.</summary>
    public void RailMoved(CommunityId community)
    {
        foreach (var member in connected.Values.Where(member => member.BelongsTo(community))) member.Refresh();
    }

    /// <summary>The safety net saw what moved. Somebody here may have joined a community that this node does not follow, or have a common thread more.</summary>
    public void Moved(MovedStreams streams, Func<string, bool> isFollowed)
    {
        tallies.Moved(streams);
        if (!connected.IsEmpty && streams.Heads.Keys.Any(stream => stream.StartsWith(BridgePrefix, StringComparison.Ordinal) || (stream.StartsWith(CommunityPrefix, StringComparison.Ordinal) && !isFollowed(stream)))) someJoined = true;
    }

    /// <summary>Tells who is connected of what changed since the last time.</summary>
    public async Task Flush(CancellationToken cancel)
    {
        if (!tallies.HasBegun) return;
        if (!hasBegun)
        {
            hasBegun = true;
            foreach (var member in connected.Values)
            {
                member.Refresh();   // a room opened before the safety net looked for the first time has moved unseen
                member.OweAll();
            }
        }

        LookForJoined();
        var moved = tallies.TakeMoved();
        Exception? failed = null;
        foreach (var member in connected.Values)
        {
            try
            {
                await member.Flush(moved, cancel);
            }
            catch (Exception failure) when (!cancel.IsCancellationRequested)   // owed still: the next time tells it
            {
                failed = failure;
                if (troubles.IsNew(this, failure)) LogNotCounted(failure);
            }
        }

        if (failed is null && troubles.OverAfter(this) is > 0 and var failures) LogCountedAgain(failures);
    }

    /// <returns>The member's rooms, and the version of the rail that lists them.</returns>
    public async Task<(ImmutableArray<RoomId> Rooms, string Rail)> RoomsOf(MemberId member, CancellationToken cancel)
    {
        var communities = await directory.Of(member, cancel);
        var threads = await bridged.Of(member, [.. communities.Select(community => community.Community)], cancel);
        return (
            [.. communities.SelectMany(community => community.Rooms).Select(card => card.Room), .. threads.Select(thread => thread.Room)],
            Layout.RailVersion.Of(communities, threads));
    }

    public async Task<ImmutableDictionary<RoomId, RoomMark>> MarksOf(MemberId member, ImmutableArray<RoomId> rooms)
    {
        var marks = await grains.Inbox(member).Marks(member, rooms);
        return marks.IsRefused ? ImmutableDictionary<RoomId, RoomMark>.Empty : marks.Value.ToImmutableDictionary(mark => mark.Room);
    }

    public ValueTask<UnreadWire> Count(MemberId member, RoomId room, RoomMark? mark, bool isMuted, CancellationToken cancel) => counts.Of(member, room, mark, isMuted, cancel);

    /// <summary>Completes when the directory knows of everything stored before.</summary>
    public Task DirectorySettled(CancellationToken cancel) => directory.Settled(cancel);

    public Task TalliesSettled(CancellationToken cancel) => tallies.Settled(cancel);

    private void LookForJoined()
    {
        if (!someJoined || time.Ticking - looked < LooksForJoined.TotalMilliseconds) return;

        (someJoined, looked) = (false, time.Ticking);
        foreach (var member in connected.Values) member.Refresh();
    }

    [LoggerMessage(
        3041,
        LogLevel.Warning,
        "Unread counts of a member could not be worked out. They are tried every second; further failures are "
            + "counted and not logged")]
    private partial void LogNotCounted(Exception failure);

    [LoggerMessage(3042, LogLevel.Information, "Unread counts are worked out again, after {Failures} failures")]
    private partial void LogCountedAgain(long failures);
}
