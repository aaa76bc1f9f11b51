using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Moderation;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Moderation;

/// <summary>Programs of applicants and moderators.</summary>
public sealed class QueuesOverHttp(OneServer one) : IClassFixture<OneServer>
{
    private readonly LiveServer server = one.Server;

    [Fact]
    public async Task One_asks_and_another_looks_decides_and_undoes()
    {
        var scene = await server.QueueScene();
        using var asking = server.Http(await server.Stranger());
        using var ben = server.Http(scene.Ben);
        using var ada = server.Http(scene.Ada);

        var asked = await asking.PostAsJsonAsync($"/api/communities/{scene.Community}/requests", new { requestId = "ask", message = "May I?" });
        asked.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await Json(asked)).GetProperty("number").GetInt64().ShouldBe(1);
        (await asking.GetFromJsonAsync<JsonElement>("/api/me/requests"))[0].GetProperty("state").GetString().ShouldBe("open");

        var mine = await ben.GetFromJsonAsync<JsonElement>("/api/queues");
        mine[0].GetProperty("community").GetString().ShouldBe(scene.Community.Value);
        mine[0].GetProperty("waiting").GetInt32().ShouldBe(1);
        var page = await ben.GetFromJsonAsync<JsonElement>(scene.Api);
        var version = page.GetProperty("items")[0].GetProperty("version").GetInt64();
        (await ben.GetFromJsonAsync<JsonElement>(scene.Api + "/items/1")).GetProperty("contact").GetString().ShouldBe("ben@buyers.example");

        var claim = await Json(await ben.PostAsJsonAsync(scene.Api + "/items/1/claim", new { requestId = "c" }));
        (await Detail(await ada.PostAsJsonAsync(scene.Api + "/items/1/claim", new { requestId = "c" }))).ShouldBe($"{scene.Ben.Name} is looking at this.");
        (await ben.PostAsJsonAsync(scene.Api + "/items/1/release", new { requestId = "r", fence = claim.GetProperty("fence").GetInt64() })).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var decided = await Json(await ada.PostAsJsonAsync(scene.Api + "/items/1/decide", new { requestId = "d", version, verdict = "rejected", reason = "Not yet.", template = (string?)null, askAgainFrom = (string?)null }));
        (await Detail(await ben.PostAsJsonAsync(scene.Api + "/items/1/decide", new { requestId = "d", version, verdict = "approved" }))).ShouldMatch($@"^Decided by {scene.Ada.Name} at \d\d:\d\d: rejected\.$");
        (await Detail(await ben.PostAsJsonAsync(scene.Api + "/items/1/undo", new { requestId = "u", version = decided.GetProperty("version").GetInt64() }))).ShouldBe("Only the person who decided can undo it.");
        (await ada.PostAsJsonAsync(scene.Api + "/items/1/undo", new { requestId = "u", version = decided.GetProperty("version").GetInt64() })).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await asking.DeleteAsync($"/api/communities/{scene.Community}/requests/1?requestId=w")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await asking.GetFromJsonAsync<JsonElement>("/api/me/requests"))[0].GetProperty("state").GetString().ShouldBe("withdrawn");
    }

    [Fact]
    public async Task Who_is_muted_appeals_once()
    {
        var scene = await server.QueueScene();
        var member = await scene.Member("Muted");
        using var muted = server.Http(member);
        using var ada = server.Http(scene.Ada);
        var appeals = $"/api/communities/{scene.Community}/appeal";
        (await muted.PostAsJsonAsync(appeals, new { requestId = "too-early", message = "Why?" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await ada.PostAsJsonAsync($"/api/communities/{scene.Community}/members/{member.Member}/restrict", new { requestId = "m", kind = "mute", reason = "Too loud." })).EnsureSuccessStatusCode();
        (await Json(await muted.PostAsJsonAsync(appeals, new { requestId = "a", message = "I was not." }))).GetProperty("number").GetInt64().ShouldBe(1);
        (await Json(await muted.PostAsJsonAsync(appeals, new { requestId = "b", message = "Again." }))).GetProperty("number").GetInt64().ShouldBe(1);

        (await muted.GetFromJsonAsync<JsonElement>("/api/me/requests"))[0].GetProperty("restricted").GetProperty("reason").GetString().ShouldBe("Too loud.");
        var item = (await ada.GetFromJsonAsync<JsonElement>(scene.Api + "/items/1")).GetProperty("item");
        item.GetProperty("restricted").GetProperty("kind").GetString().ShouldBe("mute");
        item.GetProperty("restricted").GetProperty("by").GetProperty("name").GetString().ShouldBe(scene.Ada.Name);
        (await ada.PostAsJsonAsync(scene.Api + "/items/1/decide", new { requestId = "d", version = 1, verdict = "rejected", reason = "No." })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await muted.DeleteAsync($"/api/communities/{scene.Community}/requests/1?requestId=w")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await muted.PostAsJsonAsync(appeals, new { requestId = "c", message = "Again." })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Several_at_once_have_an_answer_each()
    {
        var scene = await server.QueueScene();
        for (var i = 0; i < 3; i++) await scene.Asks();
        await scene.Decides(scene.Ada, 2, Verdict.Approved);
        using var ben = server.Http(scene.Ben);

        var answers = await Json(await ben.PostAsJsonAsync(scene.Api + "/decide", new { requestId = "d", items = new[] { new { number = 1, version = 1 }, new { number = 2, version = 1 }, new { number = 9, version = 1 } }, verdict = "approved" }));

        answers.EnumerateArray().Select(answer => answer.GetProperty("refused") is { ValueKind: JsonValueKind.Object } why ? why.GetProperty("code").GetString() : "done").ShouldBe(["done", "queue.already-decided", "queue.absent"]);
    }

    [Theory]
    [InlineData("claim", "{}")]
    [InlineData("claim", """{"requestId":"a b"}""")]
    [InlineData("decide", """{"requestId":"r","version":1,"verdict":"perhaps"}""")]
    [InlineData("decide", """{"requestId":"r","version":1,"verdict":"rejected","reason":"a\u0000b"}""")]
    [InlineData("undo", """{"requestId":"r"}""")]
    [InlineData("appeal", "[]")]
    public async Task What_is_malformed_is_not_understood(string command, string body)
    {
        var scene = await server.QueueScene();
        await scene.Asks();
        using var ben = server.Http(scene.Ben);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        (await ben.PostAsync($"{scene.Api}/items/1/{command}", content)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_rejection_without_a_contact_says_how_to_set_one()
    {
        var scene = await server.QueueScene();
        await scene.Publishes(scene.Ben, "");
        await scene.Asks();
        using var ben = server.Http(scene.Ben);

        (await Detail(await ben.PostAsJsonAsync(scene.Api + "/items/1/decide", new { requestId = "d", version = 1, verdict = "rejected", reason = "No." }))).ShouldStartWith("A rejection names whom to ask. Publish your contact");
    }

    private static Task<JsonElement> Json(HttpResponseMessage answer) => answer.Content.ReadFromJsonAsync<JsonElement>();

    private static async Task<string> Detail(HttpResponseMessage answer) => (await Json(answer)).GetProperty("detail").GetString()!;
}
