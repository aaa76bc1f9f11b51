using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>A silo dies: what its grains were asked is asked again, under the same request id, or answered in words.</summary>
public sealed class SilosThatDoNotAnswer : IAsyncLifetime
{
    private const int ForEver = int.MaxValue;

    private readonly Interference between = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start(adjust: services => services
        .AddSingleton<IIncomingGrainCallFilter>(between)
        .AddSingleton(new CallPatience(TimeSpan.FromSeconds(1))));

    public async Task DisposeAsync() => await server.DisposeAsync();

    public static TheoryData<string> Faults => new(nameof(TimeoutException), nameof(SiloUnavailableException), nameof(OrleansMessageRejectionException));

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_post_whose_answer_is_lost_is_answered_and_there_once(string fault)
    {
        var (room, ada, ben) = await server.Scene();
        await using var live = await server.Connect(ben);
        await live.Enter(room.Topic());
        using var http = server.Http(ada);
        await using var hub = await server.Connect(ada);

        between.LoseAnswers(nameof(IRoomGrain.Post), 2, Fault(fault));
        var posted = await http.PostAsJsonAsync($"/api/rooms/{room}/posts", Says("By the API"));
        between.LoseAnswers(nameof(IRoomGrain.Post), 2, Fault(fault));
        var answer = await hub.Post(room.Value, server.NewRequest().Value, "By the hub");

        posted.StatusCode.ShouldBe(HttpStatusCode.Created);
        answer.GetProperty("value").GetProperty("number").GetInt64().ShouldBe(2);
        await live.Until(it => it.Topic(room.Topic()).Posts.Count == 2);
        (await server.Grains.Room(room).Since(0, -1)).At.Position.ShouldBe(2);
    }

    [Fact]
    public async Task A_feed_that_cannot_begin_at_once_begins_later()
    {
        var (room, ada, ben) = await server.Scene();
        between.LoseAnswers(nameof(IRoomGrain.Admit), 2, new TimeoutException());
        between.LoseAnswers(nameof(IRoomGrain.Watch), 2, new SiloUnavailableException("The silo is dead."));
        await using var live = await server.Connect(ben);

        await live.Enter(room.Topic());
        await server.Says(room, ada, "Hello");

        await live.Until(it => it.Topic(room.Topic()).Posts.Count == 1);
        live.Surprises.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_not_answered_for_longer_is_answered_in_words_and_when_to_come_again()
    {
        var (room, ada, _) = await server.Scene();
        using var http = server.Http(ada);
        await using var hub = await server.Connect(ada);
        between.LoseAnswers(nameof(IRoomGrain.Post), ForEver, new TimeoutException("Response did not arrive on time."));
        var said = Says("Only once");

        var posted = await http.PostAsJsonAsync($"/api/rooms/{room}/posts", said);
        var problem = await posted.Content.ReadFromJsonAsync<JsonElement>();
        var spoken = await Should.ThrowAsync<HubException>(() => hub.Post(room.Value, said.RequestId, said.Markdown));

        posted.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        posted.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        problem.GetProperty("title").GetString().ShouldBe("unreachable");
        problem.GetProperty("detail").GetString()!.ShouldContain("did not answer");
        problem.GetProperty("retryAfter").GetInt32().ShouldBe(5);
        spoken.Message.ShouldContain("did not answer");

        between.LoseAnswers(nameof(IRoomGrain.Post), 0, new TimeoutException());
        (await http.PostAsJsonAsync($"/api/rooms/{room}/posts", said)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await server.Grains.Room(room).Since(0, -1)).At.Position.ShouldBe(1, "all of them were one request");
    }

    [Fact]
    public async Task A_page_that_is_not_answered_says_so_and_when_to_come_again()
    {
        var (room, ada, _) = await server.Scene();
        using var http = server.Http(ada);
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        between.LoseAnswers(nameof(IRoomGrain.Page), ForEver, new SiloUnavailableException("The silo is dead."));

        var page = await http.GetAsync($"/communities/{room}");

        page.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        page.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        (await page.Content.ReadAsStringAsync()).ShouldContain("Try again in a few minutes");
    }

    private Said Says(string text) => new(server.NewRequest().Value, text);

    private static Exception Fault(string name) => name switch
    {
        nameof(TimeoutException) => new TimeoutException(),
        nameof(SiloUnavailableException) => new SiloUnavailableException("The silo is dead."),
        _ => (Exception)Activator.CreateInstance(
            typeof(OrleansMessageRejectionException),
            BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public,
            null, ["The silo is dead."], null)!,
    };

    private sealed record Said(string RequestId, string Markdown);
}
