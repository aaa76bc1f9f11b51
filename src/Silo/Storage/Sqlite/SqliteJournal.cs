using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using PublicBuyers.Journal;
using PublicBuyers.Live;

namespace PublicBuyers.Storage;

internal sealed class SqliteJournal : IJournal, IStreamHeads, IAsyncDisposable
{
    /// <summary>Requests forgotten in one transaction: others are written in between.</summary>
    private const int PrunedAtOnce = 1_000;

    /// <summary>The log is folded into the file when it has so many pages: less often than SQLite's own 1,000, since each time waits for the disk twice.</summary>
    private const int LogPages = 4_000;

    private readonly CommitSignal signal = new();
    private readonly NewestFacts newest = new();
    private readonly Lock dueGate = new();
    private readonly JournalWriter writer;
    private readonly JournalReaders readers;
    private (DateTimeOffset? At, bool IsKnown, long Changes) nextDue;

    /// <param name="beforeEachStorageCall">Called by the writer before each statement; a test may throw from it.</param>
    public SqliteJournal(DataFolder folder, ILogger<SqliteJournal>? logger = null, Action? beforeEachStorageCall = null)
    {
        var path = folder.Layout.Journal;
        var connection = SqliteFile.Open(path, SqliteKind.Journal);
        connection.Run($"PRAGMA wal_autocheckpoint = {LogPages};");
        Epoch = JournalMeta.ReadEpoch(connection);
        readers = new JournalReaders(path);
        var position = JournalMeta.LastPosition(connection);
        newest.StartAt(position);
        signal.Advance(position);
        writer = new JournalWriter(connection, Committed, logger ?? NullLogger<SqliteJournal>.Instance, beforeEachStorageCall);
    }

    public long Epoch { get; }

    /// <summary>Why nothing can be written, as far as the newest write has shown.</summary>
    public NotStoredException? Trouble => writer.Trouble;

    /// <summary>Writes something that changes nothing, to see whether it can be done.</summary>
    /// <exception cref="NotStoredException">Nothing can be written.</exception>
    public Task Probe(DateTimeOffset now, CancellationToken cancel) => Change(tables => JournalMeta.NoteProbe(tables.Connection, now), cancel);

    public Task<AppendResult> Append(Append append, CancellationToken cancel = default) =>
        Store(new JournalAppend(append), cancel);

    public Task<ImmutableArray<AppendResult>> AppendAll(
        ImmutableArray<Append> appends,
        CancellationToken cancel = default
    ) => Store(new JournalAppends(appends), cancel);

    public Task<ImmutableArray<RecordedFact>> ReadStream(string stream, long after, int most, CancellationToken cancel = default) =>
        readers.ReadStream(stream, reader => reader.ReadStream(stream, after, most), cancel);

    public Task<ImmutableArray<RecordedFact>> ReadSubjects(string stream, IReadOnlyCollection<string> subjects, CancellationToken cancel = default) =>
        readers.ReadStream(stream, reader => reader.ReadSubjects(stream, subjects), cancel);

    public Task<ImmutableArray<RecordedFact>> ReadSubject(string stream, string subject, long after, int most, CancellationToken cancel = default) =>
        readers.ReadStream(stream, reader => reader.ReadSubject(stream, subject, after, most), cancel);

    public Task<long> Head(string stream, CancellationToken cancel = default) =>
        readers.Read(reader => reader.Head(stream), cancel);

    public Task<ImmutableArray<RecordedFact>> ReadAll(long after, int most, CancellationToken cancel = default) =>
        newest.TryRead(after, most, out var facts) || after >= signal.Position ? Task.FromResult(facts) : readers.Read(reader => reader.ReadAll(after, most), cancel);

    public Task<long> LastPosition(CancellationToken cancel = default) => Task.FromResult(signal.Position);

    /// <remarks>No polling: the lock of the data folder keeps other writers out.</remarks>
    public Task WaitBeyond(long position, CancellationToken cancel) => signal.WaitBeyond(position, cancel);

    public Task<RequestAnswer?> FindAnswer(MemberId by, RequestId request, CancellationToken cancel = default) =>
        readers.Read(reader => reader.FindAnswer(by, request), cancel);

    public Task<ImmutableArray<DueEntry>> Due(DateTimeOffset until, int most, CancellationToken cancel = default) =>
        readers.Read(reader => reader.Due(until, most), cancel);

