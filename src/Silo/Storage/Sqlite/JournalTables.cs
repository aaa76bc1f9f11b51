using Microsoft.Data.Sqlite;
using PublicBuyers.Journal;

namespace PublicBuyers.Storage;

/// <summary>Where a stream stands. The digest is the one its next fact follows.</summary>
internal sealed class StreamHead
{
    /// <summary>0 while the stream has nothing.</summary>
    public long Id { get; set; }

    public required string Stream { get; init; }

    public long Sequence { get; set; }

    public required byte[] Digest { get; init; }
}

/// <summary>The journal's tables as its one writer sees them: statements prepared once, and what it remembers so as not to read.</summary>
/// <remarks>What is remembered is the truth only as long as the transaction it was learnt in holds: <see cref="Forget"/> after any that does not.</remarks>
internal sealed class JournalTables : IDisposable
{
    /// <summary>Heads of streams kept in memory.</summary>
    public const int HeadsKept = 20_000;

    private const long Unknown = -1;

    private readonly RecentlyUsed<string, StreamHead> heads = new(HeadsKept);
    private readonly Dictionary<string, long> types = new(StringComparer.Ordinal);
    private readonly List<Statement> statements = [];
    private readonly Action? beforeEach;

    private readonly Statement begin;
    private readonly Statement commit;
    private readonly Statement rollback;
    private readonly Statement findHead;
    private readonly Statement addStream;
    private readonly Statement findType;
    private readonly Statement addType;
    private readonly Statement addFact;
    private readonly Statement addRequest;
    private readonly Statement findRequest;
    private readonly Statement setDue;
    private readonly Statement dropDue;
    private readonly Statement attended;
    private readonly Statement postponed;
    private readonly Statement erase;
    private readonly Statement setCursor;

    /// <param name="beforeEach">Called before every storage call; a test may throw from it.</param>
    public JournalTables(SqliteConnection connection, Action? beforeEach)
    {
        (Connection, this.beforeEach) = (connection, beforeEach);
        begin = Prepare("BEGIN IMMEDIATE");
        commit = Prepare("COMMIT");
        rollback = Prepare("ROLLBACK");
        findHead = Prepare("SELECT s.id, coalesce(f.sequence, 0), f.digest FROM streams s LEFT JOIN facts f ON f.stream = s.id WHERE s.name = ?1 ORDER BY f.sequence DESC LIMIT 1");
        addStream = Prepare("INSERT INTO streams (name) VALUES (?1) RETURNING id");
        findType = Prepare("SELECT id FROM types WHERE name = ?1");
        addType = Prepare("INSERT INTO types (name) VALUES (?1) RETURNING id");
        addFact = Prepare("""
            INSERT INTO facts (position, stream, sequence, type, version, subject, at, member, imported, payload, salt, payload_hash, digest)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """);
        addRequest = Prepare("INSERT INTO requests (member, request, stream, body_hash, answer, at, seal) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (member, request) DO NOTHING");
        findRequest = Prepare(StoredAnswer.Select);
        setDue = Prepare("INSERT INTO due (stream, kind, at) VALUES (?1, ?2, ?3) ON CONFLICT (stream, kind) DO UPDATE SET at = excluded.at");
        dropDue = Prepare("DELETE FROM due WHERE stream = ?1 AND kind = ?2");
        postponed = Prepare("UPDATE due SET at = ?4 WHERE stream = (SELECT id FROM streams WHERE name = ?1) AND kind = ?2 AND at = ?3");
        attended = Prepare("DELETE FROM due WHERE stream = (SELECT id FROM streams WHERE name = ?1) AND kind = ?2 AND at = ?3");
        erase = Prepare("UPDATE facts SET payload = NULL, salt = NULL WHERE stream = (SELECT id FROM streams WHERE name = ?1) AND sequence = ?2");
        setCursor = Prepare("""
            INSERT INTO cursors (follower, partition, position) VALUES (?1, ?2, ?3)
                ON CONFLICT (follower, partition) DO UPDATE SET position = iif(position = ?4, excluded.position, position)
                RETURNING position
            """);
        Position = JournalMeta.LastPosition(connection);
    }

    public SqliteConnection Connection { get; }

    /// <summary>Of the newest fact, those of the open transaction included.</summary>
    public long Position { get; private set; }

    public void Begin()
    {
        RollBack();
        begin.Run();
        if (Position == Unknown) Position = JournalMeta.LastPosition(Connection);
    }

    public void Commit() => commit.Run();

