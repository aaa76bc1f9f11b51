using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticAssets;

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

            http.Response.OnStarting(static state => KeepPrivate((HttpContext)state), http);
            return next(http);
        });
    }

    /// <summary>What is not declared to be the same for everybody is kept by nobody, whatever its handler said.</summary>
    private static Task KeepPrivate(HttpContext http)
    {
        var isPublic = http.Response.StatusCode < StatusCodes.Status400BadRequest && http.GetEndpoint()?.Metadata is { } declared
            && (declared.GetMetadata<PublicAnswer>() is not null || declared.GetMetadata<StaticAssetDescriptor>() is not null);
        if (!isPublic) http.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }

    /// <remarks>Browsers of some years ago do not count a WebSocket to the same host as <c>'self'</c>.</remarks>
    internal static string PolicyOf(WebOptions web)
    {
        var socket = (web.IsSecure ? "wss://" : "ws://") + web.BaseUrl.Authority;

        return $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self' {socket}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    }
}

/// <summary>Marks a route whose answers are the same for everybody: browsers and caches may keep them as they say themselves.</summary>
internal sealed class PublicAnswer
{
    public static readonly PublicAnswer Mark = new();
}
