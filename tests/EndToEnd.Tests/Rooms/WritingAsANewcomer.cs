using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Rooms;

/// <summary>Somebody in the first week of their account, at every way in.</summary>
public sealed class WritingAsANewcomer(OneServer one) : IClassFixture<OneServer>
{
    private const string Note = "10 posts an hour with 2 links each";
    private const string ThreeLinks = "https://example.org/a https://example.org/b https://example.org/c";

    private readonly LiveServer server = one.Server;

    [Fact]
    public async Task All_ways_in_count_together_and_the_refusal_says_when_there_can_be_more()
    {
        var (room, _, _) = await server.Scene();
        var newcomer = await server.Join(room, "Nora");
        await using var live = await server.Connect(newcomer);
        using var browser = Visitor.As(server.Address, newcomer.Cookie);
        using var program = server.Http(newcomer);
        var page = $"/communities/{room}";

        await live.Enter(room.Topic());
        for (var i = 0; i < 4; i++) (await live.Post(room.Value, $"live-{i}", "Hello")).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);
        for (var i = 0; i < 3; i++) (await Says(browser, page, $"Hello {i}")).Status.ShouldBe(HttpStatusCode.SeeOther);
        for (var i = 0; i < 3; i++) (await program.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = $"api-{i}", markdown = "Hello" })).IsSuccessStatusCode.ShouldBeTrue();

        var refused = await program.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = "one-more", markdown = "Hello" });
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
        var why = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!;
        why.ShouldStartWith("New members write at most 10 posts and publications an hour, in all communities together. You can write again in ");

        (await live.Post(room.Value, "one-more-live", "Hello")).GetProperty("refused").GetProperty("code").GetString().ShouldBe("room.newcomer-posts");
        var form = await Says(browser, page, "This is kept");
        form.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        form.Html.ShouldContain("This is kept");
        form.Html.ShouldContain("You can write again in ");
    }

    [Fact]
    public async Task The_composer_says_what_holds_until_a_moderator_lifts_it_with_one_click()
    {
        var (room, leader, ben) = await server.Scene();
        var newcomer = await server.Join(room, "Nora");
        using var browser = Visitor.As(server.Address, newcomer.Cookie);
        using var moderator = Visitor.As(server.Address, leader.Cookie);
        using var member = Visitor.As(server.Address, ben.Cookie);
        var page = $"/communities/{room}";
        var root = await server.Says(room, leader, "A question");
        foreach (var each in new[] { page, $"{page}/posts/{root}" }) (await browser.Get(each)).Html.ShouldContain(Note);
        (await member.Get(page)).Html.ShouldNotContain(Note);

        var links = await Says(browser, page, ThreeLinks);
        links.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        links.Html.ShouldContain("at most 2 links in a post or a publication, and this one has 3");

        var about = $"/communities/{room.Community}/members/{newcomer.Member}";
        (await member.Post($"{about}/trust", await member.TokenOn("/profile"), ("request", "mine"))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await moderator.Get(about)).Html.ShouldContain("Lift the limits");
        (await moderator.Submit(about, $"{about}/trust")).Location.ShouldBe(about + "?trusted");

        (await moderator.Get(about)).Html.ShouldNotContain("Lift the limits");
        (await browser.Get(page)).Html.ShouldNotContain(Note);
        (await Says(browser, page, ThreeLinks)).Status.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Publications_and_their_versions_and_comments_count_with_the_posts_and_have_as_few_links()
    {
        var (room, _, _) = await server.Scene();
        var newcomer = await server.Join(room, "Nora");
        using var program = server.Http(newcomer);
        var api = $"/api/communities/{room.Community}/publications";

        using var links = await program.PostAsJsonAsync(api, Writing(0, ThreeLinks));
        (await CodeOf(links)).ShouldBe("urn:publicbuyers:refusal:room.newcomer-links");
        using var asLinks = await program.PostAsJsonAsync(api, Writing(0, "[a](https://x.example) [b](https://y.example) [c](https://z.example)"));
        (await CodeOf(asLinks)).ShouldBe("urn:publicbuyers:refusal:room.newcomer-links");
        using var inSummary = await program.PostAsJsonAsync(api, Writing(0, "Read on.", ThreeLinks));
        (await CodeOf(inSummary)).ShouldBe("urn:publicbuyers:refusal:room.newcomer-links");

        using var first = await program.PostAsJsonAsync(api, Writing(0, "https://example.org/a"));
        var id = (await first.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        await Publishes(program, $"{api}/{id}", 1);
        (await program.PutAsJsonAsync($"{api}/{id}", Writing(1, "Another text."))).IsSuccessStatusCode.ShouldBeTrue();
        await Publishes(program, $"{api}/{id}", 2);
        var comments = new PublicationId(room.Community, id!).Comments;
        for (var i = 0; i < 8; i++)
        {
            using var said = await program.PostAsJsonAsync(
                $"/api/rooms/{(i == 0 ? comments : room)}/posts", new { requestId = $"said-{i}", markdown = "Hello" });
            said.IsSuccessStatusCode.ShouldBeTrue(await said.Content.ReadAsStringAsync());
        }

        (await program.PutAsJsonAsync($"{api}/{id}", Writing(2, "A third."))).IsSuccessStatusCode.ShouldBeTrue();
        using var refused = await program.PostAsJsonAsync($"{api}/{id}/submit", new { requestId = "third", version = 3 });
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
        (await CodeOf(refused)).ShouldBe("urn:publicbuyers:refusal:room.newcomer-posts");
    }

    private static async Task Publishes(HttpClient program, string address, int version)
    {
        using var submitted = await program.PostAsJsonAsync(
            $"{address}/submit", new { requestId = $"submit-{version}", version });
        submitted.IsSuccessStatusCode.ShouldBeTrue(await submitted.Content.ReadAsStringAsync());
    }

    private object Writing(int seen, string markdown, string summary = "") => new
    {
        requestId = server.NewRequest().Value,
        kind = "news",
        title = "Trams",
        summary,
        markdown,
        classification = "public",
        participants = Array.Empty<string>(),
        seen,
    };

    private static async Task<string?> CodeOf(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("type").GetString();

    /// <summary>What readers see has ten links: the mention covers one of the backticks.</summary>
    [Fact]
    public async Task Links_are_counted_as_readers_see_them_and_a_mention_covers_nothing_but_a_name()
    {
        var (room, ada, _) = await server.Scene();
        var newcomer = await server.Join(room, "Nora");
        using var program = server.Http(newcomer);
        var hidden = "@`" + string.Join(' ', Enumerable.Range(0, 10).Select(i => $"http://evil{i}.example/")) + "`";
        var covering = new[] { new { start = 0, length = 2, member = ada.Member.Value } };

        var posted = await program.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = "p1", markdown = hidden, mentions = covering });
        posted.StatusCode.ShouldBe(HttpStatusCode.Created);   // without the mention, it is code
        (await program.GetStringAsync($"/api/rooms/{room}/posts")).ShouldNotContain("<a ");
        var number = (await posted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("number").GetInt64();
        await program.PutAsJsonAsync($"/api/rooms/{room}/posts/{number}", new { requestId = "p2", markdown = hidden + " more", mentions = covering });
        (await program.GetStringAsync($"/api/rooms/{room}/posts")).ShouldNotContain("<a ");

        // Past what reads forms and bodies, the room counts as readers see it.
        var direct = await server.Grains.Room(room).Post(new()
        {
            By = newcomer.Member,
            Request = server.NewRequest(),
            Markdown = hidden,
            Mentions = [new(0, 2, ada.Member)],
        });
        direct.Refusal.ShouldBeOfType<PublicBuyers.Rooms.RoomRefusal.NewcomerLinks>();
    }

    /// <summary>As a page without script does.</summary>
    private async Task<Answer> Says(Visitor browser, string page, string text)
    {
        var (name, token) = await browser.TokenOn(page);
        using var form = new MultipartFormDataContent
        {
            { new StringContent(token), name },
            { new StringContent(server.NewRequest().Value), "request" },
            { new StringContent(text), "markdown" },
        };
        return await browser.Send(page, form);
    }
}

/// <summary>The same, on a server that is started again in between.</summary>
public sealed class WritingAsANewcomerAcrossARestart
{
    [Fact]
    public async Task Eleven_posts_at_once_a_restart_and_eleven_more_store_exactly_ten()
    {
        var server = await LiveServer.Start();
        var leader = await server.SignIn("Lea");
        var room = await server.Found("trams", leader);
        var newcomer = await server.Join(room, "Nora");

        (await Accepted(server, 6)).ShouldBe(6);
        await using var after = await server.Restart();
        (await Accepted(after, 11)).ShouldBe(4);

        (await after.Grains.Room(room).Page(leader.Member, 0, 50)).Value!.Posts.Length.ShouldBe(10);

        async Task<int> Accepted(LiveServer where, int posts) => (await Task.WhenAll(Enumerable.Range(0, posts).Select(_ =>
            where.Grains.Room(room).Post(new() { By = newcomer.Member, Request = where.NewRequest(), Markdown = "Hello" })))).Count(answer => !answer.IsRefused);
    }
}
