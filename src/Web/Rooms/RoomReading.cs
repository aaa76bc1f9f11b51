using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Communities;
using PublicBuyers.Layout;

namespace PublicBuyers.Rooms;

/// <summary>What a room's pages show, for the one who visits.</summary>
internal sealed class RoomReading(Visit visit, IGrainFactory grains, PostPresenter presenter)
{
    public async Task<IResult> Room(RoomId room, long before, Attempt? attempt = null)
    {
        var page = await grains.Room(room).Page(visit.Member, before, RoomLimits.PageSize);
        if (page.IsRefused) return Page.Refused(page.Refusal);
        if (await Around(room) is not var (name, community)) return Page.Absent;

        return Page.Of<RoomPage>(new
        {
            Room = room,
            Name = name,
            Community = community,
            Page = page.Value,
            Posts = await presenter.Present(page.Value.Posts),
            Before = before,
            attempt?.Text,
            attempt?.Request,
            attempt?.Why,
        }, StatusOf(attempt));
    }

    public async Task<IResult> Thread(RoomId room, PostNumber number, long after, Attempt? attempt = null)
    {
        var thread = await grains.Room(room).Thread(visit.Member, number, after);
        if (thread.IsRefused) return Page.Refused(thread.Refusal);
        if (await Around(room) is not var (name, community)) return Page.Absent;

        return Page.Of<ThreadView>(new
        {
            Room = room,
            Name = name,
            Community = community,
            thread.Value.At,
            Posts = await presenter.Present([thread.Value.Root, .. thread.Value.Replies]),
            thread.Value.After,
            attempt?.Text,
            attempt?.Request,
            attempt?.Why,
        }, StatusOf(attempt));
    }

    public async Task<IResult> History(RoomId room, PostNumber number)
    {
        var history = await grains.Room(room).History(visit.Member, number);
        if (history.IsRefused) return Page.Refused(history.Refusal);

        return Page.Of<HistoryView>(new
        {
            Room = room,
            Post = (await presenter.Present([history.Value.Post]))[0],
            Texts = history.Value.Texts.Reverse().Select(each => (each.At, PostMarkup.ToHtml(each.Markdown))).ToImmutableArray(),
        });
    }

    public async Task<IResult> Deletion(RoomId room, PostNumber number)
    {
        var history = await grains.Room(room).History(visit.Member, number);
        if (history.IsRefused) return Page.Refused(history.Refusal);
        if (history.Value.Post.Author != visit.Member) return Page.Refused(new RoomRefusal.NotYours());

        return Page.Of<DeleteView>(new { Room = room, Post = (await presenter.Present([history.Value.Post]))[0] });
    }

    private async Task<(string Name, CommunityView Community)?> Around(RoomId room)
    {
        var community = await grains.Community(room.Community).Describe(visit.Member);
        return !community.IsRefused && community.Value.Rooms.FirstOrDefault(each => each.Room == room) is { } card ? (card.Name, community.Value) : null;
    }

    private static int StatusOf(Attempt? attempt) => attempt is null ? StatusCodes.Status200OK : Refusals.StatusOf(attempt.Why.Kind);
}
