using System.Net;
using System.Net.WebSockets;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>B2: silence within a second, and nothing after.</summary>
public sealed class LosingAccess(OneServer shared) : IClassFixture<OneServer>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task Who_leaves_the_community_is_told_and_hears_nothing_after()
    {
        var (room, ada, ben) = await server.Scene();
        await using var leaving = await server.Connect(ben);
        await using var staying = await server.Connect(ada);
        await leaving.Enter(room.Topic());
        await staying.Enter(room.Topic());

        await server.Leave(room, ben);
        await leaving.Until(it => it.Gone.Contains(room.Topic()), Soon);
        await server.Says(room, ada, "Among ourselves");
        await staying.Until(it => it.Topic(room.Topic()).Posts.Count == 1);
        var refused = await leaving.Post(room.Value, "late", "Still here?");

        refused.GetProperty("refused").GetProperty("code").GetString().ShouldBe("room.absent");
        leaving.Received.ShouldNotContain(frame => frame.Contains("Among ourselves"));
        (await leaving.Enter(room.Topic())).GetProperty("refused").GetProperty("code").GetString().ShouldBe("room.absent");
    }

    [Fact]
    public async Task Who_comes_in_while_leaving_is_not_let_in()
    {
        for (var round = 0; round < 20; round++)
        {
            var (room, ada, ben) = await server.Scene();
            await using var client = await server.Connect(ben);
            await using var other = await server.Connect(ada);
            await other.Enter(room.Topic());

            await Task.WhenAll(server.Leave(room, ben), client.Enter(room.Topic()), client.Enter(room.Topic()));
            await server.Says(room, ada, "Among ourselves");
            await other.Until(it => it.Topic(room.Topic()).Posts.Count == 1);
            await client.Call("Leave", room.Topic());

            client.Received.ShouldNotContain(frame => frame.Contains("Among ourselves"));
        }
    }

    [Fact]
    public async Task A_session_that_ends_takes_its_connections_with_it_and_no_others()
    {
        var (room, ada, ben) = await server.Scene();
        var elsewhere = await server.SignIn(ben);
        await using var ending = await server.Connect(ben);
        await using var staying = await server.Connect(elsewhere);
        await ending.Enter(room.Topic());
        await staying.Enter(room.Topic());

        await server.Grains.Member(ben.Member).EndSession(new() { By = ben.Member, Request = server.NewRequest(), Session = ben.Session });
        var closed = await ending.Closed.WaitAsync(Soon);
        await server.Says(room, ada, "After");
        await staying.Until(it => it.Topic(room.Topic()).Posts.Count == 1);

        closed?.AllowReconnect.ShouldBeFalse();
        ending.Received.ShouldNotContain(frame => frame.Contains("After"));
        await Should.ThrowAsync<WebSocketException>(() => server.Connect(ben));
    }

    [Fact]
    public async Task A_request_that_waits_ends_with_its_session()
    {
        var (room, _, ben) = await server.Scene();
        using var http = server.Http(ben);
        var waiting = await http.Waits(room, ben, server);

        await server.Grains.Member(ben.Member).EndSession(new() { By = ben.Member, Request = server.NewRequest(), Session = ben.Session });

        (await waiting.WaitAsync(Soon)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_request_that_waits_ends_with_the_right_to_read()
    {
        var (room, _, ben) = await server.Scene();
        using var http = server.Http(ben);
        var waiting = await http.Waits(room, ben, server);

        await server.Leave(room, ben);

        (await waiting.WaitAsync(Soon)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_stranger_learns_nothing_not_even_that_there_is_a_room()
    {
        var (room, ada, _) = await server.Scene();
        await server.Says(room, ada, "Hello");
        await using var stranger = await server.Connect(await server.Stranger());

        var closed = await stranger.Enter(room.Topic());
        var absent = await stranger.Enter("room/community-none/general");

        HubCalls.WithoutTopic(closed).ShouldBe(HubCalls.WithoutTopic(absent));
        closed.GetProperty("refused").GetProperty("status").GetInt32().ShouldBe(404);
        (await stranger.Post(room.Value, "r", "Hello")).GetRawText().ShouldBe((await stranger.Post("community-none/general", "r", "Hello")).GetRawText());
    }

    /// <summary>B6, of everything that can be said over the connection.</summary>
    [Fact]
    public async Task A_stranger_s_commands_are_answered_as_if_there_were_no_room()
    {
        var (room, ada, _) = await server.Scene();
        await server.Says(room, ada, "Hello");
        await using var stranger = await server.Connect(await server.Stranger());

        foreach (var (method, arguments) in HubCalls.OfARoom)
        {
            var closed = await stranger.Call(method, [room.Value, .. arguments]);
            var absent = await stranger.Call(method, ["community-none/general", .. arguments]);

            closed.GetProperty("refused").GetProperty("status").GetInt32().ShouldBe(404, method);
            closed.GetRawText().ShouldBe(absent.GetRawText(), method);
        }
    }
}