    /// <summary>Does nothing where no transaction is open: when the disk is full, SQLite has already rolled back by itself.</summary>
    public void RollBack()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(Connection.Handle) == 0) rollback.Run();
    }

    public void Forget()
    {
        heads.Clear();
        types.Clear();
        Position = Unknown;
    }

    public StreamHead Head(string stream)
    {
        if (heads.TryGet(stream, out var known)) return known;

        var head = findHead.Bind(1, stream).First(row => new StreamHead
        {
            Stream = stream,
            Id = row.Int64(0),
            Sequence = row.Int64(1),
            Digest = row.Int64(1) == 0 ? ChainDigest.Before(stream) : row.Blob(2).ToArray(),
        }) ?? new StreamHead { Stream = stream, Digest = ChainDigest.Before(stream) };

        heads.Put(stream, head);
        return head;
    }

    public void Insert(StreamHead head, in FactToWrite fact, DateTimeOffset at, byte[] member, bool imported)
    {
        EnsureStream(head);
        var sequence = head.Sequence + 1;
        ChainDigest.Next(head.Digest, sequence, fact.Fact.Version, at.UtcTicks, imported, fact.TypeName, fact.Subject, member, fact.PayloadHash, head.Digest);
        addFact
            .Bind(1, Position + 1).Bind(2, head.Id).Bind(3, sequence).Bind(4, TypeId(fact.Fact.Type)).Bind(5, fact.Fact.Version)
            .BindText(6, fact.Subject).Bind(7, at.UtcTicks).BindText(8, member).Bind(9, imported ? 1 : 0)
            .BindBlob(10, fact.Fact.Payload.Span).BindBlob(11, fact.Salt).BindBlob(12, fact.PayloadHash).BindBlob(13, head.Digest)
            .Run();
        head.Sequence = sequence;
        Position++;
    }

    /// <returns>False if the request has been answered before; that answer stays.</returns>
    public bool Remember(RequestAnswer answer, DateTimeOffset at) =>
        addRequest
            .Bind(1, answer.By.Value).Bind(2, answer.Request.Value).Bind(3, answer.Stream).Bind(4, answer.BodyHash).BindBlob(5, answer.Answer.Span)
            .Bind(6, at.UtcTicks).Bind(7, StoredAnswer.Seal(answer, at.UtcTicks))
            .Run() == 1;

    public RequestAnswer? FindAnswer(RequestAnswer? like) =>
        like is null ? null : findRequest.Bind(1, like.By.Value).Bind(2, like.Request.Value).First(row => StoredAnswer.Read(row, like.By, like.Request));

    public void SetDue(StreamHead head, DueChange change)
    {
        EnsureStream(head);
        if (change.At is { } at) setDue.Bind(1, head.Id).Bind(2, change.Kind).Bind(3, at.UtcTicks).Run();
        else dropDue.Bind(1, head.Id).Bind(2, change.Kind).Run();
    }

    public void Attended(DueEntry entry, DateTimeOffset? again)
    {
        var statement = again is null ? attended : postponed;
        statement.Bind(1, entry.Stream).Bind(2, entry.Kind).Bind(3, entry.At.UtcTicks);
        if (again is { } later) statement.Bind(4, later.UtcTicks);
        statement.Run();
    }

    public void Erase(string stream, long sequence) => erase.Bind(1, stream).Bind(2, sequence).Run();

    /// <param name="expected">None: no cursor is there.</param>
    /// <returns>Where the cursor stands: unmoved if it was not where it was expected.</returns>
    public long SetCursor(string follower, int partition, long? expected, long position) =>
        setCursor.Bind(1, follower).Bind(2, partition).Bind(3, position).Bind(4, expected ?? Unknown)
            .First(row => row.Int64(0));

    public void Dispose()
    {
        foreach (var statement in statements) statement.Dispose();
    }

    private void EnsureStream(StreamHead head)
    {
        if (head.Id == 0) head.Id = addStream.Bind(1, head.Stream).First(row => row.Int64(0));
    }

    private long TypeId(string type)
    {
        if (types.TryGetValue(type, out var known)) return known;

        var id = findType.Bind(1, type).First(row => row.Int64(0));
        if (id == 0) id = addType.Bind(1, type).First(row => row.Int64(0));
        return types[type] = id;
    }

    private Statement Prepare(string sql)
    {
        var statement = new Statement(Connection, sql, beforeEach);
        statements.Add(statement);
        return statement;
    }
}

/// <summary>A row of the requests table. Its seal is checked on reading: a retry must not get an answer that nobody gave.</summary>
internal static class StoredAnswer
{
    public const string Select = "SELECT stream, body_hash, answer, at, seal FROM requests WHERE member = ?1 AND request = ?2";

    public static long Seal(RequestAnswer answer, long atTicks) =>
        ChainDigest.Seal(answer.By.Value, answer.Request.Value, answer.Stream, answer.BodyHash, answer.Answer.Span, atTicks);

    public static RequestAnswer Read(Statement row, MemberId by, RequestId request)
    {
        var answer = new RequestAnswer(by, request, row.Text(0), row.Text(1), row.Blob(2).ToArray());
        return Seal(answer, row.Int64(3)) == row.Int64(4)
            ? answer
            : throw new CorruptStreamException(answer.Stream, 0, $"the remembered answer to the request \"{request}\" is not what was written");
    }
}
