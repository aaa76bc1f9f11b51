using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

/// <summary>What one asks of moderators, for programs: to join, to look at a post, to look at a decision again.</summary>
internal static class RequestEndpoints
{
    private static readonly QueueRefusal.NotVisible Absent = new();

    public static void MapRequestsApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/me/requests", Mine).WithTags("Me").WithSummary("What the caller asked, reported and appealed, newest first in each community.");

        var changes = api.MapGroup("")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests);

        changes.MapPost("/communities/{community}/requests", Ask).WithTags("Communities").WithSummary("Asks to join a community that admits on request.").ProducesProblem(StatusCodes.Status403Forbidden);
        changes.MapDelete("/communities/{community}/requests/{number}", Withdraw).WithTags("Communities").WithSummary("Takes a request back, until it is decided.");
        changes.MapPost("/queues/{community}/items/{number}/appeal", Appeal).WithTags("Queues").WithSummary("Appeals a decision that concerns the caller, once. Somebody else decides.");
        changes.MapPost("/communities/{community}/appeal", AppealRestriction).WithTags("Communities").WithSummary("Appeals the mute, suspension or ban that is in force for the caller, once. Somebody else decides.");
        changes.MapPost("/rooms/{community}/{slug}/posts/{number}/report", Report).WithTags("Rooms").WithSummary("Reports a post to the moderators. They see that post, and nothing else by its author.");
    }

    private static async Task<Ok<ImmutableArray<MyItemWire>>> Mine(Caller caller, RequestsOf requests, CancellationToken cancel) => TypedResults.Ok(await requests.Read(caller.Member, cancel));

    private static async Task<Results<Created<Asked>, ProblemHttpResult>> Ask(string community, NewRequest body, Caller caller, IGrainFactory grains, NamedRefusals named, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        var asked = await grains.Queue(new(community)).Ask(new() { By = caller.Member, Request = request, Message = body.Message ?? "" });
        return await Created(asked, caller, named, cancel);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Withdraw(string community, string number, string requestId, Caller caller, IGrainFactory grains, NamedRefusals named, CancellationToken cancel)
    {
        if (!QueueEndpoints.TryRead(community, number, out var item)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(requestId, out var request)) return Refusals.BadRequestId;

        var withdrawn = await grains.Queue(item.Community).Withdraw(new() { By = caller.Member, Request = request, Number = item.Number });
        return Refusals.AsAnswer(await named.Name(withdrawn, caller.Profile, cancel));
    }

    private static async Task<Results<Created<Asked>, ProblemHttpResult>> Appeal(string community, string number, NewRequest body, Caller caller, IGrainFactory grains, NamedRefusals named, CancellationToken cancel)
    {
        if (!QueueEndpoints.TryRead(community, number, out var item)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        var appealed = await grains.Queue(item.Community).Appeal(new() { By = caller.Member, Request = request, Number = item.Number, Message = body.Message ?? "" });
        return await Created(appealed, caller, named, cancel);
    }

    private static async Task<Results<Created<Asked>, ProblemHttpResult>> AppealRestriction(string community, NewRequest body, Caller caller, IGrainFactory grains, NamedRefusals named, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        var appealed = await grains.Queue(new(community)).AppealRestriction(new() { By = caller.Member, Request = request, Message = body.Message ?? "" });
        return await Created(appealed, caller, named, cancel);
    }

    private static async Task<Results<Created<Asked>, ProblemHttpResult>> Report(string community, string slug, string number, NewRequest body, Caller caller, IGrainFactory grains, NamedRefusals named, CancellationToken cancel)
    {
        if (!RoomEndpoints.TryRead(community, slug, number, out var room, out var post)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        var reported = await grains.Queue(room.Community).Report(new() { By = caller.Member, Request = request, Room = room, Post = post, Message = body.Message ?? "" });
        return await Created(reported, caller, named, cancel);
    }

    private static async Task<Results<Created<Asked>, ProblemHttpResult>> Created(Outcome<ItemNumber> outcome, Caller caller, NamedRefusals named, CancellationToken cancel) =>
        outcome.IsRefused ? Refusals.AsProblem(await named.Name(outcome.Refusal, caller.Profile, cancel)) : TypedResults.Created("/api/me/requests", new Asked(outcome.Value));
}

internal sealed record NewRequest(string RequestId, [property: JsonConverter(typeof(WritableText))] string? Message = null);

internal sealed record Asked(ItemNumber Number);
