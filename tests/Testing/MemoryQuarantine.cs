using System.Collections.Immutable;
using PublicBuyers.Platform;

namespace PublicBuyers.Testing;

/// <summary>What cannot be read: written by the grains, read by the administrator.</summary>
public sealed class MemoryQuarantine(IClock clock) : IQuarantineLog, IQuarantine
{
    private readonly Lock gate = new();
    private readonly List<QuarantinedStream> streams = [];

    public ImmutableArray<QuarantinedStream> Streams
    {
        get
        {
            lock (gate) return [.. streams];
        }
    }

    /// <summary>As at the beginning.</summary>
    public void Lose()
    {
        lock (gate) streams.Clear();
    }

    public Task<string> Report(string stream, long sequence, string reason, CancellationToken cancel = default)
    {
        lock (gate)
        {
            var known = streams.Find(each => each.Stream == stream && each.Sequence == sequence);
            if (known is null) streams.Add(known = new(stream, sequence, reason, $"Q{streams.Count + 1}", clock.Now));
            return Task.FromResult(known.Reference);
        }
    }

    public Task<ImmutableArray<QuarantinedStream>> All(CancellationToken cancel) => Task.FromResult(Streams);
}
