using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Journal;

/// <inheritdoc cref="IEffectFollowerGrain"/>
internal sealed partial class EffectFollowerGrain(IJournal journal, IFollowerCursors cursors, IEnumerable<IEffect> effects, ILogger<EffectFollowerGrain> log)
    : Grain, IEffectFollowerGrain
{
    private const int PageOfFacts = 500;

    /// <summary>A fact that fails so often parks its stream for this follower: the others go on.</summary>
    private const int MostTries = 5;

    private IEffect effect = null!;
    private int partition;
    private long position;
    private ImmutableHashSet<string> parked = [];
    private (long Position, int Tries) failing;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (this.GetPrimaryKeyString().Split('/') is not [_, var name, var number])
            throw new InvalidOperationException($"\"{this.GetPrimaryKeyString()}\" names no follower.");

        effect = effects.Single(each => each.Name == name);
        partition = int.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
        parked = await cursors.Parked(effect.Name, cancellationToken);

        if (await cursors.Read(effect.Name, partition, cancellationToken) is { } reached)
        {
            position = reached;
            return;
        }

        position = await journal.LastPosition(cancellationToken);
        await cursors.Write(effect.Name, partition, position, cancellationToken);
    }

    public async Task<long> CatchUp()
    {
        ImmutableArray<RecordedFact> page;
        do
        {
            try
            {
                page = await journal.ReadAll(position, PageOfFacts);
            }
            catch (CorruptStreamException damaged) when (damaged.Position > position)
            {
                // Its stream is set aside; the driver comes again for the others.
                await Park(damaged.Stream, damaged.Sequence, damaged.Reason);
                await cursors.Write(effect.Name, partition, position = damaged.Position);
                return position;
            }

            if (page.IsEmpty) break;

            var acted = false;
            foreach (var fact in page)
            {
                if (!fact.Imported && effect.Concerns(fact.Type) && StableHash.Partition(fact.Stream, effect.Partitions) == partition && !parked.Contains(fact.Stream))
                {
                    if (!await TryFollow(fact)) return position;
                    acted = true;
                }

                position = fact.Position;
            }

            // The cursor is only a place to start from: what was passed over without effect can be passed over again.
            if (acted || page.Length == PageOfFacts) await cursors.Write(effect.Name, partition, position);
        }
        while (page.Length == PageOfFacts);

        return position;
    }

    /// <summary>False: not yet. The driver comes again.</summary>
    private async Task<bool> TryFollow(RecordedFact fact)
    {
        try
        {
            await effect.Follow(fact, CancellationToken.None);
            return true;
        }
        catch (Exception failed)
        {
            failing = (fact.Position, failing.Position == fact.Position ? failing.Tries + 1 : 1);
            LogFailed(failed, effect.Name, fact.Stream, fact.Sequence, failing.Tries);
            if (failing.Tries < MostTries) return false;

            await Park(fact.Stream, fact.Sequence, failed.Message);
            return true;
        }
    }

    private async Task Park(string stream, long sequence, string reason)
    {
        await cursors.Park(effect.Name, stream, sequence, reason);
        parked = parked.Add(stream);
    }

    [LoggerMessage(1101, LogLevel.Warning, "Effect {Effect} of {Stream}/{Sequence} failed, try {Try}")]
    private partial void LogFailed(Exception why, string effect, string stream, long sequence, int @try);
}
