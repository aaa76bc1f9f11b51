using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>Random and grammar-made addresses, queries, headers, cookies and bodies against every route of the table: whatever comes is answered on purpose.</summary>
public sealed partial class AnyRequestAtAll : AnythingAtAll
{
    private static readonly ImmutableArray<string> nasty =
    [
        .. OddTexts,
        "1", "9223372036854775807", "99999999999999999999", "1e400", "NaN", "true", "undefined", "%00", "%", "%zz",
        "..", "general", "2026-11-30", "0001-01-01", "-0001-01-01", "12:61", "PT1H", "Europe/Brussels",
        "Mars/Olympus", "<script>", "'; DROP TABLE facts; --", "@", "=cmd|'x'!A1", "Monday", "Approved", "approved",
        "buyer", "Leader", "mute", "en", "fr", "xx", "a@b.example", "a@@b", "é@é.example", "1:1,2:2", ":::", "form:1",
        "[]", "{\"a\":",
    ];

    private static readonly ImmutableArray<string> fields =
    [
        "request", "requestId", "markdown", "text", "message", "reason", "reaction", "reacts", "pinned", "hidden", "locked", "muted", "seconds", "number", "upto", "version", "verdict", "fence", "act", "items", "role", "community", "kind", "member",
        "room", "name", "slug", "goal", "about", "contact", "access", "leader", "answerDays", "buyersOnly", "addresses", "address", "organisation", "language", "timeZone", "languages", "expertise", "country", "hours", "days", "from", "until", "holidays",
        "leadersAfter", "administratorsAfter", "title", "summary", "audience", "thread", "mentions", "attachments", "files", "table", "template", "askAgainFrom", "returnTo", "a", "t", "code", "before", "after", "around", "date", "count", "q", "author",
        "epoch", "wait", "open", "show", "id", "__proto__", "",
    ];

