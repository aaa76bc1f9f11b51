using Microsoft.Extensions.Logging;
using PublicBuyers.SignIn;

namespace PublicBuyers.Journal;

/// <inheritdoc cref="IClockFollowerGrain"/>
internal sealed partial class ClockFollowerGrain(IJournal journal, IClock clock, IQuarantineLog quarantine, ILogger<ClockFollowerGrain> log) : Grain, IClockFollowerGrain
{
    private const int MostAtOnce = 100;

    /// <summary>What cannot be woken so often is taken off the list and shown to the administrator: the others must not wait behind it.</summary>
    private const int MostTries = 5;

    private readonly Dictionary<DueEntry, int> failing = [];

    public async Task<DateTimeOffset?> Attend()
    {
        var now = clock.Now;
        if (await journal.NextDue() is var next && (next is null || next > now)) return next;

        var due = await journal.Due(now, MostAtOnce);
        foreach (var entry in due) await Wake(entry);

        return due.Length == MostAtOnce ? now : await journal.NextDue();
    }

    private async Task Wake(DueEntry entry)
    {
        try
        {
            await GrainOf(entry.Stream).Due(new(entry.Kind, entry.At) { By = MemberId.System, Request = new($"due:{entry.Kind}:{entry.At.ToUnixTimeMilliseconds()}:{StableHash.Of(entry.Stream):x}") });
        }
        catch (Exception failed)
        {
            var tries = failing[entry] = failing.GetValueOrDefault(entry) + 1;
            LogFailed(failed, entry.Stream, entry.Kind, tries);
            if (tries < MostTries) return;

            await quarantine.Report(entry.Stream, 0, $"It could not be woken for \"{entry.Kind}\": {failed.Message}");
        }

        failing.Remove(entry);
        await journal.Attended(entry);
    }

    /// <summary>The nouns that ask to be woken, by the prefix of their streams.</summary>
    private IDueGrain GrainOf(string stream) => stream.Split('/')[0] switch
    {
        "address" => GrainFactory.GetGrain<IAddressDue>(stream),
        _ => throw new InvalidOperationException($"Nobody wakes stream \"{stream}\"; add its noun to the clock follower."),
    };

    [LoggerMessage(1102, LogLevel.Warning, "{Stream} could not be woken for {Kind}, try {Try}")]
    private partial void LogFailed(Exception why, string stream, string kind, int @try);
}
