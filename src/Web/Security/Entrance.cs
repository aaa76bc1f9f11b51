using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Hosting;

namespace PublicBuyers.Security;

/// <summary>What every request passes before anything else, routing included: which client it is, over which scheme, to which host.</summary>
internal sealed class Entrance(WebOptions web, IHostApplicationLifetime host) : IStartupFilter
{
    /// <summary>Seconds.</summary>
    private const string RestartTakes = "5";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(AnswersAreRead);
        app.UseRequestLocalization();   // what is refused here is said in the browser's language
        app.Use(NotWhileStopping);
        app.Use(PassedOn.Forget);
        app.Use(HttpsOnly.Remember);
        if (web is { Demonstration: true, DemonstrationIsPublic: false }) app.UseMiddleware<DemonstrationDoor>();

        // An empty list would mean "believe everybody" to the framework.
        if (web.TrustedProxies.Count > 0) app.UseForwardedHeaders(SeenThrough(web));
        app.UseMiddleware<KnownHosts>();
        app.UseMiddleware<HttpsOnly>();
        app.Use(HeadIsGet);
        next(app);
    };

    /// <summary>Scheme and client address only. The host is never taken from a header: links come from the base URL.</summary>
    /// <remarks>Hops are read from right to left, each only if the one that named it is trusted.</remarks>
    private static ForwardedHeadersOptions SeenThrough(WebOptions web)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in web.TrustedProxies) options.KnownIPNetworks.Add(network);
        return options;
    }

    /// <summary>Whoever is refused while still sending goes on sending for a moment, and shall read why.</summary>
    private static async Task AnswersAreRead(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        finally
        {
            var hasBody = http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is true;
            if (hasBody && http.Response.StatusCode >= StatusCodes.Status400BadRequest)
                LingeringClose.MayGoOnSending(http);
        }
    }

    /// <summary>
    /// Grains answer no more while the server stops. What came before is finished; what still comes on an open
    /// connection is told when to come again.
    /// </summary>
    private Task NotWhileStopping(HttpContext http, RequestDelegate next)
    {
        if (!host.ApplicationStopping.IsCancellationRequested || http.Request.IsForProbe)
            return next(http);

        http.Response.Headers.RetryAfter = RestartTakes;
        http.Response.Headers.Connection = "close";
        return EarlyRefusal.Answer(http, StatusCodes.Status503ServiceUnavailable, new EntranceRefusal.Stopping());
    }

    /// <summary>HEAD is answered by what answers GET, whatever the route. Kestrel remembers what was asked and sends no body.</summary>
    private static Task HeadIsGet(HttpContext http, RequestDelegate next)
    {
        if (HttpMethods.IsHead(http.Request.Method) && !http.Request.IsForLive) http.Request.Method = HttpMethods.Get;
        return next(http);
    }
}
