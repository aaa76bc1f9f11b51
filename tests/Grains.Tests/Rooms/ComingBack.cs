using FsCheck;
using FsCheck.Fluent;
using PublicBuyers.Live;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Rooms;

/// <summary>P1: whatever happens while a client is away, what it is told when it comes back makes it equal to one that enters anew.</summary>
public sealed class ComingBack
{
    [Fact]
    public async Task Snapshot_and_changes_make_a_fresh_snapshot()
    {
        await using var silos = GrainWorld.SameSilosForEveryRound();
        Prop.ForAll<ushort[]>(steps => Plays(steps)).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(250));
    }

    [Fact]
    public async Task Whoever_was_away_too_long_gets_a_snapshot()
    {
        await using var world = await Scene.ARoom();
        var client = new Client();
        await client.ComesBack(world);
        for (var i = 0; i < RoomLimits.ChangesKept; i++) await world.Post(Ada);
        var justInTime = await world.Room().Since(client.Epoch, client.Position);
        await world.Post(Ada);
        var late = await world.Room().Since(client.Epoch, client.Position);

        justInTime.Snapshot.ShouldBeNull();
        late.Snapshot.ShouldBeOfType<RoomSnapshot>().Posts.Length.ShouldBe(RoomLimits.SnapshotPosts);
        late.Changes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(0, 3)]
    [InlineData(1, 4)]
    [InlineData(1, -1)]
    [InlineData(1, long.MaxValue)]
    [InlineData(1, long.MinValue)]
    public async Task A_position_of_another_epoch_or_of_no_time_gets_a_snapshot(long epoch, long position)
    {
        await using var world = await Scene.ARoom();
        for (var i = 0; i < 3; i++) await world.Post(Ada);

        var catchup = await world.Room().Since(epoch, position);

        catchup.Snapshot.ShouldBeOfType<RoomSnapshot>().Posts.Length.ShouldBe(3);
        catchup.At.ShouldBe(new StreamPosition(1, 3));
    }

    private static async Task<bool> Plays(ushort[] steps)
    {
        await using var world = await Scene.ARoom();
        var clients = new[] { new Client(), new Client(), new Client() };
        var watching = new Client();
        await watching.ComesBack(world);
        var listener = await world.Listen(world.Room());
        var last = 0L;

        foreach (var step in steps)
        {
            var (kind, which) = (step % 24, step / 24);
            var some = last == 0 ? 0 : 1 + (which * 31 % last);
            var by = which % 2 == 0 ? Ada : Bo;
            switch (kind)
            {
                case <= 3: last = await world.Post(by); break;
                case <= 6: await Try(world.Room().Post(by.Says($"reply {which}", some, world.Ids.Next()))); break;
                case <= 8: await Try(world.Room().Edit(by.Edits(some, $"edit {which}", world.Ids.Next()))); break;
                case <= 10: await Try(world.Room().Delete(by.Deletes(some, world.Ids.Next()))); break;
                case 11: for (var i = 0; i < 45; i++) last = await world.Post(Scene.Lea); break;
                case 12: await Try(world.Room().React(by.Reacts(some, (Reaction)(which % 6), which % 4 != 0, world.Ids.Next()))); break;
                case 13: await Try(world.Room().Pin(Scene.Lea.Pins(some, which % 4 != 0, world.Ids.Next()))); break;
                case 14: await Try(world.Room().Hide(Scene.Lea.Hides(some, which % 3 != 0, "reason", world.Ids.Next()))); break;
                case 15: await Try(world.Room().Lock(Scene.Lea.Locks(some, which % 3 != 0, "reason", world.Ids.Next()))); break;
                case 16: await Try(world.Room().SlowDown(Scene.Lea.Slows(which % 2, "reason", world.Ids.Next()))); break;
                case 17: await Try(world.Room().Delete(Scene.Lea.Removes(some, "reason", world.Ids.Next()))); break;
                case 18: await Try(world.Room().Post(by.Mentioning($"@ada @bo @spy {which}", null, world.Ids.Next()))); break;
                case 19 when which % 8 == 0:
                    await world.RestartAsync();
                    listener = await world.Listen(world.Room());
                    await watching.ComesBack(world);
                    break;
                case 20 when which % 16 == 0:
                    world.Journal.BeginEpoch();
                    await world.RestartAsync();
                    listener = await world.Listen(world.Room());
                    await watching.ComesBack(world);
                    break;
                default: await clients[which % clients.Length].ComesBack(world); break;
            }

            world.Clock.Move(TimeSpan.FromSeconds(2));   // whoever waits has waited
            last = Math.Max(last, world.Journal.FactsOf(Scene.Stream).Count(fact => fact.Type == RoomEvent.Posted));
        }

        var head = (await world.Room().Admit(Ada)).Value;
        if (watching.Position < head.Position) await listener.Hears(head.Position);
        watching.Hears(listener.Steps);
        foreach (var client in clients) await client.ComesBack(world);

        var fresh = new Client();
        await fresh.ComesBack(world);
        return clients.Append(watching).All(client => client.SeesTheSameAs(fresh));
    }

    private static async Task Try<T>(Task<Outcome<T>> command) => await command;

    /// <summary>What a browser does: a snapshot replaces, a change is put under its key, and only the newest posts are kept.</summary>
    private sealed class Client
    {
        private SortedDictionary<long, PostView> posts = [];
        private RoomSettings? settings;

        public long Epoch { get; private set; }

        public long Position { get; private set; }

        public async Task ComesBack(GrainWorld world)
        {
            var catchup = await world.Room().Since(Epoch, Position);
            if (catchup.Snapshot is RoomSnapshot snapshot) (posts, settings) = (new(snapshot.Posts.ToDictionary(post => post.Number.Value)), snapshot.Settings);
            foreach (var change in catchup.Changes) Put(change);
            (Epoch, Position) = (catchup.At.Epoch, catchup.At.Position);
            Trim();
        }

        public void Hears(IEnumerable<Step> steps)
        {
            foreach (var step in steps.Where(step => step.Position > Position))
            {
                step.Position.ShouldBe(Position + 1);
                foreach (var change in step.Changes) Put(change);
                Position = step.Position;
                Trim();
            }
        }

        public bool SeesTheSameAs(Client other) => Position == other.Position && Json(posts) == Json(other.posts) && Json(settings) == Json(other.settings);

        private void Put(Change change)
        {
            if (change is RoomChange.SettingsPut put) settings = put.Settings;
            else if (change is RoomChange.PostPut { Post: var post }) posts[post.Number.Value] = post;
        }

        private void Trim()
        {
            while (posts.Count > RoomLimits.SnapshotPosts) posts.Remove(posts.Keys.First());
        }
    }
}
