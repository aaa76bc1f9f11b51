using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>What forwarded headers do, and for whom. The real proxies are in <c>tests/Proxies.Tests</c>; here the test is the proxy.</summary>
public sealed class BehindAProxy
{
    private const string Https = "https://publicbuyers.test";

    [Fact]
    public async Task What_a_trusted_proxy_says_of_the_scheme_makes_forms_and_cookies_work()
    {
        await using var server = await Start(["127.0.0.1"]);
        using var http = Asks(server, client: "192.0.2.7");

        var page = await http.GetAsync("/sign-in");

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Headers.GetValues("Set-Cookie").ShouldContain(cookie => cookie.StartsWith("__Host-publicbuyers-form=") && cookie.Contains("secure"));
        page.Headers.GetValues("Set-Cookie")
            .ShouldContain(cookie => cookie.StartsWith("__Host-publicbuyers-browser=") && cookie.Contains("secure"));
        page.Headers.GetValues("Strict-Transport-Security").Single().ShouldStartWith("max-age=");
        (await http.GetAsync("/notices")).Headers.Location!.ToString().ShouldBe("/sign-in?returnTo=%2Fnotices");   // relative: https stays https
    }

    [Fact]
    public async Task A_plain_request_is_told_where_to_go_and_the_log_says_once_what_to_set()
    {
        var log = new LogLines();
        await using var server = await Start([], log);
        using var http = server.Http(null);
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");   // of a proxy that nobody trusts

        var page = await http.GetAsync("/sign-in");
        var program = await http.GetAsync("/api/search");

        page.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await page.Content.ReadAsStringAsync()).ShouldBe($"This site is only served over https. Use {Https}/ in place of http.\n");
        program.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await program.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString().ShouldBe("entrance.https-only");
        var line = log.Ours.Where(line => line.Level >= LogLevel.Warning).ShouldHaveSingleItem();
        line.Text.ShouldContain("PublicBuyers:TrustedProxies");
        line.Fault.ShouldBeNull();
    }

    [Theory]
    [InlineData("GET", "/publications?page=2", HttpStatusCode.MovedPermanently)]
    [InlineData("HEAD", "/", HttpStatusCode.MovedPermanently)]
    [InlineData("POST", "/sign-in", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/search", HttpStatusCode.BadRequest)]
    public async Task Who_came_to_a_trusted_proxy_without_https_is_sent_on_to_the_base_url(
        string method,
        string path,
        HttpStatusCode status
    )
    {
        var log = new LogLines();
        await using var server = await Start(["127.0.0.1"], log);
        using var http = server.Http(null);
        using var asked = new HttpRequestMessage(new(method), path);
        asked.Headers.Add("X-Forwarded-Proto", "http");

        using var answer = await http.SendAsync(asked);

        answer.StatusCode.ShouldBe(status);
        if (status is HttpStatusCode.MovedPermanently)
        {
            answer.Headers.Location!.OriginalString.ShouldBe(Https + path);
            answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        }

        log.Ours.ShouldNotContain(line => line.Level >= LogLevel.Warning);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.MovedPermanently)]
    [InlineData("https", HttpStatusCode.BadRequest)]   // of a proxy that is not trusted: it would lead here again
    public async Task A_server_with_a_certificate_of_its_own_sends_on_who_came_to_its_plain_port(
        string? forwarded,
        HttpStatusCode status
    )
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        using var certificate = authority.Issue();
        using var key = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(folder["own.pem"], certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(folder["own.key"], key.ExportPkcs8PrivateKeyPem());
        using var server = await ServerProcess.Start(
            folder.Path,
            [
                "--data",
                folder["data"],
                "--url",
                "http://127.0.0.1:0;https://127.0.0.1:0",
                $"PublicBuyers:BaseUrl={Https}",
            ],
            ("Kestrel__Certificates__Default__Path", folder["own.pem"]),
            ("Kestrel__Certificates__Default__KeyPath", folder["own.key"])
        );
        server.Address.Scheme.ShouldBe("http");
        using var plain = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(plain) { BaseAddress = server.Address };
        if (forwarded is not null) http.DefaultRequestHeaders.Add("X-Forwarded-Proto", forwarded);

        using var answer = await http.GetAsync("/publications?page=2");

        answer.StatusCode.ShouldBe(status);
        if (forwarded is null) answer.Headers.Location!.OriginalString.ShouldBe(Https + "/publications?page=2");
    }

    [Fact]
    public async Task A_trusted_proxy_that_does_not_say_the_scheme_is_named_with_what_it_has_to_send()
    {
        var log = new LogLines();
        await using var server = await Start(["127.0.0.1"], log);
        using var http = server.Http(null);
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.7");

        (await http.GetAsync("/sign-in")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var line = log.Ours.Where(line => line.Level >= LogLevel.Warning).ShouldHaveSingleItem();
        line.Text.ShouldContain("trusted proxy 127.0.0.1");
        line.Text.ShouldContain("X-Forwarded-Proto");
        line.Text.ShouldNotContain("PublicBuyers:TrustedProxies");
    }

    [Fact]
    public async Task Health_answers_probes_by_any_scheme_and_name()
    {
        await using var server = await Start([]);
        using var http = server.Http(null);
        http.DefaultRequestHeaders.Host = "10.0.0.5";

        (await http.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Three requests are allowed: whether the fourth is shows whether it is another client's.</summary>
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", true)]
    [InlineData("192.0.2.1", "192.0.2.1:4711", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", false)]
    [InlineData("192.0.2.1", "198.51.100.9, 192.0.2.1", false)]                // said by the client itself
    [InlineData("192.0.2.1", "192.0.2.1, 10.1.2.3", false)]                    // through a second trusted proxy
    [InlineData("192.0.2.1, 10.1.2.3", "192.0.2.2, 10.1.2.3", true)]
    [InlineData("192.0.2.1, 203.0.113.5", "192.0.2.2, 203.0.113.5", false)]    // the hop between is nobody we trust
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", false)]             // one /64 is one client
    [InlineData("2001:db8:1:2::1", "[2001:db8:1:3::1]:443", true)]
    public async Task Limits_count_the_client_that_trusted_proxies_name(string first, string second, bool isAnother)
    {
        await using var server = await Start(["127.0.0.1", "10.0.0.0/8"], most: 3);
        using var one = Asks(server, first);
        using var other = Asks(server, second);
        for (var i = 0; i < 3; i++) (await one.GetAsync("/sign-in")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await one.GetAsync("/sign-in")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await other.GetAsync("/sign-in")).StatusCode.ShouldBe(isAnother ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests);
    }

    [Theory]
    [InlineData]                  // the setting is not there
    [InlineData("10.0.0.0/8")]    // it names somebody else
    public async Task What_anybody_else_says_of_themselves_changes_nothing(params string[] trusted)
    {
        await using var server = await LiveServer.Start(options => options with { TrustedProxies = trusted, MostRequestsPerMinute = 3 });
        for (var i = 0; i < 3; i++)
        {
            using var http = Asks(server, $"192.0.2.{i}");
            var page = await http.GetAsync("/sign-in");
            page.StatusCode.ShouldBe(HttpStatusCode.OK);
            page.Headers.GetValues("Set-Cookie").ShouldNotContain(cookie => cookie.Contains("secure"));
        }

        using var again = Asks(server, "192.0.2.200");
        (await again.GetAsync("/sign-in")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Theory]
    [InlineData("publicbuyers.test", HttpStatusCode.OK)]
    [InlineData("PublicBuyers.TEST:8080", HttpStatusCode.OK)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("[::1]:5080", HttpStatusCode.OK)]
    [InlineData("www.buyers.example", HttpStatusCode.OK)]
    [InlineData("buyers.example", HttpStatusCode.BadRequest)]
    [InlineData("evil.example", HttpStatusCode.BadRequest)]
    [InlineData("publicbuyers.test.evil.example", HttpStatusCode.BadRequest)]
    [InlineData("192.0.2.1", HttpStatusCode.BadRequest)]
    public async Task Only_names_it_is_known_by_are_served(string host, HttpStatusCode expected)
    {
        await using var server = await LiveServer.Start(options => options with { AllowedHosts = ["*.buyers.example"] });
        using var http = server.Http(null);
        http.DefaultRequestHeaders.Host = host;

        foreach (var path in new[] { "/sign-in", "/site.css", "/publications.atom" }) (await http.GetAsync(path)).StatusCode.ShouldBe(expected, path);
        if (expected is HttpStatusCode.BadRequest)
            (await (await http.GetAsync("/sign-in")).Content.ReadAsStringAsync()).ShouldBe($"This site is not served under the name \"{host}\". Use the address you were given.\n");
    }

    private static Task<LiveServer> Start(string[] trusted, LogLines? log = null, int most = 100_000) => LiveServer.Start(
        options => options with { BaseUrl = Https, TrustedProxies = trusted, MostRequestsPerMinute = most },
        services => { if (log is not null) services.AddSingleton<ILoggerProvider>(log); });

    /// <summary>As a proxy asks for a client.</summary>
    private static HttpClient Asks(LiveServer server, string client)
    {
        var http = server.Http(null);
        http.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", client);
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        return http;
    }
}
