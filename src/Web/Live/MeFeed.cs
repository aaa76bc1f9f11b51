using System.Collections.Immutable;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;
using PublicBuyers.Inbox;

namespace PublicBuyers.Live;

/// <summary>What concerns one member, for all their connections to this node: notices, mutes, unread counts.</summary>
internal sealed class MeFeed : Feed
{
    private static readonly Mutes NoMutes = new([], []);

    private readonly MemberId member;
    private readonly NoticePresenter presenter;
    private readonly Unread unread;
    private readonly UnreadOf rooms;
    private readonly Func<CommunityId, Task<CommunityWatch>> follow;
    private readonly Action<Follower> release;
    private readonly Dictionary<CommunityId, CommunityWatch> communities = [];
    private readonly SemaphoreSlim following = new(1, 1);
    private ImmutableSortedDictionary<long, Notice> newest = ImmutableSortedDictionary<long, Notice>.Empty;
    private CountsWire counts = new(0, ImmutableSortedDictionary<string, int>.Empty);
    private Mutes mutes = NoMutes;
    private bool stopped;

    public MeFeed(MemberId member, IGrainFactory grains, NoticePresenter presenter, Unread unread, IHubProtocol protocol, Func<CommunityId, Task<CommunityWatch>> follow, Action<Follower> release, ILogger logger)
        : base(TopicName.Of(member), grains.Inbox(member), grains, protocol, logger)
    {
        (this.member, this.presenter, this.unread, this.follow, this.release) = (member, presenter, unread, follow, release);
        rooms = new(member, unread, (listener, values) => listener.Pass(Passing(values)), Follow);
    }

    /// <summary>An excerpt is of a post that may be edited or deleted without the inbox moving on: it is read again for who comes back.</summary>
    protected override bool Remembers => false;

    public override async Task Stop()
    {
        unread.Unfollow(rooms);
        await base.Stop();
        await Follow([], ends: true);
    }

    protected override async Task Begin(StreamPosition at)
    {
        await base.Begin(at);
        unread.Follow(rooms);
    }

    protected override void Came(Listener listener, bool anew)
    {
        if (listener is HubListener connection) rooms.Came(connection, owed: !anew);
    }

    protected override void Left(Listener listener)
    {
        if (listener is HubListener connection) rooms.Left(connection);
    }

    protected override void Pass(PassingValues values)
    {
        foreach (var mark in values.Values.OfType<InboxChange.MarkPut>()) rooms.Mark(mark.Mark);
    }

    protected override void Replace(TopicSnapshot? whole)
    {
        var known = (InboxSnapshot?)whole;
        newest = (known?.Notices ?? []).ToImmutableSortedDictionary(notice => notice.Number, notice => notice);
        counts = new(known?.Unread ?? 0, known?.ByRoom ?? ImmutableSortedDictionary<string, int>.Empty);
        Mute(known?.Mutes ?? NoMutes);
    }

    protected override void Fold(Change change)
    {
        switch (change)
        {
            case InboxChange.NoticePut { Notice: var notice }:
                newest = newest.SetItem(notice.Number, notice);
                if (newest.Count > InboxLimits.SnapshotNotices) newest = newest.Remove(newest.Keys.First());
                if (notice.Kind is NoticeKind.Standing or NoticeKind.Decided) rooms.TellRail();
                break;
            case InboxChange.NoticeGone { Number: var number }:
                newest = newest.Remove(number);
                break;
            case InboxChange.CountsPut put:
                counts = new(put.Unread, put.ByRoom);
                break;
            case InboxChange.MutesPut { Mutes: var put }:
                Mute(put);
                break;
        }
    }

    protected override bool Shows(MemberId who) => who == member || newest.Values.Any(notice => notice.By == who);

    protected override Task<RawJson> Snapshot(Listener listener) => Render([.. newest.Values.Reverse()], counts, mutes, listener as HubListener);

    protected override async ValueTask<ImmutableArray<ChangeWire>> Render(ImmutableArray<Change> changes)
    {
        var notices = await presenter.Present(member, [.. changes.OfType<InboxChange.NoticePut>().Select(put => put.Notice)]);
        var next = 0;
        return [.. changes.Select(change => new ChangeWire(change.Key, change switch
        {
            InboxChange.NoticePut => RawJson.Of(notices[next++]),
            InboxChange.NoticeGone => RawJson.Of<NoticeWire?>(null),
            InboxChange.CountsPut put => RawJson.Of(new CountsWire(put.Unread, put.ByRoom)),
            InboxChange.MutesPut { Mutes: var put } => RawJson.Of(put),
            _ => throw new NotSupportedException($"A change of '{Stream}' has no form on the wire; add it to the feed."),
        }))];
    }

    private async Task<RawJson> Render(ImmutableArray<Notice> notices, CountsWire unreadNotices, Mutes muted, HubListener? listener)
    {
        await Task.Yield();   // not under the lock of who asked first
        var wires = await presenter.Present(member, notices);
        var counted = await rooms.Snapshot(listener, CancellationToken.None);
        return RawJson.Of(new MeSnapshotWire([.. wires.Select(RawJson.Of)], unreadNotices.Unread, unreadNotices.ByRoom, muted, counted, rooms.Rail));
    }

    private void Mute(Mutes which)
    {
        mutes = which;
        rooms.Mute(which.Rooms);
    }

    private Task Follow(ImmutableArray<CommunityId> which) => Follow(which, ends: false);

    /// <summary>Hears of exactly these communities who joins and leaves them.</summary>
    private async Task Follow(ImmutableArray<CommunityId> which, bool ends)
    {
        await following.WaitAsync();
        try
        {
            if (stopped) return;

            stopped = ends;
            foreach (var community in which.Except(communities.Keys)) communities[community] = await follow(community);
            foreach (var community in communities.Keys.Except(which).ToList())
            {
                release(communities[community]);
                communities.Remove(community);
            }
        }
        finally
        {
            following.Release();
        }
    }
}
