using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Notices;

/// <summary>What concerns a member, as a program asks for it.</summary>
public sealed class NoticesOverHttp(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task Are_listed_read_and_muted()
    {
        var (room, bo, ada) = await server.Scene();
        var first = await Mention(room, bo, ada, "the first lot");
        await Mention(room, bo, ada, "the second lot");
        using var http = server.Http(ada);
        var notices = await Until(http, listed => listed.GetProperty("unread").GetInt32() == 2);

        notices.GetProperty("notices").EnumerateArray().Select(each => each.GetProperty("excerpt").GetString()).ShouldBe([$"@{ada.Name} the second lot", $"@{ada.Name} the first lot"]);
        notices.GetProperty("notices")[0].GetProperty("kind").GetString().ShouldBe("mention");
        notices.GetProperty("notices")[0].GetProperty("by").GetProperty("name").GetString().ShouldBe(bo.Name);

        (await http.PostAsJsonAsync($"/api/rooms/{room}/read", new { number = first })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Notices(http)).GetProperty("unread").GetInt32().ShouldBe(1);
        (await http.PostAsJsonAsync("/api/me/notices/read", new { requestId = server.NewRequest().Value, upto = 2 })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Notices(http)).GetProperty("unread").GetInt32().ShouldBe(0);
        (await Notices(http, "?before=2")).GetProperty("notices").GetArrayLength().ShouldBe(1);

        (await http.PostAsJsonAsync("/api/me/mutes/rooms", new { requestId = server.NewRequest().Value, room = room.Value, muted = true })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await http.PostAsJsonAsync("/api/me/mutes/members", new { requestId = server.NewRequest().Value, member = bo.Member.Value, muted = true })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var mutes = await http.GetFromJsonAsync<JsonElement>("/api/me/mutes");
        mutes.GetProperty("rooms")[0].GetString().ShouldBe(room.Value);
        mutes.GetProperty("members")[0].GetString().ShouldBe(bo.Member.Value);
    }

    [Fact]
    public async Task Say_nothing_of_a_post_that_is_gone()
    {
        var (room, bo, ada) = await server.Scene();
        var number = await Mention(room, bo, ada, "a secret price");
        using var http = server.Http(ada);
        await Until(http, listed => listed.GetProperty("unread").GetInt32() == 1);

        (await server.Grains.Room(room).Delete(new() { By = bo.Member, Request = server.NewRequest(), Number = new(number) })).Refusal.ShouldBeNull();

        (await Notices(http)).GetRawText().ShouldNotContain("secret");
        (await Until(http, listed => listed.GetProperty("unread").GetInt32() == 0)).GetProperty("notices").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Refuse_what_cannot_be()
    {
        var (room, _, _) = await server.Scene();
        var stranger = await server.Stranger();
        using var http = server.Http(stranger);

        (await http.PostAsJsonAsync($"/api/rooms/{room}/read", new { number = 1 })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.PostAsJsonAsync("/api/rooms/no/where/read", new { number = 1 })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.PostAsJsonAsync("/api/me/mutes/rooms", new { requestId = "r1", room = room.Value, muted = true })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.PostAsJsonAsync("/api/me/mutes/members", new { requestId = "r2", member = "no/body", muted = true })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.PostAsJsonAsync("/api/me/mutes/members", new { requestId = "r3", member = stranger.Member.Value, muted = true })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await http.PostAsJsonAsync("/api/me/notices/read", new { requestId = "not a request id", upto = 1 })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var nobody = server.Http(null);
        (await nobody.GetAsync("/api/me/notices")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task<long> Mention(RoomId room, Person by, Person whom, string text)
    {
        var posted = await server.Grains.Room(room).Post(new() { By = by.Member, Request = server.NewRequest(), Markdown = $"@{whom.Name} {text}", Mentions = [new(0, whom.Name.Length + 1, whom.Member)] });
        posted.Refusal.ShouldBeNull();
        return posted.Value!.Number.Value;
    }

    private static Task<JsonElement> Notices(HttpClient http, string query = "") => http.GetFromJsonAsync<JsonElement>("/api/me/notices" + query);

    /// <summary>Asks again whenever the inbox has moved.</summary>
    private static async Task<JsonElement> Until(HttpClient http, Func<JsonElement, bool> isSo)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var listed = await Notices(http);
            if (isSo(listed)) return listed;

            using var moved = await http.GetAsync($"/api/live/me?epoch={listed.GetProperty("epoch")}&after={listed.GetProperty("position")}", late.Token);
            moved.EnsureSuccessStatusCode();
        }
    }
}
