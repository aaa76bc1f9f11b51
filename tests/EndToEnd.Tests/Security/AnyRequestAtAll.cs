using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>Random and grammar-made addresses, queries, headers, cookies and bodies against every route of the table: whatever comes is answered on purpose.</summary>
public sealed partial class AnyRequestAtAll : IAsyncLifetime
{
    /// <summary>So many requests come from one person in one community: what they do to both is part of it.</summary>
    private const int EachScene = 60;

    private static readonly ImmutableArray<string> nasty =
    [
        "", " ", "0", "-1", "1", "9223372036854775807", "99999999999999999999", "1e400", "NaN", "true", "null", "undefined", "a\0b", "\u0001", "\ud800", "\udc00x", "\u202e", "a\nb", "%00", "%", "%zz", "..", "../../etc/passwd",
        "general", "2026-02-30", "2026-11-30", "9999-12-31T23:59:59.9999999Z", "0001-01-01", "-0001-01-01", "12:61", "PT1H", "Europe/Brussels", "Mars/Olympus", "<script>", "'; DROP TABLE facts; --", "*a *b ~~ [x](y) `", "@room", "@", "=cmd|'x'!A1",
        "Monday", "Approved", "approved", "buyer", "Leader", "mute", "en", "fr", "xx", "a@b.example", "a@@b", "é@é.example", "1:1,2:2", ":::", "form:1", new string('x', 300), new string('[', 400), new string('ą', 5_000), "🏳️‍🌈", "{}", "[]", "{\"a\":",
    ];

    private static readonly ImmutableArray<string> fields =
    [
        "request", "requestId", "markdown", "text", "message", "reason", "reaction", "reacts", "pinned", "hidden", "locked", "muted", "seconds", "number", "upto", "version", "verdict", "fence", "act", "items", "role", "community", "kind", "member",
        "room", "name", "slug", "goal", "about", "contact", "access", "leader", "answerDays", "buyersOnly", "addresses", "address", "organisation", "language", "timeZone", "languages", "expertise", "country", "hours", "days", "from", "until", "holidays",
        "leadersAfter", "administratorsAfter", "title", "summary", "audience", "thread", "mentions", "attachments", "files", "table", "template", "askAgainFrom", "returnTo", "a", "t", "code", "before", "after", "around", "date", "count", "q", "author",
        "epoch", "wait", "open", "show", "id", "__proto__", "",
    ];

