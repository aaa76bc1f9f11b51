using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using PublicBuyers.Running;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Seeing;

/// <summary><c>/metrics</c>: what the server measures of itself, for Prometheus.</summary>
public sealed partial class TheMetrics
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    /// <summary>Of each promise of the README, what an operator can watch.</summary>
    private static readonly string[] promised =
    [
        "publicbuyers_command_duration_seconds_count",
        "publicbuyers_journal_commit_duration_seconds_count",
        "publicbuyers_journal_facts_total",
        "publicbuyers_live_connections",
        "publicbuyers_live_delivery_duration_seconds_count",
        "publicbuyers_effect_delay_seconds_count",
    ];

    [Fact]
    public async Task Are_not_there_until_somebody_is_named_who_may_read_them()
    {
        await using var server = await LiveServer.Start();
        using var http = server.Http(null);

        (await http.GetAsync("/metrics")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Are_for_the_addresses_that_are_set()
    {
        await using var server = await LiveServer.Start(options => options with { MetricsFrom = ["127.0.0.0/8"] });
        await using var elsewhere = await LiveServer.Start(options => options with { MetricsFrom = ["192.0.2.7"] });

        (await Status(server)).ShouldBe(HttpStatusCode.OK);
        (await Status(server, ("Host", "prometheus.internal"))).ShouldBe(HttpStatusCode.OK, "by whatever name");
        (await Status(elsewhere)).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Are_for_nobody_behind_a_proxy_that_is_not_trusted()
    {
        await using var server = await LiveServer.Start(options => options with { MetricsFrom = ["127.0.0.1"] });

        foreach (var header in new[] { "X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Proto", "X-Forwarded-Host", "CF-Connecting-IP" })
            (await Status(server, (header, "198.51.100.1"), ("X-Original-For", "127.0.0.1"))).ShouldBe(HttpStatusCode.NotFound, header);
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_are_for_the_client_and_not_for_the_proxy()
    {
        await using var server = await LiveServer.Start(options =>
            options with
            {
                MetricsFrom = ["127.0.0.1", "198.51.100.1"],
                TrustedProxies = ["127.0.0.1"],
            }
        );

        (await Status(server, ("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-Proto", "http"), ("X-Real-IP", "198.51.100.1"))).ShouldBe(HttpStatusCode.OK);
        (await Status(server, ("X-Forwarded-Proto", "https"))).ShouldBe(HttpStatusCode.NotFound, "it does not say for whom");
        (await Status(server, ("X-Real-IP", "198.51.100.1"))).ShouldBe(HttpStatusCode.NotFound);
        (await Status(server, ("X-Forwarded-For", "198.51.100.2"))).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Are_for_who_shows_the_token()
    {
        await using var server = await LiveServer.Start(options => options with { MetricsToken = Token });

        (await Status(server)).ShouldBe(HttpStatusCode.NotFound);
        (await Status(server, ("Authorization", $"Bearer {Token}"))).ShouldBe(HttpStatusCode.OK);
        (await Status(server, ("Authorization", $"Bearer {Token}0"))).ShouldBe(HttpStatusCode.NotFound);
        (await Status(server, ("Authorization", Token))).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Say_for_each_promise_how_it_is_kept_in_the_form_that_Prometheus_reads()
    {
        await using var server = await LiveServer.Start(options => options with { MetricsFrom = ["127.0.0.1"] });
        var (room, ada, ben) = await server.Scene();
        await using var listener = await server.Connect(ben);
        await listener.Enter($"room/{room}");
        using var http = server.Http(ada);
        (await http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = "m1", markdown = "Hello @Ben" })).EnsureSuccessStatusCode();
        await listener.Until(client => client.Topic($"room/{room}").Position > 0);

        var samples = Parse(await http.GetStringAsync("/metrics"));

        foreach (var name in promised)
            samples.Where(sample => sample.Name == name).Sum(sample => sample.Value).ShouldBeGreaterThan(0, name);
        samples.ShouldContain(sample => sample.Name == "publicbuyers_command_duration_seconds_count" && sample.Labels.Contains("command=\"PostMessage\"") && sample.Labels.Contains("outcome=\"done\""));
        samples.ShouldContain(sample => sample.Name.StartsWith("orleans_", StringComparison.Ordinal));
        samples.ShouldContain(sample => sample.Name.StartsWith("http_server_request_duration_seconds", StringComparison.Ordinal));
        samples.ShouldContain(sample => sample.Name.StartsWith("dotnet_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Count_live_connections_that_were_there_before_anybody_measured()
    {
        await using var early = await LiveServer.Start();
        var (room, ada, _) = await early.Scene();
        await using var listener = await early.Connect(ada);
        await listener.Enter($"room/{room}");
        await using var server = await LiveServer.Start(options => options with { MetricsFrom = ["127.0.0.1"] });
        using var http = server.Http(null);

        var samples = Parse(await http.GetStringAsync("/metrics"));

        samples.Single(sample => sample.Name == "publicbuyers_live_connections").Value.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Grow_with_neither_members_nor_rooms()
    {
        await using var server = await LiveServer.Start(options => options with { MetricsFrom = ["127.0.0.1"] });
        using var http = server.Http(null);
        var (before, uses) = (0, 0);
        for (var known = -1; known != before && uses < 20; uses++)   // what follows a command later is there by then
        {
            known = before;
            await Use(server, $"first{uses}");
            before = Parse(await http.GetStringAsync("/metrics")).Count(IsOurs);
        }

        for (var each = 0; each < 8; each++) await Use(server, $"more{each}");

        Parse(await http.GetStringAsync("/metrics")).Count(IsOurs).ShouldBe(before);

        static bool IsOurs((string Name, string Labels, double Value) sample) => sample.Name.StartsWith("publicbuyers_command", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hold_no_name_address_text_or_id()
    {
        await using var server = await LiveServer.Start(options => options with { MetricsFrom = ["127.0.0.1"] });
        var ada = await server.SignIn("Adalberta");
        var room = await server.Found("trams-of-lisbon", ada);
        using var http = server.Http(ada);
        await server.Says(room, ada, "A secret sentence");
        foreach (var page in new[] { $"/communities/{room.Community}/{room.Slug}", $"/members/{ada.Member}", "/search?q=secret", "/nowhere/at/all" })
            await http.GetAsync(page);

        var text = await http.GetStringAsync("/metrics");

        foreach (var secret in new[] { "Adalberta", "adalberta@example.eu", "trams-of-lisbon", "secret", ada.Member.Value, ada.Session.Value, "nowhere" })
            text.ShouldNotContain(secret, Case.Insensitive);
    }

    [Theory]
    [InlineData("PublicBuyers:MetricsFrom=everybody", "PublicBuyers:MetricsFrom has \"everybody\"")]
    [InlineData("PublicBuyers:MetricsToken=short", "PublicBuyers:MetricsToken has 5 characters. Give at least 16")]
    [InlineData("PublicBuyers:MetricsTokenFile=/nowhere/token", "/nowhere/token")]
    public void Are_not_served_by_settings_that_cannot_be_meant(string setting, string said)
    {
        Should.Throw<ConfigurationException>(() => ServerOptions.Read([setting], demo: false, data: null, url: null)).Message.ShouldContain(said);
    }

    private static async Task Use(LiveServer server, string name)
    {
        var person = await server.SignIn(name);
        await server.Says(await server.Found(name, person), person, "Hello");
    }

    private static async Task<HttpStatusCode> Status(LiveServer server, params (string Name, string Value)[] headers)
    {
        using var http = server.Http(null);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return (await http.SendAsync(request)).StatusCode;
    }

    /// <summary>Every line is a comment or a sample; nothing else is taken.</summary>
    private static List<(string Name, string Labels, double Value)> Parse(string text)
    {
        var samples = new List<(string, string, double)>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '#') continue;

            var read = Sample().Match(line);
            read.Success.ShouldBeTrue(line);
            samples.Add((read.Groups["name"].Value, read.Groups["labels"].Value, Number(read.Groups["value"].Value)));
        }

        return samples;

        static double Number(string value) =>
            value switch
            {
                "+Inf" => double.PositiveInfinity,
                "-Inf" => double.NegativeInfinity,
                _ => double.Parse(value, CultureInfo.InvariantCulture),
            };
    }

    [GeneratedRegex("""\A(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\[\\"n])*",?)*)\})? (?<value>[+-]?(Inf|NaN|[0-9.eE+-]+))( -?[0-9]+)?\z""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sample();
}
