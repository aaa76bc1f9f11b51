namespace PublicBuyers.Runtime;

public sealed class A_call(GrainHost host) : IClassFixture<GrainHost>
{
    private Stage Stage => host.Stage;

    [Fact]
    public async Task Waits_for_the_call_before_it()
    {
        var first = Room("room/queue").Write("first");
        await Stage.Until("first began");
        var second = Room("room/queue").Write("second");
        await Room("room/queue").Glance(); // came later, and has been through
        Stage.Happened.ShouldNotContain("second began");

        Stage.Open("first");
        await Stage.Until("second began");
        Stage.Open("second");
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task That_only_reads_joins_others_that_read_and_passes_a_write_that_waits()
    {
        var reading = Room("room/readers").Read("read 1");
        await Stage.Until("read 1 began");
        var writing = Room("room/readers").Write("write");
        var readingToo = Room("room/readers").Read("read 2");
        await Stage.Until("read 2 began");
        Stage.Happened.ShouldNotContain("write began");

        Stage.Open("read 1");
        Stage.Open("read 2");
        await Stage.Until("write began");
        Stage.Open("write");
        await Task.WhenAll(reading, writing, readingToo);
    }

    [Fact]
    public async Task That_only_reads_waits_for_a_write()
    {
        var writing = Room("room/write-first").Write("write first");
        await Stage.Until("write first began");
        var reading = Room("room/write-first").Read("read later");
        await Room("room/write-first").Glance();
        Stage.Happened.ShouldNotContain("read later began");

        Stage.Open("write first");
        await Stage.Until("read later began");
        Stage.Open("read later");
        await Task.WhenAll(writing, reading);
    }

    [Fact]
    public async Task That_always_interleaves_runs_beside_a_write()
    {
        var writing = Room("room/interleave").Write("writing");
        await Stage.Until("writing began");
        var watching = Room("room/interleave").Watch("watching");
        await Stage.Until("watching began");
        Stage.Happened.ShouldNotContain("writing ended");

        Stage.Open("watching");
        await watching;
        Stage.Open("writing");
        await writing;
    }

    [Fact]
    public async Task One_way_is_not_waited_for_and_its_exception_is_lost()
    {
        await Room("room/shout").Shout("shouting");
        await Stage.Until("shouting began");
        Stage.Open("shouting");
        await Stage.Until("shouting ended");
        (await Room("room/shout").Name()).ShouldBe("room/shout");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Brings_an_exception_with_its_type_and_members_to_the_caller(bool thrownAtOnce)
    {
        var failure = await Should.ThrowAsync<RoomIsClosedException>(() => Room("room/closed").Close(thrownAtOnce));

        failure.Message.ShouldBe("\"room/closed\" is closed.");
        failure.Since.ShouldBe(7);
    }

    [Fact]
    public async Task Brings_values_down_but_not_back()
    {
        RequestContext.Set("wish", "tea");
        (await Room("room/wish").Wish("wish")).ShouldBe("tea");
        (await Room("room/relay").RelayWish("wish", Room("room/wish"))).ShouldBe("tea");

        await Room("room/wish").SetWish("wish", "coffee");
        RequestContext.Get("wish").ShouldBe("tea");
        (await Room("room/wish").Wish("wish")).ShouldBe("tea");

        RequestContext.Clear();
        (await Room("room/wish").Wish("wish")).ShouldBeNull();
    }

    [Fact]
    public async Task Leaves_no_value_behind_for_the_next_call()
    {
        await Room("room/tidy").SetWish("wish", "coffee");

        (await Room("room/tidy").Wish("wish")).ShouldBeNull();
    }

    [Fact]
    public async Task Ends_for_its_caller_at_once_when_cancelled_and_the_grain_learns_of_it()
    {
        using var cancelling = new CancellationTokenSource();
        var listening = Room("room/cancel").Listen("listening", cancelling.Token);
        await Stage.Until("listening began");

        await cancelling.CancelAsync();

        (await Should.ThrowAsync<OperationCanceledException>(() => listening)).ShouldBeAssignableTo<OperationCanceledException>();
        await Stage.Until("listening was cancelled");
        Stage.Open("listening");
    }

    [Fact]
    public async Task Is_never_begun_when_cancelled_before_or_while_it_waits()
    {
        using var cancelling = new CancellationTokenSource();
        var busy = Room("room/busy").Write("busy");
        await Stage.Until("busy began");
        var waiting = Room("room/busy").Listen("too late", cancelling.Token);

        await cancelling.CancelAsync();
        (await Should.ThrowAsync<OperationCanceledException>(() => waiting)).ShouldBeAssignableTo<OperationCanceledException>();
        (await Should.ThrowAsync<OperationCanceledException>(() => Room("room/busy").Listen("never", cancelling.Token))).ShouldBeAssignableTo<OperationCanceledException>();

        foreach (var door in new[] { "too late", "never", "busy" }) Stage.Open(door);
        await busy;
        await Room("room/busy").Name();
#if EMBEDDED
        Stage.Happened.ShouldNotContain("too late began");   // on Orleans the wish to cancel may come after the call
#endif
        Stage.Happened.ShouldNotContain("never began");
    }

#if EMBEDDED
    // Orleans gives up forwarding a call after some tries.
    [Fact]
    public async Task Is_never_lost_among_grains_that_rest_and_callers_that_cancel()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(() => Confuse(new Random(caller)))));

