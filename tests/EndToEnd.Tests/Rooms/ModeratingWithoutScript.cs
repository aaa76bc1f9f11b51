using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Parser;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Rooms;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Rooms;

/// <summary>Moderators, members and outsiders with a browser without script, and with a program.</summary>
public sealed class ModeratingWithoutScript(OneServer one) : IClassFixture<OneServer>
{
    private const string Secret = "tenderer-nine-eleven";

    private static readonly string[] postPages = ["hide", "show", "lock", "unlock", "pin", "unpin"];

    private readonly LiveServer server = one.Server;

    [Fact]
    public async Task A_hidden_posts_text_is_on_no_page_and_comes_back()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ben, $"It was {Secret}");
        await server.Says(room, ada, "Really?", thread: 1);
        using var moderator = Browser(ada);
        using var member = Browser(ben);

        (await moderator.Submit(Act(room, 1, "hide"), Act(room, 1, "hide"), ("reason", "Names a <tenderer>"))).Location.ShouldBe($"{Of(room)}?around=1#post-1");

        foreach (var page in new[] { "", "?around=1", "?after=0", "?before=3", "?around=999", "?after=999", "/posts/1", "/posts/2", "/posts/1/history", "/posts/1/delete", "/posts/1/edit", "/log", "/print", "/print?from=2020-01-01" })
            (await member.Get(Of(room) + page)).Html.ShouldNotContain(Secret, customMessage: page);
        using (var http = server.Http(ben))
        {
            foreach (var address in new[] { "posts", "posts?around=1", "posts?after=0", "posts/1", "posts/1/history", "acts" })
                (await (await http.GetAsync($"/api/rooms/{room}/{address}")).Content.ReadAsStringAsync()).ShouldNotContain(Secret, customMessage: address);
        }

        foreach (var page in new[] { "", "/posts/1", "/log", "/print" }) (await member.Get(Of(room) + page)).Html.ShouldContain("Names a &lt;tenderer&gt;", customMessage: page);
        (await member.Get(Of(room) + "/posts/1/history")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await moderator.Get(Of(room) + "/posts/1/history")).Html.ShouldContain(Secret);
        (await moderator.Get(Of(room))).Html.ShouldNotContain(Secret);

        (await moderator.Submit(Act(room, 1, "show"), Act(room, 1, "show"), ("reason", "The name is public"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await member.Get(Of(room))).Html.ShouldContain(Secret);
        (await member.Get(Of(room) + "/log")).Html.ShouldContain("The name is public");
    }

    [Fact]
    public async Task A_moderator_deletes_with_a_reason_and_not_without()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ben, $"Buy {Secret}");
        using var moderator = Browser(ada);
        using var member = Browser(ben);

        var refused = await moderator.Submit(Act(room, 1, "delete"), Act(room, 1, "delete"), ("reason", " "));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("role=\"alert\"");

        (await moderator.Submit(Act(room, 1, "delete"), Act(room, 1, "delete"), ("reason", "Advertising"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        var page = (await member.Get(Of(room))).Html;
        page.ShouldNotContain(Secret);
        page.ShouldContain("Advertising");
        (await moderator.Get(Act(room, 1, "delete"))).Status.ShouldBe(HttpStatusCode.Conflict);
        (await moderator.Get(Of(room) + "/posts/1/history")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_author_deletes_what_was_hidden()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ben, Secret);
        await Hide(room, ada, 1);
        using var member = Browser(ben);

        (await member.Submit(Act(room, 1, "delete"), Act(room, 1, "delete"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await server.Grains.Room(room).Page(ben.Member, 0, 1)).Value!.Posts[0].IsDeleted.ShouldBeTrue();
    }

    [Fact]
    public async Task Members_are_refused_what_moderators_do()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ada, "Hello");
        using var member = Browser(ben);
        using var http = server.Http(ben);

        foreach (var page in postPages) (await member.Get(Act(room, 1, page))).Status.ShouldBe(HttpStatusCode.Forbidden, page);
        (await member.Get(Of(room) + "/slow-mode")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await member.Get(Act(room, 1, "delete"))).Status.ShouldBe(HttpStatusCode.Forbidden);
        foreach (var (address, body) in Commands)
        {
            var answer = await http.PostAsJsonAsync($"/api/rooms/{room}/{address}", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, address);
            (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("type").GetString().ShouldBe("urn:publicbuyers:refusal:room.moderators-only");
        }

        (await http.GetAsync($"/api/rooms/{room}/reach")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await http.DeleteAsync($"/api/rooms/{room}/posts/1?requestId=d&reason=x")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Outsiders_cannot_tell_what_is_there_from_what_is_not()
    {
        var (room, ada, _) = await server.Scene();
        await server.Says(room, ada, Secret);
        await Hide(room, ada, 1);
        var stranger = await server.Stranger();
        using var browser = Browser(stranger);
        using var http = server.Http(stranger);
        var nowhere = new RoomId(room.Community, "nowhere");

        foreach (var page in postPages.Select(each => $"/posts/1/{each}").Concat(["", "?around=1", "?after=0", "?date=2026-01-01", "/log", "/print", "/slow-mode", "/posts/1/delete", "/posts/1/history"]))
        {
            var (there, absent) = (await browser.Get(Of(room) + page), await browser.Get(Of(nowhere) + page));
            there.Status.ShouldBe(HttpStatusCode.NotFound, page);
            absent.Status.ShouldBe(HttpStatusCode.NotFound, page);
            Content(there).ShouldBe(Content(absent));
        }

        foreach (var address in new[] { "posts", "posts?around=1", "posts?after=0", "posts?date=2026-01-01", "acts", "reach", "posts/1/history" })
            (await Body(await http.GetAsync($"/api/rooms/{room}/{address}"))).ShouldBe(await Body(await http.GetAsync($"/api/rooms/{nowhere}/{address}")));
        foreach (var (address, body) in Commands.Append(("posts/1/reactions", new { requestId = "r", reaction = "agree", reacts = true })))
            (await Body(await http.PostAsJsonAsync($"/api/rooms/{room}/{address}", body))).ShouldBe(await Body(await http.PostAsJsonAsync($"/api/rooms/{nowhere}/{address}", body)));
    }

    [Fact]
    public async Task The_number_of_a_post_elsewhere_is_no_post_here()
    {
        var (room, ada, _) = await server.Scene();
        var (other, cleo, _) = await server.Scene();
        for (var i = 0; i < 3; i++) await server.Says(other, cleo, "Elsewhere");
        await server.Says(room, ada, "Here");
        using var http = server.Http(ada);

        foreach (var (address, body) in Commands.Where(each => each.Address.StartsWith("posts", StringComparison.Ordinal)))
            (await http.PostAsJsonAsync($"/api/rooms/{room}/{address.Replace("posts/1", "posts/3", StringComparison.Ordinal)}", body)).StatusCode.ShouldBe(HttpStatusCode.NotFound, address);
        using var moderator = Browser(ada);
        foreach (var page in postPages) (await moderator.Get(Act(room, 3, page))).Status.ShouldBe(HttpStatusCode.NotFound, page);
    }

    [Fact]
    public async Task A_thread_is_closed_and_opened_again()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ben, "Question");
        using var moderator = Browser(ada);
        using var http = server.Http(ben);

        (await moderator.Submit(Act(room, 1, "lock"), Act(room, 1, "lock"), ("reason", "Answered in the guide"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        var refused = await http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = "1", markdown = "But", thread = 1 });
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("room.thread-locked");
        (await server.Says(room, ada, "One more thing", thread: 1)).ShouldBe(2);

        (await moderator.Submit(Act(room, 1, "unlock"), Act(room, 1, "unlock"), ("reason", "Not quite"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = "1", markdown = "But", thread = 1 })).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task In_slow_mode_a_member_is_told_when_to_come_back()
    {
        var (room, ada, ben) = await server.Scene();
        using var moderator = Browser(ada);
        using var http = server.Http(ben);

        (await moderator.Submit(Of(room) + "/slow-mode", Of(room) + "/slow-mode", ("seconds", "soon"), ("reason", "x"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await moderator.Submit(Of(room) + "/slow-mode", Of(room) + "/slow-mode", ("seconds", "3600"), ("reason", "Slowly, please"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = "1", markdown = "One" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var refused = await http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = "2", markdown = "Two" });

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(3_000, 3_600);
        (await http.GetFromJsonAsync<JsonElement>($"/api/rooms/{room}/posts")).GetProperty("settings").GetProperty("slowSeconds").GetInt32().ShouldBe(3_600);
        (await moderator.Get(Of(room) + "/slow-mode")).Html.ShouldContain("Slowly, please");
    }

    [Fact]
    public async Task Pins_and_reactions_are_one_click()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ben, "Look");
        using var moderator = Browser(ada);

        (await moderator.Submit(Act(room, 1, "pin"), Act(room, 1, "pin"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await moderator.Press(Of(room), Act(room, 1, "react?reacts=true"), "thanks")).Location.ShouldBe($"{Of(room)}?around=1#post-1");
        var post = (await server.Grains.Room(room).Page(ben.Member, 0, 1)).Value!.Posts[0];
        post.Pinned!.By.ShouldBe(ada.Member);
        post.Reactions.ShouldHaveSingleItem().Reaction.ShouldBe(Reaction.Thanks);

        (await moderator.Press(Of(room), Act(room, 1, "react?reacts=false"), "thanks")).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await moderator.Submit(Act(room, 1, "unpin"), Act(room, 1, "unpin"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        post = (await server.Grains.Room(room).Page(ben.Member, 0, 1)).Value!.Posts[0];
        (post.Pinned, post.Reactions.Length).ShouldBe((null, 0));
    }

    [Fact]
    public async Task A_date_leads_to_what_was_said_then()
    {
        var (room, ada, _) = await server.Scene();
        using var browser = Browser(ada);
        using var http = server.Http(ada);
        (await browser.Get(Of(room) + "?date=2020-01-01")).Location.ShouldBe($"{Of(room)}#newest");
        for (var i = 0; i < 60; i++) await server.Says(room, ada, $"Post {i}");

        (await browser.Get(Of(room) + "?date=2020-01-01")).Location.ShouldBe($"{Of(room)}?around=1#post-1");
        (await browser.Get(Of(room) + "?date=9999-12-31")).Location.ShouldBe($"{Of(room)}?around=60#post-60");
        (await browser.Get(Of(room) + "?date=0001-01-01")).Location.ShouldBe($"{Of(room)}?around=1#post-1");
        (await browser.Get(Of(room) + "?date=yesterday")).Status.ShouldBe(HttpStatusCode.OK);
        (await browser.Get(Of(room) + "?around=17")).Html.ShouldContain("id=\"post-17\"");
        (await browser.Get(Of(room) + "?around=9999")).Html.ShouldContain("id=\"post-60\"");
        (await browser.Get(Of(room) + $"?around={long.MaxValue}")).Status.ShouldBe(HttpStatusCode.OK);

        Numbers(await http.GetFromJsonAsync<JsonElement>($"/api/rooms/{room}/posts?around=17&count=5")).ShouldBe([15, 16, 17, 18, 19]);
        Numbers(await http.GetFromJsonAsync<JsonElement>($"/api/rooms/{room}/posts?after=57")).ShouldBe([58, 59, 60]);
        Numbers(await http.GetFromJsonAsync<JsonElement>($"/api/rooms/{room}/posts?date=2020-01-01&count=2")).ShouldBe([1, 2]);
        (await http.GetAsync($"/api/rooms/{room}/posts?date=yesterday")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Days_are_printed_and_others_are_not()
    {
        var (room, ada, _) = await server.Scene();
        await server.Says(room, ada, "On paper");
        using var browser = Browser(ada);

        (await browser.Get(Of(room) + "/print")).Html.ShouldContain("On paper");
        (await browser.Get(Of(room) + "/print?from=2020-01-01&to=9999-12-31")).Html.ShouldContain("On paper");
        (await browser.Get(Of(room) + "/print?from=2020-01-01&to=2020-01-02")).Html.ShouldNotContain("On paper");
        (await browser.Get(Of(room) + "/print?from=9000-01-01")).Html.ShouldNotContain("On paper");
        (await browser.Get(Of(room) + "/print?from=x&to=y")).Html.ShouldContain("On paper");
    }

    [Fact]
    public async Task The_log_is_for_all_who_read_the_room_and_programs_too()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ben, "Hello");
        await Hide(room, ada, 1);
        using var http = server.Http(ben);

        var act = (await http.GetFromJsonAsync<JsonElement>($"/api/rooms/{room}/acts")).GetProperty("acts").EnumerateArray().ShouldHaveSingleItem();

        act.GetProperty("kind").GetString().ShouldBe("room.post-hidden");
        act.GetProperty("post").GetInt64().ShouldBe(1);
        act.GetProperty("act").GetProperty("by").GetProperty("name").GetString().ShouldBe(ada.Name);
        act.GetProperty("act").GetProperty("reason").GetString().ShouldBe("Names a tenderer");
        using var moderator = server.Http(ada);
        (await moderator.GetFromJsonAsync<JsonElement>($"/api/rooms/{room}/reach")).GetProperty("members").GetInt32().ShouldBe(1);
    }

    private static IEnumerable<(string Address, object Body)> Commands =>
    [
        ("posts/1/pin", new { requestId = "c", pinned = true }),
        ("posts/1/hide", new { requestId = "c", hidden = true, reason = "x" }),
        ("posts/1/lock", new { requestId = "c", locked = true, reason = "x" }),
        ("slow-mode", new { requestId = "c", seconds = 5, reason = "x" }),
    ];

    private Visitor Browser(Person person) => Visitor.As(server.Address, person.Cookie);

    private async Task Hide(RoomId room, Person moderator, long number) =>
        (await server.Grains.Room(room).Hide(new() { By = moderator.Member, Request = server.NewRequest(), Number = new(number), Hidden = true, Reason = "Names a tenderer" })).IsRefused.ShouldBeFalse();

    private static string Of(RoomId room) => $"/communities/{room}";

    private static string Act(RoomId room, long number, string act) => $"{Of(room)}/posts/{number}/{act}";

    private static string Content(Answer answer) => new HtmlParser().ParseDocument(answer.Html).QuerySelector("main")!.InnerHtml;

    private static async Task<string> Body(HttpResponseMessage answer) => $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";

    private static IEnumerable<long> Numbers(JsonElement page) => page.GetProperty("posts").EnumerateArray().Select(post => post.GetProperty("number").GetInt64());
}
