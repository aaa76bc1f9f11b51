using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Pages;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>Every form of the site, from the route table: a new one is tried from then on.</summary>
internal static partial class EveryForm
{
    public const string Typed = "Angebote & Fristen <prüfen>\nbis \"Montag\"";

    /// <summary>The addresses that forms are sent to.</summary>
    public static IEnumerable<string> Of(LiveServer server, string community = "somewhere", string room = "somewhere") =>
        server.Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") is true)
            .Select(endpoint => Gaps().Replace("/" + endpoint.RoutePattern.RawText!.Trim('/'), gap => Fill(gap, community, room)))
            .Where(path => !path.StartsWith("/api/", StringComparison.Ordinal))
            .Where(path => !path.StartsWith("/hubs/", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal);

    /// <summary>All fields that people type into, with a text in each.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Filled() =>
        TypedFields.Labels.Keys.Select(name => KeyValuePair.Create(name, Typed))
            .Append(new("request", "form:kept")).Append(new("returnTo", "/"));

    private static string Fill(Match gap, string community, string room) => gap.Groups["name"].Value switch
    {
        "number" or "post" => "1",
        "id" => "pub-1",
        "community" => community,
        _ => room,
    };

    [GeneratedRegex(@"\{\**(?<name>[a-zA-Z]+)[^}]*\}", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Gaps();
}
