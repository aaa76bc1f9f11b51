using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>P1: whatever happens in whatever order, snapshot and changes make what a fresh snapshot is.</summary>
[Collection(nameof(OneServer))]
public sealed class AnyCourseOfEvents(OneServer shared)
{
    private readonly LiveServer server = shared.Server;

    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    [InlineData(777)]
    public async Task A_copy_kept_by_changes_equals_a_fresh_one(int seed)
    {
        var random = new Random(seed);
        var (room, ada, ben) = await server.Scene();
        var topic = room.Topic();
        var clients = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => server.Connect(ben)));
        foreach (var client in clients) await client.Enter(topic);
        var own = new List<long>();

        for (var round = 0; round < 150; round++)
        {
            await Happen(random, room, random.Next(2) == 0 ? ada : ben, ada, own);

            var one = random.Next(clients.Length);
            if (random.Next(6) > 0) continue;
            if (random.Next(3) > 0)
            {
                clients[one].Drop();
                clients[one] = await server.Connect(ben, before: clients[one]);
            }

            if (random.Next(3) > 0) await clients[one].Enter(topic);
        }

        await using var fresh = await server.Connect(ada);
        var position = (await fresh.Enter(topic)).GetProperty("position").GetInt64();
        foreach (var client in clients)
        {
            await client.Enter(topic);
            await client.Until(it => it.Topic(topic).Position == position);
            client.Surprises.ShouldBeEmpty();
            client.Topic(topic).Newest().ShouldBe(fresh.Topic(topic).Newest(), $"seed {seed}");
            await client.DisposeAsync();
        }
    }

    private async Task Happen(Random random, RoomId room, Person author, Person ada, List<long> own)
    {
        var grain = server.Grains.Room(room);
        var some = own.Count > 0 ? own[random.Next(own.Count)] : 0;
        switch (random.Next(10))
        {
            case < 5:
                var number = await server.Says(room, author, $"Said {random.Next()}");
                if (author == ada) own.Add(number);
                break;
            case < 7 when some > 0:
                await grain.Post(new() { By = author.Member, Request = server.NewRequest(), Markdown = $"Re {random.Next()}", Thread = new(some) });
                break;
            case < 9 when some > 0:
                await grain.Edit(new() { By = ada.Member, Request = server.NewRequest(), Number = new(some), Markdown = $"Better {random.Next()}" });
                break;
            case 9 when some > 0:
                await grain.Delete(new() { By = ada.Member, Request = server.NewRequest(), Number = new(some) });
                break;
        }
    }
}
