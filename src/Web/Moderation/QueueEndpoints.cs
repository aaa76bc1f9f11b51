using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

/// <summary>Queues for programs: what the live connection does, over HTTP. A claim made here ends by itself.</summary>
internal static class QueueEndpoints
{
    private static readonly QueueRefusal.NotVisible Absent = new();

    public static void MapQueueApi(this IEndpointRouteBuilder api)
    {
        var queues = api.MapGroup("/queues").WithTags("Queues").ProducesProblem(StatusCodes.Status404NotFound);

        queues.MapGet("", All).WithSummary("The queues the caller moderates, with what waits.");
        queues.MapGet("/{community}", Page).WithSummary("What waits, oldest first, after an item; or what is decided, newest first, before one.");
        queues.MapGet("/{community}/items/{number}", Item).WithSummary("An item with its history, and whom a rejection would name.");

        queues.MapArrivalsApi();

        queues.MapGet("/{community}/hours", Hours).WithSummary("When the moderators work, and after how much of that time an item goes up.");

        var changes = queues.MapGroup("/{community}")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests);

        changes.MapPost("/items/{number}/claim", Claim).WithSummary("Looks at an item, so that nobody else decides on it meanwhile; again: renews.");
        changes.MapPost("/items/{number}/release", Release).WithSummary("Looks at it no longer.");
        changes.MapPost("/items/{number}/decide", Decide).WithSummary("Decides on an item as it was seen. It takes effect ten seconds later.");
        changes.MapPost("/items/{number}/undo", Undo).WithSummary("Takes one's decision back before it takes effect.");
        changes.MapPost("/hours", ChangeHours).WithSummary("Changes these hours. Leaders and administrators only.").ProducesProblem(StatusCodes.Status403Forbidden);
        changes.MapPost("/decide", DecideAll).WithSummary("Decides on up to fifty items; each has its own answer.");
    }

    private static async Task<Ok<ImmutableArray<QueueFiguresWire>>> All(Caller caller, QueuesOf queues, CancellationToken cancel) => TypedResults.Ok(await queues.Read(caller.Member, cancel));

    private static async Task<Results<Ok<QueuePageWire>, ProblemHttpResult>> Page(
        string community, Caller caller, IGrainFactory grains, QueuePresenter presenter, CancellationToken cancel, bool open = true, string? kind = null, long before = 0)
    {
        if (!Slugs.IsSlug(community)) return Refusals.AsProblem(Absent);
        if (!TryReadKind(kind, out var only)) return Refusals.Malformed(StatusCodes.Status400BadRequest, "A kind is 'accessRequest', 'submission', 'report', 'appeal' or 'review'.");

        var id = new CommunityId(community);
        var page = await grains.Queue(id).Page(caller.Member, new(open, only, null, Math.Max(0, before)));
        return page.IsRefused
            ? Refusals.AsProblem(page.Refusal)
            : TypedResults.Ok(new QueuePageWire(page.Value.At.Epoch, page.Value.At.Position, await presenter.Present(id, page.Value.Items, Words.Current, cancel: cancel), page.Value.Waiting, page.Value.More));
    }

    private static async Task<Results<Ok<WorkingHours>, ProblemHttpResult>> Hours(string community, Caller caller, IGrainFactory grains)
    {
        if (!Slugs.IsSlug(community)) return Refusals.AsProblem(Absent);

        var hours = await grains.Queue(new(community)).Hours(caller.Member);
        return hours.IsRefused ? Refusals.AsProblem(hours.Refusal) : TypedResults.Ok(hours.Value);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ChangeHours(string community, NewHours body, Caller caller, IGrainFactory grains)
    {
        if (!Slugs.IsSlug(community)) return Refusals.AsProblem(Absent);

        return RequestId.TryRead(body.RequestId, out var request)
            ? Refusals.AsAnswer(await grains.Queue(new(community)).ChangeHours(new() { By = caller.Member, Request = request, Hours = body.Hours }))
            : Refusals.BadRequestId;
    }

    private static async Task<Results<Ok<ItemHistoryWire>, ProblemHttpResult>> Item(string community, string number, Caller caller, IGrainFactory grains, QueuePresenter presenter, CancellationToken cancel)
    {
        if (!TryRead(community, number, out var item)) return Refusals.AsProblem(Absent);

        var history = await grains.Queue(item.Community).Item(caller.Member, item.Number);
        if (history.IsRefused) return Refusals.AsProblem(history.Refusal);

        var wires = await presenter.Present(item.Community, [history.Value.Item], Words.Current, cancel: cancel);
        var steps = await presenter.Present(history.Value.Steps, cancel);
        return TypedResults.Ok(new ItemHistoryWire(wires[0], steps, history.Value.Contact)
        {
            Reported = history.Value.Reported is { } reported ? await presenter.Present(reported, cancel) : null,
        });
    }

    private static async Task<Results<Ok<ClaimWire>, ProblemHttpResult>> Claim(string community, string number, NewClaim body, Caller caller, IGrainFactory grains, QueuePresenter presenter, NamedRefusals named, CancellationToken cancel)
    {
        if (!TryRead(community, number, out var item)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        var claimed = await grains.Queue(item.Community).Claim(new() { By = caller.Member, Request = request, Number = item.Number });
        return claimed.IsRefused ? await Problem(claimed.Refusal, caller, named, cancel) : TypedResults.Ok(await presenter.Present(claimed.Value, cancel));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Release(string community, string number, NewRelease body, Caller caller, IGrainFactory grains)
    {
        if (!TryRead(community, number, out var item)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        return Refusals.AsAnswer(await grains.Queue(item.Community).Release(new() { By = caller.Member, Request = request, Number = item.Number, Fence = body.Fence }));
    }

    private static async Task<Results<Ok<Decided>, ProblemHttpResult>> Decide(string community, string number, NewDecision body, Caller caller, IGrainFactory grains, NamedRefusals named, CancellationToken cancel)
    {
        if (!TryRead(community, number, out var item)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        var decided = await grains.Queue(item.Community).Decide(new()
        {
            By = caller.Member,
            Request = request,
            Number = item.Number,
            Version = body.Version,
            Verdict = body.Verdict,
            Reason = body.Reason ?? "",
            Template = body.Template,
            AskAgainFrom = body.AskAgainFrom,
        });
        return decided.IsRefused ? await Problem(decided.Refusal, caller, named, cancel) : TypedResults.Ok(decided.Value);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Undo(string community, string number, NewUndoing body, Caller caller, IGrainFactory grains, NamedRefusals named, CancellationToken cancel)
    {
        if (!TryRead(community, number, out var item)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        var undone = await grains.Queue(item.Community).Undo(new() { By = caller.Member, Request = request, Number = item.Number, Version = body.Version });
        return Refusals.AsAnswer(await named.Name(undone, caller.Profile, cancel));
    }

    private static async Task<Results<Ok<ImmutableArray<BulkAnswerWire>>, ProblemHttpResult>> DecideAll(string community, NewDecisions body, Caller caller, IGrainFactory grains, NamedRefusals named, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        var queue = grains.Queue(new(community));
        if ((await queue.Admit(caller.Member)).Refusal is { } why) return Refusals.AsProblem(why);

        var answers = await queue.DecideAll(new()
        {
            By = caller.Member,
            Request = request,
            Items = [.. body.Items.OfType<SeenItem>()],
            Verdict = body.Verdict,
            Reason = body.Reason ?? "",
            Template = body.Template,
            AskAgainFrom = body.AskAgainFrom,
        });
        return TypedResults.Ok(await named.Name(answers, caller.Profile, cancel));
    }

    /// <summary>What cannot be an item's address is absent, like an item that is not there.</summary>
    public static bool TryRead(string community, string number, out ItemId item)
    {
        var isNumber = long.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var value);
        item = new(new(community), new(value));
        return isNumber && value > 0 && Slugs.IsSlug(community);
    }

    public static bool TryReadKind(string? text, out ItemKind? kind)
    {
        kind = Enum.TryParse<ItemKind>(text, ignoreCase: true, out var one) && Enum.IsDefined(one) ? one : null;
        return kind is not null || string.IsNullOrEmpty(text);
    }

    private static async Task<ProblemHttpResult> Problem(Refusal why, Caller caller, NamedRefusals named, CancellationToken cancel) => Refusals.AsProblem(await named.Name(why, caller.Profile, cancel));
}

internal sealed record NewHours(string RequestId, WorkingHours Hours);

internal sealed record NewClaim(string RequestId);

internal sealed record NewRelease(string RequestId, long Fence);

internal sealed record NewUndoing(string RequestId, long Version);

internal sealed record NewDecision(
    string RequestId, long Version, Verdict Verdict, [property: JsonConverter(typeof(WritableText))] string? Reason = null, [property: JsonConverter(typeof(WritableText))] string? Template = null, DateTimeOffset? AskAgainFrom = null);

internal sealed record NewDecisions(
    string RequestId, ImmutableArray<SeenItem> Items, Verdict Verdict, [property: JsonConverter(typeof(WritableText))] string? Reason = null, [property: JsonConverter(typeof(WritableText))] string? Template = null, DateTimeOffset? AskAgainFrom = null);
