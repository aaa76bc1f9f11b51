using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>F22 and F11 in small; in full they are in <c>bench/</c>.</summary>
public sealed class ManyListeners
{
    private const int Listeners = 60;

    [Fact]
    public async Task A_burst_of_reactions_reaches_everybody_and_all_have_the_same()
    {
        await using var server = await LiveServer.Start();
        var (room, ada, _) = await server.Scene();
        var post = await server.Says(room, ada, "Whom does this help?");
        var people = await Task.WhenAll(Enumerable.Range(0, Listeners).Select(i => server.Join(room, $"Voter{i}x")));
        var clients = await Task.WhenAll(people.Select(person => server.Connect(person)));
        await Task.WhenAll(clients.Select(client => client.Enter(room.Topic())));

        await Task.WhenAll(clients.Select((client, i) => client.Call("React", room.Value, $"burst-{i}", post, i % 2 == 0 ? "agree" : "useful", true)));

        foreach (var client in clients)
        {
            await client.Until(it => Reactions(it, room) == Listeners, TimeSpan.FromSeconds(30));
            client.Surprises.ShouldBeEmpty();
            client.Topic(room.Topic()).Newest().ShouldBe(clients[0].Topic(room.Topic()).Newest());
        }

        foreach (var client in clients) await client.DisposeAsync();
    }

    [Fact]
    public async Task After_a_restart_everybody_comes_back_and_misses_nothing()
    {
        var server = await LiveServer.Start();
        var (room, ada, ben) = await server.Scene();
        var people = await Task.WhenAll(Enumerable.Range(0, Listeners).Select(_ => server.SignIn(ben)));
        people = [.. people.TakeLast(15)];   // the oldest sessions have ended
        var clients = await Task.WhenAll(people.Select(person => server.Connect(person)));
        await Task.WhenAll(clients.Select(client => client.Enter(room.Topic())));
        for (var i = 0; i < 20; i++) await server.Says(room, ada, $"Before {i}");

        await using var after = await server.Restart();
        for (var i = 0; i < 20; i++) await after.Says(room, ada, $"After {i}");
        clients = await Task.WhenAll(clients.Zip(people, (client, person) => after.Connect(person, before: client)));
        var answers = await Task.WhenAll(clients.Select(client => client.Enter(room.Topic())));

        answers.ShouldAllBe(answer => answer.GetProperty("snapshot").ValueKind == System.Text.Json.JsonValueKind.Null, "nobody needs a snapshot");
        await using var fresh = await after.Connect(ada);
        await fresh.Enter(room.Topic());
        foreach (var client in clients)
        {
            client.Surprises.ShouldBeEmpty();
            client.Topic(room.Topic()).Newest().ShouldBe(fresh.Topic(room.Topic()).Newest());
            await client.DisposeAsync();
        }
    }

    private static int Reactions(LiveClient client, RoomId room) => client.Topic(room.Topic()).Posts[0].GetProperty("reactions").EnumerateArray().Sum(reacted => reacted.GetProperty("members").GetArrayLength());
}
