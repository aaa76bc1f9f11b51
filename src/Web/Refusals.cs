using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace PublicBuyers;

/// <summary>The one table that turns a refusal into HTTP. What one may not read is absent, not forbidden.</summary>
public static class Refusals
{
    /// <summary>Beside the header of that name, for who reads the body only.</summary>
    public const string RetryAfterMember = "retryAfter";

    private const int SecondsToWait = 10;

    /// <summary>About as long as grains of a silo that has died take to come up elsewhere.</summary>
    private const int SecondsToReach = 5;

    public static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Absent => StatusCodes.Status404NotFound,
        RefusalKind.NotAllowed => StatusCodes.Status403Forbidden,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.Unprocessable => StatusCodes.Status422UnprocessableEntity,
        RefusalKind.TooMany => StatusCodes.Status429TooManyRequests,
        RefusalKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        RefusalKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        RefusalKind.NoRoom => StatusCodes.Status507InsufficientStorage,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No HTTP status for this kind of refusal; add it to the table."),
    };

    /// <summary>RFC 9457 problem details: <c>type</c> is permanent, <c>detail</c> is a sentence in the reader's language.</summary>
    public static ProblemHttpResult AsProblem(Refusal why) => TypedResults.Problem(
        type: TypeOf(why),
        title: why.Code,
        detail: RefusalWords.Of(why),
        statusCode: StatusOf(why.Kind),
        extensions: RetryAfter(why) is { } seconds ? [new(RetryAfterMember, seconds)] : null);

    /// <summary>In seconds; none when waiting does not help.</summary>
    public static int? RetryAfter(Refusal why) => why switch
    {
        Refused.TooFast tooFast => tooFast.RetryAfterSeconds,
        Rooms.RoomRefusal.SlowMode slow => slow.RetryAfterSeconds,
        Rooms.RoomRefusal.NewcomerPosts newcomer => newcomer.RetryAfterSeconds,
        Refused.Unreachable => SecondsToReach,
        { Kind: RefusalKind.TooMany } or Security.ReadingRefusal.Crowded => SecondsToWait,
        _ => null,
    };

    /// <summary>Of what was thrown where no refusal could be given.</summary>
    internal static int StatusOf(Exception fault) => fault switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        _ when DiskFullException.IsIn(fault) => StatusCodes.Status507InsufficientStorage,
        NotStoredException => StatusCodes.Status503ServiceUnavailable,
        _ when Unreached.Is(fault) => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>For who wrote the program that asks, not for the person before it.</summary>
    public static ProblemHttpResult Malformed(int status, string detail) => TypedResults.Problem(statusCode: status, detail: detail);

    /// <summary>A request id that cannot be one.</summary>
    public static ProblemHttpResult BadRequestId => Malformed(StatusCodes.Status400BadRequest, Live.LiveHub.RequestIdForm);

    /// <summary>For what has nothing to answer but that it was done.</summary>
    public static Results<NoContent, ProblemHttpResult> AsAnswer(Outcome<Done> outcome) => outcome.IsRefused ? AsProblem(outcome.Refusal) : TypedResults.NoContent();

    internal static void Finish(ProblemDetailsContext problem)
    {
        var words = ReaderLanguage.Of(problem.HttpContext);   // outside of where its culture is set
        problem.ProblemDetails.Extensions.Remove("traceId");   // two answers to the same question are the same
        if (problem.ProblemDetails is { Status: StatusCodes.Status507InsufficientStorage, Detail: null } full)
        {
            var why = new Refused.DiskFull();
            (full.Type, full.Title, full.Detail) = (TypeOf(why), why.Code, RefusalWords.In(words, why));
        }
        else if (problem.Exception is { } fault && Unreached.Is(fault))
        {
            var why = Unreached.Refusal;
            (problem.ProblemDetails.Type, problem.ProblemDetails.Title) = (TypeOf(why), why.Code);
            problem.ProblemDetails.Detail = RefusalWords.In(words, why);
            problem.ProblemDetails.Extensions[RetryAfterMember] = SecondsToReach;
        }

        if (problem.ProblemDetails.Extensions.TryGetValue(RetryAfterMember, out var seconds)) problem.HttpContext.Response.Headers.RetryAfter = $"{seconds}";
    }

    public static string TypeOf(Refusal why) => "urn:publicbuyers:refusal:" + why.Code;
}
