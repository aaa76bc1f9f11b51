using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;

namespace PublicBuyers.Security;

/// <summary>What proxies leave in a request that they pass on.</summary>
public static class PassedOn
{
    private static readonly object namesClient = new();

    private static readonly string[] headers =
    [
        "Forwarded",
        "Via",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Server",
        "X-Real-IP",
        "CF-Connecting-IP",
        "True-Client-IP",
    ];

    /// <summary>The first of a proxy's headers; none where no proxy has named itself, or a trusted one was read.</summary>
    public static string? HeaderOf(HttpRequest request) => Array.Find(headers, request.Headers.ContainsKey);

    /// <summary>Whether the connection's address is the client's, as a trusted proxy named it.</summary>
    /// <remarks>The framework notes the original address also where only the scheme was named.</remarks>
    public static bool IsClientNamed(HttpRequest request) =>
        request.HttpContext.Items.ContainsKey(namesClient)
        && request.Headers.ContainsKey(ForwardedHeadersDefaults.XOriginalForHeaderName);

    /// <summary>Whether a trusted proxy named the scheme.</summary>
    public static bool IsSchemeNamed(HttpRequest request) =>
        request.Headers.ContainsKey(ForwardedHeadersDefaults.XOriginalProtoHeaderName);

    /// <summary>Nobody but this server says what it has read.</summary>
    internal static Task Forget(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XForwardedForHeaderName))
            http.Items[namesClient] = true;
        http.Request.Headers.Remove(ForwardedHeadersDefaults.XOriginalForHeaderName);
        http.Request.Headers.Remove(ForwardedHeadersDefaults.XOriginalProtoHeaderName);
        return next(http);
    }
}
