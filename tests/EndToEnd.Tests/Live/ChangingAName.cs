using System.Net;
using PublicBuyers.EndToEnd.Tests.Moderation;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>A new display name is on open pages within a second, and on new pages at once.</summary>
public sealed class ChangingAName(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task Shows_in_open_rooms_although_the_member_is_not_connected()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ben, "Hello");
        await using var reader = await server.Connect(ada);
        await reader.Enter(room.Topic());
        reader.Topic(room.Topic()).Posts.Single().GetProperty("author").GetProperty("name").GetString().ShouldBe(ben.Name);

        await Renames(ben, "Benjamin the Second");

        await reader.Until(it => NameOf(it, room.Topic(), ben) == "Benjamin the Second");
    }

    [Fact]
    public async Task Shows_on_the_next_page_that_anybody_opens()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ben, "Hello");
        using var reading = Visitor.As(server.Address, ada.Cookie);
        (await reading.Get($"/communities/{room}")).Html.ShouldContain($">{ben.Name}</bdi>");

        using var his = Visitor.As(server.Address, ben.Cookie);
        (await his.Submit("/profile", "/profile", ("name", "Benjamin the Third"), ("language", "en"), ("timeZone", "Europe/Brussels"))).Status.ShouldBe(HttpStatusCode.SeeOther);

        var page = (await reading.Get($"/communities/{room}")).Html;
        page.ShouldContain(">Benjamin the Third</bdi>");
        page.ShouldNotContain($">{ben.Name}</bdi>");
    }

    [Fact]
    public async Task Shows_to_whoever_comes_back_or_polls_and_among_those_who_are_here()
    {
        var (room, ada, ben) = await server.Scene();
        var first = await server.Says(room, ada, "First");
        await using var reader = await server.Connect(ada);
        await using var here = await server.Connect(ben);
        await reader.Enter(room.Topic());
        await here.Enter(room.Topic());
        await reader.Until(it => it.Topic(room.Topic()).Passing("here") is { } put && put.GetProperty("count").GetInt32() == 2);
        await server.Says(room, ben, "Second");
        await reader.Until(it => it.Topic(room.Topic()).Posts.Count == 2);

        await Renames(ben, "Benjamin the Fourth");
        await reader.Until(it => it.Topic(room.Topic()).Passing("here")!.Value.GetProperty("members").EnumerateArray().Any(card => card.GetProperty("name").GetString() == "Benjamin the Fourth"));

        using var http = server.Http(ada);
        var polled = await http.GetStringAsync($"/api/live/{room.Topic()}?epoch={reader.Topic(room.Topic()).Epoch}&after={first}&wait=false");
        polled.ShouldContain("Benjamin the Fourth");
        polled.ShouldNotContain($"\"{ben.Name}\"");
    }

    [Fact]
    public async Task Shows_in_the_queue_and_among_notices()
    {
        var scene = await server.QueueScene();
        var (kim, _) = await scene.Asks();
        await using var moderator = await server.Connect(scene.Ada);
        await moderator.Enter(scene.Topic);
        await moderator.Enter("me");

        await Renames(kim, "Kim the Second");

        await moderator.Until(it => NameOf(it, scene.Topic, kim) == "Kim the Second");
        await moderator.Until(it => NameOf(it, "me", kim) == "Kim the Second");
    }

    [Fact]
    public async Task Is_told_to_nobody_who_has_nothing_of_that_member()
    {
        var (room, _, ben) = await server.Scene();
        var (elsewhere, eve, _) = await server.Scene();
        await using var stranger = await server.Connect(eve);
        await stranger.Enter(elsewhere.Topic());
        await using var reader = await server.Connect(ben);
        await reader.Enter(room.Topic());

        await Renames(ben, "Benjamin the Fifth");
        await reader.Until(it => NameOf(it, room.Topic(), ben) == "Benjamin the Fifth");
        await stranger.Call("Leave", elsewhere.Topic());

        stranger.Received.ShouldNotContain(frame => frame.Contains("Benjamin the Fifth"));
    }

    [Fact]
    public async Task Gives_and_takes_the_number_that_tells_namesakes_apart()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ada, "Hello");
        await server.Says(room, ben, "Hello too");
        await using var reader = await server.Connect(await server.Join(room, "fay"));
        await reader.Enter(room.Topic());

        await Renames(ben, ada.Name);
        await reader.Until(it => NameOf(it, room.Topic(), ben) == $"{ada.Name} (2)");
        await Renames(ada, "Adelaide");
        await reader.Until(it => NameOf(it, room.Topic(), ada) == "Adelaide" && NameOf(it, room.Topic(), ben) == ada.Name);
        await Renames(ada, ada.Name);
        await reader.Until(it => NameOf(it, room.Topic(), ada) == $"{ada.Name} (2)");
        await server.Leave(room, ben);
        await reader.Until(it => NameOf(it, room.Topic(), ada) == ada.Name);
    }

    private static string? NameOf(LiveClient client, string topic, Person person) =>
        client.Topic(topic).Passing($"name/{person.Member}")?.GetProperty("name").GetString();

    private async Task Renames(Person person, string name) =>
        (await server.Grains.Member(person.Member).ChangeProfile(new() { By = person.Member, Request = server.NewRequest(), Name = name, Organisation = "Ministry", Language = "en", TimeZone = "Europe/Brussels" })).Refusal.ShouldBeNull();
}
