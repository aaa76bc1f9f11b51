using Microsoft.AspNetCore.Http;

namespace PublicBuyers.Security;

/// <summary>Why a request does not come in at all.</summary>
public static class EntranceRefusal
{
    public sealed record UnknownHost(string Host) : Refusal(RefusalKind.Unprocessable, "entrance.unknown-host");

    /// <summary>403.</summary>
    public sealed record DemonstrationOnly(string Setting)
        : Refusal(RefusalKind.NotAllowed, "entrance.demonstration-only");

    /// <summary>503, with when to come again.</summary>
    public sealed record Stopping() : Refusal(RefusalKind.Unprocessable, "entrance.stopping");

    public sealed record HttpsOnly(string Address) : Refusal(RefusalKind.Unprocessable, "entrance.https-only");
}

/// <summary>A refusal from before there are pages: a problem for programs, one line of text for everybody else.</summary>
internal static class EarlyRefusal
{
    public static Task Answer(HttpContext http, int status, Refusal why)
    {
        var said = RefusalWords.In(ReaderLanguage.Of(http), why);
        http.Response.Headers.CacheControl = "no-store";
        if (http.Request.IsForApi) return TypedResults.Problem(type: Refusals.TypeOf(why), title: why.Code, detail: said, statusCode: status).ExecuteAsync(http);

        return TypedResults.Text(said + "\n", "text/plain; charset=utf-8", statusCode: status).ExecuteAsync(http);
    }
}
