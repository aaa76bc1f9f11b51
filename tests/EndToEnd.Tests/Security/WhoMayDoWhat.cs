using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>P6: every entry of the server, tried by everybody. An entry that nobody declared here fails.</summary>
/// <remarks>Who may is let through, however little sense the request makes; who may not is told that there is nothing, or, where they may read the thing itself, that it is not for them.</remarks>
public sealed partial class WhoMayDoWhat(OneServer shared) : IClassFixture<OneServer>
{
    /// <summary>Looking changes nothing: all looks are at the same people.</summary>
    private static readonly ConditionalWeakTable<LiveServer, Task<People>> readers = [];

    private readonly LiveServer server = shared.Server;

    /// <summary>Declared, and tried where it is written beside it.</summary>
    private static readonly ImmutableHashSet<string> elsewhere =
    [
        "ANY /hubs/live", "ANY /hubs/live/negotiate",   // WhoMayConnect
        "GET /api/live/{**topic}",                      // the topics, below
        "GET /.well-known/security.txt",                // WhatMayBeKept
        "GET {**path:file}", "HEAD {**path:file}", "GET /api/publications", "GET /publications/mine", .. new[] { "GET", "PUT" }.Select(verb => verb + " /api/communities/{community}/state-of-play/"), .. new[] { "/api/communities", "/communities" }.SelectMany(where => new[] { "/history", "/versions/{number:int:min(1)}" }.Select(what => $"GET {where}/{{community}}/state-of-play{what}")), .. new[] { "GET ", "GET /edit", "POST /edit" }.Select(route => route.Replace(" ", " /communities/{community}/state-of-play/", StringComparison.Ordinal).Replace("//", "/", StringComparison.Ordinal)), .. new[] { "GET new", "POST new", "GET {id}/edit", "POST {id}/edit", "GET {id}/versions", "GET {id}/versions/{number:int:min(1)}", "POST {id}/submit", "POST {id}/take-back", "GET {id}/withdraw", "POST {id}/withdraw" }.Select(route => route.Replace(" ", " /communities/{community}/publications/", StringComparison.Ordinal)), .. new[] { "GET /publications", "GET /publications.atom", "GET /publications/{id}", "GET /publications/{id}/files/{file}" }.Select(route => route.Replace(" ", " /communities/{community}", StringComparison.Ordinal)), .. new[] { "GET /", "POST /", "GET /{id}", "PUT /{id}", "GET /{id}/versions", "GET /{id}/versions/{number:int:min(1)}", "POST /{id}/submit", "POST /{id}/take-back", "POST /{id}/withdraw" }.Select(route => route.Replace(" ", " /api/communities/{community}/publications", StringComparison.Ordinal)),   // what is not there; PublicationsOverHttp, WritingWithoutScript, TheStateOfPlay
        "POST /sign-in/code", "POST /sign-in/confirm", "POST /administrator", "POST /sign-in/demonstration",   // SigningIn, TheFirstAdministrator: who knows a secret
        .. new[] { "agree", "decline", "take-back", "end" }.SelectMany(act => new[] { $"POST /api/communities/{{community}}/bridges/{{other}}/{act}", $"POST /communities/{{community}}/bridges/{{other}}/{act}" }), "POST /communities/{community}/bridges/propose", "POST /api/communities/{community}/bridges/{other}/propose", "POST /api/communities/{community}/bridges/{other}/threads", "GET /communities/{community}/bridges/{other}/thread", "POST /communities/{community}/bridges/{other}/thread",   // WhoMayLinkWhat
    ];

