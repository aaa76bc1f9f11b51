using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Layout;

namespace PublicBuyers.Rooms;

/// <summary>What is done to a post without changing its text, and a room's log and print view; all of it without script.</summary>
internal static class ModerationForms
{
    /// <summary>On one print view: what is longer is printed in parts.</summary>
    public const int MostPrinted = 500;

    public static void MapModerationForms(this RouteGroupBuilder pages)
    {
        var room = pages.MapGroup("/communities/{community}/{room}");
        room.MapGet("/log", ReadLog);
        room.MapGet("/print", Print);
        room.MapGet("/slow-mode", AskForSlowMode);
        room.MapPost("/slow-mode", SlowDown);
        room.MapPost("/posts/{number:long:min(1)}/react", React);

        foreach (var act in Enum.GetValues<ModeratorsAct>().Where(act => act is not ModeratorsAct.Delete))
        {
            var path = $"/posts/{{number:long:min(1)}}/{act.ToString().ToLowerInvariant()}";
            room.MapGet(path, (string community, string room, long number, RoomReading reading, PostPresenter presenter) => Ask(community, room, number, act, reading, presenter));
            room.MapPost(path, (string community, string room, long number, [FromForm] string? request, [FromForm] string? reason, Visit visit, IGrainFactory grains, RoomReading reading, PostPresenter presenter) =>
                RoomId.TryRead($"{community}/{room}", out var id) && RequestId.TryRead(request, out var once)
                    ? Do(id, number, act, once, RoomForms.Typed(reason), visit.Member, grains, reading, presenter)
                    : Task.FromResult(Page.Absent));
        }
    }

    private static Task<IResult> Ask(string community, string room, long number, ModeratorsAct act, RoomReading reading, PostPresenter presenter) =>
        RoomId.TryRead($"{community}/{room}", out var id) ? Form(id, number, act, null, null, null, reading, presenter) : Task.FromResult(Page.Absent);

