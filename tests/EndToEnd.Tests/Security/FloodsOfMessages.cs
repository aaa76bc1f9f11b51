using Microsoft.Extensions.Time.Testing;
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
        var time = new FakeTimeProvider();
        var pace = new MessagePace(10, perSecond: 2, time);

        pace.Count(10).ShouldBe(TimeSpan.Zero);
        pace.Count(4).ShouldBe(TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromSeconds(2));
        pace.Count(1).ShouldBe(TimeSpan.FromSeconds(0.5));
        pace.Count(10).ShouldBeNull();   // twice what is allowed: that is no page of ours
    }

    [Fact]
    public void Are_cut_where_they_go_on_and_forgotten_where_they_stop()
    {
        var time = new FakeTimeProvider();
        var pace = new MessagePace(10, perSecond: 2, time);
        pace.Count(11);
        for (var waited = TimeSpan.Zero; waited < MessagePace.LongestSlow; waited += TimeSpan.FromSeconds(0.5))
        {
            time.Advance(TimeSpan.FromSeconds(0.5));
            pace.Count(1).ShouldNotBeNull();
        }

        time.Advance(TimeSpan.FromSeconds(0.5));
        pace.Count(1).ShouldBeNull();

        time.Advance(TimeSpan.FromSeconds(6));
        pace.Count(1).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Frames_are_counted_however_they_are_cut_into_reads()
    {
        byte[] empty = [0x89, 0x80, 1, 2, 3, 4];
        byte[] text = [0x81, 0xFE, 0x01, 0x00, 1, 2, 3, 4, .. new byte[256]];
        byte[] large = [0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4, .. new byte[65_536]];
        byte[] all = [.. empty, .. text, .. empty, .. large, .. empty];

        foreach (var piece in new[] { 1, 3, 7, 1_000, all.Length })
        {
            var counter = new FrameCounter();
            all.Chunk(piece).Sum(bytes => counter.Count(bytes)).ShouldBe(5, $"{piece} at a time");
        }
    }

    /// <summary>Control frames and empty ones, of which SignalR hears nothing.</summary>
    [Theory]
    [InlineData(0x89)]
    [InlineData(0x8A)]
    [InlineData(0x01, 0x00)]
    [InlineData(0x81)]
    public async Task Of_empty_frames_cut_the_connection(params int[] opcodes)
    {
        await using var server = await LiveServer.Start(options => options with { MostCommandsPerTenSeconds = 10 });
        var (_, ada, _) = await server.Scene();
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(server.Address.Host, server.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            $"GET {LiveHub.Path} HTTP/1.1\r\nHost: localhost\r\nCookie: {ada.Cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"));
        var begins = new byte[12];
        await stream.ReadExactlyAsync(begins);
        System.Text.Encoding.ASCII.GetString(begins).ShouldBe("HTTP/1.1 101");
        byte[] first = [(byte)opcodes[0], 0x80, 0, 0, 0, 0];
        byte[] others = [(byte)opcodes[^1], 0x80, 0, 0, 0, 0];

        await Should.ThrowAsync<IOException>(async () =>
        {
            await stream.WriteAsync(first);
            var flood = Enumerable.Repeat(others, 500).SelectMany(each => each).ToArray();
            for (var i = 0; i < 100_000; i++) await stream.WriteAsync(flood);
        }).WaitAsync(TimeSpan.FromSeconds(60));
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
