using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Embedded;

namespace PublicBuyers.Runtime;

/// <summary>A host whose time the test moves.</summary>
public sealed class TimelessHost : GrainHost
{
    public FakeTime Time { get; } = new();

    protected override void AddTo(IServiceCollection services)
    {
        base.AddTo(services);
        services.AddSingleton<TimeProvider>(Time);
    }
}

public sealed class An_idle_grain : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TimelessHost host = new();

    private IRoomGrain Room => host.Grains.GetGrain<IRoomGrain>("room/idle");

    public Task InitializeAsync() => host.InitializeAsync();

    public Task DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Is_ended_after_the_collection_age()
    {
        await Room.Name();
        host.Time.Advance(14 * Minute);
        await host.Runtime.CollectIdle();
        host.Runtime.ActiveGrains.ShouldBe(1);

        host.Time.Advance(Minute);
        await host.Runtime.CollectIdle();
        host.Runtime.ActiveGrains.ShouldBe(0);
        host.Stage.Happened.ShouldContain("room/idle ends ActivationIdle");
    }

    [Fact]
    public async Task Is_found_by_the_clock()
    {
        await Room.Name();
        host.Time.Advance(15 * Minute);
        await host.Stage.Until("room/idle has ended");
    }

    [Fact]
    public async Task Stays_when_it_is_called()
    {
        await Room.Name();
        host.Time.Advance(10 * Minute);
        await Room.Name();
        host.Time.Advance(10 * Minute);
        await host.Runtime.CollectIdle();

        host.Runtime.ActiveGrains.ShouldBe(1);
    }

    [Fact]
    public async Task Stays_while_it_works()
    {
        var working = Room.Write("long work");
        await host.Stage.Until("long work began");
        host.Time.Advance(TimeSpan.FromHours(1));
        await host.Runtime.CollectIdle();
        host.Runtime.ActiveGrains.ShouldBe(1);

        host.Stage.Open("long work");
        await Should.ThrowAsync<TimeoutException>(() => working); // its caller did not stay
    }

    [Fact]
    public async Task Stays_as_long_as_it_asked_to()
    {
        await Room.Stay(TimeSpan.FromHours(1));
        host.Time.Advance(59 * Minute);
        await host.Runtime.CollectIdle();
        host.Runtime.ActiveGrains.ShouldBe(1);

        host.Time.Advance(Minute);
        await host.Runtime.CollectIdle();
        host.Runtime.ActiveGrains.ShouldBe(0);
    }
}

public sealed class A_limit : IAsyncLifetime
{
    private readonly TimelessHost host = new();

    public Task InitializeAsync() => host.InitializeAsync();

    public Task DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Of_thirty_seconds_ends_a_call_with_a_sentence()
    {
        var called = host.Grains.GetGrain<IRoomGrain>("room/stuck").Write("stuck");
        await host.Stage.Until("stuck began");
        host.Time.Advance(TimeSpan.FromSeconds(29));
        called.IsCompleted.ShouldBeFalse();
        host.Time.Advance(TimeSpan.FromSeconds(3));

        var failure = await Should.ThrowAsync<TimeoutException>(() => called);
        failure.Message.ShouldBe("IRoomGrain.Write of \"room/stuck\" has not answered within 00:00:30.");
        host.Stage.Open("stuck");
    }

    [Fact]
    public async Task Of_waiting_calls_refuses_the_next()
    {
        var room = host.Grains.GetGrain<IRoomGrain>("room/full");
        var running = room.Write("full");
        await host.Stage.Until("full began");
        var waiting = Enumerable.Range(0, EmbeddedGrainOptions.MaxWaitingCalls).Select(_ => room.Count()).ToArray();

        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => room.Name());

