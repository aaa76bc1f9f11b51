using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;

namespace PublicBuyers.Live;

/// <summary>The topics that are listened to on this node, and who may.</summary>
internal sealed partial class Feeds(Followers followers, IGrainFactory grains, PostPresenter presenter, NoticePresenter notices, QueuePresenter queues, Unread unread, Tallies tallies, LiveProtocol protocol, TimeProvider time, ILogger<Feed> logger)
{
    /// <summary>
    /// Registers the listener, checks its right, then reads: what changes in between reaches it either way. The answer is at
    /// least as new as everything that was acknowledged to anybody before this was asked.
    /// </summary>
    public async Task<Entered> Enter(TopicName topic, Listener listener, long epoch, long position)
    {
        if (followers.Find<Feed>(topic.Stream) is null && await Refusal(topic, listener.Member) is { } stranger) return Entered.No(topic.Name, stranger);

        var feed = await followers.Rent(topic.Stream, () => Make(topic, listener.Member));
        feed.Register(listener);
        try
        {
            var admitted = await Admit(topic, listener.Member);
            var mayRead = !admitted.IsRefused && !await HasLeft(feed, listener.Member);
            if (mayRead && await feed.Read(listener, epoch, position, admitted.Value) is { } entered) return entered;

            Leave(feed, listener);
            return Entered.No(topic.Name, admitted.Refusal ?? new RoomRefusal.NotVisible());
        }
        catch
        {
            Leave(feed, listener);
            throw;
        }
    }

    public void Leave(TopicName topic, Listener listener)
    {
        if (followers.Find<Feed>(topic.Stream) is { } feed) Leave(feed, listener);
    }

    /// <summary>The member hears nothing more of any room of the community, nor of its queue, and is told so.</summary>
    public void Silence(CommunityId community, MemberId member)
    {
        unread.Left(community, member);
        foreach (var feed in Of(community))
        {
            if (feed is RoomFeed { Room.Bridge: not null }) _ = Recheck(feed, member);   // the other side may have them still
            else Silence(feed, member);
        }
    }

    /// <summary>The member belongs to the community and does not moderate it: hears nothing more of its queue. Who may read it as an administrator enters again.</summary>
    public void SilenceQueue(CommunityId community, MemberId member)
    {
        if (followers.Find<QueueFeed>(Streams.QueueOf(community)) is { } queue) Silence(queue, member);
    }

    /// <summary>The member belongs to the community, or has another role in it: what is for its moderators may be theirs no longer.</summary>
    public void Welcome(CommunityId community, MemberId member)
    {
        unread.Joined(member);
        foreach (var feed in Of(community)) if (feed is RoomFeed { Room.HasDoorOfItsOwn: true }) _ = Recheck(feed, member);
    }

    /// <summary>The member is of another kind: where public buyers only are admitted, they may be kept out from now on.</summary>
    public async Task RecheckBridged(MemberId member)
    {
        foreach (var feed in followers.All().OfType<RoomFeed>()) if (feed.Room.Bridge is not null) await Recheck(feed, member);
    }

    /// <summary>The member administers the platform no longer: queues that were open to them for that reason are so no more.</summary>
    public async Task RecheckQueues(MemberId member)
    {
        foreach (var feed in followers.All().OfType<QueueFeed>()) await Recheck(feed, member);
    }

    /// <summary>The community admits others than before, and what it has in common with others does.</summary>
    public async Task RecheckBridged(CommunityId community)
    {
        foreach (var feed in Of(community)) if (feed is RoomFeed { Room.Bridge: not null }) await Recheck(feed);
    }

    /// <summary>Who has something of it open is shown so.</summary>
    public void ClosedOrReopened(CommunityId community)
    {
        foreach (var feed in Of(community).OfType<RoomFeed>()) _ = feed.ShowClosed();
    }

    /// <summary>Values without a position that who polls a topic is answered with, because nobody tells them.</summary>
    public ImmutableArray<ChangeWire> ForPolls(TopicName topic) => followers.Find<Feed>(topic.Stream) is RoomFeed room ? room.ForPolls() : [];

    /// <summary>A room more, another name: the rail of who belongs to it is another one.</summary>
    public void RailMoved(CommunityId community) => unread.RailMoved(community);

    public async Task Recheck(CommunityId community)
    {
        unread.RailMoved(community);
        foreach (var feed in Of(community)) await Recheck(feed);
    }

    private async Task Recheck(Feed feed)
    {
        foreach (var theirs in feed.Listeners().GroupBy(listener => listener.Member)) await Recheck(feed, theirs.Key);
    }

    private async Task Recheck(Feed feed, MemberId member)
    {
        if (feed.Listeners().All(listener => listener.Member != member)) return;

        try
        {
            if (await Refusal(feed.Topic, member) is null) return;
        }
        catch (Exception failure)   // nobody hears on whose right is not known; they can enter again
        {
            LogNotRechecked(feed.Stream, failure);
        }

        Silence(feed, member);
    }

    /// <summary>Tells the other nodes who has rooms open here.</summary>
    public Task ReportHere() => Task.WhenAll(followers.All().OfType<RoomFeed>().Select(async feed =>
    {
        try
        {
            await feed.ReportHere();
        }
        catch (Exception failure)   // due still: the next report tells it
        {
            LogNotReported(feed.Stream, failure);
        }
    }));

    private Feed Make(TopicName topic, MemberId member) =>
        topic.Room is { } room ? new RoomFeed(room, grains, presenter, protocol, Follow, followers.Return, tallies, Recheck, time, logger)
        : topic.Queue is { } community ? new QueueFeed(community, grains, queues, protocol, Follow, followers.Return, logger)
        : new MeFeed(member, grains, notices, unread, protocol, Follow, followers.Return, logger);

    private static void Silence(Feed feed, MemberId member)
    {
        foreach (var listener in feed.Listeners())
        {
            if (listener.Member == member) Lose(feed, listener);
        }
    }

    private static void Lose(Feed feed, Listener listener)
    {
        listener.Lose();
        (feed as RoomFeed)?.Recount();
    }

    private void Leave(Feed feed, Listener listener)
    {
        if (feed.Remove(listener)) followers.Return(feed);
    }

    private IEnumerable<Feed> Of(CommunityId community) => followers.All().OfType<Feed>().Where(feed => feed.Topic.IsOf(community));

    private Task<CommunityWatch> Follow(CommunityId community) => followers.Rent(Streams.Of(community), () => new CommunityWatch(community, grains, this, time, logger));

    private async Task<Refusal?> Refusal(TopicName topic, MemberId reader) => (await Admit(topic, reader)).Refusal;

    private Task<Outcome<StreamPosition>> Admit(TopicName topic, MemberId reader) =>
        topic.Room is { } room ? grains.Room(room).Admit(reader)
        : topic.Queue is { } community ? grains.Queue(community).Admit(reader)
        : grains.Inbox(reader).Admit(reader);

    /// <summary>Not yet known to the room.</summary>
    private async Task<bool> HasLeft(Feed feed, MemberId member) =>
        feed is RoomFeed { Room: var room, Community: { } community } && community.LeftLately(member)
        && !(await grains.Door(room).Standing(member, room)).MayRead;

    [LoggerMessage(3071, LogLevel.Warning, "Whether somebody may follow {Stream} on could not be asked: they do not")]
    private partial void LogNotRechecked(string stream, Exception failure);

    [LoggerMessage(3051, LogLevel.Warning, "Who has {Stream} open here could not be told")]
    private partial void LogNotReported(string stream, Exception failure);
}
