using Microsoft.AspNetCore.Http;

namespace PublicBuyers.Security;

/// <summary>What a request goes to. Case does not count, as it does not for routes.</summary>
internal static class Areas
{
    extension(HttpRequest request)
    {
        public bool IsForApi => request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

        public bool IsForLive => request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase);

        /// <summary>Probes come by any name and scheme, and learn nothing else.</summary>
        public bool IsForProbe =>
            request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
            || request.Path.Equals("/metrics", StringComparison.OrdinalIgnoreCase);

        public bool Changes => !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method) && !HttpMethods.IsTrace(request.Method);
    }
}
