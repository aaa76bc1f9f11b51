using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Bridges;

/// <summary>Every way to link communities, by programs and by forms, tried by everybody.</summary>
public sealed class WhoMayLinkWhat(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Theory]
    [InlineData("propose", false)]
    [InlineData("agree", false)]
    [InlineData("decline", false)]
    [InlineData("take-back", false)]
    [InlineData("end", false)]
    [InlineData("threads", true)]
    public async Task Leaders_link_moderators_open_threads_and_for_strangers_there_is_nothing(string what, bool moderatorsToo)
    {
        var scene = await server.LinkedCommunities();
        var path = $"/api/communities/{scene.One.Community}/bridges/{scene.Other.Community}/{what}";
        var body = new { requestId = "", room = scene.One.Value, version = 1, reason = " ", title = " " };   // nothing comes of it: only the right is asked for
        foreach (var (person, may) in new[] { (scene.Ada, true), (scene.Ann, moderatorsToo), (scene.Ari, false), (scene.Max, false) })
        {
            using var http = server.Http(person);
            var status = (await http.PostAsJsonAsync(path, body with { requestId = server.NewRequest().Value })).StatusCode;
            (status is not (HttpStatusCode.Forbidden or HttpStatusCode.NotFound)).ShouldBe(may, $"{what} by {person.Name}: {status}");
        }

        foreach (var person in new[] { scene.Ben, scene.Bob, scene.Eve })
        {
            using var http = server.Http(person);
            (await http.PostAsJsonAsync(path, body with { requestId = server.NewRequest().Value })).StatusCode.ShouldBe(HttpStatusCode.NotFound, $"{what} by {person.Name}");
        }

        using var nobody = server.Http(null);
        (await nobody.PostAsJsonAsync(path, body with { requestId = server.NewRequest().Value })).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("{other}/agree", 403)]
    [InlineData("{other}/decline", 403)]
    [InlineData("{other}/take-back", 403)]
    [InlineData("{other}/end", 403)]
    [InlineData("propose", 403)]
    [InlineData("{other}/thread", 403)]
    public async Task Forms_are_for_the_same_people(string form, int forMembers)
    {
        var scene = await server.LinkedCommunities();
        var action = $"/communities/{scene.One.Community}/bridges/{form.Replace("{other}", scene.Other.Community.Value, StringComparison.Ordinal)}";
        foreach (var (person, status) in new[] { (scene.Ari, forMembers), (scene.Bob, 404), (scene.Eve, 404) })
        {
            using var browser = Visitor.As(server.Address, person.Cookie);
            var answer = await browser.Post(action, await browser.TokenOn("/profile"), ("request", server.NewRequest().Value), ("other", scene.Other.Community.Value), ("room", scene.One.Value), ("version", "1"), ("reason", "So"), ("title", "So"));
            ((int)answer.Status).ShouldBe(status, $"{form} by {person.Name}");
        }

        using var outsider = Visitor.As(server.Address, scene.Bob.Cookie);
        (await outsider.Get($"/communities/{scene.One.Community}/bridges/{scene.Other.Community}/thread")).Status.ShouldBe(HttpStatusCode.NotFound);
        using var member = Visitor.As(server.Address, scene.Ari.Cookie);
        (await member.Get($"/communities/{scene.One.Community}/bridges/{scene.Other.Community}/thread")).Status.ShouldBe(HttpStatusCode.Forbidden);
        using var moderator = Visitor.As(server.Address, scene.Ann.Cookie);
        (await moderator.Get($"/communities/{scene.One.Community}/bridges/{scene.Other.Community}/thread")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_program_links_two_communities_opens_a_thread_and_ends_it()
    {
        var scene = await server.TwoCommunities();
        var (one, other) = (scene.One.Community, scene.Other.Community);
        using var ada = server.Http(scene.Ada);
        using var ben = server.Http(scene.Ben);

        (await Send(ada, one, other, "propose", new { requestId = Next(), room = scene.One.Value, message = "Let us talk" })).GetProperty("state").GetString().ShouldBe("proposed");
        var seen = (await ben.GetFromJsonAsync<JsonElement>($"/api/communities/{other}/bridges")).EnumerateArray().ShouldHaveSingleItem();
        (seen.GetProperty("state").GetString(), seen.GetProperty("other").GetString(), seen.GetProperty("acts")[0].GetProperty("text").GetString()).ShouldBe(("proposed", one.Value, "Let us talk"));
        var version = seen.GetProperty("version").GetInt64();

        (await ben.PostAsJsonAsync($"/api/communities/{other}/bridges/{one}/agree", new { requestId = Next(), room = scene.Other.Value, version = version + 1 })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await ben.PostAsJsonAsync($"/api/communities/{other}/bridges/{one}/agree", new { requestId = Next(), room = scene.One.Value, version })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Send(ben, other, one, "agree", new { requestId = Next(), room = scene.Other.Value, version })).GetProperty("state").GetString().ShouldBe("standing");

        using var opened = await ben.PostAsJsonAsync($"/api/communities/{other}/bridges/{one}/threads", new { requestId = Next(), title = "Clauses" });
        opened.StatusCode.ShouldBe(HttpStatusCode.Created);
        var room = (await opened.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("room").GetString();
        room.ShouldBe($"{other}/+{one}+1");
        (await ada.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = Next(), markdown = "Hello" })).StatusCode.ShouldBe(HttpStatusCode.Created);

        (await Send(ada, one, other, "end", new { requestId = Next(), reason = "All is said" })).GetProperty("state").GetString().ShouldBe("ended");
        using var late = await ada.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = Next(), markdown = "Hello?" });
        late.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await late.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString().ShouldBe("room.closed");
        (await ada.GetFromJsonAsync<JsonElement>($"/api/rooms/{room}/posts")).GetProperty("posts").GetArrayLength().ShouldBe(1);

        foreach (var bad in new[] { $"/api/communities/{one}/bridges/{one}/propose", $"/api/communities/{one}/bridges/No%20such/propose", $"/api/communities/{one}/bridges/nowhere-at-all/propose" })
            (await ada.PostAsJsonAsync(bad, new { requestId = Next(), room = scene.One.Value })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Without_script_it_is_proposed_declined_proposed_agreed_talked_in_and_ended()
    {
        var scene = await server.TwoCommunities();
        var (one, other) = ($"/communities/{scene.One.Community}/bridges", $"/communities/{scene.Other.Community}/bridges");
        using var ada = Visitor.As(server.Address, scene.Ada.Cookie);
        using var ben = Visitor.As(server.Address, scene.Ben.Cookie);
        using var bob = Visitor.As(server.Address, scene.Bob.Cookie);

        (await ada.Get($"/communities/{scene.One.Community}")).Html.ShouldContain(one);
        (await ada.Submit(one, $"{one}/propose", ("other", scene.Other.Community.Value), ("room", scene.One.Value), ("message", new string('a', 1_001)))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await ada.Submit(one, $"{one}/propose", ("other", scene.Other.Community.Value), ("room", scene.One.Value), ("message", "Let us talk"))).Location.ShouldBe(one);
        (await ada.Get(one)).Html.ShouldContain("Proposed, waits for their answer");
        await server.Until(scene.Ben, 2);   // and of who joined
        (await ben.Get("/notices")).Html.ShouldContain($"{other}#{scene.One.Community}");
        (await ben.Get(other)).Html.ShouldContain("Let us talk");
        (await ben.Submit(other, $"{other}/{scene.One.Community}/decline", ("reason", "In autumn"))).Location.ShouldBe(other);
        (await ada.Get(one)).Html.ShouldContain("In autumn");

        (await ada.Submit(one, $"{one}/propose", ("other", scene.Other.Community.Value), ("room", scene.One.Value), ("message", ""))).Location.ShouldBe(one);
        (await ben.Submit(other, $"{other}/{scene.One.Community}/agree", ("room", scene.Other.Value))).Location.ShouldBe(other);
        var form = $"{other}/{scene.One.Community}/thread";
        (await ben.Submit(form, form, ("title", " "))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var opened = await ben.Submit(form, form, ("title", "Clauses for trams"), ("room", scene.Other.Value), ("readers", "Community"));
        opened.Location.ShouldBe($"/communities/{scene.Other.Community}/+{scene.One.Community}+1");

        (await Says(ada, opened.Location!, "Here I am")).Status.ShouldBe(HttpStatusCode.SeeOther);
        var page = (await bob.Get(opened.Location!)).Html;
        page.ShouldContain("Here I am");
        page.ShouldContain($"In common with {scene.One.Community}");
        (await bob.Get($"/communities/{scene.Other}")).Html.ShouldContain("Clauses for trams");
        using var eve = Visitor.As(server.Address, scene.Eve.Cookie);
        (await eve.Get($"/communities/{scene.Other.Community}")).Html.ShouldNotContain("Clauses for trams");

        (await ada.Submit(one, $"{one}/{scene.Other.Community}/end", ("reason", ""))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await ada.Submit(one, $"{one}/{scene.Other.Community}/end", ("reason", "All is said"))).Location.ShouldBe(one);
        (await bob.Get(opened.Location!)).Html.ShouldContain("nobody writes in it any more");
        (await Says(bob, opened.Location!, "Hello?")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static async Task<JsonElement> Send(HttpClient http, CommunityId side, CommunityId other, string what, object body)
    {
        using var response = await http.PostAsJsonAsync($"/api/communities/{side}/bridges/{other}/{what}", body);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<Answer> Says(Visitor browser, string room, string text)
    {
        var (name, token) = await browser.TokenOn("/profile");
        using var form = new MultipartFormDataContent { { new StringContent(token), name }, { new StringContent(Next()), "request" }, { new StringContent(text), "markdown" } };
        return await browser.Send(room, form);
    }

    private string Next() => server.NewRequest().Value;
}
