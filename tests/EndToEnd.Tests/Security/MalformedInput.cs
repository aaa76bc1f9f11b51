using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Rooms;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

public sealed class MalformedInput(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    public static TheoryData<string, string> BadMessages => new()
    {
        { "a target that is an array", """{"type":1,"invocationId":"1","target":["Enter"],"arguments":[]}""" },
        { "a target that is an object", """{"type":1,"invocationId":"1","target":{"x":1},"arguments":[]}""" },
        { "a prototype", """{"type":1,"invocationId":"1","target":"__proto__","arguments":[]}""" },
        { "an unknown method", """{"type":1,"invocationId":"1","target":"Explode","arguments":[]}""" },
        { "a method of ours that is not for clients", """{"type":1,"invocationId":"1","target":"OnConnectedAsync","arguments":[]}""" },
        { "too few arguments", """{"type":1,"invocationId":"1","target":"Enter","arguments":["room/a/b"]}""" },
        { "arguments of another kind", """{"type":1,"invocationId":"1","target":"Enter","arguments":[{"a":1},"x",[]]}""" },
        { "nothing as an argument", """{"type":1,"invocationId":"1","target":"Post","arguments":[null,null,null,null,null,null]}""" },
        { "a number too large", """{"type":1,"invocationId":"1","target":"Enter","arguments":["room/a/b",1e400,99999999999999999999]}""" },
        { "half a character", """{"type":1,"invocationId":"1","target":"Post","arguments":["a/b","r","\ud800",null,null,null]}""" },
        { "no JSON", "hello" },
        { "no type", """{"target":"Enter"}""" },
        { "a deep argument", """{"type":1,"invocationId":"1","target":"Leave","arguments":[""" + new string('[', 5_000) + new string(']', 5_000) + "]}" },
        { "a name of a megabyte", """{"type":1,"invocationId":"1","target":"""+ "\"" + new string('a', 1_000_000) + "\"" + ""","arguments":[]}""" },
    };

    /// <summary>B3, B4: an error or a closed connection, no inner workings, and the server goes on.</summary>
    [Theory, MemberData(nameof(BadMessages))]
    public async Task A_malformed_message_is_answered_without_a_word_about_how_we_work(string what, string message)
    {
        var (room, ada, ben) = await server.Scene();
        await using var bad = await server.Connect(ben);
        await using var good = await server.Connect(ada);

        try
        {
            await bad.Send(Encoding.UTF8.GetBytes(message + '\u001e'));
        }
        catch (WebSocketException)   // closed while a megabyte was on its way
        {
        }

        await bad.Until(it => it.Closed.IsCompleted || it.Received.Any(frame => frame.Contains("\"invocationId\":\"1\"")));
        bad.Received.ShouldNotContain(frame => frame.Contains("   at ") || frame.Contains("System.") || frame.Contains("Json"), what);
        (await good.Enter(room.Topic())).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_close_the_connection()
    {
        var (_, _, ben) = await server.Scene();
        await using var bad = await server.Connect(ben);

        await bad.Send(new byte[] { (byte)'{', 0xff, 0xfe, 0x1e });

        await bad.Closed.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("null", HttpStatusCode.BadRequest)]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId":"r","markdown":null}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId":"r","markdown":7}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId":"r","markdown":"a\u0000b"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId":"r","markdown":"a\ud800b"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId":"r","requestId":"s","markdown":"a"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId":"r","markdown":"a","thread":1e400}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId":"r r","markdown":"a"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId":"r","markdown":" "}""", HttpStatusCode.UnprocessableEntity)]
    public async Task A_malformed_body_is_refused_as_a_problem(string body, HttpStatusCode expected)
    {
        var (room, ada, _) = await server.Scene();

        var answer = await Send(room, ada, Encoding.UTF8.GetBytes(body));

        answer.StatusCode.ShouldBe(expected);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_body_that_nests_without_end_or_is_no_text_is_refused()
    {
        var (room, ada, _) = await server.Scene();
        var deep = """{"requestId":"r","markdown":"a","extra":""" + new string('[', 5_000) + new string(']', 5_000) + "}";

        (await Send(room, ada, Encoding.UTF8.GetBytes(deep))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await Send(room, ada, [.. "{\"requestId\":\"r\",\"markdown\":\""u8, 0xff, 0xc0, .. "\"}"u8])).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    /// <summary>B5.</summary>
    [Fact]
    public async Task A_text_may_have_so_many_bytes_and_a_body_so_many()
    {
        var (room, ada, _) = await server.Scene();

        (await Post(room, ada, new('x', RoomLimits.LongestText))).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await Post(room, ada, new('x', RoomLimits.LongestText + 1))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Post(room, ada, new('x', WebSetup.LargestBody))).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await Post(room, ada, string.Concat(Enumerable.Repeat("> ", 200)))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    /// <summary>B5: sent in pieces, so that nobody knows beforehand how long it gets.</summary>
    [Fact]
    public async Task A_body_without_end_is_refused_when_it_is_too_long()
    {
        var (room, ada, _) = await server.Scene();
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Address.Host, server.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /api/rooms/{room}/posts HTTP/1.1\r\nHost: localhost\r\nCookie: {ada.Cookie}\r\nX-Requested-With: PublicBuyers\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"));

        var piece = Encoding.ASCII.GetBytes("2000\r\n" + new string('{', 0x2000) + "\r\n");
        var answer = new StreamReader(stream).ReadLineAsync();
        try
        {
            for (var i = 0; i < 100 && !answer.IsCompleted; i++) await stream.WriteAsync(piece);
        }
        catch (IOException)   // closed on us
        {
        }

        (await answer.WaitAsync(TimeSpan.FromSeconds(5)))!.ShouldMatch("HTTP/1.1 4(13|00) .*");
    }

    [Theory]
    [InlineData("/api/rooms/{0}/posts/1", "/api/rooms/{0}/posts/999")]
    [InlineData("/api/rooms/{0}/posts/1/history", "/api/rooms/{0}/posts/-1/history")]
    [InlineData("/api/rooms/{0}/posts/1", "/api/rooms/no-such/room/posts/1")]
    [InlineData("/api/rooms/{0}/posts/1", "/api/rooms/No_Slug/%20/posts/1")]
    [InlineData("/api/rooms/{0}/posts/1", "/api/rooms/{0}/posts/99999999999999999999")]
    [InlineData("/api/rooms/{0}/posts", "/api/rooms/no-such/room/posts")]
    [InlineData("/api/live/room/{0}", "/api/live/room/no-such/room")]
    [InlineData("/api/live/room/{0}", "/api/live/member/x")]
    public async Task What_one_may_not_read_looks_like_what_is_not_there(string forbidden, string absent)
    {
        var (room, ada, _) = await server.Scene();
        await server.Says(room, ada, "Hello");
        using var http = server.Http(await server.Stranger());

        var (first, second) = (await http.GetAsync(string.Format(null, forbidden, room)), await http.GetAsync(string.Format(null, absent, room)));

        first.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        second.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await second.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_api_says_edits_deletes_and_reads_back()
    {
        var (room, ada, ben) = await server.Scene();
        using var http = server.Http(ada);
        var created = await Post(room, ada, "One");
        var location = created.Headers.Location!.ToString();

        (await http.PutAsJsonAsync(location, new { requestId = "e", markdown = "Two" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Post(room, ada, "Re", thread: 1)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await http.GetFromJsonAsync<JsonElement>(location)).GetProperty("replies").GetArrayLength().ShouldBe(1);
        (await http.GetFromJsonAsync<JsonElement>(location + "/history")).GetProperty("texts").GetArrayLength().ShouldBe(2);
        (await http.GetFromJsonAsync<JsonElement>($"/api/rooms/{room}/posts?count=1")).GetProperty("posts").EnumerateArray().Single().GetProperty("number").GetInt64().ShouldBe(2);
        using var other = server.Http(ben);
        (await other.DeleteAsync(location + "?requestId=d")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await http.DeleteAsync(location + "?requestId=d")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await http.GetAsync(location + "/history")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_api_describes_itself()
    {
        using var http = server.Http(null);

        var paths = (await http.GetFromJsonAsync<JsonElement>("/openapi/v1.json")).GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();

        paths.ShouldContain("/api/rooms/{community}/{slug}/posts");
        paths.ShouldAllBe(path => path.StartsWith("/api/"));
    }

    private async Task<HttpResponseMessage> Post(RoomId room, Person author, string markdown, long? thread = null)
    {
        using var http = server.Http(author);
        return await http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = server.NewRequest().Value, markdown, thread });
    }

    private async Task<HttpResponseMessage> Send(RoomId room, Person author, byte[] body)
    {
        using var http = server.Http(author);
        return await http.PostAsync($"/api/rooms/{room}/posts", new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" } } });
    }
}
