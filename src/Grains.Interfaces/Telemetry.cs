using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PublicBuyers;

/// <summary>
/// What the server measures of itself, and the steps of its traces. Nothing here holds a text, an address, a token or
/// the id of a person, and no label grows with members, rooms or communities.
/// </summary>
/// <remarks>Where nobody listens, an instrument costs a comparison and a step costs nothing.</remarks>
public static class Telemetry
{
    /// <summary>Of the meter, and of the source of traces.</summary>
    public const string Name = "PublicBuyers";

    /// <summary>The steps of a command that Orleans and ASP.NET Core do not know of.</summary>
    public static readonly ActivitySource Traces = new(Name);

    private static readonly Meter meter = new(Name);

    /// <summary>Bounds of the buckets, in seconds: from what a commit takes to what nobody waits for.</summary>
    private static readonly InstrumentAdvice<double> waits = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    };

    private static readonly InstrumentAdvice<double> longWaits = new()
    {
        HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600, 86400],
    };

    /// <summary>From a command's arrival at its grain to its answer, by command and outcome.</summary>
    public static readonly Histogram<double> Commands = meter.CreateHistogram(
        "publicbuyers.command.duration",
        "s",
        "From a command's arrival at its grain until it was stored and answered, or refused.",
        advice: waits
    );

    /// <summary>One transaction of the journal, for all who waited for it.</summary>
    public static readonly Histogram<double> Commits = meter.CreateHistogram(
        "publicbuyers.journal.commit.duration",
        "s",
        "One transaction of the journal, until the disk has it.",
        advice: waits
    );

    /// <summary>Facts on disk.</summary>
    public static readonly Counter<long> Facts = meter.CreateCounter<long>(
        "publicbuyers.journal.facts",
        "{fact}",
        "Facts that were stored."
    );

    /// <summary>Writes that the journal could not store.</summary>
    public static readonly Counter<long> NotStored = meter.CreateCounter<long>(
        "publicbuyers.journal.not_stored",
        "{write}",
        "Writes that could not be stored: a full disk, or one that fails."
    );

    /// <summary>Two activations of one stream wrote at once; the later one decided again.</summary>
    public static readonly Counter<long> Conflicts = meter.CreateCounter<long>(
        "publicbuyers.journal.conflicts",
        "{conflict}",
        "Decisions that were made again, because another activation had written to the stream."
    );

    /// <summary>Streams that refuse everything, or are read-only, since they hold what cannot be read.</summary>
    public static readonly Counter<long> Quarantined = meter.CreateCounter<long>(
        "publicbuyers.streams.quarantined",
        "{stream}",
        "Streams that were found damaged or from a newer version."
    );

    private static long connections;

    /// <summary>Live connections of this node. Read when somebody asks, so whoever asks late hears the right number too.</summary>
    public static readonly ObservableUpDownCounter<long> Connections = meter.CreateObservableUpDownCounter(
        "publicbuyers.live.connections",
        () => Interlocked.Read(ref connections),
        "{connection}",
        "Live connections of this node."
    );

    /// <summary>From hearing of a change to having it on its way to everybody who listens on this node.</summary>
    public static readonly Histogram<double> Deliveries = meter.CreateHistogram(
        "publicbuyers.live.delivery.duration",
        "s",
        "From when this node heard of a change until it was on its way to everybody who listens here.",
        advice: waits
    );

    /// <summary>Changes that this node was not told of and found by itself.</summary>
    public static readonly Counter<long> Healed = meter.CreateCounter<long>(
        "publicbuyers.live.healed",
        "{gap}",
        "Gaps in what this node was told, which it noticed and read."
    );

    /// <summary>Clients that read too slowly.</summary>
    public static readonly Counter<long> Cut = meter.CreateCounter<long>(
        "publicbuyers.live.cut",
        "{connection}",
        "Connections that were ended because the client read too slowly."
    );

    /// <summary>From a fact to its effect elsewhere, such as a notification, by effect.</summary>
    public static readonly Histogram<double> Effects = meter.CreateHistogram(
        "publicbuyers.effect.delay",
        "s",
        "From a fact until it had its effect elsewhere, such as a notification.",
        advice: longWaits
    );

    /// <summary>Tries that failed, by effect. What fails is tried again.</summary>
    public static readonly Counter<long> EffectFailures = meter.CreateCounter<long>(
        "publicbuyers.effect.failures",
        "{try}",
        "Tries at an effect that failed, and are made again."
    );

    /// <summary>Facts that are without their effect until an operator looks, by effect.</summary>
    public static readonly Counter<long> SetAside = meter.CreateCounter<long>(
        "publicbuyers.effect.set_aside",
        "{fact}",
        "Facts that were set aside, because their effect failed again and again."
    );

    /// <summary>From when a mail was kept until a mail server had accepted it, by lane.</summary>
    public static readonly Histogram<double> Mails = meter.CreateHistogram(
        "publicbuyers.mail.wait",
        "s",
        "From when a mail was kept until the mail server accepted it.",
        advice: longWaits
    );

    /// <summary>Mails that will not leave, by reason.</summary>
    public static readonly Counter<long> MailsGivenUp = meter.CreateCounter<long>(
        "publicbuyers.mail.given_up",
        "{mail}",
        "Mails that were given up."
    );

    /// <summary>A live connection has begun.</summary>
    public static void Connected() => Interlocked.Increment(ref connections);

    /// <summary>A live connection that had begun is over.</summary>
    public static void Disconnected() => Interlocked.Decrement(ref connections);

    /// <summary>Seconds since <paramref name="began"/>, a time stamp of <see cref="Stopwatch"/>.</summary>
    public static double Since(long began) => Stopwatch.GetElapsedTime(began).TotalSeconds;
}