    [Fact]
    public async Task Is_answered_without_a_fault_and_without_a_word_about_how_we_work()
    {
        var routes = Server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } route && route.StartsWith('/') && !route.StartsWith("/hubs", StringComparison.Ordinal))
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => (Method: method, Route: endpoint.RoutePattern.RawText!)))
            .ToList();
        var rounds = Fuzz.Rounds(inASuite: 900);
        var (room, who, token) = (default(RoomId), default(Person)!, default(Token)!);
        for (var round = 0; round < rounds; round++)
        {
            if (round % EachScene == 0) (room, who, token) = await Scene();
            var (method, route) = round < routes.Count ? routes[round] : routes[Chance(routes.Count)];
            using var request = Request(method, route, room, who, token, out var sent);
            using var http = Server.Http(null);
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
            var about = $"FUZZ_SEED={Fuzz.Seed}, round {round}: {sent}\nanswered {(int)answer.StatusCode} "
                + said[..Math.Min(300, said.Length)];
            ShouldHaveLoggedNothing(about);
            ((int)answer.StatusCode).ShouldBeLessThan(500, about);
            (said.Contains("   at ", StringComparison.Ordinal) || said.Contains("Exception", StringComparison.Ordinal)).ShouldBeFalse(about);
            answer.Dispose();
        }
    }

    /// <summary>A leader who is an administrator too, so that most doors are open.</summary>
    private async Task<(RoomId, Person, Token)> Scene()
    {
        var (room, ada, ben) = await Server.Scene();
        (await Server.Grains.Member(ada.Member).AppointAdministrator(new() { By = MemberId.System, Request = Server.NewRequest() })).IsRefused.ShouldBeFalse();
        await Server.Says(room, ben, "Hello");
        using var http = Server.Http(ada);
        var page = await http.GetAsync("/profile");
        var cookie = page.Headers.GetValues("Set-Cookie").First(each => each.StartsWith("publicbuyers-form=", StringComparison.Ordinal)).Split(';')[0];
        var value = FormToken().Match(await page.Content.ReadAsStringAsync()).Groups["token"].Value;
        return (room, ada, new(cookie, value));
    }

    private HttpRequestMessage Request(string method, string route, RoomId room, Person who, Token token, out string sent)
    {
        var isApi = route.StartsWith("/api/", StringComparison.Ordinal);
        var path = Gap().Replace(route, gap => Chance(4) > 0
            ? gap.Groups["name"].Value switch { "community" => room.Community.Value, "room" or "slug" => room.Slug, "topic" => Streams.Of(room), "member" => who.Member.Value, _ => "1" }
            : Uri.EscapeDataString(Clean(Any(nasty))));
        var query = Chance(3) == 0 || route.Contains("/live/", StringComparison.Ordinal) ? "?wait=false&" + Pairs(Chance(4)) : "";
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path + query, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Cookie", Cookies(who, token));
        request.Headers.TryAddWithoutValidation("Accept", Any(["text/html", "text/html", "application/json", "*/*", "nonsense", "text/html;q=2", "a/b;;;"]));
        if (Chance(3) == 0) request.Headers.TryAddWithoutValidation(Any(["Accept-Language", "Range", "If-None-Match", "If-Modified-Since", "X-Forwarded-For", "Origin", "User-Agent", "Accept-Encoding", "Expect", "Referer"]), Header(Any(nasty)));
        var body = "";
        if (method is "POST" or "PUT" or "PATCH" or "DELETE")
        {
            var (type, text) = Chance(8) switch
            {
                0 => (Header(Any(nasty)), Any(nasty)),
                1 or 2 => ("multipart/form-data; boundary=" + Any(["x", "x", "x", "", "\"", new string('b', 200)]), Multipart(token)),
                _ when isApi => (Any(["application/json", "application/json", "application/json", "application/json; charset=utf-16", "text/json", "application/problem+json"]), Json(0)),
                _ => ("application/x-www-form-urlencoded" + Any(["", "", "", "; charset=utf-7", "; charset=nonsense"]), "__RequestVerificationToken=" + Uri.EscapeDataString(token.Value) + "&" + Pairs(Chance(12))),
            };
            if (Chance(6) == 0 && text.Length > 0) text = Spoilt(text);
            body = text;
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        sent = $"{method} {path}{query} {request.Headers} {request.Content?.Headers}\n{body[..Math.Min(2_000, body.Length)]}";
        return request;
    }

    private string Cookies(Person who, Token token) => Chance(8) switch
    {
        0 => "publicbuyers=" + Header(Any(nasty)),
        1 => who.Cookie + "; " + who.Cookie + "; language=" + Header(Any(nasty)),
        2 => who.Cookie + "; publicbuyers-form=" + Header(Any(nasty)),
        _ => who.Cookie + "; " + token.Cookie,
    };

    private string Pairs(int count) => string.Join('&', Enumerable.Range(0, count).Select(_ => Uri.EscapeDataString(Any(fields)) + "=" + (Chance(10) == 0 ? Any(["%", "%zz", "%00", "%ff", "+", "%ud800"]) : Uri.EscapeDataString(Clean(Value())))));

    private string Multipart(Token token)
    {
        var form = new StringBuilder();
        form.Append(CultureInfo.InvariantCulture, $"--x\r\nContent-Disposition: form-data; name=\"__RequestVerificationToken\"\r\n\r\n{token.Value}\r\n");
        for (var i = Chance(6); i > 0; i--)
        {
            var file = Chance(3) == 0 ? $"; filename=\"{Header(Any(nasty)).Replace('"', '\'')}\"" : "";
            form.Append(CultureInfo.InvariantCulture, $"--x\r\nContent-Disposition: form-data; name=\"{Any(fields)}\"{file}\r\n{Any(["", "Content-Type: text/csv\r\n", "Content-Type: nonsense\r\n", "X: y\r\n"])}\r\n{Value()}\r\n");
        }

        return form.Append(Any(["--x--\r\n", "--x--", "--x", ""])).ToString();
    }

    private string Json(int depth) => Chance(depth == 0 ? 3 : 7) switch
    {
        0 or 1 or 2 => "{" + string.Join(',', Enumerable.Range(0, depth == 0 ? Chance(10) : Chance(3)).Select(_ => $"{Quoted(Any(fields))}:{(depth > 3 ? "1" : Json(depth + 1 + Chance(2)))}")) + "}",
        3 => "[" + string.Join(',', Enumerable.Range(0, Chance(4)).Select(_ => depth > 3 ? "1" : Json(depth + 1))) + "]",
        4 => Any(["null", "true", "1", "-1", "1e400", "0.5", "99999999999999999999", "\"\\ud800\"", "\"\\u0000\"", "\"form:1\""]),
        _ => Quoted(Value()),
    };

    private string Value() => Chance(4) == 0 ? $"form:{Chance(1_000_000)}" : Any(nasty);

    private string Spoilt(string text)
    {
        var at = Chance(text.Length);
        return Chance(3) switch { 0 => text[..at], 1 => text[..at] + Any(nasty) + text[at..], _ => text.Remove(at, 1) };
    }

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
