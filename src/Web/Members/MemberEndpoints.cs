using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;
using PublicBuyers.Search;

namespace PublicBuyers.Members;

/// <summary>The directory of members and one's own place in it, for programs.</summary>
internal static class MemberEndpoints
{
    public static void MapMembersApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/members", Find).AddEndpointFilter<PacedLook>().WithTags("Members").WithSummary("Members who asked to be listed, by name: 50 a page, narrowed down by words, country and language.")
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        api.MapPut("/me/presentation", Present).WithTags("Me").WithSummary("Says who the caller is to other members, and whether the directory of members shows it.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests);
    }

    private static async Task<Ok<MembersFound>> Find([AsParameters] MembersAsked asked, MemberReading reading, CancellationToken cancel) => TypedResults.Ok(await reading.Find(asked, cancel));

    private static async Task<Results<NoContent, ProblemHttpResult>> Present(NewPresentation body, Caller caller, IGrainFactory grains) =>
        RequestId.TryRead(body.RequestId, out var request)
            ? Refusals.AsAnswer(await grains.Member(caller.Member).Present(new() { By = caller.Member, Request = request, Presentation = new(body.Country ?? "", body.Languages, body.Expertise, body.IsListed) }))
            : Refusals.BadRequestId;
}

/// <param name="Country">Empty or none: not said.</param>
internal sealed record NewPresentation(string RequestId, string? Country, ImmutableArray<string> Languages, ImmutableArray<string> Expertise, bool IsListed);
