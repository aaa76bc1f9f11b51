using Microsoft.AspNetCore.Builder;

namespace PublicBuyers.Security;

/// <summary>What a browser may do with our answers: run and show what comes from here, and nothing else.</summary>
internal static class SecurityHeaders
{
    public static void UseSecurityHeaders(this IApplicationBuilder app, WebOptions web)
    {
        var policy = PolicyOf(web);

        app.Use((http, next) =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            if (web.IsSecure) headers.StrictTransportSecurity = "max-age=31536000";
            if (http.Request.IsForApi) headers.CacheControl = "no-store";

            return next(http);
        });
    }

    /// <remarks>Browsers of some years ago do not count a WebSocket to the same host as <c>'self'</c>.</remarks>
    internal static string PolicyOf(WebOptions web)
    {
        var socket = (web.IsSecure ? "wss://" : "ws://") + web.BaseUrl.Authority;

        return $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self' {socket}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    }
}