    private static async Task<IResult> Form(RoomId room, long number, ModeratorsAct act, string? reason, string? request, Refusal? why, RoomReading reading, PostPresenter presenter)
    {
        var (post, moderates, otherwise) = await reading.Find(room, number);
        if (post is null) return otherwise;
        if (!moderates) return Page.Refused(new RoomRefusal.ModeratorsOnly());

        return Page.Of<ActView>(
            new { Room = room, Post = await presenter.Present(post), Act = act, Reason = reason, Request = request, Why = why },
            why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));
    }

    private static async Task<IResult> Do(RoomId id, long number, ModeratorsAct act, RequestId once, string reason, MemberId by, IGrainFactory grains, RoomReading reading, PostPresenter presenter)
    {
        var (room, post) = (grains.Room(id), new PostNumber(number));
        var done = act switch
        {
            ModeratorsAct.Pin or ModeratorsAct.Unpin => await room.Pin(new() { By = by, Request = once, Number = post, Pinned = act is ModeratorsAct.Pin }),
            ModeratorsAct.Hide or ModeratorsAct.Show => await room.Hide(new() { By = by, Request = once, Number = post, Hidden = act is ModeratorsAct.Hide, Reason = reason }),
            _ => await room.Lock(new() { By = by, Request = once, Number = post, Locked = act is ModeratorsAct.Lock, Reason = reason }),
        };

        return done.Refusal switch
        {
            null => Page.Next(Paths.Around(id, number)),
            { Kind: RefusalKind.Unprocessable or RefusalKind.TooMany } why => await Form(id, number, act, reason, RoomForms.AfterRefusal(why, once), why, reading, presenter),
            var why => Page.Refused(why),
        };
    }

    /// <summary>All buttons of a page share one form, so that what is done is part of the request's name.</summary>
    private static async Task<IResult> React(string community, string room, long number, [FromForm] string? request, [FromForm] string? reaction, [FromQuery] bool? reacts, Visit visit, IGrainFactory grains)
    {
        if (!RoomId.TryRead($"{community}/{room}", out var id) || !Enum.TryParse<Reaction>(reaction, ignoreCase: true, out var which)) return Page.Absent;
        if (!RequestId.TryRead($"{request}/{number}/{which}/{reacts ?? true}", out var once)) return Page.Absent;

        var reacted = await grains.Room(id).React(new() { By = visit.Member, Request = once, Number = new(number), Reaction = which, Reacts = reacts ?? true });
        return reacted.IsRefused ? Page.Refused(reacted.Refusal) : Page.Next(Paths.Around(id, number));
    }

    private static Task<IResult> AskForSlowMode(string community, string room, Visit visit, IGrainFactory grains, PostPresenter presenter) =>
        RoomId.TryRead($"{community}/{room}", out var id) ? SlowForm(id, null, null, null, null, visit, grains, presenter) : Task.FromResult(Page.Absent);

    private static async Task<IResult> SlowDown(string community, string room, [FromForm] string? request, [FromForm] string? seconds, [FromForm] string? reason, Visit visit, IGrainFactory grains, PostPresenter presenter)
    {
        if (!RoomId.TryRead($"{community}/{room}", out var id) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var wait = int.TryParse(seconds, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : -1;
        var slowed = await grains.Room(id).SlowDown(new() { By = visit.Member, Request = once, Seconds = wait, Reason = RoomForms.Typed(reason) });
        return slowed.Refusal switch
        {
            null => Page.Next(Paths.NewestOf(id)),
            { Kind: RefusalKind.Unprocessable or RefusalKind.TooMany } why => await SlowForm(id, seconds, reason, RoomForms.AfterRefusal(why, once), why, visit, grains, presenter),
            var why => Page.Refused(why),
        };
    }

    private static async Task<IResult> SlowForm(RoomId room, string? seconds, string? reason, string? request, Refusal? why, Visit visit, IGrainFactory grains, PostPresenter presenter)
    {
        var page = await grains.Room(room).Page(visit.Member, 0, 1);
        if (page.IsRefused) return Page.Refused(page.Refusal);
        if (!page.Value.Moderates) return Page.Refused(new RoomRefusal.ModeratorsOnly());

        return Page.Of<SlowModeView>(
            new { Room = room, Settings = await presenter.Present(page.Value.Settings), Seconds = seconds, Reason = reason, Request = request, Why = why },
            why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));
    }

    private static async Task<IResult> ReadLog(string community, string room, [FromQuery] long? before, Visit visit, IGrainFactory grains, PostPresenter presenter, CancellationToken cancel)
    {
        if (!RoomId.TryRead($"{community}/{room}", out var id)) return Page.Absent;

        var acts = await grains.Room(id).Acts(visit.Member, Math.Max(0, before ?? 0));
        if (acts.IsRefused) return Page.Refused(acts.Refusal);

        var cards = await presenter.Cards([.. acts.Value.Select(act => act.Act.By)], cancel);
        return Page.Of<LogView>(new { Room = id, Acts = acts.Value.Zip(cards).ToImmutableArray() });
    }

    private static async Task<IResult> Print(string community, string room, [FromQuery] string? from, [FromQuery] string? to, Visit visit, IGrainFactory grains, RoomReading reading, PostPresenter presenter, LongPages pages, CancellationToken cancel)
    {
        if (!RoomId.TryRead($"{community}/{room}", out var id)) return Page.Absent;

        var (turn, busy) = await pages.Begin(visit.Member, cancel);
        if (busy is not null) return Page.Refused(busy);

        using var made = turn;
        var asked = grains.Room(id);
        DateOnly? first = Days.TryRead(from, out var begins) ? begins : null;
        DateOnly? last = Days.TryRead(to, out var ends) ? ends : null;
        var (until, posts) = (last is { } day ? Days.EndOf(day, visit.Zone) : DateTimeOffset.MaxValue, ImmutableArray.CreateBuilder<PostWire>());

        // Without a first day, what is newest.
        var beginning = await asked.NumberAt(visit.Member, first is { } since ? Days.BeginningOf(since, visit.Zone) : DateTimeOffset.MaxValue);
        if (beginning.IsRefused) return Page.Refused(beginning.Refusal);

        var next = first is null ? Math.Max(0, beginning.Value.Value - MostPrinted) : Math.Max(0, beginning.Value.Value - 1);
        var html = 0L;
        for (var more = true; more && posts.Count <= MostPrinted && html <= LongPages.MostHtml;)
        {
            var page = await asked.PageAfter(visit.Member, next, RoomLimits.PageSize);
            if (page.IsRefused) return Page.Refused(page.Refusal);

            var within = page.Value.Posts.Where(post => post.At < until && (first is not { } from || post.At >= Days.BeginningOf(from, visit.Zone))).ToImmutableArray();
            var shown = await presenter.Present(within, cancel);
            html += shown.Sum(post => (long)post.Html.Length);
            posts.AddRange(shown);
            more = page.Value.Newer && within.Length == page.Value.Posts.Length;
            next += page.Value.Posts.Length;
        }

        if (await reading.Around(id) is not var (name, about)) return Page.Absent;

        var fit = LongPages.ThatFit(posts.Take(MostPrinted), post => post.Html).ToImmutableArray();
        return Page.Of<PrintView>(new
        {
            Room = id,
            Name = name,
            Community = about.Name,
            From = first,
            To = last,
            Posts = fit,
            IsCut = posts.Count > fit.Length,
        });
    }
}

/// <summary>What moderators do to a post. The names are part of the addresses.</summary>
public enum ModeratorsAct
{
    Hide,
    Show,
    Lock,
    Unlock,
    Pin,
    Unpin,
    Delete,
}
