using System.Net;
using System.Net.Sockets;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>F14: a network that holds back what is sent, either way, changes no order.</summary>
public sealed class HeldFrames(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task Whatever_is_held_back_arrives_in_order_and_once()
    {
        const int Posts = 300;
        var random = new Random(14);
        var (room, ada, ben) = await server.Scene();
        await using var network = new HoldingNetwork(server.Address);
        await using var held = await LiveClient.Connect(network.Address, ben.Cookie, LiveServer.Origin);
        await using var direct = await server.Connect(ada);
        await held.Enter(room.Topic());
        await direct.Enter(room.Topic());
        var saying = new List<Task>();

        for (var i = 0; i < Posts; i++)
        {
            if (random.Next(5) == 0) network.Hold(random.Next(2) == 0);
            if (random.Next(5) == 0) network.Release();
            if (i % 10 == 0) saying.Add(held.Post(room.Value, $"held-{i}", $"Held {i}"));
            await server.Says(room, ada, $"Number {i}");
        }

        network.Release();
        await Task.WhenAll(saying);
        await held.Until(it => it.Topic(room.Topic()).Frames == Posts + saying.Count, TimeSpan.FromSeconds(30));
        await direct.Until(it => it.Topic(room.Topic()).Frames == Posts + saying.Count, TimeSpan.FromSeconds(30));
        held.Surprises.ShouldBeEmpty();
        held.Topic(room.Topic()).Newest().ShouldBe(direct.Topic(room.Topic()).Newest());
        var own = held.Topic(room.Topic()).Posts.Where(post => post.GetProperty("author").GetProperty("name").GetString() == ben.Name).Select(post => post.GetProperty("html").GetString()).ToList();
        own.ShouldBe([.. Enumerable.Range(0, Posts / 10).Select(i => $"<p>Held {i * 10}</p>\n")]);
    }

    /// <summary>Passes on what it gets, when the test lets it.</summary>
    private sealed class HoldingNetwork : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly Uri server;
        private readonly CancellationTokenSource over = new();
        private readonly Task relaying;
        private volatile TaskCompletionSource up = Let();
        private volatile TaskCompletionSource down = Let();

        public HoldingNetwork(Uri server)
        {
            this.server = server;
            listener.Start();
            relaying = Relay();
        }

        public Uri Address => new($"http://{listener.LocalEndpoint}");

        public void Hold(bool upwards)
        {
            if (upwards && up.Task.IsCompleted) up = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!upwards && down.Task.IsCompleted) down = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        public void Release()
        {
            up.TrySetResult();
            down.TrySetResult();
        }

        public async ValueTask DisposeAsync()
        {
            Release();
            await over.CancelAsync();
            listener.Stop();
            await relaying;
            over.Dispose();
        }

        private static TaskCompletionSource Let()
        {
            var open = new TaskCompletionSource();
            open.SetResult();
            return open;
        }

        private async Task Relay()
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(over.Token);
                using var target = new TcpClient();
                await target.ConnectAsync(server.Host, server.Port, over.Token);
                await Task.WhenAny(Copy(client.GetStream(), target.GetStream(), () => up.Task), Copy(target.GetStream(), client.GetStream(), () => down.Task));
            }
            catch (OperationCanceledException)
            {
            }
        }

        private async Task Copy(NetworkStream from, NetworkStream to, Func<Task> gate)
        {
            var buffer = new byte[4_096];
            try
            {
                for (int read; (read = await from.ReadAsync(buffer, over.Token)) > 0;)
                {
                    await gate();
                    await to.WriteAsync(buffer.AsMemory(0, read), over.Token);
                }
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)   // either end is
            {
            }
        }
    }
}
