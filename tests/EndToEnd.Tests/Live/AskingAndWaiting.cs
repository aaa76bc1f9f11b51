using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>The long-poll is the same as the live connection.</summary>
public sealed class AskingAndWaiting(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task Who_asks_first_gets_a_snapshot_at_once_and_then_waits_for_what_comes()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ada, "One");
        using var http = server.Http(ben);

        var first = await http.GetFromJsonAsync<JsonElement>($"/api/live/{room.Topic()}");
        var copy = new TopicCopy(room.Topic());
        copy.Enter(first);
        var waiting = await http.Waits(room, ben, server);
        await server.Says(room, ada, "Two");
        copy.Enter(await (await waiting).Content.ReadFromJsonAsync<JsonElement>());

        first.GetProperty("snapshot").ValueKind.ShouldBe(JsonValueKind.Object);
        copy.Posts.Count.ShouldBe(2);
        await using var fresh = await server.Connect(ben);
        await fresh.Enter(room.Topic());
        copy.Newest().ShouldBe(fresh.Topic(room.Topic()).Newest());
    }

    [Fact]
    public async Task When_nothing_comes_the_answer_is_empty()
    {
        await using var impatient = await LiveServer.Start(options => options with { LongestPoll = TimeSpan.FromMilliseconds(50) });
        var (room, ada, ben) = await impatient.Scene();
        await impatient.Says(room, ada, "One");
        using var http = impatient.Http(ben);
        var first = await http.GetFromJsonAsync<JsonElement>($"/api/live/{room.Topic()}");

        var next = await http.GetFromJsonAsync<JsonElement>($"/api/live/{room.Topic()}?epoch={first.GetProperty("epoch")}&after={first.GetProperty("position")}");

        next.GetProperty("snapshot").ValueKind.ShouldBe(JsonValueKind.Null);
        next.GetProperty("changes").GetArrayLength().ShouldBe(0);
        next.GetProperty("position").GetInt64().ShouldBe(first.GetProperty("position").GetInt64());
    }

    /// <summary>B38.</summary>
    [Theory]
    [InlineData("epoch=1&after=99999999999999999999", HttpStatusCode.BadRequest)]
    [InlineData("epoch=x&after=1", HttpStatusCode.BadRequest)]
    [InlineData("epoch=1&after=1e400", HttpStatusCode.BadRequest)]
    [InlineData("epoch=1&after=-7", HttpStatusCode.OK)]
    [InlineData("epoch=-1&after=9223372036854775807", HttpStatusCode.OK)]
    public async Task A_position_that_cannot_be_is_refused_or_answered_with_everything(string query, HttpStatusCode expected)
    {
        var (room, _, ben) = await server.Scene();
        using var http = server.Http(ben);

        var answer = await http.GetAsync($"/api/live/{room.Topic()}?{query}");

        answer.StatusCode.ShouldBe(expected);
        if (expected == HttpStatusCode.OK) (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("snapshot").ValueKind.ShouldBe(JsonValueKind.Object);
    }
}

internal static class Waiting
{
    /// <summary>A request from the present position, and that it is waiting.</summary>
    public static async Task<Task<HttpResponseMessage>> Waits(this HttpClient http, RoomId room, Person person, LiveServer server)
    {
        var at = await http.GetFromJsonAsync<JsonElement>($"/api/live/{room.Topic()}");
        var waiting = http.GetAsync($"/api/live/{room.Topic()}?epoch={at.GetProperty("epoch")}&after={at.GetProperty("position")}");
        var feed = server.Services.GetRequiredService<Followers>().Find<RoomFeed>(room.Topic())!;
        while (!feed.Listeners().Any(listener => listener.Member == person.Member && listener.IsOpen)) await Task.Yield();
        return waiting;
    }
}
