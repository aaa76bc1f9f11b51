using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.WritePath;

/// <summary>Anybody can ask for rooms, members and communities that there are not.</summary>
public sealed class WhatThereIsNot
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Does_not_stay_in_memory_and_what_there_is_does()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        for (var each = 0; each < 20; each++)
        {
            (await world.Grains.Room(new($"cpb/invented-{each}")).Page(Ada, 0, 1)).IsRefused.ShouldBeTrue();
            (await world.Grains.Community(new($"invented-{each}")).Describe(Ada)).IsRefused.ShouldBeTrue();
        }

        using var patience = new CancellationTokenSource(LongEnough);
        while ((await InMemory(world)).Any(each => each.Contains("invented-", StringComparison.Ordinal)))
            patience.Token.ThrowIfCancellationRequested();

        (await InMemory(world)).ShouldContain(each => each.Contains(Scene.Stream, StringComparison.Ordinal));
        (await world.Grains.Room(new("cpb/invented-1")).Page(Ada, 0, 1)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
    }

    private static async Task<IReadOnlyList<string>> InMemory(GrainWorld world) =>
        [.. (await world.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics()).Select(each => each.GrainId.ToString())];
}
