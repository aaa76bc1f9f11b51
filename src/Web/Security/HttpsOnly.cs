using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Security;

/// <summary>With an https base URL, nothing is served over plain http: cookies would be sent in clear, and forms could not work.</summary>
/// <remarks>Not a redirect: where the proxy's word is not believed, that would lead here again and again.</remarks>
internal sealed partial class HttpsOnly(RequestDelegate next, WebOptions web, TimeProvider time, ILogger<HttpsOnly> logger)
{
    private readonly OnceAMinute due = new(time);

    public Task InvokeAsync(HttpContext http)
    {
        if (!web.IsSecure || http.Request.IsHttps || http.Request.IsForHealth) return next(http);

        if (due.TryTake()) LogPlain(http.Connection.RemoteIpAddress, web.BaseUrl);
        return EarlyRefusal.Answer(http, StatusCodes.Status400BadRequest, new EntranceRefusal.HttpsOnly(web.BaseUrl.ToString()));
    }

    [LoggerMessage(
        3112,
        LogLevel.Warning,
        "A plain http request from {Address} was refused: the base URL is {BaseUrl}. If {Address} is your proxy, add it to PublicBuyers:TrustedProxies and let it send X-Forwarded-Proto.")]
    private partial void LogPlain(IPAddress? address, Uri baseUrl);
}
