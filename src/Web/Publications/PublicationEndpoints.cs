using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;

namespace PublicBuyers.Publications;

/// <summary>Publications, for programs. Their comments are posts of the room <c>{community}/~{id}</c>.</summary>
internal static class PublicationEndpoints
{
    public static void MapPublicationsApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/publications", All).WithTags("Publications").WithSummary("What the caller may read in all communities, newest first.");

        var publications = api.MapGroup("/communities/{community}/publications").WithTags("Publications").ProducesProblem(StatusCodes.Status404NotFound);
        publications.MapGet("", OfCommunity).WithSummary("What the caller may read of one community, newest first.");
        publications.MapGet("/{id}", Read).WithSummary("As the caller may see it: the published version, or to its author the newest.");
        publications.MapGet("/{id}/versions", Versions).WithSummary("All versions without texts, newest first: to its author, and those submitted to moderators.");
        publications.MapGet("/{id}/versions/{number:int:min(1)}", Version).WithSummary("One version with its text.");

        var changes = publications.MapGroup("").WithMetadata(new RequestSizeLimitAttribute(4 * PublicationLimits.LongestText))
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests);
        changes.MapPost("", Begin).WithSummary("Writes the first version. Nobody else sees it before it is submitted.");
        changes.MapPut("/{id}", Write).WithSummary("Writes the next version, from the one that was seen.");
        changes.MapPost("/{id}/submit", Submit).WithSummary("Publishes the newest version in an open community; elsewhere it waits for the moderators.");
        changes.MapPost("/{id}/take-back", TakeBack).WithSummary("Takes back what waits for a decision.");
        changes.MapPost("/{id}/withdraw", Withdraw).WithSummary("Takes a published one away: its author, or a moderator with a reason.");
    }

    private static Task<Results<Ok<PublicationsWire>, ProblemHttpResult>> All(Caller caller, PublicationReading reading, CancellationToken cancel, [FromQuery] string? kind = null, [FromQuery] string? q = null, [FromQuery] string? before = null, [FromQuery] int count = PublicationLimits.PageSize) =>
        Find(caller, reading, null, kind, q, before, count, cancel);

    private static async Task<Results<Ok<PublicationsWire>, ProblemHttpResult>> OfCommunity(string community, Caller caller, PublicationReading reading, CancellationToken cancel, [FromQuery] string? kind = null, [FromQuery] string? q = null, [FromQuery] string? before = null, [FromQuery] int count = PublicationLimits.PageSize) =>
        Slugs.IsSlug(community) ? await Find(caller, reading, new(community), kind, q, before, count, cancel) : Absent;

    private static async Task<Results<Ok<PublicationsWire>, ProblemHttpResult>> Find(Caller caller, PublicationReading reading, CommunityId? community, string? kind, string? words, string? before, int count, CancellationToken cancel)
    {
        PublicationKind? only = null;
        if (kind is not null) only = Enum.TryParse<PublicationKind>(kind, ignoreCase: true, out var one) && Enum.IsDefined(one) ? one : null;
        if (kind is not null && only is null) return Refusals.Malformed(StatusCodes.Status400BadRequest, $"There is no kind \"{kind}\": news, resource or insight.");

        return TypedResults.Ok(Wire(await reading.Find(caller.Member, community, only, words, before, Math.Clamp(count, 1, PublicationLimits.PageSize), cancel)));
    }

    private static async Task<Results<Ok<PublicationView>, ProblemHttpResult>> Read(string community, string id, Caller caller, IGrainFactory grains) =>
        PublicationId.TryRead($"{community}/{id}", out var publication) ? Answer(await grains.Publication(publication).Read(caller.Member)) : Absent;

    private static async Task<Results<Ok<ImmutableArray<PublicationVersion>>, ProblemHttpResult>> Versions(string community, string id, Caller caller, IGrainFactory grains) =>
        PublicationId.TryRead($"{community}/{id}", out var publication) ? Answer(await grains.Publication(publication).Versions(caller.Member)) : Absent;

    private static async Task<Results<Ok<PublicationVersion>, ProblemHttpResult>> Version(string community, string id, int number, Caller caller, IGrainFactory grains) =>
        PublicationId.TryRead($"{community}/{id}", out var publication) ? Answer(await grains.Publication(publication).Version(caller.Member, number)) : Absent;

    private static async Task<Results<Created<WrittenWire>, ProblemHttpResult>> Begin(string community, WritingWire body, Caller caller, PublicationDesk desk, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community)) return Absent;
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        var written = await desk.Write(PublicationDesk.IdOf(new(community), caller.Member, request), caller.Member, request, body, 0, cancel);
        return written.IsRefused ? Refusals.AsProblem(written.Refusal) : TypedResults.Created($"/api/communities/{community}/publications/{written.Value.Id}", written.Value);
    }

    /// <remarks>What is not there is not begun by this: it would tell it from what may not be read.</remarks>
    private static async Task<Results<Ok<WrittenWire>, ProblemHttpResult>> Write(string community, string id, WritingWire body, Caller caller, PublicationDesk desk, IGrainFactory grains, CancellationToken cancel)
    {
        if (!PublicationId.TryRead($"{community}/{id}", out var publication) || await grains.Publication(publication).Author() is null) return Absent;
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        return Answer(await desk.Write(publication, caller.Member, request, body, body.Seen, cancel));
    }

    private static async Task<Results<Ok<Submitted>, ProblemHttpResult>> Submit(string community, string id, SubmissionWire body, Caller caller, IGrainFactory grains)
    {
        if (!PublicationId.TryRead($"{community}/{id}", out var publication)) return Absent;
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        return Answer(await grains.Publication(publication).Submit(new() { By = caller.Member, Request = request, Version = body.Version }));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> TakeBack(string community, string id, SubmissionWire body, Caller caller, IGrainFactory grains)
    {
        if (!PublicationId.TryRead($"{community}/{id}", out var publication)) return Absent;
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        return Refusals.AsAnswer(await grains.Publication(publication).TakeBack(new() { By = caller.Member, Request = request }));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Withdraw(string community, string id, WithdrawalWire body, Caller caller, IGrainFactory grains)
    {
        if (!PublicationId.TryRead($"{community}/{id}", out var publication)) return Absent;
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        return Refusals.AsAnswer(await grains.Publication(publication).Withdraw(new() { By = caller.Member, Request = request, Reason = body.Reason ?? "" }));
    }

    private static ProblemHttpResult Absent => Refusals.AsProblem(new PublicationRefusal.NotVisible());

    private static Results<Ok<T>, ProblemHttpResult> Answer<T>(Outcome<T> outcome) => outcome.IsRefused ? Refusals.AsProblem(outcome.Refusal) : TypedResults.Ok(outcome.Value);

    private static PublicationsWire Wire(PublicationPageOf page) => new(page.Entries, page.Total, page.Next);
}

/// <param name="Next">Pass it as <c>before</c> to read on; none at the end.</param>
public sealed record PublicationsWire(ImmutableArray<PublicationEntry> Publications, int Total, string? Next);

/// <param name="Attachments">Ids: of the version before, or uploaded for the room of its comments.</param>
/// <param name="Seen">The newest version when writing began.</param>
public sealed record WritingWire(
    string? RequestId, PublicationKind Kind, string? Title, string? Summary, string? Markdown, Classification Classification, ImmutableArray<MemberId>? Participants = null, IReadOnlyList<string?>? Attachments = null, int Seen = 0);

public sealed record WrittenWire(PublicationId Publication, string Id, int Version);

public sealed record SubmissionWire(string? RequestId, int Version = 0);

public sealed record WithdrawalWire(string? RequestId, string? Reason = null);