    private static readonly ImmutableDictionary<May, string[]> declared = new Dictionary<May, string[]>
    {
        [May.Everybody] = ["ANY /health/live", "ANY /health/ready", "GET /administrator", "GET /offline", "GET /publications", "GET /publications.atom", "GET /openapi/{documentName}.json", "GET /sign-in/", "GET /sign-in/confirm", "GET /sign-in/sent", "POST /language", "POST /sign-in/"],
        [May.SignedIn] =
        [
            "GET /", "GET /communities", "GET /communities/{community}/", "GET /communities/{community}/ask", "GET /members", "GET /api/members", "GET /mutes", "GET /notices", "GET /profile", "GET /queue", "GET /requests", "GET /search", "GET /sessions", "GET /welcome",
            "GET /api/communities/{community}/vitality", "GET /api/me/mutes", "GET /api/me/notices", "GET /api/me/requests", "GET /api/queues/", "GET /api/search",
            "POST /api/me/kind", "POST /queue/filters", "POST /queue/filters/drop", "POST /api/me/notices/read", "POST /notices/read", "POST /profile", "POST /profile/kind", "POST /profile/presentation", "PUT /api/me/presentation", "POST /welcome",
            "GET /communities/{community}/leave", "POST /communities/{community}/leave",   // who is not in it is told so: that it exists is no secret
        ],
        [May.SignedIn | May.ToldWhyNot] = ["POST /api/communities/{community}/requests", "POST /communities/{community}/ask"],
        [May.Members | May.ToldWhyNot] = ["POST /communities/{community}/join"],
        [May.Themselves] = ["POST /sessions/end", "POST /sessions/end-others", "POST /sign-out"],
        [May.WhoeverIsConcerned] =
        [
            "DELETE /api/communities/{community}/requests/{number}", "POST /communities/{community}/requests/{number:long:min(1)}/withdraw", "GET /communities/{community}/requests/{number:long:min(1)}/appeal",
            "POST /communities/{community}/requests/{number:long:min(1)}/appeal", "POST /api/queues/{community}/items/{number}/appeal", "GET /communities/{community}/{room}/posts/{number:long:min(1)}/files/{file}",
            "GET /communities/{community}/queue/{number:long:min(1)}/files/{file}",   // WhatWasReported
        ],
        [May.Restricted] = ["GET /communities/{community}/appeal", "POST /communities/{community}/appeal", "POST /api/communities/{community}/appeal"],
        [May.Members] =
        [
            "GET /api/rooms/{community}/{slug}/acts", "GET /api/rooms/{community}/{slug}/members", "GET /api/rooms/{community}/{slug}/posts/", "GET /api/rooms/{community}/{slug}/posts/{number}", "GET /api/rooms/{community}/{slug}/posts/{number}/history",
            "GET /communities/{community}/{room}/", "GET /communities/{community}/{room}/log",
            "GET /communities/{community}/{room}/posts/{number:long:min(1)}", "GET /communities/{community}/{room}/posts/{number:long:min(1)}/history", "GET /communities/{community}/{room}/print",
            "POST /communities/{community}/{room}/", "POST /communities/{community}/{room}/posts/{number:long:min(1)}/react",
            "POST /api/rooms/{community}/{slug}/attachments", "DELETE /api/rooms/{community}/{slug}/attachments/{file}", "POST /api/rooms/{community}/{slug}/posts/", "POST /api/rooms/{community}/{slug}/posts/{number}/reactions", "POST /api/rooms/{community}/{slug}/preview", "POST /api/rooms/{community}/{slug}/read",
            "POST /api/me/mutes/rooms", "POST /mutes/rooms", "GET /api/communities/{community}/bridged-threads",
        ],
        [May.Members | May.Administrators] =
        [
            "GET /communities/{community}/members",
            "POST /api/me/mutes/members", "POST /mutes/members",   // whom one meets somewhere
        ],
        [May.Members | May.NotOfTheirOwn] = ["POST /api/rooms/{community}/{slug}/posts/{number}/report", "GET /communities/{community}/{room}/posts/{post:long:min(1)}/report", "POST /communities/{community}/{room}/posts/{post:long:min(1)}/report"],
        [May.Members | May.OfTheirOwn] =
        [
            "GET /communities/{community}/{room}/posts/{number:long:min(1)}/edit", "POST /communities/{community}/{room}/posts/{number:long:min(1)}/edit", "PUT /api/rooms/{community}/{slug}/posts/{number}",
            "GET /communities/{community}/{room}/posts/{number:long:min(1)}/delete", "POST /communities/{community}/{room}/posts/{number:long:min(1)}/delete", "DELETE /api/rooms/{community}/{slug}/posts/{number}",
        ],
        [May.Moderators] =
        [
            "GET /api/rooms/{community}/{slug}/reach", "POST /api/rooms/{community}/{slug}/posts/{number}/hide", "POST /api/rooms/{community}/{slug}/posts/{number}/lock", "POST /api/rooms/{community}/{slug}/posts/{number}/pin", "POST /api/rooms/{community}/{slug}/slow-mode",
            "GET /communities/{community}/{room}/slow-mode", "POST /communities/{community}/{room}/slow-mode", .. new[] { "hide", "show", "lock", "unlock", "pin", "unpin" }.SelectMany(act => new[] { $"GET /communities/{{community}}/{{room}}/posts/{{number:long:min(1)}}/{act}", $"POST /communities/{{community}}/{{room}}/posts/{{number:long:min(1)}}/{act}" }),
            "GET /communities/{community}/absence/", "POST /communities/{community}/absence/", "POST /communities/{community}/absence/end", "POST /api/communities/{community}/absence", "POST /api/communities/{community}/absence/end",
            .. new[] { "POST /communities", "GET /api/communities", "POST /api/communities" }.Select(where => where + "/{community}/members/{member}/clear"),
            "POST /communities/{community}/members/{member}/clear/undo", "POST /api/communities/{community}/members/{member}/clear/undo",
            "GET /communities/{community}/bridges/", "GET /api/communities/{community}/bridges",
        ],
        [May.Moderators | May.Administrators] =
        [
            "GET /communities/{community}/contact", "POST /communities/{community}/contact", "POST /api/communities/{community}/contact",
            "GET /api/queues/{community}", "GET /api/queues/{community}/items/{number}", "POST /api/queues/{community}/decide", "POST /api/queues/{community}/items/{number}/claim", "POST /api/queues/{community}/items/{number}/decide",
            "POST /api/queues/{community}/items/{number}/release", "POST /api/queues/{community}/items/{number}/undo", "GET /communities/{community}/queue/", "GET /communities/{community}/queue/log", "GET /communities/{community}/queue/log.csv",
            "GET /communities/{community}/queue/{number:long:min(1)}", "POST /communities/{community}/queue/decide", "POST /communities/{community}/queue/{number:long:min(1)}/decide", "POST /communities/{community}/queue/{number:long:min(1)}/undo",
            "GET /communities/{community}/queue/hours", "GET /api/queues/{community}/hours", "GET /api/communities/{community}/absences",
            "GET /api/queues/{community}/arrivals", "POST /api/queues/{community}/arrivals/{member}", "POST /communities/{community}/queue/arrivals/{member}",
            "GET /communities/{community}/members/{member}", "GET /api/communities/{community}/restrictions", "GET /communities/{community}/restrictions", "GET /communities/{community}/invite", "POST /communities/{community}/invite", "POST /api/communities/{community}/invitations",
            "POST /api/communities/{community}/members/{member}/trust", "POST /communities/{community}/members/{member}/trust", "POST /api/communities/{community}/members/{member}/lift", "POST /api/communities/{community}/members/{member}/restrict", "POST /communities/{community}/members/{member}/lift", "POST /communities/{community}/members/{member}/restrict",
        ],
        [May.Leaders | May.Administrators] =
        [
            "GET /communities/{community}/settings", "POST /communities/{community}/settings", "POST /api/communities/{community}/settings", "GET /communities/{community}/open-room", "POST /communities/{community}/open-room",
            "POST /communities/{community}/queue/hours", "POST /api/queues/{community}/hours",
            "GET /communities/{community}/close", "POST /communities/{community}/close", "POST /api/communities/{community}/close", "POST /communities/{community}/reopen", "POST /api/communities/{community}/reopen",
            "POST /api/communities/{community}/members/{member}/role", "POST /communities/{community}/members/{member}/role",
        ],
        [May.Administrators] = ["GET /administration", "POST /administration/kinds", "POST /administration/mail/lift", "GET /administration/administrators", "POST /administration/administrators", "POST /administration/administrators/dismiss", "GET /communities/new", "POST /communities/new"],
    }.ToImmutableDictionary();

