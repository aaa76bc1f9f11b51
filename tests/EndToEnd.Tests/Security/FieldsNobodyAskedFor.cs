using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.EndToEnd.Tests.Moderation;
using PublicBuyers.Moderation;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>B26: whoever sends more than is asked for changes no more than is asked for.</summary>
public sealed class FieldsNobodyAskedFor(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task A_post_is_its_author_s_in_its_room_and_neither_pinned_nor_dated_by_them()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ada, "First");
        using var http = server.Http(ben);

        await Sends(http, HttpMethod.Post, $"/api/rooms/{room}/posts", new { requestId = server.NewRequest().Value, markdown = "Mine" }, ada, room);
        await Sends(http, HttpMethod.Put, $"/api/rooms/{room}/posts/2", new { requestId = server.NewRequest().Value, markdown = "Mine, still" }, ada, room);
        await Sends(http, HttpMethod.Post, $"/api/rooms/{room}/posts/2/reactions", new { requestId = server.NewRequest().Value, reaction = "agree", reacts = true }, ada, room);

        var page = QueueScene.Must(await server.Grains.Room(room).Page(ada.Member, 0, 10));
        page.Posts.Length.ShouldBe(2);
        var post = page.Posts[1];
        (post.Author, post.Number.Value, post.Markdown, post.Thread, post.Revision).ShouldBe((ben.Member, 2, "Mine, still", null, 2));
        (post.IsWithheld, post.Attachments.IsEmpty, post.Mentions.IsEmpty).ShouldBe((false, true, true));
        post.At.Year.ShouldNotBe(1999);
        post.Reactions.ShouldHaveSingleItem().Members.ShouldBe([ben.Member]);
        page.Settings.Pinned.ShouldBeEmpty();
        page.Settings.SlowSeconds.ShouldBe(0);
    }

    [Fact]
    public async Task Who_asks_to_join_has_not_decided_it()
    {
        var scene = await server.QueueScene();
        var (eve, other) = (await server.Stranger(), await server.Stranger());
        using var http = server.Http(eve);

        await Sends(http, HttpMethod.Post, $"/api/communities/{scene.Community}/requests", new { requestId = "ask", message = "May I?" }, other, scene.Room);

        var item = QueueScene.Must(await scene.Queue.Item(scene.Ada.Member, new(1))).Item;
        (item.Kind, item.State, item.By, item.Decision, item.Message).ShouldBe((ItemKind.AccessRequest, ItemState.Open, eve.Member, null, "May I?"));
        (await RoleOf(scene, eve), await RoleOf(scene, other)).ShouldBe((null, null));
    }

    [Fact]
    public async Task Who_decides_decides_on_what_they_name_and_as_themselves()
    {
        var scene = await server.QueueScene();
        var (_, number) = await scene.Asks();
        await scene.Asks();
        using var http = server.Http(scene.Ben);

        await Sends(http, HttpMethod.Post, $"{scene.Api}/items/{number}/claim", new { requestId = "claim" }, scene.Ada, scene.Room);
        QueueScene.Must(await scene.Queue.Item(scene.Ada.Member, new(number))).Item.Claim!.By.ShouldBe(scene.Ben.Member);
        await Sends(http, HttpMethod.Post, $"{scene.Api}/items/{number}/decide", new { requestId = "decide", version = 1, verdict = "rejected", reason = "Not yet." }, scene.Ada, scene.Room);

        var item = QueueScene.Must(await scene.Queue.Item(scene.Ada.Member, new(number))).Item;
        (item.Decision!.By, item.Decision.Verdict, item.Decision.Contact).ShouldBe((scene.Ben.Member, Verdict.Rejected, "ben@buyers.example"));
        QueueScene.Must(await scene.Queue.Item(scene.Ada.Member, new(number + 1))).Item.State.ShouldBe(ItemState.Open);
    }

    [Fact]
    public async Task What_is_written_is_a_draft_of_its_author_whatever_it_says_of_itself()
    {
        var scene = await server.QueueScene();
        var author = await scene.Member($"Extra{scene.Community.Value[11..]}");
        using var http = server.Http(author);
        var list = $"/api/communities/{scene.Community}/publications";

        var answer = await Sends(http, HttpMethod.Post, list, new { requestId = "write", kind = "news", title = "Trams", summary = "", markdown = "About trams.", classification = "members" }, scene.Ada, scene.Room);

        var written = await http.GetFromJsonAsync<JsonElement>($"{list}/{answer.GetProperty("id").GetString()}");
        written.GetProperty("author").GetString().ShouldBe(author.Member.Value);
        written.GetProperty("state").GetString().ShouldBe("draft");
        written.GetProperty("publication").GetString().ShouldBe($"{scene.Community}/{answer.GetProperty("id").GetString()}");
        (await http.GetFromJsonAsync<JsonElement>(list)).GetProperty("total").GetInt32().ShouldBe(0);
        var mine = await server.Grains.Publication(new PublicationId(scene.Community, answer.GetProperty("id").GetString()!)).Read(author.Member);
        (mine.Value!.Content.Classification, mine.Value.Withdrawn, mine.Value.Published).ShouldBe((Classification.Members, null, null));
    }

    [Fact]
    public async Task Who_leads_changes_the_one_setting_role_or_standing_that_is_meant()
    {
        var scene = await server.QueueScene();
        var member = await scene.Member($"Extra{scene.Community.Value[11..]}");
        using var http = server.Http(scene.Ada);
        var community = $"/api/communities/{scene.Community}";

        await Sends(http, HttpMethod.Post, $"{community}/contact", new { requestId = "contact", contact = "ada@example.eu" }, member, scene.Room);
        (await RoleOf(scene, member)).ShouldBe(Role.Member);
        await Sends(http, HttpMethod.Post, $"{community}/settings", new { requestId = "settings", name = "New", access = "onRequest", goal = "To buy." }, member, scene.Room);
        await Sends(http, HttpMethod.Post, $"{community}/members/{member.Member}/role", new { requestId = "role", role = "moderator" }, scene.Ben, scene.Room, "role");
        (await RoleOf(scene, member), await RoleOf(scene, scene.Ben), await RoleOf(scene, scene.Ada)).ShouldBe((Role.Moderator, Role.Moderator, Role.Leader));
        await Sends(http, HttpMethod.Post, $"{community}/members/{member.Member}/restrict", new { requestId = "mute", kind = "mute", reason = "Too loud." }, scene.Ben, scene.Room);

        var view = QueueScene.Must(await server.Grains.Community(scene.Community).Describe(member.Member));
        (view.Name, view.Access, view.Closed, view.BuyersOnly, view.Community).ShouldBe(("New", PublicBuyers.Communities.Access.OnRequest, null, false, scene.Community));
        (view.MyRestriction!.Kind, view.MyRestriction.By).ShouldBe((RestrictionKind.Mute, scene.Ada.Member));
        (await server.Grains.Community(scene.Community).BearingOf(scene.Ben.Member)).Restriction.ShouldBeNull();
    }

    [Fact]
    public async Task Nobody_becomes_an_administrator_or_a_confirmed_buyer_by_saying_so()
    {
        var (eve, other) = (await server.Stranger(), await server.Stranger());
        using var http = server.Http(eve);

        await Sends(http, HttpMethod.Post, "/api/me/kind", new { requestId = "kind", kind = "buyer" }, other, new("a/b"));

        var profile = QueueScene.Must(await server.Grains.Member(eve.Member).Profile());
        (profile.IsAdministrator, profile.IsKindConfirmed).ShouldBe((false, false));
        using var browser = Visitor.As(server.Address, eve.Cookie);
        (await browser.Submit("/profile", "/profile", ("name", "Eve"), ("language", "en"), ("timeZone", "Europe/Brussels"), ("isAdministrator", "true"), ("administrator", "true"), ("isKindConfirmed", "true"), ("address", "root@example.eu"), ("member", other.Member.Value), ("role", "leader"))).Status.ShouldBe(System.Net.HttpStatusCode.SeeOther);
        profile = QueueScene.Must(await server.Grains.Member(eve.Member).Profile());
        (profile.Name, profile.IsAdministrator, profile.IsKindConfirmed, profile.Address).ShouldBe(("Eve", false, false, $"{eve.Name.ToLowerInvariant()}@example.eu"));
        QueueScene.Must(await server.Grains.Member(other.Member).Profile()).Name.ShouldBe(other.Name);
    }

    /// <summary>Each command reads only the members it declares; more arguments than a method of the hub has are no call of it.</summary>
    [Fact]
    public async Task A_call_with_more_than_it_takes_is_none()
    {
        var (room, ada, ben) = await server.Scene();
        await using var client = await server.Connect(ben);

        await Should.ThrowAsync<Microsoft.AspNetCore.SignalR.HubException>(() => client.Call("Post", room.Value, "r", "Mine", null, null, null, ada.Member.Value));

        (await server.Grains.Room(room).Page(ada.Member, 0, 10)).Value!.Posts.ShouldBeEmpty();
    }

    /// <summary>What is asked for, and beside it everything that somebody might try.</summary>
    private static async Task<JsonElement> Sends(HttpClient http, HttpMethod verb, string path, object asked, Person instead, RoomId room, params string[] meant)
    {
        var body = JsonSerializer.SerializeToNode(asked)!.AsObject();
        foreach (var (name, value) in new (string, JsonNode?)[]
        {
            ("role", "leader"), ("isAdministrator", true), ("isPinned", true), ("pinned", true), ("hidden", true), ("locked", true), ("by", instead.Member.Value), ("author", instead.Member.Value), ("authorId", instead.Member.Value), ("member", instead.Member.Value),
            ("communityId", room.Community.Value), ("community", "elsewhere"), ("room", "elsewhere/general"), ("id", "aaaaaaaaaaaaaaaaaaaaaaaa"), ("number", 99), ("state", "published"), ("isPublished", true), ("published", 1), ("isKindConfirmed", true),
            ("at", "1999-12-31T00:00:00Z"), ("editedAt", "1999-12-31T00:00:00Z"), ("publishedAt", "1999-12-31T00:00:00Z"), ("deletedAt", "1999-12-31T00:00:00Z"), ("approvedBy", instead.Member.Value), ("decidedBy", instead.Member.Value), ("leader", instead.Member.Value),
            ("closed", new JsonObject { ["reason"] = "x" }), ("withdrawn", new JsonObject { ["reason"] = "x" }), ("replies", 99), ("slowMode", 60), ("position", 99), ("epoch", 99), ("revision", 99), ("__proto__", new JsonObject { ["role"] = "leader" }), ("constructor", "x"),
        }) if (!meant.Contains(name)) body.TryAdd(name, value);

        using var message = new HttpRequestMessage(verb, path) { Content = JsonContent.Create(body) };
        using var answer = await http.SendAsync(message);
        var said = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {said}");
        return said.Length == 0 ? default : JsonDocument.Parse(said).RootElement;
    }

    private async Task<Role?> RoleOf(QueueScene scene, Person person) => (await server.Grains.Community(scene.Community).BearingOf(person.Member)).Role;
}
