using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>SignalR takes whoever knows a connection's token for its owner. Here it belongs to the session that negotiated it.</summary>
public sealed class WhoseConnectionItIs(OneServer shared) : IClassFixture<OneServer>
{
    private const string Shake = "{\"protocol\":\"json\",\"version\":1}\u001e";

    private readonly LiveServer server = shared.Server;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Only_the_session_that_negotiated_it_can_poll_it_send_over_it_or_end_it(int version)
    {
        var (_, ada, ben) = await server.Scene();
        using var hers = server.Http(ada);
        using var his = server.Http(ben);
        using var hersElsewhere = server.Http(await server.SignIn(ada));
        var address = await Negotiate(hers, version);
        (await hers.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.OK);   // the first poll opens it
        var never = $"/hubs/live?id=nobody.{new string('0', 32)}";

        foreach (var thief in new[] { his, hersElsewhere })
        {
            var taken = await thief.GetAsync(address);
            var unknown = await thief.GetAsync(never);
            taken.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await taken.Content.ReadAsStringAsync()).ShouldBe(await unknown.Content.ReadAsStringAsync());
            (await thief.PostAsync(address, new StringContent(Shake))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await thief.DeleteAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            using var stream = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "Accept", "text/event-stream" } } };
            (await thief.SendAsync(stream, HttpCompletionOption.ResponseHeadersRead)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        socket.Options.SetRequestHeader("Cookie", ben.Cookie);
        await Should.ThrowAsync<WebSocketException>(() => socket.ConnectAsync(new(new UriBuilder(new Uri(server.Address, address)) { Scheme = "ws" }.ToString()), CancellationToken.None));
        socket.HttpStatusCode.ShouldBe(HttpStatusCode.NotFound);

        // Its owner goes on as if nothing had been.
        (await hers.PostAsync(address, new StringContent(Shake))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await hers.GetAsync(address)).Content.ReadAsStringAsync()).ShouldBe("{}\u001e");
        (await hers.DeleteAsync(address)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task What_was_negotiated_and_not_opened_counts_and_so_does_what_has_not_spoken()
    {
        await using var strict = await LiveServer.Start(options => options with { MostConnectionsPerMember = 3 });
        var (_, ada, ben) = await strict.Scene();
        using var http = strict.Http(ada);
        using var silent = new ClientWebSocket();   // opened, and no word said
        silent.Options.SetRequestHeader("Cookie", ada.Cookie);
        await silent.ConnectAsync(new(new UriBuilder(new Uri(strict.Address, "/hubs/live")) { Scheme = "ws" }.ToString()), CancellationToken.None);
        var address = await Negotiate(http, 1);
        await Negotiate(http, 1);

        (await http.PostAsync("/hubs/live/negotiate?negotiateVersion=1", null)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await Should.ThrowAsync<WebSocketException>(() => strict.Connect(ada))).Message.ShouldContain("429");
        (await http.GetAsync("/api/live/me?wait=false")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        await using (await strict.Connect(ben)) { }

        (await http.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.OK);   // it counts already
        await http.DeleteAsync(address);
        await Negotiate(http, 1);
    }

    /// <summary>SignalR decides over what it takes the connection, and the count follows what it has decided.</summary>
    [Theory]
    [InlineData("Accept", "text/event-stream;q=0.5")]
    [InlineData("Accept", "text/event-stream;charset=utf-8")]
    [InlineData("Upgrade", "foo")]
    [InlineData("Accept", "*/*")]
    public async Task Between_its_polls_a_connection_counts_whatever_its_requests_look_like(string header, string value)
    {
        await using var strict = await LiveServer.Start(options => options with { MostConnectionsPerMember = 3 });
        var (_, ada, _) = await strict.Scene();
        using var http = strict.Http(ada);
        var addresses = new[] { await Negotiate(http, 1), await Negotiate(http, 1), await Negotiate(http, 1) };
        foreach (var address in addresses)
        {
            using var poll = new HttpRequestMessage(HttpMethod.Get, address);
            poll.Headers.TryAddWithoutValidation(header, value);
            if (header == "Upgrade") poll.Headers.Connection.Add("Upgrade");
            using var answer = await http.SendAsync(poll, HttpCompletionOption.ResponseHeadersRead);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await http.PostAsync("/hubs/live/negotiate?negotiateVersion=1", null)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        await http.DeleteAsync(addresses[0]);
        await Negotiate(http, 1);
    }

    /// <summary>Whatever leads to SignalR's negotiation is counted and sealed; whatever does not is nowhere.</summary>
    [Theory]
    [InlineData("/hubs/live/negotiate/", true)]
    [InlineData("/HUBS/Live/NEGOTIATE/", true)]
    [InlineData("/hubs/live/%6Eegotiate", true)]
    [InlineData("/hubs/live/./negotiate/", true)]
    [InlineData("/hubs/live/negotiate//", false)]
    [InlineData("/hubs//live/negotiate", false)]
    [InlineData("/hubs/live/negotiate%2F", false)]
    [InlineData("/hubs/live/negotiate/negotiate", false)]
    [InlineData("/hubs/live/x/negotiate", false)]
    public async Task However_the_path_is_written_a_negotiation_is_counted_and_its_token_belongs_to_its_session(string path, bool isFound)
    {
        await using var strict = await LiveServer.Start(options => options with { MostConnectionsPerMember = 3 });
        var (_, ada, ben) = await strict.Scene();
        using var hers = strict.Http(ada);
        using var his = strict.Http(ben);

        var answer = await Post(hers, path);
        if (!isFound)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            return;
        }

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("connectionToken").GetString();
        (await his.GetAsync("/hubs/live?id=" + token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await his.GetAsync("/hubs/live/?id=" + token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await hers.GetAsync("/hubs/live/?id=" + token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        for (var i = 1; i < 3; i++) (await Post(hers, path)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Post(hers, path)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);

        Task<HttpResponseMessage> Post(HttpClient http, string written)
        {
            var asWritten = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
            var address = strict.Address.GetLeftPart(UriPartial.Authority) + written + "?negotiateVersion=1";
            return http.PostAsync(new Uri(address, asWritten), null);
        }
    }

    [Theory]
    [InlineData("/api/live/me")]
    [InlineData("/api/live/me/")]
    [InlineData("/API/live/me")]
    [InlineData("/api/l%69ve/me")]
    public async Task However_the_path_is_written_a_poll_is_counted(string path)
    {
        await using var strict = await LiveServer.Start(options => options with { MostConnectionsPerMember = 1 });
        var (_, ada, _) = await strict.Scene();
        using var http = strict.Http(ada);
        await Negotiate(http, 1);

        (await http.GetAsync(path + "?wait=false")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task One_address_has_so_many_whoever_is_signed_in()
    {
        await using var strict = await LiveServer.Start(options => options with { MostConnectionsPerAddress = 4, TrustedProxies = ["127.0.0.1"] });
        var (_, ada, ben) = await strict.Scene();
        using var one = strict.Http(ada);
        using var other = strict.Http(ben);
        one.DefaultRequestHeaders.Add("X-Forwarded-For", "2001:db8::1");
        other.DefaultRequestHeaders.Add("X-Forwarded-For", "2001:db8::2");
        for (var i = 0; i < 4; i++) await Negotiate(one, 1);

        var full = await other.PostAsync("/hubs/live/negotiate?negotiateVersion=1", null);
        full.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await full.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString().ShouldBe("live.too-many-from-address");
        other.DefaultRequestHeaders.Remove("X-Forwarded-For");
        other.DefaultRequestHeaders.Add("X-Forwarded-For", "2001:db8:0:1::2");
        await Negotiate(other, 1);
    }

    [Fact]
    public async Task Idle_connections_below_http_count_towards_their_address()
    {
        await using var strict = await LiveServer.Start(options => options with { MostConnectionsPerAddress = 3 });
        var idle = new List<System.Net.Sockets.TcpClient>();
        for (var i = 0; i < 3; i++)
        {
            idle.Add(new());
            (await Ask(strict, idle[i])).ShouldStartWith("HTTP/1.1 200");
        }

        using var late = new System.Net.Sockets.TcpClient();
        (await Ask(strict, late)).ShouldBeEmpty();   // closed without a word

        idle[0].Dispose();
        await Eventually(async () =>
        {
            using var again = new System.Net.Sockets.TcpClient();
            return (await Ask(strict, again)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        });
        foreach (var each in idle) each.Dispose();
    }

    /// <summary>Asks and keeps the connection open.</summary>
    private static async Task<string> Ask(LiveServer server, System.Net.Sockets.TcpClient connection)
    {
        try
        {
            await connection.ConnectAsync(server.Address.Host, server.Address.Port);
            await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            var buffer = new byte[500];
            return Encoding.ASCII.GetString(buffer, 0, await connection.GetStream().ReadAsync(buffer));
        }
        catch (Exception closed) when (closed is IOException or System.Net.Sockets.SocketException)
        {
            return "";
        }
    }

    private static async Task Eventually(Func<Task<bool>> isSo)
    {
        for (var tries = 0; tries < 1_000; tries++)
        {
            if (await isSo()) return;
            await Task.Yield();
        }

        false.ShouldBeTrue("It never was so.");
    }

    /// <summary>Where the new connection is polled.</summary>
    private static async Task<string> Negotiate(HttpClient http, int version)
    {
        var answer = await http.PostAsync($"/hubs/live/negotiate?negotiateVersion={version}", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return "/hubs/live?id=" + said.GetProperty(version == 0 ? "connectionId" : "connectionToken").GetString();
    }
}
