using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Attachments;
using PublicBuyers.Bridges;
using PublicBuyers.EndToEnd.Tests.Attachments;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.EndToEnd.Tests.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>B6: what is in a community that is not one's own answers like what is nowhere, whatever is asked and however: status, headers and every byte of the body.</summary>
public sealed partial class WhatIsNotThere(OneServer shared) : IClassFixture<OneServer>
{
    /// <summary>That there is such a community, what it is for and how one comes in, everybody who is signed in may know.</summary>
    private static readonly ImmutableHashSet<string> ofTheCommunityItself =
    [
        "GET /communities/{community}/", "GET /communities/{community}/ask", "POST /communities/{community}/ask", "POST /communities/{community}/join", "GET /communities/{community}/leave", "POST /communities/{community}/leave",
        "GET /communities/{community}/publications", "GET /api/communities/{community}/vitality", "POST /api/communities/{community}/requests",
    ];

    private readonly LiveServer server = shared.Server;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whatever_can_be_read_reads_the_same_where_it_is_and_where_nothing_is(bool isSignedIn)
    {
        var hidden = await Hidden.In(server);
        using var http = server.Http(isSignedIn ? await server.Stranger() : null);
        if (!isSignedIn) http.DefaultRequestHeaders.Remove("X-Requested-With");
        var told = new List<string>();

        foreach (var (verb, route) in Routes().Where(entry => entry.Verb is "GET" or "HEAD"))
        foreach (var place in hidden.Places)
        foreach (var isForPeople in new[] { true, false })
        {
            var asked = Fill(route, place);
            var there = await Ask(http, verb, asked, null, isForPeople);
            foreach (var absent in Absent(route, place))
                if (await Ask(http, verb, absent, null, isForPeople) is var nothing && there != nothing) told.Add($"{verb} {asked}, and {absent}: {Difference(there, nothing)}");
        }

        told.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whatever_can_be_done_over_the_api_is_refused_the_same_where_it_is_and_where_nothing_is()
    {
        var hidden = await Hidden.In(server);
        using var http = server.Http(await server.Stranger());
        var told = new List<string>();

        foreach (var (verb, route) in Routes().Where(entry => entry.Verb is not ("GET" or "HEAD") && entry.Route.StartsWith("/api/", StringComparison.Ordinal)))
        foreach (var place in hidden.Places)
        {
            var suffix = verb is "DELETE" ? "?requestId=r&reason=because" : route.EndsWith("/attachments", StringComparison.Ordinal) ? "?name=a.txt" : "";
            var asked = Fill(route, place);
            var there = await Ask(http, verb, asked, suffix);
            if (!there.StartsWith("404", StringComparison.Ordinal)) told.Add($"{verb} {asked}: {there[..3]}");
            foreach (var absent in Absent(route, place))
                if (await Ask(http, verb, absent, suffix) is var nothing && there != nothing) told.Add($"{verb} {asked}, and {absent}: {Difference(there, nothing)}");
        }

        told.ShouldBeEmpty();
    }

    [Fact]
    public async Task Topics_and_commands_of_a_live_connection_know_neither_of_a_common_thread_nor_of_comments()
    {
        var hidden = await Hidden.In(server);
        await using var stranger = await server.Connect(await server.Stranger());
        foreach (var place in hidden.Places)
        {
            var (room, nowhere) = ($"{place["community"]}/{place["room"]}", $"{Other(place["community"])}/{place["room"]}");
            HubCalls.WithoutTopic(await stranger.Enter($"room/{room}")).ShouldBe(HubCalls.WithoutTopic(await stranger.Enter($"room/{nowhere}")), room);
            foreach (var (method, arguments) in HubCalls.OfARoom)
            {
                var there = await stranger.Call(method, [room, .. arguments]);
                there.GetProperty("refused").GetProperty("status").GetInt32().ShouldBe(404, $"{method} {room}");
                there.GetRawText().ShouldBe((await stranger.Call(method, [nowhere, .. arguments])).GetRawText(), $"{method} {room}");
            }
        }

        stranger.Received.ShouldNotContain(frame => frame.Contains("Quibblewort"));
    }

    private IEnumerable<(string Verb, string Route)> Routes() =>
        from endpoint in server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        let route = endpoint.RoutePattern.RawText!
        where route.Contains("{community}", StringComparison.Ordinal)
        from verb in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        where !ofTheCommunityItself.Contains($"{verb} {route}")
        select (verb, route);

    private static string Fill(string route, IReadOnlyDictionary<string, string> place) => Parameter().Replace(route, found => place[found.Groups["name"].Value]);

    /// <summary>The same address but for one part of it, which names nothing: the community, or what is last.</summary>
    private static IEnumerable<string> Absent(string route, ImmutableDictionary<string, string> place) =>
        Parameter().Matches(route).Select(found => found.Groups["name"].Value) is var names
            ? new[] { "community", names.Last() }.Distinct().Select(name => Fill(route, place.SetItem(name, Other(place[name]))))
            : [];

    /// <summary>Of the same form and length.</summary>
    private static string Other(string value) => long.TryParse(value, out _) ? "7" : value[..^1] + (value[^1] == 'z' ? 'y' : 'z');

    private static async Task<string> Ask(HttpClient http, string verb, string path, string? suffix, bool isForPeople = false)
    {
        using var message = new HttpRequestMessage(new HttpMethod(verb), path + suffix);
        if (isForPeople) message.Headers.Accept.ParseAdd("text/html");
        if (suffix == "?name=a.txt") message.Content = new ByteArrayContent("hello"u8.ToArray());
        else if (verb is "POST" or "PUT") message.Content = JsonContent.Create(Everything(path.EndsWith("/restrict", StringComparison.Ordinal) ? "mute" : "news"));

        using var answer = await http.SendAsync(message);
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Date" or "Set-Cookie")).OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        var said = $"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n\n{await answer.Content.ReadAsStringAsync()}";
        foreach (var part in path.Split('/').Where(part => part.Length > 8).Prepend(path)) foreach (var echo in new[] { Uri.EscapeDataString(part), part.Replace("+", "&#x2B;", StringComparison.Ordinal), part.TrimStart('~') }) said = said.Replace(echo, "this", StringComparison.Ordinal);
        return Once().Replace(said, "");
    }

    private static string Difference(string one, string other) =>
        one.Split('\n').Zip(other.Split('\n')).FirstOrDefault(lines => lines.First != lines.Second) is ({ } here, var there) ? $"\"{here}\" is not \"{there}\"" : "one says more than the other";

    /// <summary>Whatever any command asks for, so that nothing but the right is missing.</summary>
    private static object Everything(string kind) => new
    {
        requestId = "r",
        markdown = "hello",
        message = "hello",
        reason = "because",
        reaction = "agree",
        reacts = true,
        pinned = true,
        hidden = true,
        locked = true,
        seconds = 10,
        number = 1,
        version = 1,
        verdict = "approved",
        fence = 1,
        act = "dismiss",
        items = new[] { new { number = 1, version = 1 } },
        role = "member",
        kind,
        classification = "community",
        title = "Mine",
        summary = "",
        seen = 1,
        name = "A name",
        goal = "To buy well.",
        contact = "desk@example.eu",
        access = "onRequest",
        addresses = new[] { "somebody@example.eu" },
        room = "a/b",
        from = "2026-12-01T00:00:00Z",
        until = "2026-12-20T00:00:00Z",
        hours = new { timeZone = "Europe/Brussels", days = new[] { "monday" }, from = "09:00:00", until = "17:00:00", holidays = Array.Empty<string>(), leadersAfter = 8, administratorsAfter = 16 },
        card = new { goal = "Ours" },
        readers = "community",
    };

    [GeneratedRegex(@"\{(?<name>[a-zA-Z]+)(:[^}]*)?\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();

    /// <summary>What is made anew for each page: tokens and request ids of its forms.</summary>
    [GeneratedRegex("name=\"(__RequestVerificationToken|request)\"[^>]*>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Once();

    /// <summary>One of everything that a community has, and none of it for strangers: addressed in its room, in a common thread, and in the comments of a publication.</summary>
    private sealed record Hidden(ImmutableArray<ImmutableDictionary<string, string>> Places)
    {
        public static async Task<Hidden> In(LiveServer server)
        {
            var (scene, other) = (await server.QueueScene(), await server.QueueScene());
            var member = await scene.Member($"Hidden{scene.Community.Value[11..]}");
            await scene.Asks();
            var publication = new PublicationId(scene.Community, $"{Guid.NewGuid():n}");
            var file = await Upload(publication.Comments);
            QueueScene.Must(await server.Grains.Publication(publication).Write(new() { By = scene.Ada.Member, Request = server.NewRequest(), Seen = 0, Content = new(PublicationKind.News, "Quibblewort", "In short.", "About it.", Classification.Community, [], [file]) }));
            QueueScene.Must(await server.Grains.Publication(publication).Submit(new() { By = scene.Ada.Member, Request = server.NewRequest(), Version = 1 }));
            using (var leader = server.Http(scene.Ada))
            {
                (await leader.PutAsJsonAsync($"/api/communities/{scene.Community}/state-of-play", new { requestId = "card", card = new { goal = "Quibblewort" }, readers = "community", seen = 0 })).EnsureSuccessStatusCode();
                (await leader.PostAsJsonAsync($"/api/communities/{scene.Community}/members/{member.Member}/restrict", new { requestId = "mute", kind = "mute", reason = "Quibblewort" })).EnsureSuccessStatusCode();
            }

            var bridge = server.Grains.Bridge(new BridgeId(scene.Community, other.Community));
            QueueScene.Must(await bridge.Propose(new() { By = scene.Ada.Member, Request = server.NewRequest(), Side = scene.Community, Room = scene.Room }));
            QueueScene.Must(await bridge.Agree(new() { By = other.Ada.Member, Request = server.NewRequest(), Side = other.Community, Room = other.Room, Version = 1 }));
            var thread = QueueScene.Must(await bridge.OpenThread(new() { By = scene.Ada.Member, Request = server.NewRequest(), Side = scene.Community, Title = "Quibblewort", Classification = Classification.Community }));
            var posted = await Upload(scene.Room);
            QueueScene.Must(await server.Grains.Room(scene.Room).Post(new() { By = scene.Ada.Member, Request = new("posted"), Markdown = "Quibblewort", Attachments = [posted] }));
            await server.Says(thread, scene.Ada, "Quibblewort");
            await server.Services.GetRequiredService<IBridges>().Settled(default);
            await scene.Settled();

            return new([At(scene.Room.Slug, posted), At(thread.Slug, posted), At(publication.Comments.Slug, file)]);

            ImmutableDictionary<string, string> At(string room, Attachment attached) => new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["community"] = scene.Community.Value, ["room"] = room, ["slug"] = room, ["number"] = "1", ["post"] = "1", ["file"] = attached.Id.Value, ["id"] = publication.Key, ["member"] = member.Member.Value, ["other"] = other.Community.Value,
            }.ToImmutableDictionary(StringComparer.Ordinal);

            async Task<Attachment> Upload(RoomId room)
            {
                using var body = new MemoryStream(SampleFiles.Png());
                var kept = QueueScene.Must(await server.Services.GetRequiredService<AttachmentDesk>().Add(new(scene.Ada.Member, room), "plan.png", body.Length, body, default));
                return room.Publication is null ? QueueScene.Must(await server.Services.GetRequiredService<AttachmentDesk>().Take(scene.Ada.Member, room, new("posted"), [kept.Id.Value]))[0] : kept;
            }
        }
    }
}
