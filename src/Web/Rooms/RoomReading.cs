using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Layout;

namespace PublicBuyers.Rooms;

/// <summary>What a room's pages show, for the one who visits.</summary>
internal sealed class RoomReading(Visit visit, IGrainFactory grains, PostPresenter presenter)
{
    public async Task<IResult> Room(RoomId room, long before, long lookedFor = 0, Attempt? attempt = null) =>
        await Room(room, await grains.Room(room).Page(visit.Member, before, RoomLimits.PageSize), lookedFor, attempt);

    public async Task<IResult> RoomAfter(RoomId room, long after, long lookedFor = 0) =>
        await Room(room, await grains.Room(room).PageAfter(visit.Member, after, RoomLimits.PageSize), lookedFor, null);

    private async Task<IResult> Room(RoomId room, Outcome<PostPage> page, long lookedFor, Attempt? attempt)
    {
        if (page.IsRefused) return Page.Refused(page.Refusal);
        if (await Around(room) is not var (name, community)) return Page.Absent;

        var posts = await presenter.Present(page.Value.Posts);
        var mark = await MarkOf(room);
        var read = mark.Upto.Value > 0 && mark.Upto.Value < posts.LastOrDefault()?.Number ? await PostsOf(room, [mark.Upto]) : [];

        return Page.Of<RoomPage>(new
        {
            Room = room,
            Name = name,
            Community = community,
            Page = page.Value,
            Posts = posts,
            Pinned = page.Value.Settings.Pinned.IsEmpty ? [] : await presenter.Present(await PostsOf(room, [.. page.Value.Settings.Pinned.Reverse()])),
            Mark = mark,
            Since = LastVisit.Of(posts, mark, read.FirstOrDefault(), visit.Member),
            LookedFor = lookedFor,
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
            thread.Value.Moderates,
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

    private async Task<RoomMark> MarkOf(RoomId room)
    {
        var marks = await grains.Inbox(visit.Member).Marks(visit.Member, [room]);
        return marks.Value.IsDefaultOrEmpty ? new(room, default, ImmutableSortedDictionary<long, PostNumber>.Empty) : marks.Value[0];
    }

    private async Task<ImmutableArray<PostView>> PostsOf(RoomId room, ImmutableArray<PostNumber> numbers)
    {
        var posts = await grains.Room(room).Posts(visit.Member, numbers);
        return posts.IsRefused ? [] : posts.Value;
    }

    private async Task<(string Name, CommunityView Community)?> Around(RoomId room)
    {
        var community = await grains.Community(room.Community).Describe(visit.Member);
        return !community.IsRefused && community.Value.Rooms.FirstOrDefault(each => each.Room == room) is { } card ? (card.Name, community.Value) : null;
    }

    private static int StatusOf(Attempt? attempt) => attempt is null ? StatusCodes.Status200OK : Refusals.StatusOf(attempt.Why.Kind);
}