        Stage.Happened.ShouldNotContain("two thoughts at once");

        async Task Confuse(Random random)
        {
            for (var call = 0; call < 1000; call++)
            {
                using var cancelling = new CancellationTokenSource();
                var room = Room($"room/confused-{random.Next(3)}");
                var calling = random.Next(4) == 0 ? room.Rest() : room.Think(cancelling.Token);
                if (random.Next(3) == 0) await cancelling.CancelAsync();
                await calling.ContinueWith(ended => ended.IsFaulted && ended.Exception.InnerException is not OperationCanceledException, TaskScheduler.Default)
                    .ContinueWith(wrong => wrong.Result.ShouldBeFalse(), TaskScheduler.Default);
            }
        }
    }

#endif

    [Fact]
    public async Task Goes_through_many_grains() =>
        (await Room("room/1").PassOn(["room/2", "room/3", "room/4"], CallKind.Writing)).ShouldBe("room/4");

    [Fact]
    public async Task That_may_interleave_may_come_back_to_a_grain_on_its_way()
    {
        (await Room("room/a").PassOn(["room/b", "room/a"], CallKind.Glancing)).ShouldBe("room/a");
        (await Room("room/a").PassOnReading(["room/b", "room/a"], CallKind.Reading)).ShouldBe("room/a");
    }

    private IRoomGrain Room(string key) => host.Grains.GetGrain<IRoomGrain>(key);
}

public sealed class A_call_that_takes_too_long(ImpatientHost host) : IClassFixture<ImpatientHost>
{
    [Fact]
    public async Task Fails_for_its_caller_whether_it_runs_or_waits()
    {
        var room = host.Grains.GetGrain<IRoomGrain>("room/stuck");
        await room.Name();   // activating takes its time too, and a call that never began would not hold up the one behind it
        var running = room.Write("stuck");
        await host.Stage.Until("stuck began");
        var waiting = room.Write("behind");

        await Should.ThrowAsync<TimeoutException>(() => running);
        await Should.ThrowAsync<TimeoutException>(() => waiting);

        host.Stage.Open("stuck");
        host.Stage.Open("behind");
        (await room.Name()).ShouldBe("room/stuck");
        host.Stage.Happened.ShouldNotContain("behind began");
    }
}

public sealed class A_host_that_stops : IAsyncLifetime
{
    private readonly GrainHost host = new();

    public Task InitializeAsync() => host.InitializeAsync();

    public Task DisposeAsync() => host.DisposeAsync();

#if EMBEDDED
    // Orleans ends the grain after its turn too, but no longer answers who called from outside.
    [Fact]
    public async Task Ends_every_grain_and_lets_the_last_call_end()
    {
        var room = host.Grains.GetGrain<IRoomGrain>("room/last");
        var last = room.Write("the last call");
        await host.Stage.Until("the last call began");

        var stopping = host.Stop();
        host.Stage.Happened.ShouldNotContain("room/last ends ShuttingDown");
        host.Stage.Open("the last call");
        await last;
        await stopping;

        host.Stage.Happened.ShouldContain("room/last has ended");
        host.Stage.Happened.ToList().IndexOf("the last call ended").ShouldBeLessThan(host.Stage.Happened.ToList().IndexOf("room/last ends ShuttingDown"));
    }

    [Fact]
    public async Task Refuses_calls()
    {
        var room = host.Grains.GetGrain<IRoomGrain>("room/gone");
        await room.Name();
        await host.Stop();

        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => room.Name());
        refusal.Message.ShouldBe("IRoomGrain.Name of \"room/gone\" is refused: the grains of this process have been stopped.");
    }
#endif
}
