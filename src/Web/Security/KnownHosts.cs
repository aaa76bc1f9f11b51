using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace PublicBuyers.Security;

/// <summary>Serves the names it is known by and no other: the base URL's, those of allowed origins, this machine's own, and configured ones.</summary>
/// <remarks>Another name leads here by mistake or by a DNS record that is not ours; nothing on it may share our cookies' trust.</remarks>
internal sealed partial class KnownHosts(RequestDelegate next, WebOptions web, TimeProvider time, ILogger<KnownHosts> logger)
{
    private readonly List<StringSegment> known = [.. NamesOf(web).Select(name => new StringSegment(name))];
    private readonly OnceAMinute due = new(time);

    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.IsForProbe || HostString.MatchesAny(http.Request.Host.Host, known)) return next(http);

        if (due.TryTake()) LogUnknown(http.Request.Host.Host);
        return EarlyRefusal.Answer(http, StatusCodes.Status400BadRequest, new EntranceRefusal.UnknownHost(http.Request.Host.Host));
    }

    private static IEnumerable<string> NamesOf(WebOptions web) =>
    [
        web.BaseUrl.Host, "localhost", "127.0.0.1", "[::1]",
        .. web.AllowedOrigins.Select(origin => Uri.TryCreate(origin, UriKind.Absolute, out var uri) ? uri.Host : origin),
        .. web.AllowedHosts,
    ];

    [LoggerMessage(3111, LogLevel.Warning, "A request for the host \"{Host}\" was refused. If people use that name, set PublicBuyers:BaseUrl to it or add it to PublicBuyers:AllowedHosts.")]
    private partial void LogUnknown(string host);
}
