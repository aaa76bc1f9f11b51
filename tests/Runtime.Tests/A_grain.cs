namespace PublicBuyers.Runtime;

public sealed class A_grain(GrainHost host) : IClassFixture<GrainHost>
{
    [Fact]
    public async Task Has_one_activation_under_a_thousand_concurrent_first_calls()
    {
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(() => Room("room/crowd").Count())));

        host.Stage.TimesOf("room/crowd activates").ShouldBe(1);
        (await Room("room/crowd").Count()).ShouldBe(1001); // and no count was lost between a read and a write around an await
    }

    [Fact]
    public async Task Keeps_its_scheduler_across_awaits() =>
        (await Room("room/scheduler").LeavesItsScheduler()).ShouldBeEmpty();

    [Fact]
    public async Task Fails_its_first_call_with_the_exception_of_its_activation_and_tries_again_on_the_next()
    {
        var failure = await Should.ThrowAsync<RoomIsClosedException>(() => Room("room/broken").Name());

        failure.Since.ShouldBe(1);
        (await Room("room/broken").Name()).ShouldBe("room/broken");
        host.Stage.TimesOf("room/broken activates").ShouldBe(2);
    }

    [Fact]
    public async Task Begins_no_call_before_it_is_active()
    {
        var called = Room("room/slow").Write("after slow");
        await host.Stage.Until("room/slow activates");
        var watched = Room("room/slow").Watch("watch slow");
        host.Stage.Happened.ShouldNotContain("watch slow began");

        host.Stage.Open("room/slow may activate");
        await host.Stage.Until("after slow began");
        await host.Stage.Until("watch slow began");
        host.Stage.Open("after slow");
        host.Stage.Open("watch slow");
        await Task.WhenAll(called, watched);
    }

    [Fact]
    public async Task Ends_when_it_wants_to_rest_and_starts_again_on_the_next_call()
    {
        await Room("room/rest").Count();
        await Room("room/rest").Rest();

        (await Room("room/rest").Count()).ShouldBe(1);
        host.Stage.Happened.ShouldContain("room/rest ends ApplicationRequested");
        host.Stage.TimesOf("room/rest activates").ShouldBe(2);
    }

    [Fact]
    public async Task Starts_again_only_when_its_last_activation_has_ended()
    {
        await Room("room/lingering").Rest();
        await host.Stage.Until("room/lingering ends ApplicationRequested");
        var waiting = Enumerable.Range(0, 100).Select(_ => Room("room/lingering").Count()).ToArray();
        host.Stage.TimesOf("room/lingering activates").ShouldBe(1);

        host.Stage.Open("room/lingering may end");

        var counted = await Task.WhenAll(waiting);
        counted.Order().ShouldBe(Enumerable.Range(1, 100));   // none lost, all to one new activation
#if EMBEDDED
        counted.ShouldBe(Enumerable.Range(1, 100));           // and in order; Orleans forwards them one by one
#endif
        host.Stage.Happened.Where(scene => scene.StartsWith("room/lingering", StringComparison.Ordinal)).ShouldBe(
            ["room/lingering activates", "room/lingering ends ApplicationRequested", "room/lingering has ended", "room/lingering activates"]);
    }

#if EMBEDDED
    // Orleans gives up forwarding a call after some tries.
    [Fact]
    public async Task Loses_no_call_while_it_rests_again_and_again()
    {
        var calls = Enumerable.Range(0, 500).Select(number => Task.Run(() => number % 5 == 0 ? Room("room/restless").Rest() : Room("room/restless").Name()));

        await Task.WhenAll(calls);

        host.Stage.TimesOf("room/restless activates").ShouldBeGreaterThan(1);
    }
#endif

    [Fact]
    public async Task Lets_running_calls_end_before_it_rests()
    {
        var running = Room("room/tired").Read("reading");
        await host.Stage.Until("reading began");
        var watching = Room("room/tired").Watch("resting");
        await host.Stage.Until("resting began");

        host.Stage.Open("resting");
        host.Stage.Open("reading");
        await Task.WhenAll(running, watching);
        await Room("room/tired").Rest();
        await host.Stage.Until("room/tired has ended");

        host.Stage.Happened.ToList().IndexOf("reading ended").ShouldBeLessThan(host.Stage.Happened.ToList().IndexOf("room/tired ends ApplicationRequested"));
    }

    [Fact]
    public async Task Starts_again_although_it_failed_while_it_ended()
    {
        await Room("room/crashing").Rest();

        (await Room("room/crashing").Count()).ShouldBe(1);
        host.Stage.TimesOf("room/crashing activates").ShouldBe(2);
    }

    [Fact]
    public async Task Has_services_of_its_own_that_are_disposed_with_it()
    {
        (await Room("room/lamp").LampsLit()).ShouldBe(1);
        await Room("room/lamp").Rest();
        await host.Stage.Until("dark");
    }

    [Fact]
    public async Task Is_the_same_by_any_reference()
    {
        var room = Room("room/myself");
        var myself = await room.Myself();

        myself.ShouldBe(room);
        myself.GetHashCode().ShouldBe(room.GetHashCode());
        myself.GetPrimaryKeyString().ShouldBe("room/myself");
        await myself.Count();
        (await ((IRoomGrain)host.Grains.GetGrain(typeof(IRoomGrain), "room/myself")).Count()).ShouldBe(2);
        Room("room/another").ShouldNotBe(room);
    }

    [Fact]
    public async Task Is_found_by_its_class_where_an_interface_has_several()
    {
        (await host.Grains.GetGrain<IShapeGrain>("shape/a", typeof(TriangleGrain).FullName).Sides()).ShouldBe(3);
        (await host.Grains.GetGrain<IShapeGrain>("shape/a", typeof(SquareGrain).FullName).Sides()).ShouldBe(4);
        Should.Throw<ArgumentException>(() => host.Grains.GetGrain<IShapeGrain>("shape/a"));
    }

    private IRoomGrain Room(string key) => host.Grains.GetGrain<IRoomGrain>(key);
}
