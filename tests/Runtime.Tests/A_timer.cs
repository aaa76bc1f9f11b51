namespace PublicBuyers.Runtime;

public sealed class A_timer : IAsyncLifetime
{
    private readonly GrainHost host = new();

    private Stage Stage => host.Stage;

    private IClockGrain Clock => host.Grains.GetGrain<IClockGrain>("clock/a");

    public Task InitializeAsync() => host.InitializeAsync();

    public Task DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Ticks_until_it_is_disposed_and_never_twice_at_once()
    {
        await Clock.Start(times: 20, interleave: false, failsAt: -1);
        await Stage.Until("tick 20");

        Stage.Happened.ShouldBe(Enumerable.Range(1, 20).Select(number => $"tick {number}"));
    }

    [Fact]
    public async Task Goes_on_after_an_exception()
    {
        await Clock.Start(times: 3, interleave: false, failsAt: 1);
        await Stage.Until("tick 3");
    }

    [Fact]
    public async Task Does_not_tick_during_a_call()
    {
        var staying = Clock.StartAndStay(interleave: false);
        Stage.Open("the call may end");
        await staying;
        await Stage.Until("tick 1");

        Stage.Happened[0].ShouldBe("the call ends after no ticks");
        await Clock.Stop();
    }

    [Fact]
    public async Task Ticks_during_a_call_when_it_may_interleave()
    {
        var staying = Clock.StartAndStay(interleave: true);
        await Stage.Until("tick 2");
        Stage.Open("the call may end");
        await staying;

        Stage.Happened.ShouldContain("the call ends after some ticks");
        await Clock.Stop();
    }

    [Fact]
    public async Task Ends_with_its_grain()
    {
        await Clock.Rest();
        await Clock.Start(times: 2, interleave: false, failsAt: -1);
        await Stage.Until("tick 2");
        Stage.Happened.ShouldBe(["tick 1", "tick 2"]);
    }
}
