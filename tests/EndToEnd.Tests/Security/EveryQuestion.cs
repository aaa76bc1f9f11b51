using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>Everything that can be fetched, taken from the route table: a route that comes to it is asked from then on, or says here that it carries no text.</summary>
internal sealed partial class EveryQuestion(RandomWorld world, int seed, int round)
{
    /// <summary>Nothing that anybody wrote is in them.</summary>
    private static readonly ImmutableHashSet<string> withoutText =
    [
        "/health/live", "/health/ready", "/administrator", "/offline", "/openapi/{documentName}.json", "/sign-in/", "/sign-in/confirm", "/sign-in/sent", "{**path:file}", "/.well-known/security.txt",
        "/hubs/live", "/hubs/live/negotiate",   // what is said over them is tried by itself
    ];

    /// <summary>Asked for every place that the one who asks may read: here at the latest each text is found.</summary>
    private static readonly ImmutableHashSet<string> thorough =
    [
        "/api/rooms/{community}/{slug}/posts/", "/api/rooms/{community}/{slug}/acts", "/communities/{community}/publications/{id}", "/communities/{community}/{room}/posts/{number:long:min(1)}/files/{file}",
        "/communities/{community}/publications/{id}/files/{file}", "/communities/{community}/", "/communities/{community}/members", "/communities/{community}/restrictions", "/api/communities/{community}/bridges",
        "/communities/{community}/state-of-play/", "/communities/{community}/queue/log.csv", "/api/queues/{community}",
        "/api/queues/{community}/items/{number}", "/communities/{community}/queue/{number:long:min(1)}/files/{file}",
    ];