        refusal.Message.ShouldBe("IRoomGrain.Name of \"room/full\" is refused: 10000 calls wait for this grain already (MaxWaitingCalls).");
        host.Stage.Open("full");
        await running;
        (await Task.WhenAll(waiting)).ShouldBe(Enumerable.Range(1, EmbeddedGrainOptions.MaxWaitingCalls));
    }

    [Fact]
    public async Task Does_not_count_calls_that_were_cancelled()
    {
        var room = host.Grains.GetGrain<IRoomGrain>("room/patient");
        var running = room.Write("patient");
        await host.Stage.Until("patient began");
        using var cancelling = new CancellationTokenSource();
        var cancelled = Enumerable.Range(0, EmbeddedGrainOptions.MaxWaitingCalls).Select(_ => room.Listen("unheard", cancelling.Token)).ToArray();
        await cancelling.CancelAsync();

        var waiting = room.Name();
        host.Stage.Open("patient");
        await running;
        (await waiting).ShouldBe("room/patient");
        cancelled.ShouldAllBe(call => call.IsFaulted);
    }

    [Fact]
    public async Task Of_reading_together_is_that_a_write_waits_for_the_last_reader()
    {
        var room = host.Grains.GetGrain<IRoomGrain>("room/strict");
        var first = room.Read("first reader");
        var last = room.Read("last reader");
        await host.Stage.Until("last reader began");
        host.Stage.Open("first reader");
        await first;
        var writing = room.Write("writer");
        await room.Glance();
        host.Stage.Happened.ShouldNotContain("writer began");

        host.Stage.Open("last reader");
        await host.Stage.Until("writer began");
        host.Stage.Open("writer");
        await Task.WhenAll(last, writing);
    }
}

public sealed class The_runtime : IAsyncLifetime
{
    private readonly GrainHost host = new();

    public Task InitializeAsync() => host.InitializeAsync();

    public Task DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Ends_all_activations_when_told_and_starts_them_again_when_called()
    {
        var room = host.Grains.GetGrain<IRoomGrain>("room/renewed");
        await room.Count();
        await host.Runtime.DeactivateAllAsync();
        host.Runtime.ActiveGrains.ShouldBe(0);

        (await room.Count()).ShouldBe(1);
        host.Stage.Happened.ShouldContain("room/renewed ends RuntimeRequested");
    }

    [Fact]
    public async Task Lets_a_running_call_reach_another_grain_while_it_stops()
    {
        await host.Grains.GetGrain<IRoomGrain>("room/far").Name();
        var running = host.Grains.GetGrain<IRoomGrain>("room/slow-caller").PassOn(["room/far"], CallKind.Writing);
        await host.Stage.Until("room/slow-caller activates");

        var stopping = host.Stop();
        host.Stage.Open("room/slow-caller may activate");

        (await running).ShouldBe("room/far");
        await stopping;
        host.Runtime.ActiveGrains.ShouldBe(0);
    }

    [Fact]
    public async Task Gives_up_on_a_grain_that_does_not_end()
    {
        var stuck = host.Grains.GetGrain<IRoomGrain>("room/stuck").Write("stuck");
        await host.Stage.Until("stuck began");
        using var now = new CancellationTokenSource();
        await now.CancelAsync();

        await host.Runtime.StopAsync(now.Token);

        await Should.ThrowAsync<InvalidOperationException>(() => host.Grains.GetGrain<IRoomGrain>("room/other").Name());
        host.Stage.Open("stuck");
        await stuck;
    }

    [Fact]
    public void Refuses_an_interface_without_a_class() =>
        Should.Throw<ArgumentException>(() => host.Grains.GetGrain<INobodyGrain>("nobody/a")).Message.ShouldContain("INobodyGrain");

    [Fact]
    public void Refuses_observers_that_want_to_be_waited_for() =>
        Should.Throw<NotSupportedException>(() => host.Grains.CreateObjectReference<IWaitedFor>(new WaitedFor())).Message.ShouldBe("IWaitedFor.Hear is not void: nobody waits for an observer.");

    public interface INobodyGrain : IGrainWithStringKey;

    public interface IWaitedFor : IGrainObserver
    {
        Task Hear();
    }

    private sealed class WaitedFor : IWaitedFor
    {
        public Task Hear() => Task.CompletedTask;
    }
}
