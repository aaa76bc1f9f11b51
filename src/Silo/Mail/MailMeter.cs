using System.Diagnostics.Metrics;

namespace PublicBuyers.Mails;

/// <summary>How sending goes: the window in which dying sends a mail twice, and since when no mail was accepted.</summary>
internal sealed class MailMeter(IMeterFactory meters, TimeProvider time)
{
    private readonly Histogram<double> window = meters
        .Create("PublicBuyers.Mail")
        .CreateHistogram<double>(
            "publicbuyers.mail.window",
            "ms",
            "From a mail's acceptance to our record of it: who dies in between sends it again."
        );

    /// <summary>Tries in a row that are no accident.</summary>
    private const int MostFailures = 3;

    /// <summary>A mail server that restarts is no trouble.</summary>
    private static readonly TimeSpan longestAccident = TimeSpan.FromMinutes(5);

    private Failing? failing;

    /// <summary>Since when no mail was accepted, where that is longer than an accident; none where all is well.</summary>
    public DateTimeOffset? TroubleSince =>
        Volatile.Read(ref failing) is { Times: >= MostFailures } now && time.GetElapsedTime(now.Began) > longestAccident
            ? now.Since
            : null;

    public long Accepted()
    {
        Volatile.Write(ref failing, null);
        return time.GetTimestamp();
    }

    /// <summary>A mail was not accepted, whoever's fault that was.</summary>
    public void Failed() =>
        Volatile.Write(
            ref failing,
            Volatile.Read(ref failing) is { } before
                ? before with { Times = before.Times + 1 }
                : new(time.GetUtcNow(), time.GetTimestamp(), 1)
        );

    /// <returns>Milliseconds since then.</returns>
    public double Recorded(long accepted)
    {
        var elapsed = time.GetElapsedTime(accepted).TotalMilliseconds;
        window.Record(elapsed);
        return elapsed;
    }

    /// <param name="Since">The first of them.</param>
    /// <param name="Began">The same, as a time stamp.</param>
    /// <param name="Times">At least: two lanes may count at once.</param>
    private sealed record Failing(DateTimeOffset Since, long Began, int Times);
}
