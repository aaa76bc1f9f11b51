using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Attachments;
using PublicBuyers.Layout;
using PublicBuyers.Security;

namespace PublicBuyers.Rooms;

/// <summary>A room's pages and forms: all that can be done with it without script.</summary>
internal static class RoomForms
{
    public static void MapRoomForms(this RouteGroupBuilder pages)
    {
        var room = pages.MapGroup("/communities/{community}/{room}");
        room.MapGet("", Read);
        room.MapPost("", Post).WithMetadata(new RequestSizeLimitAttribute(AttachmentLimits.LargestForm), new AsksFirst(WhyNot));
        room.MapGet("/posts/{number:long:min(1)}", ReadThread);
        room.MapGet("/posts/{number:long:min(1)}/history", ReadHistory);
        room.MapGet("/posts/{number:long:min(1)}/edit", AskForEdit);
        room.MapPost("/posts/{number:long:min(1)}/edit", Edit);
        room.MapGet("/posts/{number:long:min(1)}/delete", AskForDelete);
        room.MapPost("/posts/{number:long:min(1)}/delete", Delete);
    }

    /// <summary>Where one goes on reading, the newest posts, or those before one, after one, around one, or of a day.
    /// </summary>
    private static Task<IResult> Read(
        string community, string room, [FromQuery] long? before, [FromQuery] long? after, [FromQuery] long? around,
        [FromQuery] string? date, [FromQuery] string? newest, RoomReading reading, HttpRequest request) =>
        !RoomId.TryRead($"{community}/{room}", out var id) ? Task.FromResult(Page.Absent)
        : id.Publication is { } commented ? Task.FromResult(Page.Next(Paths.Of(commented) + request.QueryString))   // comments are read below what they are about
        : newest is not null ? reading.Room(id, 0)
        : reading.Room(id, before, after, around, date);

    private static async Task<IResult?> WhyNot(HttpContext http)
    {
        if (!RoomId.TryRead($"{http.Request.RouteValues["community"]}/{http.Request.RouteValues["room"]}", out var room)) return Page.Absent;

        var services = http.RequestServices;
        var member = services.GetRequiredService<Visit>().Member;
        return await services.GetRequiredService<AttachmentDesk>().WhyNot(member, room) is { } why ? Page.Refused(why) : null;
    }

    private static async Task<IResult> Post(
        string community, string room, [FromForm] string? request, [FromForm] string? markdown, [FromForm] long? thread, IFormFileCollection? files,
        Visit visit, IGrainFactory grains, MentionReading mentions, RoomReading reading, AttachmentDesk desk, CancellationToken cancel)
    {
        if (!RoomId.TryRead($"{community}/{room}", out var id) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        PostNumber? root = thread is { } number ? new(number) : null;
        var named = await mentions.Read(id, Typed(markdown), null, cancel);
        var posted = await desk.AttachForm(
            visit.Member,
            id,
            once,
            files,
            attached => grains.Room(id).Post(new() { By = visit.Member, Request = once, Markdown = Typed(markdown), Thread = root, Mentions = named, Attachments = attached }),
            cancel);
        if (!posted.IsRefused) return Page.Next(root is null ? $"{Paths.Of(id)}#post-{posted.Value.Number}" : $"{Paths.Of(id, root.Value)}#post-{posted.Value.Number}");

        var again = new Attempt(Typed(markdown), AfterRefusal(posted.Refusal, once), posted.Refusal);
        return root is null ? await reading.Room(id, 0, attempt: again) : await reading.Thread(id, root.Value, 0, again);
    }

    private static Task<IResult> ReadThread(string community, string room, long number, [FromQuery] long? after, RoomReading reading) =>
        RoomId.TryRead($"{community}/{room}", out var id)
            ? reading.Thread(id, new(number), Math.Max(0, after ?? 0))
            : Task.FromResult(Page.Absent);

    private static Task<IResult> ReadHistory(string community, string room, long number, RoomReading reading) =>
        RoomId.TryRead($"{community}/{room}", out var id) ? reading.History(id, new(number)) : Task.FromResult(Page.Absent);

    private static async Task<IResult> AskForEdit(string community, string room, long number, Visit visit, IGrainFactory grains)
    {
        if (!RoomId.TryRead($"{community}/{room}", out var id)) return Page.Absent;

        var history = await grains.Room(id).History(visit.Member, new(number));
        if (history.IsRefused) return Page.Refused(history.Refusal);
        if (history.Value.Post.Author != visit.Member) return Page.Refused(new RoomRefusal.NotYours());

        return Page.Of<EditView>(new { Room = id, Number = new PostNumber(number), Text = history.Value.Texts[^1].Markdown, history.Value.Post.Mentions });
    }

    private static async Task<IResult> Edit(string community, string room, long number, [FromForm] string? request, [FromForm] string? markdown, [FromForm(Name = "mentions")] string? given, Visit visit, IGrainFactory grains, MentionReading mentioning, CancellationToken cancel)
    {
        if (!RoomId.TryRead($"{community}/{room}", out var id) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var named = await mentioning.Read(id, Typed(markdown), MentionsForm.Read(given), cancel);
        var edited = await grains.Room(id).Edit(new() { By = visit.Member, Request = once, Number = new(number), Markdown = Typed(markdown), Mentions = named });
        if (!edited.IsRefused) return Page.Next($"{Paths.Of(id, number)}#post-{number}");
        if (edited.Refusal.Kind is RefusalKind.Absent) return Page.Absent;

        return Page.Of<EditView>(
            new { Room = id, Number = new PostNumber(number), Text = Typed(markdown), Mentions = named, Request = AfterRefusal(edited.Refusal, once), Why = edited.Refusal },
            Refusals.StatusOf(edited.Refusal.Kind));
    }

    private static Task<IResult> AskForDelete(string community, string room, long number, RoomReading reading) =>
        RoomId.TryRead($"{community}/{room}", out var id) ? reading.Deletion(id, new(number)) : Task.FromResult(Page.Absent);

    private static async Task<IResult> Delete(string community, string room, long number, [FromForm] string? request, [FromForm] string? reason, Visit visit, IGrainFactory grains, RoomReading reading)
    {
        if (!RoomId.TryRead($"{community}/{room}", out var id) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var deleted = await grains.Room(id).Delete(new() { By = visit.Member, Request = once, Number = new(number), Reason = reason is null ? null : Typed(reason) });
        return deleted.Refusal switch
        {
            null or RoomRefusal.AlreadyDeleted => Page.Next(Paths.Around(id, number)),
            { Kind: RefusalKind.Unprocessable or RefusalKind.TooMany } why => await reading.Deletion(id, new(number), reason, AfterRefusal(why, once), why),
            var why => Page.Refused(why),
        };
    }

    /// <summary>Forms send line ends as two characters; a text has one.</summary>
    public static string Typed(string? text) => (text ?? "").ReplaceLineEndings("\n");

    /// <summary>A text that was refused is another one when it comes again; what was only too early is the same.</summary>
    public static string? AfterRefusal(Refusal why, RequestId once) => why.Kind is RefusalKind.TooMany or RefusalKind.Unavailable or RefusalKind.NoRoom ? once.Value : null;
}

/// <summary>A form that was refused: what was typed, and why not.</summary>
public sealed record Attempt(string Text, string? Request, Refusal Why);
