using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

public sealed class WhoMayConnect(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    /// <summary>B1.</summary>
    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://publicbuyers.test.evil.example")]
    [InlineData("http://publicbuyers.test:81")]
    [InlineData("https://publicbuyers.test")]
    public async Task A_page_of_another_site_gets_no_live_connection(string origin)
    {
        var (_, ada, _) = await server.Scene();

        (await Should.ThrowAsync<WebSocketException>(() => LiveClient.Connect(server.Address, ada.Cookie, origin))).Message.ShouldContain("403");

        using var http = server.Http(ada);
        http.DefaultRequestHeaders.Add("Origin", origin);
        (await http.PostAsync("/hubs/live/negotiate?negotiateVersion=1", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await http.PostAsync("/HUBS/live/negotiate?negotiateVersion=1", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_page_of_ours_and_a_program_get_one()
    {
        var (_, ada, _) = await server.Scene();

        await using var page = await server.Connect(ada);
        await using var program = await LiveClient.Connect(server.Address, ada.Cookie);

        page.Closed.IsCompleted.ShouldBeFalse();
        program.Closed.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Nobody_connects_without_a_session()
    {
        (await Should.ThrowAsync<WebSocketException>(() => LiveClient.Connect(server.Address, "publicbuyers=nonsense", LiveServer.Origin))).Message.ShouldContain("401");
        using var http = server.Http(null);
        (await http.GetAsync("/api/rooms/a/b/posts")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    /// <summary>A form or script of another site cannot send these.</summary>
    [Theory]
    [InlineData(null, null, null, HttpStatusCode.Forbidden)]
    [InlineData("https://evil.example", "PublicBuyers", null, HttpStatusCode.Forbidden)]
    [InlineData("null", null, "same-origin", HttpStatusCode.Forbidden)]
    [InlineData(null, null, "cross-site", HttpStatusCode.Forbidden)]
    [InlineData(null, null, "same-site", HttpStatusCode.Forbidden)]
    [InlineData(null, "PublicBuyers", null, HttpStatusCode.Created)]
    [InlineData(null, null, "same-origin", HttpStatusCode.Created)]
    [InlineData(LiveServer.Origin, null, null, HttpStatusCode.Created)]
    public async Task A_change_through_the_api_shows_that_no_foreign_page_made_it(string? origin, string? requestedWith, string? site, HttpStatusCode expected)
    {
        var (room, ada, _) = await server.Scene();
        using var http = server.Http(ada);
        http.DefaultRequestHeaders.Remove("X-Requested-With");
        if (origin is not null) http.DefaultRequestHeaders.Add("Origin", origin);
        if (requestedWith is not null) http.DefaultRequestHeaders.Add("X-Requested-With", requestedWith);
        if (site is not null) http.DefaultRequestHeaders.Add("Sec-Fetch-Site", site);

        (await http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = "r", markdown = "Hello" })).StatusCode.ShouldBe(expected);
    }

    /// <summary>B29.</summary>
    [Fact]
    public async Task What_a_request_says_of_itself_by_forwarded_headers_is_not_believed()
    {
        var (_, ada, _) = await server.Scene();
        using var http = server.Http(ada);
        http.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        http.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "1.2.3.4");

        (await http.PostAsync("/hubs/live/negotiate?negotiateVersion=1", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Every_answer_tells_the_browser_to_run_nothing_but_ours()
    {
        using var http = server.Http(null);

        foreach (var path in new[] { "/", "/api/rooms/a/b/posts", "/nowhere" })
        {
            var answer = await http.GetAsync(path);
            answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self';");
            answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
            answer.Headers.GetValues("Referrer-Policy").Single().ShouldBe("same-origin");
        }
    }

    /// <summary>B39.</summary>
    [Fact]
    public async Task A_member_has_so_many_connections_and_no_more_and_others_do_not_notice()
    {
        await using var strict = await LiveServer.Start(options => options with { MostConnectionsPerMember = 3 });
        var (room, ada, ben) = await strict.Scene();
        var open = new List<LiveClient>();
        for (var i = 0; i < 3; i++)
        {
            open.Add(await strict.Connect(ada));
            await open[i].Enter(room.Topic());
        }

        (await Should.ThrowAsync<WebSocketException>(() => strict.Connect(ada))).Message.ShouldContain("429");
        using var http = strict.Http(ada);
        var refused = await http.PostAsync("/hubs/live/negotiate?negotiateVersion=1", null);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter.ShouldNotBeNull();

        await using var other = await strict.Connect(ben);
        (await other.Enter(room.Topic())).GetProperty("refused").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        foreach (var client in open) await client.DisposeAsync();
    }

    /// <summary>B39.</summary>
    [Fact]
    public async Task A_member_speaks_so_fast_and_no_faster_by_whatever_way()
    {
        await using var strict = await LiveServer.Start(
            options => options with { MostCommandsPerTenSeconds = 5 },
            services => services.AddPaceThatStandsStill());
        var (room, ada, ben) = await strict.Scene();
        await using var client = await strict.Connect(ada);

        var answers = new List<System.Text.Json.JsonElement>();
        for (var i = 0; i < 20; i++) answers.Add(await client.Post(room.Value, $"r{i}", "Hello"));
        using var http = strict.Http(ada);
        var refused = await http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = "h", markdown = "Hello" });

        var tooFast = answers[^1].GetProperty("refused");
        tooFast.GetProperty("code").GetString().ShouldBe("too-fast");
        tooFast.GetProperty("retryAfter").GetInt32().ShouldBeGreaterThan(0);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        using var other = strict.Http(ben);
        (await other.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = "h", markdown = "Hello" })).StatusCode.ShouldBe(HttpStatusCode.Created);
    }
}
