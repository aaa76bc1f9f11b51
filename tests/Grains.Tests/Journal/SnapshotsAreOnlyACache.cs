using System.Text.Json.Nodes;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.WritePath;

public sealed class SnapshotsAreOnlyACache
{
    [Fact]
    public async Task What_is_kept_at_the_end_is_used_at_the_beginning()
    {
        await using var world = await ARoomWithASnapshot();

        world.Journal.Damage(Scene.Stream, 1);   // nobody reads it again
        (await world.Post(Ada)).ShouldBe(4);
    }

    [Theory]
    [InlineData("Schema", "0")]
    [InlineData("Epoch", "7")]
    [InlineData("Sequence", "2")]
    [InlineData("State", "\"{}\"")]
    [InlineData("State", "null")]
    [InlineData("Digest", "\"00\"")]
    [InlineData("Digest", "null")]
    public async Task A_snapshot_that_does_not_fit_is_folded_again(string field, string value)
    {
        await using var world = await ARoomWithASnapshot();
        world.Snapshots.Rewrite(Scene.Stream, text =>
        {
            var kept = JsonNode.Parse(text)!;
            kept[field] = JsonNode.Parse(value);
            return kept.ToJsonString();
        });

        (await world.Room().Page(Ada, 0, 10)).Value.ShouldNotBeNull().Posts.ToArray().ShouldBe([.. world.FoldedInFull().Values]);
        (await world.Post(Ada)).ShouldBe(4);
    }

    [Fact]
    public async Task Deleting_all_of_them_changes_nothing()
    {
        await using var world = await ARoomWithASnapshot();
        world.Snapshots.Lose();

        (await world.Room().Page(Ada, 0, 10)).Value.ShouldNotBeNull().Posts.ToArray().ShouldBe([.. world.FoldedInFull().Values]);
    }

    [Fact]
    public async Task After_a_restore_an_older_epochs_snapshot_counts_for_nothing()
    {
        await using var world = await ARoomWithASnapshot();
        world.Journal.BeginEpoch();

        (await world.Room().Page(Ada, 0, 10)).Value.ShouldNotBeNull().Posts.Length.ShouldBe(3);
        (await world.Room().Since(1, 3)).Snapshot.ShouldBeOfType<RoomSnapshot>().Posts.Length.ShouldBe(3);
    }

    [Fact]
    public async Task A_busy_room_keeps_one_while_it_runs()
    {
        await using var world = await Scene.ARoom();
        for (var i = 0; i < 260; i++) await world.Post(Ada);

        await world.Snapshots.Stores(Scene.Stream).WaitAsync(TimeSpan.FromSeconds(20));
    }

    private static async Task<GrainWorld> ARoomWithASnapshot()
    {
        var world = await Scene.ARoom();
        await world.Post(Ada, "one");
        await world.Post(Bo, "two $1", thread: 1);
        await world.Post(Ada, "three \"quoted\"");
        await world.RestartAsync();
        world.Snapshots.TextOf(Scene.Stream).ShouldNotBeNull();
        return world;
    }
}
