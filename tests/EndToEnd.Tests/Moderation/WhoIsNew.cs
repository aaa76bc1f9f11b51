using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Moderation;

/// <summary>R6: moderators of an open community are told who is new, and have nothing to approve.</summary>
public sealed class WhoIsNew(OneServer one) : IClassFixture<OneServer>
{
    private readonly LiveServer server = one.Server;

    [Fact]
    public async Task Both_moderators_see_who_joined_and_posted_and_who_welcomed_them()
    {
        var scene = await AnOpenCommunity();
        await using var ada = await Enter(scene, scene.Ada);
        await using var ben = await Enter(scene, scene.Ben);

        var somebody = await Joins(scene);
        await ada.Until(_ => Counts(ada, scene) == (1, 0));
        QueueScene.Must(await server.Grains.Room(scene.Room).Post(new() { By = somebody.Member, Request = server.NewRequest(), Markdown = "Hello." }));
        await ben.Until(_ => Counts(ben, scene) == (1, 1));

        using var moderating = server.Http(scene.Ben);
        (await moderating.PostAsJsonAsync($"{scene.Api}/arrivals/{somebody.Member}", new { requestId = "w", act = "welcome" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await ada.Until(_ => Counts(ada, scene) == (0, 0));
        var answer = Arrivals(ada, scene).GetProperty("arrivals")[0].GetProperty("answer");
        answer.GetProperty("act").GetString().ShouldBe("welcome");
        answer.GetProperty("by").GetProperty("name").GetString().ShouldBe(scene.Ben.Name);

        using var late = server.Http(scene.Ada);
        var second = await late.PostAsJsonAsync($"{scene.Api}/arrivals/{somebody.Member}", new { requestId = "w", act = "watch" });
        second.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await second.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!.ShouldStartWith($"{scene.Ben.Name} was first");
    }

    [Fact]
    public async Task Two_who_welcome_at_once_are_one_welcome()
    {
        var scene = await AnOpenCommunity();
        await using var ben = await Enter(scene, scene.Ben);
        await using var welcomed = await server.Connect(await Joins(scene));
        await ben.Until(_ => Counts(ben, scene) == (1, 0));
        var member = Arrivals(ben, scene).GetProperty("arrivals")[0].GetProperty("member").GetProperty("member").GetString();
        using var first = server.Http(scene.Ada);
        using var second = server.Http(scene.Ben);

        var answers = await Task.WhenAll(new[] { first, second }.Select(http => http.PostAsJsonAsync($"{scene.Api}/arrivals/{member}", new { requestId = "w", act = "welcome" })));

        answers.Select(answer => answer.StatusCode).ShouldBe([HttpStatusCode.NoContent, HttpStatusCode.Conflict], ignoreOrder: true);
    }

    [Fact]
    public async Task Without_script_it_is_a_line_and_a_button()
    {
        var scene = await AnOpenCommunity();
        await using var watching = await Enter(scene, scene.Ben);
        var somebody = await Joins(scene);
        await watching.Until(_ => Counts(watching, scene) == (1, 0));
        await scene.Settled();
        using var ben = Visitor.As(server.Address, scene.Ben.Cookie);
        using var ada = Visitor.As(server.Address, scene.Ada.Cookie);
        var form = $"{scene.Pages}/arrivals/{somebody.Member}";

        (await ben.Get("/queue")).Html.ShouldContain("1 joined");
        (await ben.Get(scene.Pages)).Html.ShouldContain(somebody.Name);
        (await ben.Get(scene.Pages)).Html.ShouldContain("Lift limits");
        (await ben.Submit(scene.Pages, form, ("act", "review"))).Location.ShouldBe(scene.Pages + "#arrivals");

        (await ada.Get(scene.Pages)).Html.ShouldContain("moved them to review");
        var item = (await ada.Get(scene.Pages + "/1")).Html;
        item.ShouldContain(somebody.Name);
        item.ShouldContain("All is well");
        (await ben.Get(scene.Pages + "/1")).Html.ShouldContain("somebody else decides on it");
        (await ben.Post(form, await ben.TokenOn("/profile"), ("request", "again"), ("act", "dismiss"))).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    private async Task<QueueScene> AnOpenCommunity()
    {
        var scene = await server.QueueScene();
        QueueScene.Must(await server.Grains.Community(scene.Community).ChangeSettings(new() { By = scene.Ada.Member, Request = server.NewRequest(), Name = "Open", Access = PublicBuyers.Communities.Access.Open, Goal = "To buy well together." }));
        QueueScene.Must(await server.Grains.Community(scene.Community).OpenRoom(new() { By = scene.Ada.Member, Request = server.NewRequest(), Slug = "lobby", Name = "Lobby" }));
        return scene;
    }

    private async Task<Person> Joins(QueueScene scene)
    {
        var somebody = await server.Stranger();
        await scene.Settled();   // their name is known before they are seen
        QueueScene.Must(await server.Grains.Community(scene.Community).Join(new() { By = somebody.Member, Request = server.NewRequest() }));
        return somebody;
    }

    private async Task<LiveClient> Enter(QueueScene scene, Person person)
    {
        var client = await server.Connect(person);
        await client.Enter(scene.Topic);
        return client;
    }

    private static JsonElement Arrivals(LiveClient client, QueueScene scene) => client.Topic(scene.Topic).Value("arrivals") ?? default;

    private static (int Joined, int Posted) Counts(LiveClient client, QueueScene scene) =>
        Arrivals(client, scene) is { ValueKind: JsonValueKind.Object } arrivals ? (arrivals.GetProperty("joined").GetInt32(), arrivals.GetProperty("posted").GetInt32()) : (-1, -1);
}
