using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Bridges;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>A community that is closed while people have its rooms open: within a second nobody writes, everybody reads on, and sees by whom and why.</summary>
public sealed class ClosingACommunity(OneServer shared) : IClassFixture<OneServer>
{
    private const string Why = "All is bought.";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task Who_has_a_room_open_is_shown_by_whom_and_why_and_that_it_is_open_again()
    {
        var (room, ada, ben) = await server.Scene();
        await using var client = await server.Connect(ben);
        await client.Enter(room.Topic());
        (await client.Post(room.Value, "before", "Hello")).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);

        await Closes(room, ada);
        await client.Until(it => ClosedIn(it, room) is not null, Soon);
        ClosedIn(client, room)!.Value.GetProperty("reason").GetString().ShouldBe(Why);
        ClosedIn(client, room)!.Value.GetProperty("by").GetProperty("name").GetString().ShouldBe(ada.Name);
        CodeOf(await client.Post(room.Value, "after", "Hello again")).ShouldBe("room.closed");
        CodeOf(await client.Edit(room.Value, "edit", 1, "Changed")).ShouldBe("room.closed");
        client.Gone.ShouldBeEmpty();

        await using var later = await server.Connect(ben);
        await later.Enter(room.Topic());
        await later.Until(it => ClosedIn(it, room) is not null, Soon);
        later.Topic(room.Topic()).Posts.Count.ShouldBe(1);

        await Reopens(room, ada);
        await client.Until(it => ClosedIn(it, room) is null, Soon);
        (await client.Post(room.Value, "again", "Hello again")).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task What_is_acknowledged_while_it_closes_is_there_and_nothing_comes_after()
    {
        for (var round = 0; round < 10; round++)
        {
            var (room, ada, ben) = await server.Scene();
            await using var client = await server.Connect(ben);
            await client.Enter(room.Topic());

            var posts = Enumerable.Range(0, 20).Select(i => client.Post(room.Value, $"{round}-{i}", $"Post {i}")).ToList();
            await Closes(room, ada);
            var answers = await Task.WhenAll(posts);
            CodeOf(await client.Post(room.Value, $"{round}-late", "Too late")).ShouldBe("room.closed");

            answers.Select(CodeOf).ShouldAllBe(code => code == null || code == "room.closed");
            var acknowledged = answers.Count(answer => CodeOf(answer) is null);
            await client.Until(it => it.Topic(room.Topic()).Posts.Count == acknowledged);
            using var http = server.Http(ben);
            (await http.GetFromJsonAsync<JsonElement>($"/api/rooms/{room}/posts")).GetProperty("posts").GetArrayLength().ShouldBe(acknowledged);
        }
    }

    [Fact]
    public async Task A_request_that_waits_is_answered_with_it()
    {
        var (room, ada, ben) = await server.Scene();
        using var http = server.Http(ben);
        var waiting = await http.Waits(room, ben, server);

        await Closes(room, ada);

        var answer = await waiting.WaitAsync(Soon);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(Why);
    }

    [Fact]
    public async Task Across_a_bridge_both_sides_see_that_one_is_closed_and_neither_writes()
    {
        var scene = await server.LinkedCommunities();
        var thread = await server.Opens(scene);
        await using var here = await server.Connect(scene.Ari);
        await using var there = await server.Connect(scene.Bob);
        await here.Enter(thread.Topic());
        await there.Enter(thread.Topic());

        await Closes(scene.Other, scene.Ben);
        await here.Until(it => ClosedIn(it, thread) is not null, Soon);
        await there.Until(it => ClosedIn(it, thread) is not null, Soon);

        CodeOf(await here.Post(thread.Value, "one", "Still there?")).ShouldBe("room.closed");
        CodeOf(await there.Post(thread.Value, "other", "Still there?")).ShouldBe("room.closed");
        await Reopens(scene.Other, scene.Ben);
        await here.Until(it => ClosedIn(it, thread) is null, Soon);
        (await here.Post(thread.Value, "again", "There you are")).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Only_who_leads_closes_and_everybody_reads_why()
    {
        var (room, ada, ben) = await server.Scene();
        using var http = server.Http(ben);

        (await http.GetAsync($"/communities/{room.Community}/close")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await server.Grains.Community(room.Community).Close(new() { By = ben.Member, Request = server.NewRequest(), Reason = Why })).Refusal.ShouldBeOfType<CommunityRefusal.NotAllowed>();

        await Closes(room, ada);
        (await http.GetStringAsync($"/communities/{room.Community}")).ShouldContain(Why);
        (await http.GetAsync($"/communities/{room.Community}/close")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static JsonElement? ClosedIn(LiveClient client, RoomId room) => client.Topic(room.Topic()).Passing("closed");

    private static string? CodeOf(JsonElement answer) => answer.GetProperty("refused") is { ValueKind: JsonValueKind.Object } refused ? refused.GetProperty("code").GetString() : null;

    private async Task Closes(RoomId room, Person by) => (await server.Grains.Community(room.Community).Close(new() { By = by.Member, Request = server.NewRequest(), Reason = Why })).Refusal.ShouldBeNull();

    private async Task Reopens(RoomId room, Person by) => (await server.Grains.Community(room.Community).Reopen(new() { By = by.Member, Request = server.NewRequest() })).Refusal.ShouldBeNull();
}
