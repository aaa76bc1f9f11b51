using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.EndToEnd.Tests.Moderation;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Communities;

/// <summary>R9 over the real server: pages, forms and programs.</summary>
public sealed class TheStateOfPlay(OneServer one) : IClassFixture<OneServer>
{
    private readonly LiveServer server = one.Server;

    [Theory]
    [InlineData("public", "anybody stranger member moderator leader administrator")]
    [InlineData("members", "stranger member moderator leader administrator")]
    [InlineData("community", "member moderator leader administrator")]
    public async Task Is_there_for_whom_it_is_meant_and_written_by_leaders(string readers, string whom)
    {
        var scene = await server.QueueScene();
        var (api, page) = ($"/api/communities/{scene.Community}/state-of-play", $"/communities/{scene.Community}/state-of-play");
        using var leader = server.Http(scene.Ada);
        (await leader.PutAsJsonAsync(api, Card("Buying trams", readers, 0))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await leader.PutAsJsonAsync(api, Card("Buying trams together", readers, 1))).StatusCode.ShouldBe(HttpStatusCode.OK);

        var administrator = await server.Stranger();
        QueueScene.Must(await server.Grains.Member(administrator.Member).AppointAdministrator(new() { By = MemberId.System, Request = server.NewRequest() }));
        foreach (var (name, person) in new[] { ("anybody", null), ("stranger", await server.Stranger()), ("member", await scene.Member($"Member{scene.Community.Value[11..]}")), ("moderator", scene.Ben), ("leader", scene.Ada), ("administrator", administrator) })
        {
            using var http = server.Http(person);
            var (reads, writes) = (whom.Split(' ').Contains(name), name is "leader" or "administrator");
            foreach (var path in new[] { page, page + "/history", page + "/versions/1" }) (await http.GetAsync(path)).StatusCode.ShouldBe(reads ? HttpStatusCode.OK : HttpStatusCode.NotFound, $"{name}: {path}");
            if (person is null) continue;

            foreach (var path in new[] { api, api + "/history", api + "/versions/1" }) (await http.GetAsync(path)).StatusCode.ShouldBe(reads ? HttpStatusCode.OK : HttpStatusCode.NotFound, $"{name}: {path}");
            if (!reads) (await http.GetStringAsyncOfAny(api)).ShouldBe(await http.GetStringAsyncOfAny("/api/communities/not-here/state-of-play"), name);
            (await http.GetAsync(page + "/edit")).StatusCode.ShouldBe(writes ? HttpStatusCode.OK : reads ? HttpStatusCode.Forbidden : HttpStatusCode.NotFound, name);
            if (!writes) (await http.PutAsJsonAsync(api, Card("Mine", readers, 2))).StatusCode.ShouldBe(reads ? HttpStatusCode.Forbidden : HttpStatusCode.NotFound, name);
        }
    }

    [Fact]
    public async Task Two_leaders_write_at_once_and_one_is_told_with_nothing_lost()
    {
        var scene = await server.QueueScene();
        await scene.Changes(scene.Ben, Role.Leader);
        var page = $"/communities/{scene.Community}/state-of-play/edit";
        using var ada = Visitor.As(server.Address, scene.Ada.Cookie);
        using var ben = Visitor.As(server.Address, scene.Ben.Cookie);
        (await ada.Get($"/communities/{scene.Community}")).Html.ShouldContain("Write the state of play");

        var adas = await ada.Fill(page, page, ("goal", "By Ada"), ("linkedin", "https://linkedin.example/groups/1"));
        var bens = await ben.Fill(page, page, ("goal", "By Ben"), ("plans", "A workshop in May"));

        var answers = await Task.WhenAll(adas(), bens());

        answers.Count(answer => answer.Status == HttpStatusCode.SeeOther).ShouldBe(1);
        var late = answers.Single(answer => answer.Status == HttpStatusCode.Conflict);
        late.Html.ShouldContain("Somebody wrote version 1 in the meantime.");
        late.Html.ShouldMatch("By Ada|By Ben");
        late.Html.ShouldContain($"/communities/{scene.Community}/state-of-play/versions/1");
    }

    [Fact]
    public async Task What_cannot_be_kept_comes_back_with_what_was_typed_and_every_version_can_be_read()
    {
        var scene = await server.QueueScene();
        var page = $"/communities/{scene.Community}/state-of-play";
        using var ada = Visitor.As(server.Address, scene.Ada.Cookie);

        var refused = await ada.Submit(page + "/edit", page + "/edit", ("goal", "To buy <trams>"), ("linkedin", "javascript:alert(1)"), ("plans", "A workshop"));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("A link begins with https://");
        refused.Html.ShouldContain("A workshop");
        (await ada.Submit(page + "/edit", page + "/edit", ("goal", "To buy <trams>"), ("plans", "A workshop"), ("mail", "cpb@buyers.example"))).Location.ShouldBe(page);
        (await ada.Submit(page + "/edit", page + "/edit", ("plans", "Two workshops"))).Location.ShouldBe(page);

        var card = (await ada.Get(page)).Html;
        card.ShouldContain("To buy &lt;trams&gt;");
        card.ShouldContain("mailto:cpb@buyers.example");
        card.ShouldContain("Two workshops");
        (await ada.Get(page + "/history")).Html.ShouldContain("Changed: Plans");
        var old = (await ada.Get(page + "/versions/1")).Html;
        old.ShouldContain("A workshop");
        old.ShouldContain("To the newest version");
        (await ada.Get(page + "/versions/9")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await ada.Get("/communities/not-here/state-of-play")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId":"a b","card":{"goal":"x"}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId":"r","card":{"goal":"x"},"readers":"everybody"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"requestId":"r","card":{"goal":"x"},"readers":"hosts"}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"requestId":"r"}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"requestId":"r","card":{"goal":"x","mail":"nobody"}}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"requestId":"r","card":{"goal":"x"},"seen":7}""", HttpStatusCode.Conflict)]
    public async Task What_is_malformed_is_refused(string body, HttpStatusCode status)
    {
        var scene = await server.QueueScene();
        using var ada = server.Http(scene.Ada);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        (await ada.PutAsync($"/api/communities/{scene.Community}/state-of-play", content)).StatusCode.ShouldBe(status);
    }

    private static object Card(string goal, string readers, int seen) => new { requestId = $"card-{seen}", card = new { goal, plans = "A workshop" }, readers, seen };
}

internal static class Answers
{
    /// <summary>What is said, whatever the status, without the address asked.</summary>
    public static async Task<string?> GetStringAsyncOfAny(this HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString();
    }
}
