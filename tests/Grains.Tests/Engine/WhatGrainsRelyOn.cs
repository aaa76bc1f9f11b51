using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Testing;

namespace PublicBuyers.Engine;

/// <summary>What the product relies on in Orleans. A new version that breaks one of these must be noticed here.</summary>
public sealed class WhatGrainsRelyOn(WhatGrainsRelyOn.Engine engine) : IClassFixture<WhatGrainsRelyOn.Engine>
{
    private readonly Notes notes = engine.Notes;

    [Fact]
    public async Task A_thousand_first_calls_at_once_make_one_activation_and_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(() => Grain("tried/crowd").Count())));

        notes.All.Count(note => note is "tried/crowd activates").ShouldBe(1);
        (await Grain("tried/crowd").Count()).ShouldBe(1001);
    }

    [Fact]
    public async Task A_write_waits_for_the_write_before_it()
    {
        var grain = Grain("tried/writes");
        var first = grain.Write("first");
        await notes.Until("first began");
        var second = grain.Write("second");
        await grain.Glance();   // came later, and has been through
        notes.All.ShouldNotContain("second began");

        notes.Allow("first");
        notes.Allow("second");
        await Task.WhenAll(first, second);
        notes.All.Where(note => note.StartsWith("first", StringComparison.Ordinal) || note.StartsWith("second", StringComparison.Ordinal))
            .ShouldBe(["first began", "first ended", "second began", "second ended"]);
    }

    [Fact]
    public async Task Readers_read_together_and_never_beside_a_write()
    {
        var grain = Grain("tried/readers");
        var writing = grain.Write("write");
        await notes.Until("write began");
        var reading = grain.Read("read 1");
        var readingToo = grain.Read("read 2");
        await grain.Glance();
        notes.All.ShouldNotContain("read 1 began");

        notes.Allow("write");
        await notes.Until("read 1 began");
        await notes.Until("read 2 began");
        notes.Allow("read 1");
        notes.Allow("read 2");
        await Task.WhenAll(writing, reading, readingToo);
    }

    [Fact]
    public async Task What_always_interleaves_runs_beside_a_write()
    {
        var grain = Grain("tried/beside");
        var writing = grain.Write("long write");
        await notes.Until("long write began");
        var watching = grain.Watch("watch");
        await notes.Until("watch began");
        notes.Allow("watch");
        await watching;
        notes.All.ShouldNotContain("long write ended");

        notes.Allow("long write");
        await writing;
    }

    [Fact]
    public async Task A_failed_activation_fails_that_call_and_the_next_call_tries_again()
    {
        (await Should.ThrowAsync<TriedFailureException>(() => Grain("tried/broken").Count())).Code.ShouldBe(1);

        (await Grain("tried/broken").Count()).ShouldBe(1);
    }

    [Fact]
    public async Task A_grain_that_rests_forgets()
    {
        await Grain("tried/forgets").Count();
        await Grain("tried/forgets").Rest();

        (await Grain("tried/forgets").Count()).ShouldBe(1);
    }

    [Fact]
    public async Task Exceptions_of_ours_arrive_with_their_type_and_members()
    {
        var failure = await Should.ThrowAsync<TriedFailureException>(() => Grain("tried/fails").Fail());

        failure.Message.ShouldBe("\"tried/fails\" failed.");
        failure.Code.ShouldBe(7);
    }

    [Fact]
    public async Task A_grain_keeps_its_scheduler_across_awaits() => (await Grain("tried/scheduler").KeepsItsScheduler()).ShouldBeTrue();

    [Fact]
    public async Task An_observer_hears_everything_and_never_two_things_at_once()
    {
        var observer = new Observer();
        await Grain("tried/speaker").Tell(engine.Host.Grains.CreateObjectReference<ITriedObserver>(observer), 1000);
        await observer.HeardAll;

        observer.Overlapped.ShouldBeFalse();
        observer.Numbers.Order().ShouldBe(Enumerable.Range(1, 1000));
        GC.KeepAlive(observer);   // references to observers are weak
    }

    /// <summary>What the suite's run on three silos is worth: the default placement would pile everything up on one.</summary>
    [Fact]
    public async Task Grains_are_spread_over_all_silos_there_are()
    {
        var grains = Enumerable.Range(1, 40).Select(number => Grain($"tried/spread-{number}")).ToList();
        await Task.WhenAll(grains.Select(grain => grain.Count()));

        var silos = await Task.WhenAll(grains.Select(engine.Host.SiloOf));
        silos.Distinct().Count().ShouldBe(GrainHost.Silos);
    }

    private ITriedGrain Grain(string key) => engine.Host.Grains.GetGrain<ITriedGrain>(key);

    private sealed class Observer : ITriedObserver
    {
        private readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<int> numbers = [];
        private int inside;

        public bool Overlapped { get; private set; }

        public Task HeardAll => all.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public IReadOnlyList<int> Numbers => numbers;

        public void Hear(int number)
        {
            if (Interlocked.Increment(ref inside) > 1) Overlapped = true;
            numbers.Add(number);
            Interlocked.Decrement(ref inside);
            if (numbers.Count == 1000) all.TrySetResult();
        }
    }

    public sealed class Engine : IAsyncLifetime
    {
        public Notes Notes { get; } = new();

        internal GrainHost Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await GrainHost.Start(services => services.AddSingleton(Notes), new MemoryGrainStorage());

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }
}
