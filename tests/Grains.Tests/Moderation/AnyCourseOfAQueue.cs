using FsCheck;
using FsCheck.Fluent;
using PublicBuyers.Live;
using PublicBuyers.Testing;
using static PublicBuyers.Moderation.QueueHistory;

namespace PublicBuyers.Moderation;

/// <summary>P1 for a queue: whatever happens while a moderator is away, what they are told when they come back makes their list equal to a fresh one; and what waits is what is counted.</summary>
public sealed class AnyCourseOfAQueue
{
    private static readonly MemberId[] Moderators = [Lea, Dana];

    [Fact]
    public async Task Snapshot_and_changes_make_a_fresh_snapshot_and_the_count_is_a_recount()
    {
        await using var silos = GrainWorld.SameSilosForEveryRound();
        Prop.ForAll<ushort[]>(steps => Plays(steps)).Check(Config.QuickThrowOnFailure.WithMaxTest(40).WithEndSize(200));
    }

    [Fact]
    public async Task With_more_items_than_a_snapshot_holds_the_next_comes_up_for_each_that_is_over()
    {
        await using var world = await AQueue.OfACommunity();
        for (var i = 0; i < QueueLimits.SnapshotItems + 10; i++) await world.Asks(new($"applicant{i}"));
        var watching = new Screen();
        await watching.ComesBack(world);
        for (var i = 1; i <= 5; i++) (await world.Approves(Lea, i)).ShouldBeDone();

        await world.TakesEffect();
        await watching.ComesBack(world);

        watching.Numbers.ShouldBe(Enumerable.Range(6, QueueLimits.SnapshotItems).Select(number => (long)number));
        watching.Waiting.ShouldBe(QueueLimits.SnapshotItems + 5);
    }

    private static async Task<bool> Plays(ushort[] steps)
    {
        await using var world = await AQueue.OfACommunity();
        var queue = world.Queue();
        var screens = new[] { new Screen(), new Screen() };
        var watching = new Screen();
        await watching.ComesBack(world);
        var listener = await world.Listen(queue);

        foreach (var step in steps)
        {
            var (kind, which) = (step % 14, (ushort)(step * 40503) / 14);
            var moderator = Moderators[which % 2];
            var number = new ItemNumber(1 + (which / 2 % 60));
            var seen = (await queue.Item(Lea, number)) is { IsRefused: false, Value.Item: var item } ? item : null;
            var request = world.NewRequest();
            switch (kind)
            {
                case <= 3: await queue.Ask(new() { By = new($"applicant{which % 90}"), Request = request }); break;
                case 4: await queue.Claim(new() { By = moderator, Request = request, Number = number }); break;
                case 5: await queue.Release(new() { By = moderator, Request = request, Number = number, Fence = seen?.Claim?.Fence ?? 0 }); break;
                case 6: await queue.Decide(new() { By = moderator, Request = request, Number = number, Version = seen?.Version ?? 0, Verdict = (Verdict)(which % 2), Reason = "Because." }); break;
                case 7: await queue.Undo(new() { By = moderator, Request = request, Number = number, Version = seen?.Version ?? 0 }); break;
                case 8 when seen is not null: await queue.Withdraw(new() { By = seen.By, Request = request, Number = number }); break;
                case 9:
                    world.Clock.Move(TimeSpan.FromSeconds(which % 15));
                    await world.Attend();
                    break;
                case 10: await world.Follow(); break;
                case 11 when which % 8 == 0:
                    await world.RestartAsync();
                    listener = await world.Listen(queue);
                    await watching.ComesBack(world);
                    break;
                case 12:
                    for (var i = 0; i < 30; i++) await queue.Ask(new() { By = new($"crowd{which}-{i}"), Request = world.NewRequest() });
                    break;
                default: await screens[which % screens.Length].ComesBack(world); break;
            }
        }

        var head = (await queue.Admit(Lea)).Value;
        if (watching.Position < head.Position) await listener.Hears(head.Position);
        watching.Hears(listener.Steps);
        foreach (var screen in screens) await screen.ComesBack(world);

        var fresh = new Screen();
        await fresh.ComesBack(world);
        return screens.Append(watching).All(screen => screen.ShowsTheSameAs(fresh)) && fresh.Waiting == Counted(world);
    }

    /// <summary>From the facts alone.</summary>
    private static int Counted(GrainWorld world) => world.Journal.FactsOf("queue/cpb")
        .GroupBy(fact => fact.Subject, StringComparer.Ordinal)
        .Count(about => about.Last(fact => fact.Type is not ("queue.item-claimed" or "queue.item-released")).Type is "queue.item-opened" or "queue.decision-undone" or "queue.item-came-back");

    /// <summary>What a browser does: a snapshot replaces, an item is put under its number or goes when it is over, and only the oldest are kept.</summary>
    private sealed class Screen
    {
        private SortedDictionary<long, ItemView> items = [];

        public long Epoch { get; private set; }

        public long Position { get; private set; } = -1;

        public int Waiting { get; private set; }

        public IEnumerable<long> Numbers => items.Keys;

        public async Task ComesBack(GrainWorld world)
        {
            var missed = await world.Queue().Since(Epoch, Position);
            (Epoch, Position) = (missed.At.Epoch, missed.At.Position);
            if (missed.Snapshot is QueueSnapshot whole)
            {
                items = new(whole.Items.ToDictionary(item => item.Number.Value));
                Waiting = whole.Waiting;
            }

            Apply(missed.Changes);
        }

        public void Hears(IEnumerable<Step> steps)
        {
            foreach (var step in steps.Where(step => step.Position > Position))
            {
                step.Position.ShouldBe(Position + 1);
                Position = step.Position;
                Apply(step.Changes);
            }
        }

        /// <summary>But for claims, which end by themselves.</summary>
        public bool ShowsTheSameAs(Screen other) =>
            Waiting == other.Waiting && items.Values.Select(item => item with { Claim = null }).SequenceEqual(other.items.Values.Select(item => item with { Claim = null }));

        private void Apply(IEnumerable<Change> changes)
        {
            foreach (var change in changes)
            {
                if (change is QueueChange.CountsPut counts) Waiting = counts.Waiting;
                if (change is not QueueChange.ItemPut { Item: var item }) continue;

                if (item.State is ItemState.Settled or ItemState.Withdrawn) items.Remove(item.Number.Value);
                else items[item.Number.Value] = item;
            }

            while (items.Count > QueueLimits.SnapshotItems) items.Remove(items.Keys.Last());
        }
    }
}
