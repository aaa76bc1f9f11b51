using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Attachments;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

/// <summary>The queues' pages and forms: all that can be done with them without script.</summary>
internal static class QueueForms
{
    public static void MapQueueForms(this RouteGroupBuilder pages)
    {
        pages.MapGet(Paths.Queues, All);
        pages.MapFilterForms();

        var queue = pages.MapGroup("/communities/{community}/queue");
        queue.MapGet("", Read);
        queue.MapGet("/{number:long:min(1)}", ReadItem);
        queue.MapGet("/{number:long:min(1)}/files/{file}", ReadFile);
        queue.MapPost("/{number:long:min(1)}/decide", Decide);
        queue.MapPost("/{number:long:min(1)}/undo", Undo);
        queue.MapPost("/decide", DecideAll);
        queue.MapArrivalForms();
        queue.MapHoursForms();
        queue.MapGet("/log", ReadLog);
        queue.MapGet("/log.csv", Export);
    }

    private static async Task<IResult> All(MyQueues mine) => Page.Of<QueuesPage>(new { Queues = await mine.All() });

    private static Task<IResult> Read(string community, [FromQuery] string? kind, [FromQuery] long? after, [FromQuery] string? person, QueueReading reading) =>
        Slugs.IsSlug(community) && QueueEndpoints.TryReadKind(kind, out var only) ? reading.Queue(new(community), only, Math.Max(0, after ?? 0), null, person: Sought(person)) : Task.FromResult(Page.Absent);

    private static Task<IResult> ReadItem(string community, long number, [FromQuery] string? kind, QueueReading reading) =>
        Slugs.IsSlug(community) && QueueEndpoints.TryReadKind(kind, out var only) ? reading.Queue(new(community), only, 0, number) : Task.FromResult(Page.Absent);

    /// <summary>A file of what was reported, for those who decide.</summary>
    private static async Task<IResult> ReadFile(
        string community, long number, string file, [FromQuery] string? show,
        Visit visit, IGrainFactory grains, IAttachmentFiles files, HttpContext http)
    {
        if (!Slugs.IsSlug(community) || !AttachmentId.TryRead(file, out var wanted)) return Page.Absent;

        var found = await grains.Queue(new(community)).ReportedFile(visit.Member, new(number), wanted);
        return found.IsRefused
            ? Page.Refused(found.Refusal)
            : AttachmentEndpoints.Answer(found.Value, files, show is not null, http);
    }

    private static async Task<IResult> Decide(
        string community, long number, [FromForm] string? request, [FromForm] long? version, [FromForm] string? verdict, [FromForm] string? reason, [FromForm] string? template, [FromForm] string? askAgainFrom,
        Visit visit, IGrainFactory grains, QueueReading reading)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once) || !Enum.TryParse<Verdict>(verdict, ignoreCase: true, out var what) || !Enum.IsDefined(what)) return Page.Absent;

        var id = new CommunityId(community);
        var typed = RoomForms.Typed(reason);
        var decided = await grains.Queue(id).Decide(new()
        {
            By = visit.Member,
            Request = once,
            Number = new(number),
            Version = version ?? 0,
            Verdict = what,
            Reason = QueueWords.Reason(visit.Words, null, Named(template), typed),
            Template = Named(template),
            AskAgainFrom = DayOf(askAgainFrom, visit),
        });
        return decided.Refusal switch
        {
            null => Page.Next(Paths.ItemOf(id, number)),
            { Kind: RefusalKind.Absent } => Page.Absent,
            var why => await reading.Queue(id, null, 0, number, new(typed, template, askAgainFrom, why)),
        };
    }

    private static async Task<IResult> Undo(string community, long number, [FromForm] string? request, [FromForm] long? version, Visit visit, IGrainFactory grains, QueueReading reading)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var id = new CommunityId(community);
        var undone = await grains.Queue(id).Undo(new() { By = visit.Member, Request = once, Number = new(number), Version = version ?? 0 });
        return undone.Refusal switch
        {
            null => Page.Next(Paths.ItemOf(id, number)),
            { Kind: RefusalKind.Absent } => Page.Absent,
            var why => await reading.Queue(id, null, 0, number, new(null, null, null, why)),
        };
    }

    private static async Task<IResult> DecideAll(
        string community, [FromForm] string? request, [FromForm] string[]? items, [FromForm] string? verdict, [FromForm] string? reason, [FromForm] string? template,
        Visit visit, IGrainFactory grains, NamedRefusals refusals, QueueReading reading, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once) || !Enum.TryParse<Verdict>(verdict, ignoreCase: true, out var what) || !Enum.IsDefined(what)) return Page.Absent;

        var id = new CommunityId(community);
        if (items?.Length is > QueueLimits.MostAtOnce and var chosen) return Page.Refused(new QueueRefusal.TooManyAtOnce(chosen, QueueLimits.MostAtOnce));

        var answers = await grains.Queue(id).DecideAll(new()
        {
            By = visit.Member,
            Request = once,
            Items = [.. (items ?? []).OfType<string>().Select(Seen).OfType<SeenItem>()],
            Verdict = what,
            Reason = QueueWords.Reason(visit.Words, null, Named(template), RoomForms.Typed(reason)),
            Template = Named(template),
        });
        return await reading.Queue(id, null, 0, null, bulk: new(await refusals.Name(answers, visit.Caller!.Profile, cancel)));
    }

    private static async Task<IResult> ReadLog(string community, [FromQuery] string? kind, [FromQuery] string? person, [FromQuery] long? before, Visit visit, IGrainFactory grains, QueueLog log, QueueReading reading, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !QueueEndpoints.TryReadKind(kind, out var only)) return Page.Absent;

        var id = new CommunityId(community);
        var figures = await grains.Queue(id).Figures(visit.Member);
        if (figures.IsRefused) return Page.Refused(figures.Refusal);

        var sought = Sought(person);
        var page = await log.Read(id, visit.Member, only, sought, Math.Max(0, before ?? 0), cancel);
        if (page.IsRefused) return Page.Refused(page.Refusal);

        return Page.Of<QueueLogView>(new { Community = id, (await reading.Bearing(id)).Name, page.Value.Items, page.Value.Before, Kind = only, Person = sought, Figures = figures.Value });
    }

    private static async Task<IResult> Export(
        string community,
        [FromQuery] string? kind,
        [FromQuery] string? person,
        Visit visit,
        IGrainFactory grains,
        QueueLog log,
        HttpRequest request,
        CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !QueueEndpoints.TryReadKind(kind, out var only)) return Page.Absent;

        var id = new CommunityId(community);
        if ((await grains.Queue(id).Admit(visit.Member)).Refusal is { } why) return Page.Refused(why);

        var (reader, words, csv) = (visit.Member, visit.Words, Csv.For(request, visit.Words));
        return TypedResults.Stream(
            async stream =>
            {
                await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                await log.Write(writer, csv, id, reader, only, Sought(person), words, cancel);
            },
            "text/csv; charset=utf-8",
            $"queue-{community}.csv");
    }

    private static string Sought(string? person) => person?.Trim() is { Length: <= 100 } name ? name : "";

    private static string? Named(string? template) => string.IsNullOrEmpty(template) ? null : template;

    private static DateTimeOffset? DayOf(string? text, Visit visit) => Days.TryRead(text, out var day) ? Days.BeginningOf(day, visit.Zone) : null;

    /// <summary>A box of the list: <c>17:3</c> is item 17 as of version 3.</summary>
    private static SeenItem? Seen(string box) =>
        box.Split(':') is [var number, var version]
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var which)
        && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var seen)
            ? new(new(which), seen)
            : null;
}
