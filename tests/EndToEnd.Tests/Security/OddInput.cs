using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>Input that nobody expects is answered on purpose: characters without a normal form, lists that are none or
/// hold null, messages of no kind.</summary>
public sealed class OddInput(OneServer one) : IClassFixture<OneServer>
{
    private readonly LiveServer server = one.Server;

    [Theory]
    [InlineData("a\uFFFEb", "a\uFFFDb")]
    [InlineData("e\u0301 \uFFFE", "\u00E9 \uFFFD")]
    [InlineData("\U0001F600", "\U0001F600")]
    public void Any_text_has_a_normal_form(string text, string normal) => text.Normal().ShouldBe(normal);

    /// <summary>An attribute cannot hold them.</summary>
    [Fact]
    public void Half_letters_have_one_too()
    {
        $"a{(char)0xD800}b".Normal().ShouldBe("a\uFFFDb");
        $"{(char)0xDC00}".Normal().ShouldBe("\uFFFD");
        Fold.Of($"A{(char)0xD800}\uFFFE").ShouldBe("a");
    }

    [Theory]
    [InlineData("a\uFFFEb@x.example")]
    [InlineData("ab@x\uFFFE.example")]
    public async Task An_address_without_a_normal_form_is_no_address(string address)
    {
        var (room, ada, _) = await server.Scene();
        using var stranger = Visitor.As(server.Address, "none=0");
        using var leader = Visitor.As(server.Address, ada.Cookie);
        using var program = server.Http(ada);

        (await stranger.Submit("/sign-in", "/sign-in", ("address", address))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var invite = $"/communities/{room.Community}/invite";
        var typed = await leader.Post(invite, await leader.TokenOn(invite), ("request", "typed"), ("addresses", address));
        ((int)typed.Status).ShouldBeLessThan(500);
        var sent = await program.PostAsJsonAsync(
            $"/api/communities/{room.Community}/invitations", new { requestId = "sent", addresses = new[] { address } });
        ((int)sent.StatusCode).ShouldBeInRange(200, 499);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("2026-13-40")]
    [InlineData("2026-03-02, nonsense")]
    public async Task A_mistyped_holiday_is_refused_in_words(string holidays)
    {
        var (room, ada, _) = await server.Scene();
        using var leader = Visitor.As(server.Address, ada.Cookie);
        var page = $"/communities/{room.Community}/queue/hours";

        var answer = await leader.Post(
            page,
            await leader.TokenOn(page),
            ("request", "hours"),
            ("timeZone", "Europe/Brussels"),
            ("days", "Monday"),
            ("from", "09:00"),
            ("until", "17:00"),
            ("holidays", holidays),
            ("leadersAfter", "8"),
            ("administratorsAfter", "16"));

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Html.ShouldContain(holidays);
    }

    [Theory]
    [InlineData("mentions")]
    [InlineData("attachments")]
    public async Task A_list_that_holds_null_is_refused(string list)
    {
        var (room, ada, _) = await server.Scene();
        using var http = server.Http(ada);
        var number = await server.Says(room, ada, "Hello");
        var body = $$"""{"requestId":"r1","markdown":"Hello","{{list}}":[null]}""";

        (await Send(HttpMethod.Post, $"/api/rooms/{room}/posts", body)).ShouldBe(HttpStatusCode.BadRequest);
        if (list is "mentions")
        {
            (await Send(HttpMethod.Put, $"/api/rooms/{room}/posts/{number}", body)).ShouldBe(HttpStatusCode.BadRequest);
            (await Send(HttpMethod.Post, $"/api/rooms/{room}/preview", """{"markdown":"Hello","mentions":[null]}""")).ShouldBe(HttpStatusCode.BadRequest);
        }

        (await Send(HttpMethod.Post, $"/api/communities/{room.Community}/invitations", """{"requestId":"r2","addresses":[null]}"""))
            .ShouldBe(HttpStatusCode.BadRequest);

        async Task<HttpStatusCode> Send(HttpMethod method, string path, string json)
        {
            using var request = new HttpRequestMessage(method, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
            using var answer = await http.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Null_in_place_of_a_topic_is_answered_and_the_connection_goes_on()
    {
        var (room, ada, _) = await server.Scene();
        await using var live = await server.Connect(ada);

        (await live.Call("Enter", arguments: [null, 0, -1])).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Object);
        await live.Call("Leave", arguments: [null]);
        foreach (var (method, arguments) in HubCalls.OfARoom)
            (await live.Call(method, arguments: [null, .. arguments])).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Object, method);

        (await live.Enter(room.Topic())).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("{\"type\":99}")]
    [InlineData("{\"type\":0}")]
    public async Task A_message_of_no_kind_cuts_the_connection(string message)
    {
        var (_, ada, _) = await server.Scene();
        await using var live = await server.Connect(ada);

        await live.Send(Encoding.UTF8.GetBytes(message + "\u001e"));

        await live.Closed.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
