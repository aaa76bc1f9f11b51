using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using PublicBuyers.Journal;

namespace PublicBuyers.Storage;

/// <summary>One connection that reads the journal, and believes no row whose hashes do not fit.</summary>
internal sealed class JournalReader : IDisposable
{
    private const string Columns = "f.position, f.sequence, t.name, f.version, f.subject, f.at, f.member, f.imported, f.payload, f.salt, f.payload_hash, f.digest";
    private const int After = 12;

    private readonly SqliteConnection connection;
    private readonly Statement begin;
    private readonly Statement end;
    private readonly Statement stream;
    private readonly Statement subject;
    private readonly Statement subjectBackwards;
    private readonly Statement all;
    private readonly Statement moved;
    private readonly Statement head;
    private readonly Statement request;
    private readonly Statement due;
    private readonly Statement nextDue;

    public JournalReader(string path)
    {
        connection = SqliteFile.Open(path, SqliteKind.Journal);
        connection.Run("PRAGMA query_only = ON;");
        begin = new(connection, "BEGIN");
        end = new(connection, "COMMIT");
        stream = new(connection, $"""
            SELECT {Columns} FROM facts f LEFT JOIN types t ON t.id = f.type
             WHERE f.stream = (SELECT id FROM streams WHERE name = ?1) AND f.sequence >= ?2 ORDER BY f.sequence LIMIT ?3
            """);
        subject = new(connection, $"""
            SELECT {Columns}, p.digest FROM facts f LEFT JOIN types t ON t.id = f.type LEFT JOIN facts p ON p.stream = f.stream AND p.sequence = f.sequence - 1
             WHERE f.stream = (SELECT id FROM streams WHERE name = ?1) AND f.subject = ?2 AND f.sequence > ?3 ORDER BY f.sequence LIMIT ?4
            """);
        subjectBackwards = new(connection, $"""
            SELECT {Columns}, p.digest FROM facts f LEFT JOIN types t ON t.id = f.type LEFT JOIN facts p ON p.stream = f.stream AND p.sequence = f.sequence - 1
             WHERE f.stream = (SELECT id FROM streams WHERE name = ?1) AND f.subject = ?2 AND f.sequence < ?3 ORDER BY f.sequence DESC LIMIT ?4
            """);
        all = new(connection, $"""
            SELECT {Columns}, p.digest, s.name FROM facts f LEFT JOIN types t ON t.id = f.type LEFT JOIN streams s ON s.id = f.stream
              LEFT JOIN facts p ON p.stream = f.stream AND p.sequence = f.sequence - 1
             WHERE f.position > ?1 ORDER BY f.position LIMIT ?2
            """);
        moved = new(connection, "SELECT s.name, max(f.sequence) FROM facts f JOIN streams s ON s.id = f.stream WHERE f.position > ?1 AND f.position <= ?2 GROUP BY f.stream");
        head = new(connection, "SELECT max(sequence) FROM facts WHERE stream = (SELECT id FROM streams WHERE name = ?1)");
        request = new(connection, StoredAnswer.Select);
        due = new(connection, "SELECT s.name, d.kind, d.at FROM due d JOIN streams s ON s.id = d.stream WHERE d.at <= ?1 ORDER BY d.at LIMIT ?2");
        nextDue = new(connection, "SELECT min(at) FROM due");
    }

    public SqliteConnection Connection => connection;

    public ImmutableArray<RecordedFact> ReadStream(string name, long after, int most)
    {
        var facts = ImmutableArray.CreateBuilder<RecordedFact>();
        var before = after == 0 ? ChainDigest.Before(name) : [];
        var last = after;
        stream.Bind(1, name).Bind(2, after).Bind(3, after == 0 ? most : (long)most + 1).Each(row =>
        {
            var sequence = row.Int64(1);
            if (sequence == after && before.Length == 0)
            {
                before = row.Blob(11).ToArray();
                return true;
            }

            if (sequence != last + 1 || before.Length == 0) throw new CorruptStreamException(name, last + 1, "it is missing") { Position = 0 };

            facts.Add(Read(row, name, before));
            before = row.Blob(11).ToArray();
            last = sequence;
            return true;
        });
        return facts.DrainToImmutable();
    }

    public ImmutableArray<RecordedFact> ReadSubject(string name, string about, long after, int most)
    {
        var facts = ImmutableArray.CreateBuilder<RecordedFact>();
        subject.Bind(1, name).Bind(2, about).Bind(3, after).Bind(4, most).Each(row =>
        {
            facts.Add(ReadWithBefore(row, name));
            return true;
        });
        return facts.DrainToImmutable();
    }

    /// <summary>A fair share of the newest of each subject; what some leave over goes to those that have more.</summary>
    public ImmutableArray<RecordedFact> ReadSubjects(string name, IReadOnlyCollection<string> subjects)
    {
        if (subjects.Count > JournalLimits.MostSubjects) throw new ArgumentException($"At most {JournalLimits.MostSubjects} subjects are read at once; these are {subjects.Count}.", nameof(subjects));
        if (subjects.Count == 0) return [];

        return AsOfOneMoment(() =>
        {
            var facts = new List<RecordedFact>();
            var share = JournalLimits.MostSubjectFacts / subjects.Count;
            var unfinished = new List<(string Subject, long Before)>();
            foreach (var about in subjects.Distinct(StringComparer.Ordinal))
            {
                if (ReadBackwards(name, about, long.MaxValue, share, facts) is { } oldest) unfinished.Add((about, oldest));
            }

            foreach (var (about, before) in unfinished) ReadBackwards(name, about, before, JournalLimits.MostSubjectFacts - facts.Count, facts);
            return facts.OrderBy(fact => fact.Sequence).ToImmutableArray();
        });
    }