    [Flags]
    private enum May
    {
        Everybody = 1,
        SignedIn = 2,

        /// <summary>Their account and nobody else's: tried by who has none.</summary>
        Themselves = 4,

        /// <summary>None of those who try: for them there is nothing.</summary>
        WhoeverIsConcerned = 8,
        Members = 16,
        Moderators = 32,
        Leaders = 64,
        Administrators = 128,
        OfTheirOwn = 256,
        NotOfTheirOwn = 512,

        /// <summary>Who may not, a banned applicant for one, is told why: that there is such a community is no secret.</summary>
        ToldWhyNot = 1024,
        Restricted = 2048,
    }

    public static TheoryData<string> Entries => [.. declared.Values.SelectMany(entries => entries).Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_entry_of_the_route_table_is_declared_once_and_every_declaration_is_one()
    {
        var routes = server.Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } route && (route.StartsWith('/') || route.StartsWith('{')))   // the rest are files
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(method => $"{method} {endpoint.RoutePattern.RawText}"))
            .Distinct().ToHashSet(StringComparer.Ordinal);
        var said = declared.Values.SelectMany(entries => entries).Concat(elsewhere).ToArray();

        said.ShouldBeUnique();
        routes.Except(said).ShouldBeEmpty("Say here who may use them.");
        said.Except(routes).ShouldBeEmpty("They are gone.");
    }

    [Theory, MemberData(nameof(Entries))]
    public async Task Everybody_gets_what_is_theirs_and_nobody_anything_else(string entry)
    {
        var may = declared.Single(each => each.Value.Contains(entry)).Key;
        var people = entry.StartsWith("GET ", StringComparison.Ordinal) ? await readers.GetValue(server, People.In) : await People.In(server);
        var wrong = new List<string>();
        foreach (var person in people.All)
        {
            if (may.HasFlag(May.Themselves) && person.Who is not null) continue;

            var tried = may.HasFlag(May.NotOfTheirOwn) ? person with { Number = 1 } : person;
            var (status, said) = await Try(entry, people, tried);
            var isLetIn = status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound) && !(status is HttpStatusCode.Found or HttpStatusCode.SeeOther && said.Contains("/sign-in?", StringComparison.Ordinal));
            if (isLetIn != person.Is(may)) wrong.Add($"{person.Name}: {(int)status}");
            if (isLetIn || person.Is(may) || person.Who is null || may.HasFlag(May.ToldWhyNot)) continue;

            // Where nothing may be read, what is there is no different from what is not.
            if (person.Role is not null || !entry.Contains("{community}", StringComparison.Ordinal)) continue;
            if (status != HttpStatusCode.NotFound) wrong.Add($"{person.Name}: {(int)status} in place of 404");
            var absent = await Try(entry, people with { Community = "nowhere" }, tried);
            if (absent != (status, said)) wrong.Add($"{person.Name}: is told something else where there is nothing");
        }

        wrong.ShouldBeEmpty($"{entry} is for {may}");
    }

    [Fact]
    public async Task Every_command_of_the_hub_is_declared_and_refused_to_who_may_not()
    {
        var commands = new Dictionary<string, (May May, Func<People, Tester, object?[]> Say)>(StringComparer.Ordinal)
        {
            ["Post"] = (May.Members, (people, _) => [people.Room, New(), "hello", null, null, null]),
            ["Edit"] = (May.Members | May.OfTheirOwn, (people, me) => [people.Room, New(), me.Number, "hello", null]),
            ["Delete"] = (May.Members | May.OfTheirOwn, (people, me) => [people.Room, New(), me.Number, "a reason"]),
            ["React"] = (May.Members, (people, me) => [people.Room, New(), me.Number, "agree", true]),
            ["Pin"] = (May.Moderators, (people, me) => [people.Room, New(), me.Number, true]),
            ["Hide"] = (May.Moderators, (people, me) => [people.Room, New(), me.Number, true, "a reason"]),
            ["Lock"] = (May.Moderators, (people, me) => [people.Room, New(), me.Number, true, "a reason"]),
            ["SlowDown"] = (May.Moderators, (people, _) => [people.Room, New(), 10, "a reason"]),
            ["MarkRead"] = (May.Members, (people, me) => [people.Room, me.Number, null]),
            ["MuteRoom"] = (May.Members, (people, _) => [people.Room, New(), true]),
            ["MuteMember"] = (May.Members | May.Administrators, (people, _) => [people.Target.Value, New(), true]),
            ["ReadNotices"] = (May.SignedIn, (_, _) => [New(), null, 1]),
            ["ClaimItem"] = (May.Moderators | May.Administrators, (people, me) => [people.Community, New(), me.Number]),
            ["ReleaseItem"] = (May.Moderators | May.Administrators, (people, me) => [people.Community, New(), me.Number, 1]),
            ["DecideItem"] = (May.Moderators | May.Administrators, (people, me) => [people.Community, New(), me.Number, 1, "approved", "", null, null]),
            ["DecideItems"] = (May.Moderators | May.Administrators, (people, me) => [people.Community, New(), new[] { new { number = me.Number, version = 1 } }, "approved", "", null, null]),
            ["UndoDecision"] = (May.Moderators | May.Administrators, (people, me) => [people.Community, New(), me.Number, 1]),
        };
        var methods = typeof(LiveHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(method => !method.IsSpecialName && method.GetBaseDefinition() == method).Select(method => method.Name);
        methods.ShouldBe([.. commands.Keys, "Enter", "Leave", "Typing"], ignoreOrder: true, "Enter is tried below; to leave, or to type where one is not, has no effect.");

        foreach (var (method, (may, say)) in commands)
        {
            var people = await People.In(server);
            foreach (var person in people.All.Where(person => person.Who is not null))
            {
                await using var client = await server.Connect(person.Who!);
                var answer = await client.Call(method, say(people, person));
                var refused = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 ? value[0].GetProperty("refused") : answer.GetProperty("refused");
                var isLetIn = refused.ValueKind == JsonValueKind.Null || refused.GetProperty("status").GetInt32() is not (403 or 404);
                isLetIn.ShouldBe(person.Is(may), $"{method} by {person.Name}: {refused}");
            }
        }
    }

    [Fact]
    public async Task A_topic_is_entered_by_who_may_read_it()
    {
        var people = await People.In(server);
        foreach (var (topic, may) in new[] { ($"room/{people.Room}", May.Members), ($"queue/{people.Community}", May.Moderators | May.Administrators), ("me", May.SignedIn), ($"community/{people.Community}", May.WhoeverIsConcerned), ($"inbox/{people.Target}", May.WhoeverIsConcerned), ($"member/{people.Target}", May.WhoeverIsConcerned) })
        {
            foreach (var person in people.All.Where(person => person.Who is not null))
            {
                await using var client = await server.Connect(person.Who!);
                var refused = (await client.Call("Enter", topic, 0, -1)).GetProperty("refused");
                (refused.ValueKind == JsonValueKind.Null).ShouldBe(person.Is(may), $"{topic} by {person.Name}");

                using var http = server.Http(person.Who);
                (await http.GetAsync($"/api/live/{topic}?epoch=0&after=-1")).StatusCode.ShouldBe(person.Is(may) ? HttpStatusCode.OK : HttpStatusCode.NotFound, $"{topic} polled by {person.Name}");
            }
        }

        using var stranger = server.Http(null);
        (await stranger.GetAsync("/api/live/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private string New() => server.NewRequest().Value;

    /// <summary>A form that is refused comes back with what was sent: only what else is said counts.</summary>
    private static string Anonymous(string said, string path, IEnumerable<object?> sent) =>
        sent.Select(value => $"{value}").Where(value => value.Length > 6).OrderByDescending(value => value.Length).Prepend(path)
            .Aggregate(FormToken().Replace(said, ""), (text, own) => text.Replace(own, "(sent)", StringComparison.Ordinal));

    [GeneratedRegex("<input type=\"hidden\" name=\"__RequestVerificationToken\" value=\"[^\"]*\"", RegexOptions.NonBacktracking)]
    private static partial Regex FormToken();

    private async Task<(HttpStatusCode Status, string Said)> Try(string entry, People people, Tester person)
    {
        var (method, route) = entry.Split(' ') is [var verb, var pattern] ? (verb == "ANY" ? "GET" : verb, pattern) : throw new InvalidOperationException(entry);
        var path = Parameter().Replace(route, found => found.Groups["name"].Value switch
        {
            "community" => people.Community,
            "room" or "slug" => "general",
            "member" => people.Target.Value,
            "number" or "post" => $"{person.Number}",
            "file" or "id" => "aaaaaaaaaaaaaaaaaaaaaaaa",
            "documentName" => "v1",
            var other => throw new InvalidOperationException($"Say here what \"{other}\" is."),
        });
        var isForm = method == "POST" && !path.StartsWith("/api/", StringComparison.Ordinal);
        var fields = people.Fields(entry, person, New());
        if (path.EndsWith("/members", StringComparison.Ordinal) && path.StartsWith("/api/", StringComparison.Ordinal)) path += "?name=a";
        if (method == "DELETE") path += $"?requestId={New()}&reason=because";

        using var http = server.Http(person.Who);
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        if (isForm)
        {
            var (token, cookie) = await Token(http, person);
            if (cookie is not null) message.Headers.Add("Cookie", person.Who is null ? cookie : $"{person.Who.Cookie}; {cookie}");
            var filled = fields.Select(field => new KeyValuePair<string, string>(field.Key, field.Value is bool flag ? flag ? "true" : "false" : $"{field.Value}")).Append(new("__RequestVerificationToken", token));
            message.Content = route == "/communities/{community}/{room}/" ? WithFiles(filled) : new FormUrlEncodedContent(filled);
        }
        else if (path.Contains("/attachments", StringComparison.Ordinal))
        {
            message.RequestUri = new(path + "?name=a.txt", UriKind.Relative);
            message.Content = new ByteArrayContent("hello"u8.ToArray());
        }
        else if (method is "POST" or "PUT")
        {
            message.Content = JsonContent.Create(fields);
        }

        using var response = await http.SendAsync(message);
        var body = await response.Content.ReadAsStringAsync();
        var said = response.Headers.Location is { } elsewhereTo ? elsewhereTo.ToString() : MainPart().Match(body) is { Success: true } main ? main.Value : body;
        return (response.StatusCode, isForm ? Anonymous(said, path, fields.Values) : said);
    }

    private static MultipartFormDataContent WithFiles(IEnumerable<KeyValuePair<string, string>> fields)
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields) content.Add(new StringContent(value), name);
        return content;
    }

    /// <summary>Of a page that whoever asks can see.</summary>
    private static async Task<(string Token, string? Cookie)> Token(HttpClient http, Tester person)
    {
        using var page = await http.GetAsync(person.Who is null ? "/sign-in" : "/profile");
        var token = TokenField().Match(await page.Content.ReadAsStringAsync()).Groups["token"].Value;
        return (token, page.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Select(cookie => cookie.Split(';')[0]).FirstOrDefault(cookie => cookie.Contains("publicbuyers-form", StringComparison.Ordinal)) : null);
    }

    [GeneratedRegex(@"\{(?<name>[a-zA-Z]+)(:[^}]*)?\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();

    [GeneratedRegex("<main.*</main>", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex MainPart();

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"(?<token>[^\"]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TokenField();

    /// <param name="Who">None for who is not signed in.</param>
    /// <param name="Role">In the community.</param>
    /// <param name="Number">Of the post and of the item that they try.</param>
    private sealed record Tester(string Name, Person? Who, Role? Role, bool IsAdministrator, long Number)
    {
        public bool Is(May may) =>
            may.HasFlag(May.Everybody)
            || (may.HasFlag(May.SignedIn) && Who is not null && !(may.HasFlag(May.ToldWhyNot) && Name == "who is banned"))
            || (may.HasFlag(May.Restricted) && Name is "who is suspended" or "who is banned")
            || (may.HasFlag(May.Members) && Role is not null)
            || (may.HasFlag(May.Moderators) && Role >= PublicBuyers.Communities.Role.Moderator)
            || (may.HasFlag(May.Leaders) && Role >= PublicBuyers.Communities.Role.Leader)
            || (may.HasFlag(May.Administrators) && IsAdministrator);
    }

    /// <summary>A community on request, and everybody there is to it. Post and item n are for the n-th of them.</summary>
    private sealed record People(string Community, MemberId Target, ImmutableArray<Tester> All)
    {
        public string Room => $"{Community}/general";

        public static async Task<People> In(LiveServer server)
        {
            var slug = $"matrix-{Guid.NewGuid():n}"[..20];
            var id = new CommunityId(slug);
            var community = server.Grains.Community(id);
            var people = new Dictionary<string, Person>(StringComparer.Ordinal);
            foreach (var name in new[] { "Leader", "Moderator", "Member", "Outsider", "Former", "Suspended", "Banned", "Administrator", "Target" }) people[name] = await server.SignIn($"{name}{slug.Replace("-", "", StringComparison.Ordinal)}");

            Done(await community.Found(new() { By = MemberId.System, Request = server.NewRequest(), Name = slug, Access = PublicBuyers.Communities.Access.OnRequest, Goal = "To buy well together.", Leader = people["Leader"].Member }));
            Done(await community.ChangeSettings(new() { By = MemberId.System, Request = server.NewRequest(), Name = slug, Access = PublicBuyers.Communities.Access.OnRequest, Goal = "To buy well together.", Contact = "desk@example.eu" }));
            foreach (var name in new[] { "Moderator", "Member", "Former", "Suspended", "Banned", "Target" }) Done(await community.AdmitMember(new() { By = MemberId.System, Request = server.NewRequest(), Member = people[name].Member, ApprovedBy = people["Leader"].Member }));
            Done(await community.ChangeRole(new() { By = MemberId.System, Request = server.NewRequest(), Member = people["Moderator"].Member, Role = PublicBuyers.Communities.Role.Moderator }));
            Done(await server.Grains.Member(people["Administrator"].Member).AppointAdministrator(new() { By = MemberId.System, Request = server.NewRequest() }));

            var testers = ImmutableArray.Create<Tester>(
                new("a stranger", null, null, false, 1),
                new("an outsider", people["Outsider"], null, false, 2),
                new("who left", people["Former"], null, false, 3),
                new("who is suspended", people["Suspended"], null, false, 4),
                new("who is banned", people["Banned"], null, false, 5),
                new("an administrator", people["Administrator"], null, true, 6),
                new("a member", people["Member"], PublicBuyers.Communities.Role.Member, false, 7),
                new("a moderator", people["Moderator"], PublicBuyers.Communities.Role.Moderator, false, 8),
                new("the leader", people["Leader"], PublicBuyers.Communities.Role.Leader, false, 9));
            var room = new RoomId(id, "general");
            foreach (var tester in testers)
            {
                await server.Says(room, tester.Role is null ? people["Target"] : tester.Who!, $"Post {tester.Number}");
                Done(await server.Grains.Queue(id).Ask(new() { By = new($"applicant{slug[7..]}{tester.Number}"), Request = server.NewRequest(), Message = "I buy trams." }));
            }

            Done(await community.Leave(new() { By = people["Former"].Member, Request = server.NewRequest() }));
            Done(await community.Restrict(new() { By = MemberId.System, Request = server.NewRequest(), Member = people["Suspended"].Member, Kind = RestrictionKind.Suspension, Reason = "A quarrel." }));
            Done(await community.Restrict(new() { By = MemberId.System, Request = server.NewRequest(), Member = people["Banned"].Member, Kind = RestrictionKind.Ban, Reason = "Advertising." }));
            await server.Services.GetRequiredService<ICommunityDirectory>().Settled(default);
            return new(slug, people["Target"].Member, testers);
        }

        /// <summary>Whatever any form or command asks for, so that nothing but the right is missing.</summary>
        public Dictionary<string, object?> Fields(string entry, Tester person, string request)
        {
            var isApi = entry.Contains("/api/", StringComparison.Ordinal);
            return new(StringComparer.Ordinal)
            {
                ["requestId"] = request,
                ["request"] = request,
                ["returnTo"] = "/",
                ["markdown"] = "hello",
                ["text"] = "hello",
                ["message"] = "hello",
                ["reason"] = "because",
                ["reaction"] = "agree",
                ["reacts"] = true,
                ["pinned"] = true,
                ["hidden"] = true,
                ["locked"] = true,
                ["muted"] = true,
                ["seconds"] = 10,
                ["number"] = person.Number,
                ["upto"] = 1,
                ["version"] = 1,
                ["verdict"] = isApi ? "approved" : "Approved",
                ["fence"] = 1,
                ["act"] = "dismiss",
                ["items"] = isApi ? new[] { new { number = person.Number, version = 1 } } : $"{person.Number}:1",
                ["role"] = isApi ? "member" : "Member",
                ["community"] = Community,
                ["kind"] = entry.Contains("filters", StringComparison.Ordinal) ? "Report" : entry.Contains("restrict", StringComparison.Ordinal) ? isApi ? "mute" : "Mute" : isApi ? "buyer" : "Buyer",
                ["member"] = Target.Value,
                ["room"] = Room,
                ["name"] = "A name",
                ["slug"] = $"room-{person.Number}-{request.Split(':')[1]}",
                ["goal"] = "To buy well.",
                ["about"] = "",
                ["contact"] = "desk@example.eu",
                ["access"] = isApi ? "onRequest" : "OnRequest",
                ["leader"] = $"target{Community}@example.eu",
                ["answerDays"] = 5,
                ["buyersOnly"] = false,
                ["addresses"] = isApi ? new[] { "somebody@example.eu" } : "somebody@example.eu",
                ["address"] = "somebody@example.eu",
                ["organisation"] = "Ministry",
                ["language"] = "en",
                ["timeZone"] = "Europe/Brussels",
                ["languages"] = isApi ? new[] { "fr" } : "fr",
                ["expertise"] = isApi ? new[] { "BIM" } : "BIM",
                ["country"] = "BE",
                ["hours"] = new { timeZone = "Europe/Brussels", days = new[] { "monday" }, from = "09:00:00", until = "17:00:00", holidays = Array.Empty<string>(), leadersAfter = 8, administratorsAfter = 16 },
                ["days"] = "Monday",
                ["from"] = isApi ? "2026-12-01T00:00:00Z" : "2026-12-01",
                ["until"] = isApi ? "2026-12-20T00:00:00Z" : "2026-12-20",
                ["leadersAfter"] = 8,
                ["administratorsAfter"] = 16,
            };
        }

        private static void Done<T>(Outcome<T> outcome) => outcome.Refusal.ShouldBeNull();
    }
}
