using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Live;
using PublicBuyers.Rooms;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>A position may hold a change that is only for the server. It has nothing for readers then.</summary>
public sealed class ChangesNobodySees : IAsyncLifetime
{
    private readonly HeldNotifications notifications = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start(adjust: notifications.Adjust);

    public async Task DisposeAsync() => await server.DisposeAsync();

    /// <summary>Followed as one: the changes of the others stand under their own positions.</summary>
    [Fact]
    public async Task Move_no_other_change_to_another_position()
    {
        var (room, ada, ben) = await server.Scene();
        var grain = server.Grains.Room(room);
        await using var reader = await server.Connect(ben);
        await reader.Enter(room.Topic());
        var before = reader.Topic(room.Topic()).Position;

        notifications.Hold();   // and the safety net with them: nothing heals what goes wrong
        var first = await server.Says(room, ada, "Before the door moved");
        var moved = await grain.MoveDoor(new() { By = MemberId.System, Request = server.NewRequest() });
        moved.Refusal.ShouldBeNull();
        var second = await server.Says(room, ada, "After the door moved");
        var at = (await grain.Since(0, -1)).At;
        var posts = (await grain.Since(at.Epoch, before)).Changes.OfType<RoomChange.PostPut>().ToList();
        IStreamObserver feed = server.Services.GetRequiredService<Followers>().Find<RoomFeed>(room.Topic())!;
        feed.Changed(new(room.Topic(), at.Epoch,
        [
            new(before + 1, [posts[0]]),
            new(before + 2, [new RoomChange.DoorMoved()]),
            new(before + 3, [posts[1]]),
        ]));

        await reader.Until(it => it.Topic(room.Topic()).Position == at.Position);
        ChangesAt(reader, before + 1).ShouldBe([$"post/{first}"]);
        ChangesAt(reader, before + 2).ShouldBeEmpty();
        ChangesAt(reader, before + 3).ShouldBe([$"post/{second}"]);
        reader.Surprises.ShouldBeEmpty();
    }

    private static IEnumerable<string> ChangesAt(LiveClient reader, long position) =>
        reader.Received
            .SelectMany(frame => frame.Split('\x1e', StringSplitOptions.RemoveEmptyEntries))
            .Select(message => JsonDocument.Parse(message).RootElement)
            .Where(message => message.TryGetProperty("target", out var target) && target.GetString() == "changes")
            .Select(message => message.GetProperty("arguments")[0])
            .Single(changes => changes.GetProperty("position").GetInt64() == position)
            .GetProperty("changes").EnumerateArray()
            .Select(change => change.GetProperty("key").GetString()!);
}