    /// <summary>Up to the first fact that is damaged; an exception only where that is the very next.</summary>
    public ImmutableArray<RecordedFact> ReadAll(long after, int most)
    {
        var facts = ImmutableArray.CreateBuilder<RecordedFact>();
        all.Bind(1, after).Bind(2, most).Each(row =>
        {
            try
            {
                var expected = after + facts.Count + 1;
                var name = row.IsNull(13) ? "(unknown)" : row.Text(13);
                if (row.Int64(0) != expected)
                    throw new CorruptStreamException("(unknown)", 0, string.Create(CultureInfo.InvariantCulture, $"the fact at position {expected} is missing")) { Position = expected };

                facts.Add(ReadWithBefore(row, name));
                return true;
            }
            catch (CorruptStreamException) when (facts.Count > 0)
            {
                return false;
            }
        });
        return facts.DrainToImmutable();
    }

    public long Head(string name) => head.Bind(1, name).First(row => row.Int64(0));

    public ImmutableDictionary<string, long> Heads(long after, long upto)
    {
        var heads = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        moved.Bind(1, after).Bind(2, upto).Each(row =>
        {
            heads[row.Text(0)] = row.Int64(1);
            return true;
        });
        return heads.ToImmutable();
    }

    public RequestAnswer? FindAnswer(MemberId by, RequestId id) =>
        request.Bind(1, by.Value).Bind(2, id.Value).First(row => StoredAnswer.Read(row, by, id));

    public ImmutableArray<DueEntry> Due(DateTimeOffset until, int most)
    {
        var entries = ImmutableArray.CreateBuilder<DueEntry>();
        due.Bind(1, until.UtcTicks).Bind(2, most).Each(row =>
        {
            entries.Add(new(row.Text(0), row.Text(1), Utc(row.Int64(2))));
            return true;
        });
        return entries.DrainToImmutable();
    }

    public DateTimeOffset? NextDue() => nextDue.First<DateTimeOffset?>(row => row.IsNull(0) ? null : Utc(row.Int64(0)));

    public T AsOfOneMoment<T>(Func<T> read)
    {
        begin.Run();
        try
        {
            return read();
        }
        finally
        {
            end.Run();
        }
    }

    public void Dispose()
    {
        foreach (var statement in new[] { begin, end, stream, subject, subjectBackwards, all, moved, head, request, due, nextDue }) statement.Dispose();
        connection.Dispose();
    }

    /// <returns>The oldest sequence read, if there may be more before it.</returns>
    private long? ReadBackwards(string name, string about, long before, int most, List<RecordedFact> facts)
    {
        var oldest = before;
        var read = 0;
        subjectBackwards.Bind(1, name).Bind(2, about).Bind(3, before).Bind(4, most).Each(row =>
        {
            facts.Add(ReadWithBefore(row, name));
            oldest = row.Int64(1);
            read++;
            return true;
        });
        return read == most ? oldest : null;
    }

    private static RecordedFact ReadWithBefore(Statement row, string name)
    {
        var sequence = row.Int64(1);
        if (sequence == 1) return Read(row, name, ChainDigest.Before(name));
        if (row.IsNull(After)) throw new CorruptStreamException(name, sequence - 1, "it is missing") { Position = row.Int64(0) };

        return Read(row, name, row.Blob(After));
    }

    internal static RecordedFact Read(Statement row, string name, ReadOnlySpan<byte> before)
    {
        var (position, sequence) = (row.Int64(0), row.Int64(1));
        var (atTicks, imported, version) = (row.Int64(5), row.Int64(7) != 0, (int)row.Int64(3));
        Span<byte> hash = stackalloc byte[ChainDigest.Length];

        if (!row.IsNull(9))
        {
            ChainDigest.HashPayload(row.Blob(9), row.Blob(8), hash);
            if (!hash.SequenceEqual(row.Blob(10))) throw new CorruptStreamException(name, sequence, "its payload is not what was written") { Position = position };
        }

        ChainDigest.Next(before, sequence, version, atTicks, imported, row.TextBytes(2), row.TextBytes(4), row.TextBytes(6), row.Blob(10), hash);
        if (!hash.SequenceEqual(row.Blob(11))) throw new CorruptStreamException(name, sequence, "it does not follow the one before it") { Position = position };

        return new RecordedFact(
            position, name, sequence, Encoding.UTF8.GetString(row.TextBytes(2)), version, Encoding.UTF8.GetString(row.TextBytes(4)), Utc(atTicks),
            new MemberId(Encoding.UTF8.GetString(row.TextBytes(6))), imported, row.IsNull(9) ? (ReadOnlyMemory<byte>?)null : row.Blob(8).ToArray());
    }

    private static DateTimeOffset Utc(long ticks) => new(ticks, TimeSpan.Zero);
}
