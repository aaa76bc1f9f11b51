using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Security;

/// <summary>Refuses what pages of other sites ask with the cookie of who looks at them: the live connection, and every change through the API.</summary>
/// <remarks>
/// A browser names the page's origin with each of these: it has to be one of ours. Where none is named, a change has to carry what no foreign page can send:
/// <c>Sec-Fetch-Site: same-origin</c>, or the header <c>X-Requested-With: PublicBuyers</c>, which programs set themselves. Forwarded headers and the Host header have no say.
/// </remarks>
internal sealed partial class Origins(RequestDelegate next, WebOptions web, ILogger<Origins> logger)
{
    public const string ProgramHeader = "X-Requested-With";
    public const string Program = "PublicBuyers";

    private const string SiteHeader = "Sec-Fetch-Site";
    private const string SameSite = "same-origin";

    private readonly FrozenSet<string> ours = Ours(web).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext http)
    {
        if (IsOurs(http.Request)) return next(http);

        LogForeign(http.Request.Headers.Origin.ToString(), http.Request.Method, http.Request.Path, http.Connection.RemoteIpAddress);
        return Refusals.Malformed(StatusCodes.Status403Forbidden, $"A page of another site asked, or a program without the header \"{ProgramHeader}: {Program}\".").ExecuteAsync(http);
    }

    internal bool IsOurs(HttpRequest request)
    {
        if (!request.IsForLive && !(request.IsForApi && request.Changes)) return true;

        if (request.Headers.Origin is { Count: > 0 } origin) return origin is [{ } only] && ours.Contains(only);
        if (request.IsForLive) return request.Headers[SiteHeader] is not [{ } site] || site == SameSite;

        return request.Headers[SiteHeader] is [SameSite] || request.Headers[ProgramHeader] is [Program];
    }

    /// <summary>The browser says that a page of another site asks.</summary>
    internal static bool IsNamedForeign(HttpRequest request, FrozenSet<string> ours) =>
        request.Headers[SiteHeader] is ["cross-site"]
        || (request.Headers.Origin is { Count: > 0 } origin && !(origin is [{ } only] && ours.Contains(only)));

    /// <summary>Who tries it on one machine may call it by any of that machine's names.</summary>
    internal static IEnumerable<string> Ours(WebOptions web)
    {
        var names = web.BaseUrl.IsLoopback ? ["localhost", "127.0.0.1", "[::1]"] : new[] { web.BaseUrl.Host };
        var port = web.BaseUrl.IsDefaultPort ? "" : $":{web.BaseUrl.Port}";

        return [.. names.Select(name => $"{web.BaseUrl.Scheme}://{name}{port}"), .. web.AllowedOrigins];
    }

    [LoggerMessage(3101, LogLevel.Warning, "Audit: a page of {Origin} was refused {Method} {Path} (from {Address})")]
    private partial void LogForeign(string origin, string method, string path, System.Net.IPAddress? address);
}
