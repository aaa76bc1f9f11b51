using System.Collections.Immutable;
using PublicBuyers.Journal;

namespace PublicBuyers.Storage;

/// <summary>The newest facts as they were committed, within a budget: who follows closely need not read back from disk what was written a moment ago.</summary>
internal sealed class NewestFacts
{
    public const int MostFacts = 4_096;
    public const int MostBytes = 8 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly RecordedFact?[] ring = new RecordedFact?[MostFacts];
    private long first = 1;
    private long last;
    private long bytes;

    /// <summary>Nothing is known but where the journal stands.</summary>
    public void StartAt(long position)
    {
        lock (gate)
        {
            Array.Clear(ring);
            (first, last, bytes) = (position + 1, position, 0);
        }
    }

    /// <remarks>A commit of which nobody knew whether it was stored may have been: then something is missing in between, and what came before is forgotten.</remarks>
    public void Put(RecordedFact fact)
    {
        lock (gate)
        {
            if (fact.Position != last + 1) StartAt(fact.Position - 1);

            last = fact.Position;
            while (last - first >= MostFacts || (first < last && bytes + Weight(fact) > MostBytes)) Forget();
            ring[last % MostFacts] = fact;
            bytes += Weight(fact);
        }
    }

    /// <summary>False where something after the position is known no more.</summary>
    public bool TryRead(long after, int most, out ImmutableArray<RecordedFact> facts)
    {
        facts = [];
        lock (gate)
        {
            if (after + 1 < first || after > last) return false;

            var count = (int)Math.Min(most, last - after);
            var found = ImmutableArray.CreateBuilder<RecordedFact>(count);
            for (var position = after + 1; position <= after + count; position++) found.Add(ring[position % MostFacts]!);
            facts = found.MoveToImmutable();
            return true;
        }
    }

    private void Forget()
    {
        bytes -= Weight(ring[first % MostFacts]!);
        ring[first % MostFacts] = null;
        first++;
    }

    private static int Weight(RecordedFact fact) => fact.Payload?.Length ?? 0;
}
