using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;

namespace PublicBuyers.Inbox;

/// <summary>The home page: what waits for the visitor, over all their communities.</summary>
internal sealed class HomeReading(Visit visit, MyThings mine, MyBridges bridged, IGrainFactory grains, PostPresenter presenter)
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
        var newest = await Task.WhenAll(waiting.Take(MostBusy).Select(room => NewestOf(room.Card.Room)));

        return Page.Of<HomePage>(new
        {
            Communities = communities,
            Told = await mine.Present(told),
            Busy = waiting.Select((room, i) => (room.Card, room.Community, room.Unread!.Unread, newest.ElementAtOrDefault(i))).ToImmutableArray(),
            Quiet = rooms.Except(waiting).Select(room => (room.Card, room.Community, room.Unread is { Muted: true })).ToImmutableArray(),
        });
    }

    private async Task<PostWire?> NewestOf(RoomId room)
    {
        var page = await grains.Room(room).Page(visit.Member, 0, 1);
        return page is { IsRefused: false, Value.Posts: [.., var newest] } ? await presenter.Present(newest, visit.Leaving) : null;
    }
}
