using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>F10: a client that stops reading costs nobody else anything.</summary>
public sealed class ReadingSlowly(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task A_client_that_stops_reading_is_cut_and_the_others_get_everything()
    {
        const int Posts = 1_600;
        var (room, ada, ben) = await server.Scene();
        var topic = room.Topic();
        await using var stalled = await server.Connect(ben);
        await using var healthy = await server.Connect(ada);
        await stalled.Enter(topic);
        await healthy.Enter(topic);
        stalled.StopReading();

        var text = new string('x', 12_000);
        for (var i = 0; i < Posts / 16; i++) await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => server.Says(room, ada, text)));

        await healthy.Until(it => it.Topic(topic).Frames == Posts, TimeSpan.FromSeconds(30));
        healthy.Surprises.ShouldBeEmpty();

        stalled.ReadOn();
        var said = await stalled.Closed.WaitAsync(TimeSpan.FromSeconds(30));
        said.ShouldBeNull("it is cut without a word, so that it comes back");
        stalled.Surprises.ShouldBeEmpty();
        await using var again = await server.Connect(ben, before: stalled);
        await again.Enter(topic);
        again.Topic(topic).Newest().ShouldBe(healthy.Topic(topic).Newest());
    }
}
