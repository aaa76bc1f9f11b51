using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Security;

/// <summary>
/// With an https base URL, nothing is served over plain http: cookies would be sent in clear, and forms could not work.
/// </summary>
/// <remarks>
/// A person who typed the name without https is sent on, but only where it is known that they did: the server ends TLS
/// itself and no proxy spoke, or a trusted proxy says so. Otherwise a redirect would lead here again and again, since
/// the proxy's word is not believed.
/// </remarks>
internal sealed partial class HttpsOnly(
    RequestDelegate next,
    WebOptions web,
    TimeProvider time,
    ILogger<HttpsOnly> logger
)
{
    private const string Scheme = "X-Forwarded-Proto";

    private readonly OnceAMinute due = new(time);

    /// <summary>Before forwarded headers are read, which replaces the proxy's address by the client's.</summary>
    public static Task Remember(HttpContext http, RequestDelegate next)
    {
        var said = http.Request.Headers[Scheme].ToString();
        http.Items[typeof(Hop)] = new Hop(http.Connection.RemoteIpAddress, said.Length > 0 ? said : null);
        return next(http);
    }

    public Task InvokeAsync(HttpContext http)
    {
        if (!web.IsSecure || http.Request.IsHttps || http.Request.IsForProbe)
            return next(http);

        var hop = (Hop)http.Items[typeof(Hop)]!;
        var isProxy = AddressLimit.IsTrusted(web, hop.Address);
        var isSaid = isProxy ? hop.Scheme is not null : web.EndsTls && hop.Scheme is null;
        if (
            isSaid
            && (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            && !http.Request.IsForApi
            && !http.Request.IsForLive
        )
        {
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Redirect(
                web.BaseUrl.GetLeftPart(UriPartial.Authority) + http.Request.Path + http.Request.QueryString,
                permanent: true
            );
            return Task.CompletedTask;
        }

        if (!isSaid && due.TryTake())
        {
            if (isProxy)
                LogNotSaid(hop.Address);
            else
                LogPlain(hop.Address, web.BaseUrl);
        }

        return EarlyRefusal.Answer(
            http,
            StatusCodes.Status400BadRequest,
            new EntranceRefusal.HttpsOnly(web.BaseUrl.ToString())
        );
    }

    /// <summary>Who is connected, and which scheme it says the client came by.</summary>
    private sealed record Hop(IPAddress? Address, string? Scheme);

    [LoggerMessage(
        3112,
        LogLevel.Warning,
        "A plain http request from {Address} was refused: the base URL is {BaseUrl}. If {Address} is your "
            + "proxy, add it to PublicBuyers:TrustedProxies and let it send X-Forwarded-Proto."
    )]
    private partial void LogPlain(IPAddress? address, Uri baseUrl);

    [LoggerMessage(
        3115,
        LogLevel.Warning,
        "The trusted proxy {Address} passed on a request without X-Forwarded-Proto, so that it counts as plain "
            + "http and was refused. Let the proxy send X-Forwarded-Proto with the scheme that the client came by."
    )]
    private partial void LogNotSaid(IPAddress? address);
}
