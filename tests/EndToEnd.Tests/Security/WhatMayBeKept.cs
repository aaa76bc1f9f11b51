using System.Collections.Immutable;
using System.Net;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>What browsers and caches on the way may keep: what is the same for everybody, and nothing else.</summary>
public sealed class WhatMayBeKept(OneServer shared) : IClassFixture<OneServer>
{
    private static readonly ImmutableHashSet<string> sameForEverybody =
        ["/publications.atom", "/communities/{community}/publications.atom", "/openapi/{documentName}.json", "/.well-known/security.txt", "{**path:file}", "/site.css"];

    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task Is_said_by_every_route_of_the_table()
    {
        var (room, ada, _) = await server.Scene();
        await server.Says(room, ada, "Hello");
        var kept = new List<string>();
        foreach (var person in new[] { ada, null })
        {
            using var http = server.Http(person);
            foreach (var route in EveryQuestion.RoutesOf(server).Where(route => !sameForEverybody.Contains(route)))
            {
                var path = EveryQuestion.With(route, room, "1") + (route.Contains("/live/", StringComparison.Ordinal) ? "?wait=false" : "");
                if (route.StartsWith("/hubs", StringComparison.Ordinal)) continue;

                var answer = await http.GetAsync(path);
                if (answer.Headers.CacheControl?.NoStore is not true) kept.Add($"{path}: {(int)answer.StatusCode} {answer.Headers.CacheControl}");
            }
        }

        kept.ShouldBeEmpty();
    }

    [Fact]
    public async Task Includes_files_of_the_site_and_public_feeds_but_not_their_refusals()
    {
        using var http = server.Http(null);

        foreach (var path in new[] { "/site.css", "/publications.atom", "/openapi/v1.json" })
        {
            var answer = await http.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            (answer.Headers.CacheControl?.NoStore is true).ShouldBeFalse(path);
        }

        (await http.GetAsync("/.well-known/security.txt")).Headers.CacheControl!.NoStore.ShouldBeTrue();   // none is configured
    }

    [Fact]
    public async Task A_contact_for_weaknesses_is_published_where_one_is_set()
    {
        await using var named = await LiveServer.Start(options => options with { SecurityContact = "security@buyers.example" });
        using var http = named.Http(null);
        using var unnamed = server.Http(null);

        var text = await http.GetStringAsync("/.well-known/security.txt");

        text.Split('\n')[0].ShouldBe("Contact: mailto:security@buyers.example");
        text.ShouldContain($"Canonical: {LiveServer.Origin}/.well-known/security.txt");
        text.ShouldMatch(@"(?m)^Expires: \d{4}-\d\d-\d\dT00:00:00Z$");
        (await unnamed.GetAsync("/.well-known/security.txt")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
