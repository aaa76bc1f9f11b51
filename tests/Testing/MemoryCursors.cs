using System.Collections.Immutable;

namespace PublicBuyers.Testing;

/// <summary>Where followers stand, and what they have parked.</summary>
public sealed class MemoryCursors : IFollowerCursors
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Follower, int Partition), long> positions = [];
    private readonly List<ParkedStream> parked = [];

    public ImmutableArray<ParkedStream> AllParked
    {
        get
        {
            lock (gate) return [.. parked];
        }
    }

    /// <summary>As after a crash before the cursors were written: every follower starts again from here.</summary>
    public void SetBack(long position)
    {
        lock (gate)
            foreach (var key in positions.Keys.ToArray()) positions[key] = position;
    }

    /// <summary>As at the beginning.</summary>
    public void Lose()
    {
        lock (gate)
        {
            positions.Clear();
            parked.Clear();
        }
    }

    public Task<long?> Read(string follower, int partition, CancellationToken cancel = default)
    {
        lock (gate) return Task.FromResult(positions.TryGetValue((follower, partition), out var position) ? position : (long?)null);
    }

    public Task<long> Write(
        string follower, int partition, long? expected, long position, CancellationToken cancel = default)
    {
        lock (gate)
        {
            var stands = positions.TryGetValue((follower, partition), out var kept) ? kept : (long?)null;
            if (stands is { } other && other != expected) return Task.FromResult(other);

            positions[(follower, partition)] = position;
            return Task.FromResult(position);
        }
    }

    public Task Park(string follower, string stream, long sequence, string reason, CancellationToken cancel = default)
    {
        lock (gate) parked.Add(new(follower, stream, sequence, reason));
        return Task.CompletedTask;
    }

    public Task<ImmutableHashSet<string>> Parked(string follower, CancellationToken cancel = default)
    {
        lock (gate) return Task.FromResult(parked.Where(each => each.Follower == follower).Select(each => each.Stream).ToImmutableHashSet(StringComparer.Ordinal));
    }
}

public sealed record ParkedStream(string Follower, string Stream, long Sequence, string Reason);
