using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using PublicBuyers.Journal;

namespace PublicBuyers.Storage;

/// <summary>
/// Gives communities and rooms whose short name ends in a line feed a proper one, everywhere in a data folder. What was said in them
/// keeps its number, time and author; the digest chains of their streams begin anew with the new names.
/// </summary>
/// <remarks>Run again, also after it was interrupted, it does what is left to do, and then nothing.</remarks>
internal sealed class Mending : IDisposable
{
    private readonly DataFolder folder;
    private readonly SqliteConnection journal;
    private readonly ProperNames names;

    private Mending(DataFolder folder)
    {
        this.folder = folder;
        journal = SqliteFile.Open(folder.Layout.Journal, SqliteKind.Journal);
        names = ProperNames.Of(journal);
    }

    /// <summary>What <see cref="Mend"/> would rename; looks without the folder's lock and changes nothing.</summary>
    public static ImmutableArray<(string Before, string After)> ToDo(DataFolderLayout layout)
    {
        using var beside = SqliteReading.Open(layout.Journal, SqliteKind.Journal);
        return [.. ProperNames.Of(beside).All];
    }

    /// <param name="folder">Open, so that no server runs on it.</param>
    /// <returns>What was renamed to what; nothing where all names are proper.</returns>
    /// <exception cref="DataFolderException">The folder is damaged: what is damaged is not rewritten.</exception>
    public static ImmutableArray<(string Before, string After)> Mend(DataFolder folder, DateTimeOffset now)
    {
        using var mending = new Mending(folder);
        if (mending.names.IsEmpty) return [];

        var report = Verification.Of(folder.Layout);
        if (!report.IsWhole) throw new DataFolderException($"The folder is damaged, so nothing in it was renamed: {report.Damage[0]}");

        mending.RenameAttachments();
        mending.RenameMarks();
        mending.RenameInJournal(now);
        return [.. mending.names.All];
    }

    public void Dispose() => journal.Dispose();

    private void RenameAttachments()
    {
        foreach (var card in Directory.EnumerateFiles(folder.Layout.Attachments, "*.json", SearchOption.AllDirectories))
        {
            var content = JsonNode.Parse(File.ReadAllBytes(card));
            if (names.Rename(content)) PrivateFiles.WriteJson(card, content);
        }
    }

    /// <summary>Read marks move; snapshots are made again, and so is all of <c>views.db</c>.</summary>
    private void RenameMarks()
    {
        using (var state = SqliteFile.Open(folder.Layout.State, SqliteKind.State))
        using (var transaction = state.BeginTransaction())
        {
            foreach (var room in state.Rows("SELECT DISTINCT room FROM marks").Select(row => row.GetString(0)).ToArray())
                if (names.In(room) is var after && after != room)
                    state.Run("UPDATE OR REPLACE marks SET room = $after WHERE room = $room", ("$after", after), ("$room", room));

            state.Run("DELETE FROM OrleansStorage");
            transaction.Commit();
        }

        SqliteFile.Delete(folder.Layout.Views);
    }

    private void RenameInJournal(DateTimeOffset now)
    {
        // Earlier checkpoints name the streams as they were. First the files: without them the rows still prove all of it.
        foreach (var file in Directory.EnumerateFiles(folder.Layout.Checkpoints, "*.json").ToArray()) File.Delete(file);

        Checkpoint checkpoint;
        using (var transaction = journal.BeginTransaction())
        {
            RenamePayloads();
            foreach (var (id, name) in journal.Rows("SELECT id, name FROM streams").Select(row => (row.GetInt64(0), row.GetString(1))).ToArray())
                if (names.In(name) is var after && after != name) Rename(id, after);

            RenameAnswers();
            foreach (var table in new[] { "parked", "quarantine" })
            foreach (var stream in journal.Rows($"SELECT DISTINCT stream FROM {table}").Select(row => row.GetString(0)).ToArray())
                journal.Run($"UPDATE OR REPLACE {table} SET stream = $after WHERE stream = $stream", ("$after", names.In(stream)), ("$stream", stream));

            journal.Run("DELETE FROM checkpoints");
            JournalMeta.BeginNewEpoch(journal, now);   // pages that are open know the old names
            checkpoint = CheckpointRows.Take(journal, now, folder.JournalKey.Span);
            CheckpointRows.Put(journal, checkpoint);
            transaction.Commit();
        }

        journal.Run("PRAGMA wal_checkpoint(TRUNCATE);");
        CheckpointFiles.Put(folder.Layout.Checkpoints, checkpoint);
    }

