using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;

namespace PublicBuyers.Coordination;

/// <summary>The state of play of a community, for programs.</summary>
internal static class CardEndpoints
{
    private const long LargestCard = 128 * 1024;

    public static void MapCardApi(this IEndpointRouteBuilder api)
    {
        var card = api.MapGroup("/communities/{community}/state-of-play").WithTags("State of play").ProducesProblem(StatusCodes.Status404NotFound);
        card.MapGet("", Read).WithSummary("The card as it stands.");
        card.MapGet("/history", History).WithSummary("When it was written, by whom, and which fields changed; newest first.");
        card.MapGet("/versions/{number:int:min(1)}", Version).WithSummary("The card as it was.");
        card.MapPut("", Write).WithMetadata(new RequestSizeLimitAttribute(LargestCard)).WithSummary("Writes the card, from the version that was seen. Leaders and administrators only.")
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests);
    }

    private static ProblemHttpResult Absent => Refusals.AsProblem(new CardRefusal.NotVisible());

    private static async Task<Results<Ok<CardView>, ProblemHttpResult>> Read(string community, Caller caller, IGrainFactory grains) =>
        Slugs.IsSlug(community) ? Answer(await grains.StateOfPlay(new(community)).Read(caller.Member)) : Absent;

    private static async Task<Results<Ok<ImmutableArray<CardEntry>>, ProblemHttpResult>> History(string community, Caller caller, IGrainFactory grains) =>
        Slugs.IsSlug(community) ? Answer(await grains.StateOfPlay(new(community)).History(caller.Member)) : Absent;

    private static async Task<Results<Ok<CardVersion>, ProblemHttpResult>> Version(string community, int number, Caller caller, IGrainFactory grains) =>
        Slugs.IsSlug(community) ? Answer(await grains.StateOfPlay(new(community)).Version(caller.Member, number)) : Absent;

    private static async Task<Results<Ok<CardWritten>, ProblemHttpResult>> Write(string community, CardWire body, Caller caller, IGrainFactory grains)
    {
        if (!Slugs.IsSlug(community)) return Absent;
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        return Answer(await grains.StateOfPlay(new(community)).Write(new() { By = caller.Member, Request = request, Card = (body.Card ?? new()).Card, Readers = body.Readers, Seen = body.Seen }));
    }

    private static Results<Ok<T>, ProblemHttpResult> Answer<T>(Outcome<T> outcome) => outcome.IsRefused ? Refusals.AsProblem(outcome.Refusal) : TypedResults.Ok(outcome.Value);
}

/// <param name="Seen">The version that writing began with; 0 for the first.</param>
public sealed record CardWire(string? RequestId = null, CardTexts? Card = null, Classification Readers = Classification.Members, int Seen = 0);

/// <summary>What is left out is empty.</summary>
public sealed record CardTexts(
    string? Goal = null, string? Levels = null, string? Platform = null, string? LinkedIn = null, string? Mail = null, string? Participants = null, string? Activities = null, string? Gazette = null, string? Plans = null, string? Connections = null)
{
    internal Card Card => new(Goal ?? "", Levels ?? "", Platform ?? "", LinkedIn ?? "", Mail ?? "", Participants ?? "", Activities ?? "", Gazette ?? "", Plans ?? "", Connections ?? "");
}
