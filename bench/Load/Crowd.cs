using System.Collections.Concurrent;
using System.Diagnostics;

namespace PublicBuyers.Bench.Load;

/// <summary>All the clients of one server, and what they have seen.</summary>
/// <param name="room">None for a bare hub, which has no rooms.</param>
internal sealed class Crowd(Child server, string[]? cookies, string? room) : IAsyncDisposable
{
    private const int ConnectAtOnce = 32;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly List<Client> clients = [];
    private readonly ConcurrentDictionary<long, Flight> flights = new();
    private double[] latencies = [];
    private int latent;
    private long received;

    public string? Room => room;

    public Child Server => server;

    public IReadOnlyList<Client> Clients => clients;

    public async Task GrowTo(int count)
    {
        var first = clients.Count;
        for (var i = first; i < count; i++) clients.Add(new(this));
        await Parallel.ForAsync(first, clients.Count, new ParallelOptions { MaxDegreeOfParallelism = ConnectAtOnce }, async (i, _) =>
        {
            await clients[i].Connect(server.Address, cookies?[i]);
            if (room is null) return;

            await clients[i].Enter(room.StartsWith("room/", StringComparison.Ordinal) ? room : "room/" + room);
            await clients[i].EnterMe();   // as every page does: the bell and the unread counts are part of the cost
        });
    }

    public void Received(long stamp)
    {
        Interlocked.Increment(ref received);
        if (flights.TryGetValue(stamp, out var flight) && flight.Arrived()) flights.TryRemove(stamp, out _);
        if (Interlocked.Increment(ref latent) - 1 is var at && at < latencies.Length) latencies[at] = Stopwatch.GetElapsedTime(stamp).TotalMilliseconds;
    }

    /// <summary>Completes when everybody has the post of this stamp.</summary>
    public Task Expect(ref long stamp)
    {
        var flight = new Flight(clients.Count);
        while (!flights.TryAdd(stamp, flight)) stamp++;
        return flight.Landed;
    }

    /// <summary>Posts at a steady pace, whatever comes back.</summary>
    public Task<Round> Steadily(double perSecond, TimeSpan lasts, int bytes = 200) => Measure(async posts =>
    {
        var count = (int)(perSecond * lasts.TotalSeconds);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var wait = TimeSpan.FromSeconds(i / perSecond) - Stopwatch.GetElapsedTime(began);
            if (wait > TimeSpan.Zero) await Task.Delay(wait);
            posts.Add(Author(i).Post(bytes));
        }
    });

    /// <summary>Always so many on their way: sent, and not yet with everybody.</summary>
    public Task<Round> InFlight(int many, TimeSpan lasts, int authors = 8) => Measure(async posts =>
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, many).Select(async i =>
        {
            while (Stopwatch.GetElapsedTime(began) < lasts)
            {
                var post = Author(i % authors).Post().WaitAsync(Longest);
                lock (posts) posts.Add(post);
                await post;
            }
        }));
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) client.Drop();
        foreach (var client in clients) await client.DisposeAsync();
        await server.DisposeAsync();
    }

    private sealed class Flight(int members)
    {
        private readonly TaskCompletionSource landed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int missing = members;

        public Task Landed => landed.Task;

        public bool Arrived() => Interlocked.Decrement(ref missing) == 0 && landed.TrySetResult();
    }

    private Client Author(int i) => clients[i % Math.Min(8, clients.Count)];

    private async Task<Round> Measure(Func<List<Task>, Task> load)
    {
        var machine = new Machine();
        var own = Environment.CpuUsage.TotalTime;
        var cpu = await server.Cpu();
        var began = Stopwatch.GetTimestamp();
        var posts = new List<Task>();
        (latencies, latent, received) = (new double[2_000_000], 0, 0);

        await load(posts);
        await Task.WhenAll(posts).WaitAsync(Longest);
        var due = (long)posts.Count * clients.Count(client => !client.Ended.IsCompleted);
        for (var waited = 0; Interlocked.Read(ref received) < due && waited < 500; waited++) await Task.Delay(10);

        var took = Stopwatch.GetElapsedTime(began);
        var used = await server.Cpu() - cpu;
        var seen = Interlocked.Read(ref received);
        var sorted = latencies[..Math.Min(latent, latencies.Length)];
        var foreign = machine.Foreign((used / 1_000_000) + (Environment.CpuUsage.TotalTime - own).TotalSeconds);
        return new(posts.Count, seen, used, sorted.At(0.5), sorted.At(0.99), took, foreign);
    }
}

/// <param name="Cpu">Of the server, in microseconds.</param>
/// <param name="Foreign">The share of the machine that others had meanwhile.</param>
internal sealed record Round(int Posts, long Deliveries, double Cpu, double P50, double P99, TimeSpan Took, double Foreign)
{
    public double PerDelivery => Cpu / Deliveries;

    public double PerPost => Cpu / Posts;
}
