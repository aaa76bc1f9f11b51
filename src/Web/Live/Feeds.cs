using Microsoft.Extensions.Logging;
using PublicBuyers.Rooms;

namespace PublicBuyers.Live;

/// <summary>The rooms that are listened to on this node, and who may.</summary>
internal sealed class Feeds(Followers followers, IGrainFactory grains, PostPresenter presenter, LiveProtocol protocol, ILogger<Feed> logger)
{
    /// <summary>Registers the listener, checks its right, then reads: what changes in between reaches it either way.</summary>
    public async Task<Entered> Enter(RoomId room, Listener listener, long epoch, long position)
    {
        var topic = Streams.Of(room);
        if (followers.Find<Feed>(topic) is null && await Refusal(room, listener.Member) is { } stranger) return Entered.No(topic, stranger);

        var feed = await followers.Rent(topic, () => new Feed(grains.Room(room), room, grains, presenter, protocol, Follow, followers.Return, logger));
        feed.Register(listener);
        try
        {
            var refusal = await Refusal(room, listener.Member);
            if (refusal is null && feed.Community!.LeftLately(listener.Member) && !await BelongsTo(room, listener.Member)) refusal = new RoomRefusal.NotVisible();
            if (refusal is null && await feed.Read(listener, epoch, position) is { } entered) return entered;

            Leave(feed, listener);
            return Entered.No(topic, refusal ?? new RoomRefusal.NotVisible());
        }
        catch
        {
            Leave(feed, listener);
            throw;
        }
    }

    public void Leave(RoomId room, Listener listener)
    {
        if (followers.Find<Feed>(Streams.Of(room)) is { } feed) Leave(feed, listener);
    }

    /// <summary>The member hears nothing more of any room of the community, and is told so.</summary>
    public void Silence(CommunityId community, MemberId member)
    {
        foreach (var feed in Of(community))
        {
            foreach (var listener in feed.Listeners())
            {
                if (listener.Member == member) listener.Lose();
            }
        }
    }

    public async Task Recheck(CommunityId community)
    {
        foreach (var feed in Of(community))
        {
            foreach (var theirs in feed.Listeners().GroupBy(listener => listener.Member))
            {
                if (await Refusal(feed.Room, theirs.Key) is null) continue;
                foreach (var listener in theirs) listener.Lose();
            }
        }
    }

    private void Leave(Feed feed, Listener listener)
    {
        if (feed.Remove(listener)) followers.Return(feed);
    }

    private IEnumerable<Feed> Of(CommunityId community) => followers.All().OfType<Feed>().Where(feed => feed.Room.Community == community);

    private Task<CommunityWatch> Follow(CommunityId community) => followers.Rent(Streams.Of(community), () => new CommunityWatch(community, grains, this, logger));

    private async Task<Refusal?> Refusal(RoomId room, MemberId reader) => (await grains.Room(room).Admit(reader)).Refusal;

    private async Task<bool> BelongsTo(RoomId room, MemberId member) => (await grains.Community(room.Community).Standing(member, room)).MayRead;
}
