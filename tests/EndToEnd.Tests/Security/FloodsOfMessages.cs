using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

public sealed class FloodsOfMessages
{
    private static readonly byte[] ping = "{\"type\":6}\u001e"u8.ToArray();

    [Fact]
    public void Are_read_at_their_pace_then_slowly_then_not_at_all()
    {
        var time = new MovedTime();
        var pace = new MessagePace(10, perSecond: 2, time);

        pace.Count(10).ShouldBe(TimeSpan.Zero);
        pace.Count(4).ShouldBe(TimeSpan.FromSeconds(2));
        time.Move(TimeSpan.FromSeconds(2));
        pace.Count(1).ShouldBe(TimeSpan.FromSeconds(0.5));
        pace.Count(10).ShouldBeNull();   // twice what is allowed: that is no page of ours
    }

    [Fact]
    public void Are_cut_where_they_go_on_and_forgotten_where_they_stop()
    {
        var time = new MovedTime();
        var pace = new MessagePace(10, perSecond: 2, time);
        pace.Count(11);
        for (var waited = TimeSpan.Zero; waited < MessagePace.LongestSlow; waited += TimeSpan.FromSeconds(0.5))
        {
            time.Move(TimeSpan.FromSeconds(0.5));
            pace.Count(1).ShouldNotBeNull();
        }

        time.Move(TimeSpan.FromSeconds(0.5));
        pace.Count(1).ShouldBeNull();

        time.Move(TimeSpan.FromSeconds(6));
        pace.Count(1).ShouldBe(TimeSpan.Zero);
    }

    /// <summary>Pings, which no command's pace knows of.</summary>
    [Fact]
    public async Task Cut_the_connection_they_come_over_and_no_other()
    {
        await using var server = await LiveServer.Start(options => options with { MostCommandsPerTenSeconds = 10 });
        var (room, ada, ben) = await server.Scene();
        await using var loud = await server.Connect(ada);
        await using var quiet = await server.Connect(ben);

        try
        {
            for (var i = 0; i < 200; i++) await loud.Send(Enumerable.Range(0, 50).SelectMany(_ => ping).ToArray());
        }
        catch (Exception cut) when (cut is System.Net.WebSockets.WebSocketException or OperationCanceledException or IOException)   // while we sent
        {
        }

        await loud.Closed.WaitAsync(TimeSpan.FromSeconds(30));
        (await quiet.Enter(room.Topic())).GetProperty("refused").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }
}
