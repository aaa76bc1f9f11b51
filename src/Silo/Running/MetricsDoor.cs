using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace PublicBuyers.Running;

/// <summary>
/// <c>/metrics</c>, for the addresses that are set and for who shows the token. To everybody else it is not there.
/// </summary>
internal static class MetricsDoor
{
    private const string Path = "/metrics";

    private const string Bearer = "Bearer ";

    public static void MapMetrics(this WebApplication server, ServerOptions options)
    {
        if (!options.ShowsMetrics())
            return;

        var networks = options.MetricsNetworks;
        server.UseOpenTelemetryPrometheusScrapingEndpoint(http =>
            http.Request.Path.Equals(Path, StringComparison.OrdinalIgnoreCase)
            && HttpMethods.IsGet(http.Request.Method)
            && (ComesFrom(http, networks) || Shows(http, options.MetricsToken))
        );
    }

    /// <summary>
    /// A request that a proxy passed on and whose client nobody names reliably comes from no address at all: its
    /// proxy is not among <c>TrustedProxies</c>.
    /// </summary>
    private static bool ComesFrom(HttpContext http, IReadOnlyList<IPNetwork> networks)
    {
        if (http.Connection.RemoteIpAddress is not { } address)
            return false;

        var headers = http.Request.Headers;
        if (headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("Forwarded") || headers.ContainsKey("Via"))
            return false;

        var client = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => network.Contains(client));
    }

    private static bool Shows(HttpContext http, string? token)
    {
        if (token is null)
            return false;

        var shown = http.Request.Headers[HeaderNames.Authorization].ToString();
        return shown.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(Encoding.UTF8.GetBytes(shown[Bearer.Length..].Trim())),
                SHA256.HashData(Encoding.UTF8.GetBytes(token))
            );
    }
}
