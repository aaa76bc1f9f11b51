using System.Collections.Immutable;

namespace PublicBuyers.Journal;

/// <summary>The append-only record of everything that happened. There is no second truth.</summary>
/// <remarks>
/// What <see cref="Append"/> answers as stored is on disk. Sequences of a stream run 1, 2, 3 … without gaps; positions run over all streams,
/// without gaps, in the order of commit, and are for followers only.
/// </remarks>
public interface IJournal
{
    /// <summary>Changes when a backup is restored: positions seen before mean nothing after.</summary>
    long Epoch { get; }

    /// <summary>Stores all of it or nothing. Commits together with whatever else is waiting; a conflict refuses this append and never its neighbours.</summary>
    /// <exception cref="Exception">Whether it was stored is unknown: read the stream again.</exception>
    Task<AppendResult> Append(Append append, CancellationToken cancel = default);

    /// <summary>Appends of one stream, each decided on the one before it, in one commit. They are stored up to the first that cannot be; those after it are refused as conflicts, whatever they expect.</summary>
    /// <exception cref="Exception">Which were stored is unknown: read the stream again.</exception>
    Task<ImmutableArray<AppendResult>> AppendAll(ImmutableArray<Append> appends, CancellationToken cancel = default);

    /// <summary>The facts of a stream after a sequence, oldest first, at most <paramref name="most"/>. Fewer than that is the end.</summary>
    /// <exception cref="CorruptStreamException">What is on disk is not what was written.</exception>
    Task<ImmutableArray<RecordedFact>> ReadStream(string stream, long after, int most, CancellationToken cancel = default);

    /// <summary>The facts of some subjects of a stream, in order of sequence: what an old page, a permalink or an edit folds. At most <see cref="JournalLimits.MostSubjects"/> subjects and <see cref="JournalLimits.MostSubjectFacts"/> facts, the newest of each where there are more.</summary>
    Task<ImmutableArray<RecordedFact>> ReadSubjects(string stream, IReadOnlyCollection<string> subjects, CancellationToken cancel = default);

    /// <summary>The facts of one subject after a sequence, oldest first, at most <paramref name="most"/>.</summary>
    Task<ImmutableArray<RecordedFact>> ReadSubject(string stream, string subject, long after, int most, CancellationToken cancel = default);

    /// <summary>The sequence of a stream's newest fact; 0 where it has none.</summary>
    Task<long> Head(string stream, CancellationToken cancel = default);

    /// <summary>The facts of all streams after a position, in order, at most <paramref name="most"/>.</summary>
    Task<ImmutableArray<RecordedFact>> ReadAll(long after, int most, CancellationToken cancel = default);

    /// <summary>The newest position of all; 0 when nothing has happened.</summary>
    Task<long> LastPosition(CancellationToken cancel = default);

    /// <summary>Completes once something stands after <paramref name="position"/>. Wakes within milliseconds of a commit on this node, and by polling for those of others.</summary>
    Task WaitBeyond(long position, CancellationToken cancel);

    /// <summary>The first answer to a request, if it has one. Kept for 30 days.</summary>
    Task<RequestAnswer?> FindAnswer(MemberId by, RequestId request, CancellationToken cancel = default);

    /// <summary>What is due by then, the longest overdue first.</summary>
    Task<ImmutableArray<DueEntry>> Due(DateTimeOffset until, int most, CancellationToken cancel = default);

    /// <summary>When the next thing is due; none when nothing is.</summary>
    Task<DateTimeOffset?> NextDue(CancellationToken cancel = default);

    /// <summary>Takes something off the list that was attended to, or sets it to another time, unless it has been set to another time since.</summary>
    Task Attended(DueEntry entry, DateTimeOffset? again = null, CancellationToken cancel = default);

    /// <summary>Deletes the payloads of these facts with their salts. Their digests stay, so that the chain holds.</summary>
    Task Erase(string stream, IReadOnlyCollection<long> sequences, CancellationToken cancel = default);
}

public static class JournalLimits
{
    /// <summary>Facts in one append.</summary>
    public const int MostFacts = 1_000;

    /// <summary>One fact's payload, in bytes.</summary>
    public const int LargestPayload = 256 * 1024;

    public const int MostSubjects = 200;

    public const int MostSubjectFacts = 20_000;

    /// <summary>How long the answer to a request is remembered.</summary>
    public static readonly TimeSpan AnswersKept = TimeSpan.FromDays(30);
}

/// <summary>A fact on its way to the journal.</summary>
/// <param name="Type">Permanent name: <c>room.message-posted</c>.</param>
/// <param name="Version">Of the payload's shape, from 1.</param>
/// <param name="Subject">What it is about within its stream: <c>post/17</c>; empty when it is about the stream as a whole.</param>
/// <param name="Payload">JSON, UTF-8.</param>
public sealed record NewFact(string Type, int Version, string Subject, ReadOnlyMemory<byte> Payload);

/// <param name="Expected">The stream's sequence as the deciding grain knows it.</param>
/// <param name="Due">What the stream wants to be woken for; written with the facts.</param>
/// <param name="Answer">Remembered under the member and the request, with the facts.</param>
/// <param name="Imported">History brought in from elsewhere: effects skip it.</param>
public sealed record Append(
    string Stream,
    long Expected,
    ImmutableArray<NewFact> Facts,
    MemberId By,
    DateTimeOffset At,
    ImmutableArray<DueChange> Due,
    RequestAnswer? Answer,
    bool Imported = false);

/// <summary>One wake-up for each kind and stream; none takes it off.</summary>
public sealed record DueChange(string Kind, DateTimeOffset? At);

public sealed record DueEntry(string Stream, string Kind, DateTimeOffset At);

/// <param name="BodyHash">Of the command: another body under the same id is refused.</param>
/// <param name="Answer">JSON, UTF-8.</param>
public sealed record RequestAnswer(MemberId By, RequestId Request, string Stream, string BodyHash, ReadOnlyMemory<byte> Answer);

public abstract record AppendResult
{
    private AppendResult() { }

    /// <summary>On disk. The facts have the sequences up to <paramref name="Sequence"/>.</summary>
    public sealed record Stored(long Sequence, long Position) : AppendResult;

    /// <summary>The stream has moved on: read it and decide again. Nothing was stored.</summary>
    public sealed record Conflict : AppendResult;

    /// <summary>The request was answered before. Nothing was stored.</summary>
    public sealed record Answered(RequestAnswer Answer) : AppendResult;
}

/// <param name="Payload">None once erased.</param>
public sealed record RecordedFact(
    long Position,
    string Stream,
    long Sequence,
    string Type,
    int Version,
    string Subject,
    DateTimeOffset At,
    MemberId By,
    bool Imported,
    ReadOnlyMemory<byte>? Payload);

/// <summary>The digests of a stream do not fit: bits have rotted, rows are lost, or somebody wrote around the server. Never served as truth.</summary>
[GenerateSerializer, Alias("corrupt-stream")]
public sealed class CorruptStreamException(string stream, long sequence, string reason)
    : Exception($"Stream \"{stream}\" is damaged at sequence {sequence}: {reason}. Restore it from a backup; `verify` lists all damage.")
{
    [Id(0)] public string Stream { get; } = stream;

    [Id(1)] public long Sequence { get; } = sequence;

    [Id(2)] public string Reason { get; } = reason;

    /// <summary>Where a follower goes on if it leaves this fact out; 0 where that is not known.</summary>
    [Id(3)] public long Position { get; init; }
}
