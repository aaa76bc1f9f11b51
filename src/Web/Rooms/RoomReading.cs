using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Layout;
using PublicBuyers.Publications;

namespace PublicBuyers.Rooms;

/// <summary>What a room's pages show, for the one who visits.</summary>
internal sealed class RoomReading(
    Visit visit, IGrainFactory grains, PostPresenter presenter, LongPages pages, ArticleReading articles, BridgedThreads bridged, MyThings mine)
{
    /// <summary>So many read posts stand above the first unread one.</summary>
    private const int ReadBefore = 10;

    /// <summary>The newest posts, or those after one, around one, of a day, or before one.</summary>
    public Task<IResult> Room(RoomId room, long? before, long? after, long? around, string? date) =>
        around is > 0 and var number ? RoomAround(room, number)
        : after is >= 0 and var last ? RoomAfter(room, last)
        : Days.TryRead(date, out var day) ? RoomOn(room, day)
        : before is > 0 and var first ? Room(room, first)
        : WhereReadingGoesOn(room);

    /// <summary>The newest posts. Where more is unread than they are, the posts around the first unread one.</summary>
    private async Task<IResult> WhereReadingGoesOn(RoomId room)
    {
        var newest = await grains.Room(room).Page(visit.Member, 0, RoomLimits.PageSize);
        if (newest is not { IsRefused: false, Value.Posts: [var oldest, ..] } || room.Publication is not null)
            return await Room(room, newest, 0, null);

        var mark = (await MarkOf(room)).Mark.Upto.Value;
        return mark > 0 && mark + 1 < oldest.Number.Value
            ? await RoomAfter(room, Math.Max(0, mark - ReadBefore))
            : await Room(room, newest, 0, null);
    }

    public async Task<IResult> Room(RoomId room, long before, long lookedFor = 0, Attempt? attempt = null) =>
        await Room(room, await grains.Room(room).Page(visit.Member, before, RoomLimits.PageSize), lookedFor, attempt);

    public async Task<IResult> RoomAfter(RoomId room, long after, long lookedFor = 0)
    {
        var page = await grains.Room(room).PageAfter(visit.Member, after, RoomLimits.PageSize);

        // An address beyond the end leads to the end.
        return page is { IsRefused: false, Value.Posts.IsEmpty: true }
            ? await Room(room, 0)
            : await Room(room, page, lookedFor, null, middle: lookedFor > 0 ? lookedFor : after);
    }

    /// <summary>A post in the middle of those it was said among.</summary>
    public Task<IResult> RoomAround(RoomId room, long number) => RoomAfter(room, Math.Max(0, number - (RoomLimits.PageSize / 2) - 1), number);

    /// <summary>The first post of a day, among those it was said among; in an empty room, the room.</summary>
    public async Task<IResult> RoomOn(RoomId room, DateOnly day)
    {
        var first = await grains.Room(room).NumberAt(visit.Member, Days.BeginningOf(day, visit.Zone));
        return first.IsRefused ? Page.Refused(first.Refusal) : Page.Next(first.Value.Value == 0 ? Paths.NewestOf(room) : Paths.Around(room, first.Value.Value));
    }

    /// <param name="middle">Where not all posts fit on the page, those next to this number are on it.</param>
    private async Task<IResult> Room(
        RoomId room, Outcome<PostPage> page, long lookedFor, Attempt? attempt, long middle = long.MaxValue)
    {
        // What is commented may be there for who may not comment, though not for their comment.
        if (page.IsRefused) return room.Publication is { } alone && attempt is null ? await articles.Show(alone) : Page.Refused(page.Refusal);
        if (await Around(room) is not var (name, community)) return Page.Absent;

        var (fitting, posts) = LongPages.Fit(page.Value, await presenter.Present(page.Value.Posts), middle);
        var (mark, isFirst) = await MarkOf(room);
        var isAbove = mark.Upto.Value > 0 && mark.Upto.Value < posts.FirstOrDefault()?.Number;
        var read = isAbove ? (await PostsOf(room, [mark.Upto])).FirstOrDefault()?.At : null;

        var shown = new RoomShown(
            room,
            name,
            fitting,
            posts,
            page.Value.Settings.Pinned.IsEmpty ? [] : await presenter.Present(await PostsOf(room, [.. page.Value.Settings.Pinned.Reverse()])),
            mark,
            LastVisit.Of(posts, mark, read, visit.Member),
            lookedFor,
            attempt,
            isFirst);
        return room.Publication is { } commented
            ? await articles.Show(commented, shown, community, StatusOf(attempt))
            : Page.Of<RoomPage>(new { Shown = shown, Community = community }, StatusOf(attempt));
    }

    public async Task<IResult> Thread(RoomId room, PostNumber number, long after, Attempt? attempt = null)
    {
        var read = await LongPages.Thread(
            grains.Room(room), visit.Member, number, after, presenter, visit.Leaving);
        if (read.IsRefused) return Page.Refused(read.Refusal);

        var (thread, posts) = read.Value;
        if (await Around(room) is not var (name, community)) return Page.Absent;

        return Page.Of<ThreadView>(new
        {
            Room = room,
            Name = name,
            Community = community,
            thread.At,
            Posts = posts,
            thread.After,
            Previous = after,
            Mark = ReadUpTo((await MarkOf(room)).Mark, number),
            thread.Moderates,
            thread.NewUntil,
            attempt?.Text,
            attempt?.Request,
            attempt?.Why,
        }, StatusOf(attempt));
    }

    public async Task<IResult> History(RoomId room, PostNumber number)
    {
        var history = await grains.Room(room).History(visit.Member, number);
        if (history.IsRefused) return Page.Refused(history.Refusal);

        var (turn, busy) = await pages.Begin(visit.Member, visit.Leaving);
        if (busy is not null) return Page.Refused(busy);

        using var made = turn;
        var texts = history.Value.Texts.Reverse().Select(each => (each.At, Html: presenter.Lay(each, number)));
        var shown = LongPages.ThatFit(texts, each => each.Html).ToImmutableArray();
        return Page.Of<HistoryView>(new
        {
            Room = room,
            Post = (await presenter.Present([history.Value.Post]))[0],
            history.Value.Files,
            Texts = shown,
            IsCut = shown.Length < history.Value.Texts.Length,
        });
    }

    /// <summary>One post and whether the visitor moderates the room; or the page that says that there is none.</summary>
    public async Task<(PostView? Post, bool Moderates, IResult Otherwise)> Find(RoomId room, long number)
    {
        var page = await grains.Room(room).Page(visit.Member, number + 1, 1);
        return page.IsRefused ? (null, false, Page.Refused(page.Refusal))
            : page.Value.Posts is [var post] && post.Number.Value == number ? (post, page.Value.Moderates, Page.Absent)
            : (null, false, Page.Absent);
    }

    public async Task<IResult> Deletion(RoomId room, PostNumber number, string? reason = null, string? request = null, Refusal? why = null)
    {
        var (post, moderates, otherwise) = await Find(room, number.Value);
        if (post is null) return otherwise;
        if (post.DeletedAt is { } at) return Page.Refused(new RoomRefusal.AlreadyDeleted(at));

        var wire = await presenter.Present(post);
        return post.Author == visit.Member ? Page.Of<DeleteView>(new { Room = room, Post = wire })
            : moderates ? Page.Of<ActView>(new { Room = room, Post = wire, Act = ModeratorsAct.Delete, Reason = reason, Request = request, Why = why }, why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind))
            : Page.Refused(new RoomRefusal.NotYours());
    }

    private async Task<(RoomMark Mark, bool IsFirstVisit)> MarkOf(RoomId room)
    {
        var marks = await grains.Inbox(visit.Member).Marks(visit.Member, [room]);
        var mark = marks.Value.IsDefaultOrEmpty ? RoomMark.None(room) : marks.Value[0];
        if (mark.Upto.Value > 0) return (mark, false);

        // In a room that was never opened, what was said since its reader came is unread, as the counts say.
        return (await mine.Rooms()).GetValueOrDefault(room) is { Mark: > 0 } counted
            ? (mark with { Upto = new(counted.Mark) }, true)
            : (mark, true);
    }

    private static long ReadUpTo(RoomMark mark, PostNumber thread) =>
        Math.Max(mark.Upto.Value, mark.Threads.GetValueOrDefault(thread.Value).Value);

    private async Task<ImmutableArray<PostView>> PostsOf(RoomId room, ImmutableArray<PostNumber> numbers)
    {
        var posts = await grains.Room(room).Posts(visit.Member, numbers);
        return posts.IsRefused ? [] : posts.Value;
    }

    public async Task<(string Name, CommunityView Community)?> Around(RoomId room)
    {
        var community = await grains.Community(room.Community).Describe(visit.Member);
        if (community.IsRefused) return null;
        if (room.Bridge is { } bridge) return await AroundBridged(room, community.Value, bridge.OtherThan(room.Community));
        if (room.Publication is { } commented) return await grains.Publication(commented).Read(visit.Member) is { IsRefused: false, Value: { MayComment: true } view } ? (view.Content.Title, community.Value) : null;

        return community.Value.Rooms.FirstOrDefault(each => each.Room == room) is { } card ? (card.Name, community.Value) : null;
    }

    /// <summary>For who does not belong to the community that opened it, it is in theirs.</summary>
    private async Task<(string Name, CommunityView Community)?> AroundBridged(RoomId room, CommunityView opener, CommunityId other)
    {
        if (await bridged.Find(visit.Member, room) is not { } thread) return null;
        if (opener.MyRole is not null) return (thread.Title, opener);

        var own = await grains.Community(other).Describe(visit.Member);
        return own.IsRefused ? null : (thread.Title, own.Value);
    }

    private static int StatusOf(Attempt? attempt) => attempt is null ? StatusCodes.Status200OK : Refusals.StatusOf(attempt.Why.Kind);
}