    private void RenamePayloads()
    {
        var changed = new HashSet<long>();
        foreach (var (position, stream, name, subject, payload, salt) in FactsThatMayNameOne())
        {
            var content = payload is null ? null : JsonNode.Parse(payload);
            var newSubject = names.InSubject(name, subject);
            if (!names.Rename(content) && newSubject == subject) continue;

            var written = payload is null ? null : JsonSerializer.SerializeToUtf8Bytes(content, FactJson.Options);
            journal.Run(
                "UPDATE facts SET subject = $subject, payload = coalesce($payload, payload), payload_hash = coalesce($hash, payload_hash) WHERE position = $position",
                ("$subject", newSubject), ("$payload", written), ("$hash", written is null ? null : HashOf(salt!, written)), ("$position", position));
            changed.Add(stream);
        }

        foreach (var stream in changed) SealAnew(stream, NameOf(stream));
    }

    private static byte[] HashOf(byte[] salt, byte[] payload)
    {
        var hash = new byte[ChainDigest.Length];
        ChainDigest.HashPayload(salt, payload, hash);
        return hash;
    }

    private IEnumerable<(long Position, long Stream, string Name, string Subject, byte[]? Payload, byte[]? Salt)> FactsThatMayNameOne() =>
        journal.Rows("""
            SELECT f.position, f.stream, s.name, f.subject, f.payload, f.salt FROM facts f JOIN streams s ON s.id = f.stream
             WHERE instr(f.subject, char(10)) > 0 OR instr(f.payload, CAST('\n"' AS BLOB)) > 0 OR instr(f.payload, CAST('\n/' AS BLOB)) > 0
                OR instr(f.payload, CAST('\n+' AS BLOB)) > 0
             ORDER BY f.position
            """)
            .Select(row => (row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), BytesOf(row, 4), BytesOf(row, 5))).ToArray();

    private static byte[]? BytesOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    private string NameOf(long stream) => (string)journal.Scalar("SELECT name FROM streams WHERE id = $id", ("$id", stream))!;

    private void Rename(long stream, string name)
    {
        journal.Run("UPDATE streams SET name = $name WHERE id = $id", ("$name", name), ("$id", stream));
        SealAnew(stream, name);
    }

    /// <summary>Computes the digests of a stream from its first fact on.</summary>
    private void SealAnew(long stream, string name)
    {
        var digest = ChainDigest.Before(name);
        using var facts = new Statement(journal, """
            SELECT f.position, f.sequence, f.version, f.at, f.imported, t.name, f.subject, f.member, f.payload_hash
              FROM facts f JOIN types t ON t.id = f.type WHERE f.stream = ?1 ORDER BY f.sequence
            """);
        using var put = new Statement(journal, "UPDATE facts SET digest = ?1 WHERE position = ?2");
        facts.Bind(1, stream).Each(row =>
        {
            ChainDigest.Next(
                digest, row.Int64(1), (int)row.Int64(2), row.Int64(3), row.Int64(4) != 0,
                row.TextBytes(5), row.TextBytes(6), row.TextBytes(7), row.Blob(8), digest);
            put.BindBlob(1, digest).Bind(2, row.Int64(0)).Run();
            return true;
        });
    }

    /// <summary>Retries of requests, and of effects of what happened in a renamed stream, are still known as such.</summary>
    private void RenameAnswers()
    {
        var all = journal.Rows("SELECT id, member, request, stream, body_hash, answer, at FROM requests WHERE instr(stream, char(10)) > 0 OR instr(request, char(10)) > 0")
            .Select(row => (Id: row.GetInt64(0), At: row.GetInt64(6), Answer: new RequestAnswer(
                new(row.GetString(1)), new(row.GetString(2)), row.GetString(3), row.GetString(4), row.GetFieldValue<byte[]>(5)))).ToArray();
        foreach (var (id, at, answer) in all)
        {
            var renamed = answer with { Request = new(names.In(answer.Request.Value)), Stream = names.In(answer.Stream) };
            journal.Run(
                "UPDATE OR REPLACE requests SET request = $request, stream = $stream, seal = $seal WHERE id = $id",
                ("$request", renamed.Request.Value), ("$stream", renamed.Stream), ("$seal", StoredAnswer.Seal(renamed, at)), ("$id", id));
        }
    }
}
