using Microsoft.Extensions.Logging;
using PublicBuyers.Communities;
using PublicBuyers.Moderation;
using PublicBuyers.SignIn;

namespace PublicBuyers.Journal;

/// <inheritdoc cref="IClockFollowerGrain"/>
internal sealed partial class ClockFollowerGrain(IJournal journal, IClock clock, IQuarantineLog quarantine, ILogger<ClockFollowerGrain> log) : Grain, IClockFollowerGrain
{
    private const int MostAtOnce = 1_000;

    private readonly Dictionary<DueEntry, (int Tries, DateTimeOffset Next)> failing = [];

    public async Task<DateTimeOffset?> Attend()
    {
        var now = clock.Now;
        if (await journal.NextDue() is var next && (next is null || next > now)) return next;

        var due = await journal.Due(now, MostAtOnce);
        foreach (var entry in due.Where(entry => IsTime(entry, now))) await Wake(entry);

        return due.Length == MostAtOnce && failing.Count < MostAtOnce ? now : await Next(now);
    }

    private bool IsTime(DueEntry entry, DateTimeOffset now) => !failing.TryGetValue(entry, out var failed) || failed.Next <= now;

    /// <summary>What fails stands at the head of the list and must not hide what comes after it.</summary>
    private async Task<DateTimeOffset?> Next(DateTimeOffset now)
    {
        if (failing.Count == 0) return await journal.NextDue();

        var coming = (await journal.Due(now + Patience.Longest, MostAtOnce)).Where(entry => !failing.ContainsKey(entry)).Select(entry => entry.At);
        return failing.Values.Select(failed => failed.Next).Concat(coming).Min();
    }

    private async Task Wake(DueEntry entry)
    {
        DateTimeOffset? again = null;
        try
        {
            again = await GrainOf(entry.Stream).Due(new(entry.Kind, entry.At) { By = MemberId.System, Request = new($"due:{entry.Kind}:{entry.At.ToUnixTimeMilliseconds()}:{StableHash.Of(entry.Stream):x}") });
        }
        catch (Exception failed)
        {
            var tries = failing.GetValueOrDefault(entry).Tries + 1;
            LogFailed(failed is NotStoredException ? null : failed, entry.Stream, entry.Kind, tries, failed.Message);
            if (tries < Patience.MostTries)
            {
                failing[entry] = (tries, clock.Now + Patience.After(tries));
                return;
            }

            await quarantine.Report(entry.Stream, 0, $"It could not be woken for \"{entry.Kind}\": {failed.Message}");
        }

        failing.Remove(entry);
        await journal.Attended(entry, again);
    }

    /// <summary>The nouns that ask to be woken, by the prefix of their streams.</summary>
    private IDueGrain GrainOf(string stream) => stream.Split('/')[0] switch
    {
        "address" => GrainFactory.GetGrain<IAddressDue>(stream),
        "queue" => GrainFactory.GetGrain<IQueueDue>(stream),
        "community" => GrainFactory.GetGrain<ICommunityDue>(stream),
        _ => throw new InvalidOperationException($"Nobody wakes stream \"{stream}\"; add its noun to the clock follower."),
    };

    /// <param name="fault">None where the words say all.</param>
    [LoggerMessage(1102, LogLevel.Warning, "{Stream} could not be woken for {Kind}, try {Try}: {Why}")]
    private partial void LogFailed(Exception? fault, string stream, string kind, int @try, string why);
}