    private readonly LogLines log = new();
    private readonly Random random = new(Fuzz.Seed);
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start(adjust: services => services.AddSingleton<ILoggerProvider>(log));

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Is_answered_without_a_fault_and_without_a_word_about_how_we_work()
    {
        var routes = server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } route && route.StartsWith('/') && !route.StartsWith("/hubs", StringComparison.Ordinal))
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => (Method: method, Route: endpoint.RoutePattern.RawText!)))
            .ToList();
        var rounds = Fuzz.Rounds(inASuite: 900);
        var (room, who, token) = (default(RoomId), default(Person)!, default(Token)!);
        for (var round = 0; round < rounds; round++)
        {
            if (round % EachScene == 0) (room, who, token) = await Scene();
            var (method, route) = round < routes.Count ? routes[round] : routes[random.Next(routes.Count)];
            using var request = Request(method, route, room, who, token, out var sent);
            using var http = server.Http(null);
            http.Timeout = TimeSpan.FromSeconds(60);
            HttpResponseMessage answer;
            try
            {
                answer = await http.SendAsync(request);
            }
            catch (HttpRequestException gone) when (gone.InnerException is IOException)   // refused while the body was on its way
            {
                continue;
            }

            var said = await answer.Content.ReadAsStringAsync();
            var about = $"FUZZ_SEED={Fuzz.Seed}, round {round}: {sent}\nanswered {(int)answer.StatusCode} {said[..Math.Min(300, said.Length)]}\n{string.Join('\n', log.All.Where(line => line.Level >= LogLevel.Error).Select(line => $"{line.Text} {line.Fault}"))}";
            ((int)answer.StatusCode).ShouldBeLessThan(500, about);
            (said.Contains("   at ", StringComparison.Ordinal) || said.Contains("Exception", StringComparison.Ordinal)).ShouldBeFalse(about);
            log.All.ShouldNotContain(line => line.Level >= LogLevel.Error, about);
            answer.Dispose();
        }
    }

    /// <summary>A leader who is an administrator too, so that most doors are open.</summary>
    private async Task<(RoomId, Person, Token)> Scene()
    {
        var (room, ada, ben) = await server.Scene();
        (await server.Grains.Member(ada.Member).AppointAdministrator(new() { By = MemberId.System, Request = server.NewRequest() })).IsRefused.ShouldBeFalse();
        await server.Says(room, ben, "Hello");
        using var http = server.Http(ada);
        var page = await http.GetAsync("/profile");
        var cookie = page.Headers.GetValues("Set-Cookie").First(each => each.StartsWith("publicbuyers-form=", StringComparison.Ordinal)).Split(';')[0];
        var value = FormToken().Match(await page.Content.ReadAsStringAsync()).Groups["token"].Value;
        return (room, ada, new(cookie, value));
    }

    private HttpRequestMessage Request(string method, string route, RoomId room, Person who, Token token, out string sent)
    {
        var isApi = route.StartsWith("/api/", StringComparison.Ordinal);
        var path = Gap().Replace(route, gap => random.Next(4) > 0
            ? gap.Groups["name"].Value switch { "community" => room.Community.Value, "room" or "slug" => room.Slug, "topic" => Streams.Of(room), "member" => who.Member.Value, _ => "1" }
            : Uri.EscapeDataString(Clean(Pick(nasty))));
        var query = random.Next(3) == 0 || route.Contains("/live/", StringComparison.Ordinal) ? "?wait=false&" + Pairs(random.Next(4)) : "";
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path + query, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Cookie", Cookies(who, token));
        request.Headers.TryAddWithoutValidation("Accept", Pick(["text/html", "text/html", "application/json", "*/*", "nonsense", "text/html;q=2", "a/b;;;"]));
        if (random.Next(3) == 0) request.Headers.TryAddWithoutValidation(Pick(["Accept-Language", "Range", "If-None-Match", "If-Modified-Since", "X-Forwarded-For", "Origin", "User-Agent", "Accept-Encoding", "Expect", "Referer"]), Header(Pick(nasty)));
        var body = "";
        if (method is "POST" or "PUT" or "PATCH" or "DELETE")
        {
            var (type, text) = random.Next(8) switch
            {
                0 => (Header(Pick(nasty)), Pick(nasty)),
                1 or 2 => ("multipart/form-data; boundary=" + Pick(["x", "x", "x", "", "\"", new string('b', 200)]), Multipart(token)),
                _ when isApi => (Pick(["application/json", "application/json", "application/json", "application/json; charset=utf-16", "text/json", "application/problem+json"]), Json(0)),
                _ => ("application/x-www-form-urlencoded" + Pick(["", "", "", "; charset=utf-7", "; charset=nonsense"]), "__RequestVerificationToken=" + Uri.EscapeDataString(token.Value) + "&" + Pairs(random.Next(12))),
            };
            if (random.Next(6) == 0 && text.Length > 0) text = Spoilt(text);
            body = text;
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        sent = $"{method} {path}{query} {request.Headers} {request.Content?.Headers}\n{body[..Math.Min(2_000, body.Length)]}";
        return request;
    }

    private string Cookies(Person who, Token token) => random.Next(8) switch
    {
        0 => "publicbuyers=" + Header(Pick(nasty)),
        1 => who.Cookie + "; " + who.Cookie + "; language=" + Header(Pick(nasty)),
        2 => who.Cookie + "; publicbuyers-form=" + Header(Pick(nasty)),
        _ => who.Cookie + "; " + token.Cookie,
    };

    private string Pairs(int count) => string.Join('&', Enumerable.Range(0, count).Select(_ => Uri.EscapeDataString(Pick(fields)) + "=" + (random.Next(10) == 0 ? Pick(["%", "%zz", "%00", "%ff", "+", "%ud800"]) : Uri.EscapeDataString(Clean(Value())))));

    private string Multipart(Token token)
    {
        var form = new StringBuilder();
        form.Append(CultureInfo.InvariantCulture, $"--x\r\nContent-Disposition: form-data; name=\"__RequestVerificationToken\"\r\n\r\n{token.Value}\r\n");
        for (var i = random.Next(6); i > 0; i--)
        {
            var file = random.Next(3) == 0 ? $"; filename=\"{Header(Pick(nasty)).Replace('"', '\'')}\"" : "";
            form.Append(CultureInfo.InvariantCulture, $"--x\r\nContent-Disposition: form-data; name=\"{Pick(fields)}\"{file}\r\n{Pick(["", "Content-Type: text/csv\r\n", "Content-Type: nonsense\r\n", "X: y\r\n"])}\r\n{Value()}\r\n");
        }

        return form.Append(Pick(["--x--\r\n", "--x--", "--x", ""])).ToString();
    }

    private string Json(int depth) => random.Next(depth == 0 ? 3 : 7) switch
    {
        0 or 1 or 2 => "{" + string.Join(',', Enumerable.Range(0, depth == 0 ? random.Next(10) : random.Next(3)).Select(_ => $"{Quoted(Pick(fields))}:{(depth > 3 ? "1" : Json(depth + 1 + random.Next(2)))}")) + "}",
        3 => "[" + string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => depth > 3 ? "1" : Json(depth + 1))) + "]",
        4 => Pick(["null", "true", "1", "-1", "1e400", "0.5", "99999999999999999999", "\"\\ud800\"", "\"\\u0000\"", "\"form:1\""]),
        _ => Quoted(Value()),
    };

    private string Value() => random.Next(4) == 0 ? $"form:{random.Next(1_000_000)}" : Pick(nasty);

    private string Spoilt(string text)
    {
        var at = random.Next(text.Length);
        return random.Next(3) switch { 0 => text[..at], 1 => text[..at] + Pick(nasty) + text[at..], _ => text.Remove(at, 1) };
    }

    private string Pick(IReadOnlyList<string> all) => all[random.Next(all.Count)];

    private static string Quoted(string text) => "\"" + JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Clean(text)) + "\"";

    /// <summary>Without halves of characters, which nothing can encode.</summary>
    private static string Clean(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>What a client can put into a header at all.</summary>
    private static string Header(string text) => new([.. text.Where(letter => letter is >= ' ' and < (char)127)]);

    private sealed record Token(string Cookie, string Value);

    [GeneratedRegex(@"\{\**(?<name>[a-zA-Z]+)(:[^}]*)?\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Gap();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex FormToken();
}