    public async Task<DateTimeOffset?> NextDue(CancellationToken cancel = default)
    {
        long changes;
        lock (dueGate)
        {
            if (nextDue.IsKnown) return nextDue.At;
            changes = nextDue.Changes;
        }

        var at = await readers.Read(reader => reader.NextDue(), cancel);
        lock (dueGate)
        {
            if (nextDue.Changes == changes) nextDue = (at, true, changes);
        }

        return at;
    }

    public Task Attended(DueEntry entry, DateTimeOffset? again = null, CancellationToken cancel = default) => Change(tables => tables.Attended(entry, again), cancel);

    public Task Erase(string stream, IReadOnlyCollection<long> sequences, CancellationToken cancel = default) =>
        writer.Write(new JournalChange<Done>(
            tables =>
            {
                foreach (var sequence in sequences) tables.Erase(stream, sequence);
                return Done.Value;
            },
            leavesNoTraces: true), cancel);

    public async Task<MovedStreams> MovedSince(long after, int most, CancellationToken cancel)
    {
        var upto = Math.Min(after + most, signal.Position);
        if (upto <= after) return new(after, ImmutableDictionary<string, long>.Empty);

        return new(upto, newest.TryRead(after, (int)(upto - after), out var facts)
            ? facts.GroupBy(fact => fact.Stream, StringComparer.Ordinal).ToImmutableDictionary(stream => stream.Key, stream => stream.Max(fact => fact.Sequence), StringComparer.Ordinal)
            : await readers.Read(reader => reader.Heads(after, upto), cancel));
    }

    /// <summary>Forgets the answers to requests older than <see cref="JournalLimits.AnswersKept"/>.</summary>
    public async Task Prune(DateTimeOffset now, CancellationToken cancel = default)
    {
        var limit = (now - JournalLimits.AnswersKept).UtcTicks;
        while (await writer.Write(new JournalChange<bool>(tables => PruneSome(tables, limit)), cancel)) { }
    }

    /// <summary>Seals the heads of all streams, in journal.db and in a file beside it.</summary>
    /// <returns>The position up to which they are sealed.</returns>
    public async Task<long> TakeCheckpoint(DataFolder folder, DateTimeOffset now, CancellationToken cancel = default)
    {
        var checkpoint = await readers.Read(reader => reader.AsOfOneMoment(() => CheckpointRows.Take(reader.Connection, now, folder.JournalKey.Span)), cancel);
        await Change(tables => CheckpointRows.Put(tables.Connection, checkpoint), cancel);
        CheckpointFiles.Put(folder.Layout.Checkpoints, checkpoint);
        return checkpoint.Position;
    }

    internal Task<T> Read<T>(Func<JournalReader, T> read, CancellationToken cancel) => readers.Read(read, cancel);

    internal Task<T> Write<T>(Func<JournalTables, T> write, CancellationToken cancel) => writer.Write(new JournalChange<T>(write), cancel);

    internal Task Change(Action<JournalTables> change, CancellationToken cancel) =>
        Write(
            tables =>
            {
                change(tables);
                return Done.Value;
            },
            cancel);

    public async ValueTask DisposeAsync()
    {
        await readers.DisposeAsync();
        await writer.DisposeAsync();
    }

    private async Task<T> Store<T>(JournalWrite<T> write, CancellationToken cancel)
    {
        using var step = Telemetry.Traces.StartActivity("journal commit");
        return await writer.Write(write, cancel);
    }

    /// <summary>On the writer's thread, before anybody is answered.</summary>
    private void Committed(IReadOnlyList<JournalWrite> writes)
    {
        var position = signal.Position;
        foreach (var fact in writes.SelectMany(write => write.Facts))
        {
            newest.Put(fact);
            position = fact.Position;
        }

        Telemetry.Facts.Add(position - signal.Position);
        if (writes.Any(write => write.LeavesNoTraces)) newest.StartAt(position);
        if (writes.Any(write => write.ChangesDue))
        {
            lock (dueGate) nextDue = (null, false, nextDue.Changes + 1);
        }

        signal.Advance(position);
    }

    /// <summary>The oldest come first by number.</summary>
    private static bool PruneSome(JournalTables tables, long limit) =>
        tables.Connection.Scalar(
            "DELETE FROM requests WHERE id <= (SELECT max(id) FROM (SELECT id FROM requests ORDER BY id LIMIT $most)) AND at < $limit RETURNING 1",
            ("$most", PrunedAtOnce), ("$limit", limit)) is not null;
}
