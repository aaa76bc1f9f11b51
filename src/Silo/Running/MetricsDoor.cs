using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;
using PublicBuyers.Security;

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
    /// A request that a proxy passed on without naming the client comes from no address at all: its own would let
    /// everybody in.
    /// </summary>
    private static bool ComesFrom(HttpContext http, IReadOnlyList<IPNetwork> networks)
    {
        if (http.Connection.RemoteIpAddress is not { } address || IsOfAnybody(http.Request))
            return false;

        var client = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => network.Contains(client));
    }

    private static bool IsOfAnybody(HttpRequest request) =>
        !PassedOn.IsClientNamed(request)
        && (
            PassedOn.HeaderOf(request) is not null
            || PassedOn.IsSchemeNamed(request)
            || HttpProtocol.IsHttp10(request.Protocol) // which proxies speak
        );

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
