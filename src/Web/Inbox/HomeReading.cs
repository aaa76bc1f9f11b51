using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Layout;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;

namespace PublicBuyers.Inbox;

/// <summary>The home page: what waits for the visitor, over all their communities.</summary>
internal sealed class HomeReading(Visit visit, MyThings mine, MyBridges bridged, IGrainFactory grains, PostPresenter presenter, RequestsOf requests)
{
    /// <summary>Unread mentions and replies shown; the rest is behind a link.</summary>
    private const int MostTold = 10;

    /// <summary>Rooms with their newest post; each costs a question to its room.</summary>
    private const int MostBusy = 12;

    public async Task<IResult> Home()
    {
        var communities = await visit.MyCommunities();
        var told = (await mine.Inbox()).Notices.Where(notice => notice is { IsRead: false, Kind: not NoticeKind.Reaction }).Take(MostTold).ToList();
        var unread = await mine.Rooms();

        var rooms = communities.SelectMany(community => community.Rooms.Select(card => (Card: card, Community: community.Name, Unread: unread.GetValueOrDefault(card.Room)))).ToList();
        foreach (var thread in await bridged.All())
            rooms.Add((new(thread.Room, thread.Title, false), communities.First(community => thread.LinkIn(community.Community) is not null).Name, unread.GetValueOrDefault(thread.Room)));
        var waiting = rooms.Where(room => room.Unread is { Unread: > 0, Muted: false }).OrderByDescending(room => room.Unread!.Unread).ToList();
        var opened = await OpenedOf([.. rooms.Select(room => room.Card.Room)]);
        var unopened = rooms.Where(room => room.Unread is { Unread: 0, Muted: false, Mark: > 0 } && !opened.Contains(room.Card.Room)).ToList();
        var newest = await Task.WhenAll(waiting.Take(MostBusy).Select(room => NewestOf(room.Card.Room)));

        return Page.Of<HomePage>(new
        {
            Communities = communities,
            Suspended = (await requests.Restrictions(visit.Member, visit.Leaving))
                .Where(each => each.Restriction.Kind is RestrictionKind.Suspension)
                .ToImmutableArray(),
            Told = await mine.Present(told),
            Busy = waiting.Select((room, i) => (room.Card, room.Community, room.Unread!.Unread, newest.ElementAtOrDefault(i))).ToImmutableArray(),
            Unopened = unopened.Select(room => (room.Card, room.Community)).ToImmutableArray(),
            Quiet = rooms.Except(waiting).Except(unopened).Select(room => (room.Card, room.Community, room.Unread is { Muted: true })).ToImmutableArray(),
        });
    }

    /// <summary>The rooms of which the visitor has read anything at all. What was said before they joined does not
    /// count as unread, and is not read either.</summary>
    private async Task<ImmutableHashSet<RoomId>> OpenedOf(ImmutableArray<RoomId> rooms)
    {
        var marks = await grains.Inbox(visit.Member).Marks(visit.Member, rooms);
        return marks.IsRefused ? [.. rooms] : [.. marks.Value.Where(mark => mark.Upto.Value > 0).Select(mark => mark.Room)];
    }

    private async Task<PostWire?> NewestOf(RoomId room)
    {
        var page = await grains.Room(room).Page(visit.Member, 0, 1);
        return page is { IsRefused: false, Value.Posts: [.., var newest] } ? await presenter.Present(newest, visit.Leaving) : null;
    }
}
