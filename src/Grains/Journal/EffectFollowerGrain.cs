using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Journal;

/// <inheritdoc cref="IEffectFollowerGrain"/>
/// <remarks>A fact that fails holds up its own stream and no other: it is tried again, ever more slowly, for about two hours. The cursor waits before it, so that a restart tries again too.</remarks>
internal sealed partial class EffectFollowerGrain(IJournal journal, IFollowerCursors cursors, IEnumerable<IEffect> effects, IClock clock, ILogger<EffectFollowerGrain> log)
    : Grain, IEffectFollowerGrain
{
    private const int PageOfFacts = 500;

    /// <summary>With more streams held up than this, the trouble is not theirs: everything waits.</summary>
    private const int MostHeldUp = 1_000;


    private IEffect effect = null!;
    private int partition;
    private long position;
    private long kept;   // where the cursor stands, as far as this activation knows
    private ImmutableHashSet<string> parked = [];
    private readonly Dictionary<string, HeldUp> heldUp = new(StringComparer.Ordinal);

    /// <param name="Position">Of the fact that fails.</param>
    private sealed record HeldUp(long Position, long Sequence, int Tries, DateTimeOffset Next);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (this.GetPrimaryKeyString().Split('/') is not [_, var name, var number])
            throw new InvalidOperationException($"\"{this.GetPrimaryKeyString()}\" names no follower.");

        effect = effects.Single(each => each.Name == name);
        partition = int.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
        parked = await cursors.Parked(effect.Name, cancellationToken);

        if (await cursors.Read(effect.Name, partition, cancellationToken) is { } reached)
        {
            position = kept = reached;
            return;
        }

        var head = await journal.LastPosition(cancellationToken);
        position = kept = await cursors.Write(effect.Name, partition, null, head, cancellationToken);
    }

    public async Task<long> CatchUp()
    {
        foreach (var (stream, held) in heldUp.Where(each => each.Value.Next <= clock.Now).ToArray()) await TryAgain(stream, held);

        ImmutableArray<RecordedFact> page;
        do
        {
            if (heldUp.Count > MostHeldUp) break;

            try
            {
                page = await journal.ReadAll(position, PageOfFacts);
            }
            catch (CorruptStreamException damaged) when (damaged.Position > position)
            {
                // Its stream is set aside; the driver comes again for the others.
                await Park(damaged.Stream, damaged.Sequence, damaged.Reason);
                position = damaged.Position;
                return await KeepCursor();
            }

            if (page.IsEmpty) break;

            var acted = false;
            foreach (var fact in page)
            {
                if (IsOurs(fact) && !heldUp.ContainsKey(fact.Stream))
                {
                    await TryFollow(fact);
                    acted = true;
                }

                position = fact.Position;
            }

            // The cursor is only a place to start from: what was passed over without effect can be passed over again.
            if (acted || page.Length == PageOfFacts) await KeepCursor();
        }
        while (page.Length == PageOfFacts);

        return Reached;
    }

    /// <summary>Everything up to here has had its effect, or has been set aside.</summary>
    private long Reached => heldUp.Count == 0 ? position : heldUp.Values.Min(held => held.Position) - 1;

    private async Task<long> KeepCursor()
    {
        var reached = Reached;
        kept = await cursors.Write(effect.Name, partition, kept, reached);
        if (kept != reached) await JoinTheOther();
        return Reached;
    }

    /// <summary>Another activation follows too: this silo was taken for dead, or the other was. What the other has passed is
    /// done.</summary>
    private async Task JoinTheOther()
    {
        position = Math.Max(position, kept);
        parked = await cursors.Parked(effect.Name);
        foreach (var (stream, held) in heldUp.ToArray())
        {
            if (held.Position <= kept) heldUp.Remove(stream);
        }
    }

    private bool IsOurs(RecordedFact fact) =>
        !fact.Imported && effect.Concerns(fact.Type) && !parked.Contains(fact.Stream) && StableHash.Partition(fact.Stream, effect.Partitions) == partition && effect.Concerns(fact);

    /// <summary>The stream goes on from the fact that held it up, in its own order.</summary>
    private async Task TryAgain(string stream, HeldUp held)
    {
        ImmutableArray<RecordedFact> page;
        var after = held.Sequence - 1;
        do
        {
            page = await journal.ReadStream(stream, after, PageOfFacts);
            foreach (var fact in page.Where(fact => fact.Position <= position && IsOurs(fact)))
            {
                if (await TryFollow(fact)) continue;

                await KeepCursor();   // held up again, or set aside
                return;
            }

            if (!page.IsEmpty) after = page[^1].Sequence;
        }
        while (page.Length == PageOfFacts);

        await KeepCursor();
    }

    /// <summary>False: not yet, and nothing of this stream before it.</summary>
    private async Task<bool> TryFollow(RecordedFact fact)
    {
        try
        {
            await effect.Follow(fact, CancellationToken.None);
            heldUp.Remove(fact.Stream);
            Telemetry.Effects.Record((clock.Now - fact.At).TotalSeconds, Labelled());
            return true;
        }
        catch (Exception failed)
        {
            var tries = heldUp.TryGetValue(fact.Stream, out var held) && held.Position == fact.Position ? held.Tries + 1 : 1;
            var fault = failed is NotStoredException ? null : failed;
            Telemetry.EffectFailures.Add(1, Labelled());
            LogFailed(fault, effect.Name, fact.Stream, fact.Sequence, tries, failed.Message);
            if (tries < Patience.MostTries)
            {
                heldUp[fact.Stream] = new(fact.Position, fact.Sequence, tries, clock.Now + Patience.After(tries));
                return false;
            }

            heldUp.Remove(fact.Stream);
            await Park(fact.Stream, fact.Sequence, failed.Message);
            return false;
        }
    }

    private async Task Park(string stream, long sequence, string reason)
    {
        await cursors.Park(effect.Name, stream, sequence, reason);
        parked = parked.Add(stream);
        Telemetry.SetAside.Add(1, Labelled());
    }

    private KeyValuePair<string, object?> Labelled() => new("effect", effect.Name);

    /// <param name="fault">None where the words say all.</param>
    [LoggerMessage(1101, LogLevel.Warning, "Effect {Effect} of {Stream}/{Sequence} failed, try {Try}: {Why}")]
    private partial void LogFailed(Exception? fault, string effect, string stream, long sequence, int @try, string why);
}