    /// <summary>What is asked after the address.</summary>
    private static readonly ImmutableDictionary<string, string[]> queries = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["/search"] = ["", "?q=trams", "?q=trams&files=true"],
        ["/api/search"] = ["?q=trams", "?files=true", "?q=trams&community={community}", "?q=mk", "?author=leader"],
        ["/api/rooms/{community}/{slug}/members"] = ["?name=Silent", "?name="],
        ["/publications"] = ["", "?q=trams&kind=news"],
        ["/api/publications"] = ["", "?q=trams"],
        ["/api/queues/{community}"] = ["", "?open=false"],
        ["/communities/{community}/queue/"] = ["", "?open=false"],
        ["/communities/{community}/members/{member}"] = [""],
    }.ToImmutableDictionary(StringComparer.Ordinal);

    private readonly Random random = new(seed * round);

    public static ImmutableArray<string> RoutesOf(LiveServer server) =>
    [
        .. server.Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } route && (route.StartsWith('/') || route.StartsWith('{')))   // the rest are files
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is not { } methods || methods.Contains("GET"))
            .Select(endpoint => endpoint.RoutePattern.RawText!)
            .Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>An address of a route: a room of a community where one is asked for, and the same word in every other gap.</summary>
    public static string With(string route, RoomId room, string other) => Parameter().Replace(route, found => found.Groups["name"].Value switch
    {
        "community" => room.Community.Value,
        "room" or "slug" => room.Slug,
        "topic" => Streams.Of(room),
        _ => other,
    });

    public static IEnumerable<string> Undeclared(LiveServer server) => RoutesOf(server).Where(route => !withoutText.Contains(route) && Parameters(route).Any(name => !known.Contains(name)));

    public static IEnumerable<string> Gone(LiveServer server) => withoutText.Concat(thorough).Concat(queries.Keys).Except(RoutesOf(server));

    private static readonly ImmutableHashSet<string> known = ["community", "room", "slug", "number", "post", "id", "file", "member", "other", "topic"];

    /// <summary>Addresses, with every gap filled by what there is in the world.</summary>
    public IEnumerable<string> Of(Somebody asker, ImmutableArray<string> routes)
    {
        var turn = world.People.IndexOf(asker) + round;
        foreach (var (number, route) in routes.Where(route => !withoutText.Contains(route)).Index())
        {
            // Where one place is as good as another, every second person asks, and the others the next time.
            if (Parameters(route).Any() && !thorough.Contains(route) && (number + turn) % 2 == 0) continue;

            var filled = Fill(route).ToList();
            var must = thorough.Contains(route) ? filled.Where(each => each.IsRead(asker)) : [];
            var never = filled.Where(each => !each.IsRead(asker)).ToList();
            var others = One(never).Concat(never.Count == 0 || random.Next(3) == 0 ? One(filled) : []);
            foreach (var path in must.Concat(others).Select(each => each.Path).Distinct())
                foreach (var query in queries.GetValueOrDefault(route, [""])) yield return path + query.Replace("{community}", Pick(world.Communities).Value, StringComparison.Ordinal);
        }
    }

    /// <param name="IsRead">Whether there is something to be read for somebody, as far as that decides what is asked.</param>
    private sealed record Address(string Path, Func<Somebody, bool> IsRead);

    private IEnumerable<Address> Fill(string route)
    {
        var names = Parameters(route).ToList();
        if (names is ["topic"]) return world.Topics.Select(topic => new Address($"/api/live/{topic}?epoch=0&after=-1&wait=false", _ => true));
        if (names.Contains("file"))
        {
            var kind = KindOfFile(route);
            return world.Files
                .Where(file => file.Path.Contains(kind, StringComparison.Ordinal))
                .Select(file => new Address(file.Path, file.IsRead));
        }

        if (names.Contains("id")) return world.Works.Select(work => new Address(With(route, ("community", work.Community.Value), ("id", work.Id.Key), ("number", $"{work.Version}")), somebody => somebody.LooksAt(work) is Reading.Yes));
        if (names.Contains("room") || names.Contains("slug"))
        {
            var places = names.Contains("number") || names.Contains("post") ? world.Posts : world.Rooms.Select(room => (Room: room, Number: 1L));
            return places.Select(place => new Address(
                With(route, ("community", place.Room.Community.Value), ("room", place.Room.Slug), ("slug", place.Room.Slug), ("number", $"{place.Number}"), ("post", $"{place.Number}")),
                somebody => world.MayEnter(somebody, place.Room) && (place.Room.Publication is null || !route.EndsWith("/acts", StringComparison.Ordinal))));
        }

        if (route.Contains("state-of-play/versions", StringComparison.Ordinal)) return world.Communities.SelectMany(community => new[] { 1, 2 }.Select(version => new Address(With(route, ("community", community.Value), ("number", $"{version}")), somebody => somebody.Belongs(community))));
        if (names.Contains("number")) return world.Items.Select(item => new Address(With(route, ("community", item.Community.Value), ("number", $"{item.Number}")), somebody => somebody.Judges(item.Community)));

        return names switch
        {
            [] => [new(route, _ => true)],
            ["community"] => world.Communities.Select(community => new Address(With(route, ("community", community.Value)), somebody => IsRead(route, somebody, community))),
            ["community", "member"] => world.Communities.SelectMany(community => world.People.Where(person => person.Who is not null).Select(person => new Address(With(route, ("community", community.Value), ("member", person.Id.Value)), somebody => somebody.Judges(community)))),
            ["community", "other"] => world.Communities.SelectMany(community => world.Communities.Where(other => other != community).Select(other => new Address(With(route, ("community", community.Value), ("other", other.Value)), somebody => somebody.Moderates(community)))),
            _ => throw new InvalidOperationException($"Say here how \"{route}\" is filled in."),
        };
    }

    private static string KindOfFile(string route) =>
        new[] { "/publications/", "/queue/", "/posts/" }.First(kind => route.Contains(kind, StringComparison.Ordinal));

    /// <summary>Whether a page of a community may say something to somebody.</summary>
    private static bool IsRead(string route, Somebody somebody, CommunityId community) =>
        route is "/communities/{community}/" or "/communities/{community}/state-of-play/"
        || (route.Contains("/queue", StringComparison.Ordinal) || route.Contains("restrictions", StringComparison.Ordinal) ? somebody.Judges(community)
            : route.Contains("/bridges", StringComparison.Ordinal) ? somebody.Moderates(community)
            : somebody.Belongs(community));

    private static string With(string route, params (string Name, string Value)[] values) =>
        Parameter().Replace(route, found => values.First(value => value.Name == found.Groups["name"].Value).Value);

    private static IEnumerable<string> Parameters(string route) => Parameter().Matches(route).Select(found => found.Groups["name"].Value);

    /// <summary>Any one.</summary>
    private IEnumerable<Address> One(List<Address> addresses) => addresses.Count == 0 ? [] : [Pick(addresses)];

    private T Pick<T>(IReadOnlyList<T> all) => all[random.Next(all.Count)];

    [GeneratedRegex(@"\{\**(?<name>[a-zA-Z]+)(:[^}]*)?\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();
}
