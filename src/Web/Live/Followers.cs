using Microsoft.Extensions.Logging;

namespace PublicBuyers.Live;

/// <summary>The streams this node follows: from the first that needs one until a while after the last.</summary>
internal sealed partial class Followers(TimeProvider time, ILogger<Followers> logger)
{
    private static readonly TimeSpan KeptIdle = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> entries = [];

    /// <summary>Held until it is returned. Completes once the stream is being followed.</summary>
    public async Task<T> Rent<T>(string stream, Func<T> make) where T : Follower
    {
        Entry? entry;
        lock (gate)
        {
            if (!entries.TryGetValue(stream, out entry)) entries[stream] = entry = new(make());
            entry.Users++;
        }

        try
        {
            await entry.Started.Value;
            return (T)entry.Follower;
        }
        catch
        {
            lock (gate)
            {
                if (entries.GetValueOrDefault(stream) == entry) entries.Remove(stream);
            }

            throw;
        }
    }

    public void Return(Follower follower)
    {
        lock (gate)
        {
            if (entries.GetValueOrDefault(follower.Stream) is not { } entry || entry.Follower != follower) return;

            entry.Users--;
            entry.IdleSince = time.Ticking;
        }
    }

    public T? Find<T>(string stream) where T : Follower
    {
        lock (gate) return entries.GetValueOrDefault(stream)?.Follower as T;
    }

    public List<Follower> All()
    {
        lock (gate) return [.. entries.Values.Where(entry => entry.Started is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }).Select(entry => entry.Follower)];
    }

    /// <summary>Drops those that nobody has needed for a while.</summary>
    public async Task Sweep()
    {
        List<Entry> idle;
        lock (gate)
        {
            var now = time.Ticking;
            idle = [.. entries.Values.Where(entry => entry.Users == 0 && now - entry.IdleSince > KeptIdle.TotalMilliseconds)];
            foreach (var entry in idle) entries.Remove(entry.Follower.Stream);
        }

        foreach (var entry in idle) await entry.Follower.Stop();
        if (idle.Count > 0) LogDropped(idle.Count);
    }

    [LoggerMessage(3021, LogLevel.Debug, "{Count} streams are followed no longer")]
    private partial void LogDropped(int count);

    private sealed class Entry(Follower follower)
    {
        public Follower Follower => follower;

        public Lazy<Task> Started { get; } = new(follower.Start);

        public int Users { get; set; }

        public long IdleSince { get; set; }
    }
}
