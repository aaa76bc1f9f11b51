namespace PublicBuyers.Runtime;

public sealed class A_call_cycle(GrainHost host) : IClassFixture<GrainHost>
{
    [Fact]
    public async Task Fails_at_once_and_names_the_chain()
    {
        var failure = await Should.ThrowAsync<InvalidOperationException>(() => Room("room/a").PassOn(["community/b", "room/a"], CallKind.Writing));

        failure.Message.ShouldBe("IRoomGrain.Name of \"room/a\" would wait for itself: room/a → community/b → room/a.");
    }

    [Fact]
    public async Task Is_one_even_if_the_grain_calls_itself()
    {
        var failure = await Should.ThrowAsync<InvalidOperationException>(() => Room("room/self").PassOn(["room/self"], CallKind.Writing));

        failure.Message.ShouldEndWith("room/self → room/self.");
    }

    [Fact]
    public async Task Is_one_when_a_write_comes_back_to_a_grain_that_reads()
    {
        var failure = await Should.ThrowAsync<InvalidOperationException>(() => Room("room/reading").PassOnReading(["room/other", "room/reading"], CallKind.Writing));

        failure.Message.ShouldEndWith("room/reading → room/other → room/reading.");
    }

    [Fact]
    public async Task Is_one_while_the_grain_activates() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => Room("room/vain").Glance())).Message.ShouldEndWith("room/vain → room/vain.");

    [Fact]
    public async Task Is_none_when_the_first_call_has_ended()
    {
        (await Room("room/a").PassOn(["room/b"], CallKind.Writing)).ShouldBe("room/b");
        (await Room("room/b").PassOn(["room/a"], CallKind.Writing)).ShouldBe("room/a");
    }

    private IRoomGrain Room(string key) => host.Grains.GetGrain<IRoomGrain>(key);
}
