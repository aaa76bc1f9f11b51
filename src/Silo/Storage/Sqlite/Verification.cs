using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using PublicBuyers.Journal;
using PublicBuyers.Running;

namespace PublicBuyers.Storage;

/// <summary>Something in a data folder that is not as it was written.</summary>
/// <param name="Where">A stream, or a file.</param>
internal sealed record Damage(string Where, string What, string WhatToDo)
{
    public const string Restore = "Restore the latest backup that `verify` finds whole into an empty folder (`restore`).";

    public static Damage OfStream(string stream, string what) => new($"stream \"{OneLine.Plain(stream)}\"", what, Restore);

    public override string ToString() => $"{Where}: {What}. {WhatToDo}";
}

internal sealed record VerificationReport(int Streams, long Facts, long Erased, int Checkpoints, ImmutableArray<Damage> Damage)
{
    public bool IsWhole => Damage.IsEmpty;

    /// <summary>A backup is restored only for what cannot be made again: it would take back everything since.</summary>
    public string WhatToDo
    {
        get
        {
            var files = Damage.Select(each => each.Where).ToHashSet(StringComparer.Ordinal);
            var rebuilt = new[] { SqliteKind.State, SqliteKind.Views }.Where(kind => files.Remove(kind.FileName)).ToList();
            return files.Count > 0
                ? "Run `verify` for the list, and restore the latest backup into an empty folder."
                : string.Join(' ', rebuilt.Select(kind => kind.WhatToDo));
        }
    }

    /// <summary>How much is damaged, in words.</summary>
    public string DamageCounted =>
        Damage.Length == 1 ? "1 thing is damaged" : string.Create(CultureInfo.InvariantCulture, $"{Damage.Length} "
            + $"things are damaged");
}

/// <summary>Looks at everything in a data folder and changes nothing. The server may run meanwhile.</summary>
internal sealed class Verification
{
    /// <summary>Damages listed for each file: the first say enough.</summary>
    private const int MostOfAFile = 100;

    private readonly DataFolderLayout layout;
    private readonly List<Damage> damages = [];
    private readonly Dictionary<string, (long Sequence, byte[] Digest)> heads = new(StringComparer.Ordinal);
    private readonly HashSet<string> damaged = new(StringComparer.Ordinal);
    private long facts;
    private long erased;
    private int checkpoints;

    private Verification(DataFolderLayout layout) => this.layout = layout;

    /// <exception cref="DataFolderException">It is no data folder, or one without its keys.</exception>
    public static VerificationReport Of(DataFolderLayout layout)
    {
        var marker = layout.ReadMarker();
        var key = layout.ReadKey(layout.JournalKey);
        layout.ReadKey(layout.SecretsKey);
        return new Verification(layout).Look(marker, key);
    }

    private VerificationReport Look(DataFolderMarker marker, ReadOnlyMemory<byte> key)
    {
        foreach (var kind in new[] { SqliteKind.Journal, SqliteKind.State, SqliteKind.Views })
            Try(kind, connection => CheckFile(kind, connection));

        // Before the facts: a checkpoint that a running server makes meanwhile has seen more of them than we shall.
        var files = CheckpointFiles.All(layout.Checkpoints).ToList();

        Try(SqliteKind.Journal, journal =>
        {
            journal.Run("BEGIN");
            if (JournalMeta.Read(journal, JournalMeta.Platform) != marker.Platform)
                damages.Add(new(SqliteKind.Journal.FileName, "it belongs to another platform than publicbuyers.json says", SqliteKind.Journal.WhatToDo));

            WalkFacts(journal);
            WalkRequests(journal);
            foreach (var (name, document) in CheckpointRows.All(journal).Concat(files)) CompareCheckpoint(journal, name, document, marker, key);
        });

        return new(heads.Count, facts, erased, checkpoints, [.. damages.Distinct()]);
    }

    private void Try(SqliteKind kind, Action<SqliteConnection> look)
    {
        var path = layout.FileOf(kind);
        if (!File.Exists(path))
        {
            if (!kind.IsRebuilt) damages.Add(new(kind.FileName, "it is missing", kind.WhatToDo));
            return;
        }

        try
        {
            SqliteFile.CheckHeader(path, kind);
            using var connection = SqliteReading.Open(path, kind);
            look(connection);
        }
        catch (DataFolderException e)
        {
            damages.Add(new(kind.FileName, e.Message.TrimEnd('.'), ""));
        }
        catch (SqliteException e) when (SqliteFile.IsDamage(e))
        {
            damages.Add(new(kind.FileName, $"SQLite cannot read it ({e.Message.TrimEnd('.')})", kind.WhatToDo));
        }
    }

    private void CheckFile(SqliteKind kind, SqliteConnection connection)
    {
        damages.AddRange(connection.Rows($"PRAGMA integrity_check({MostOfAFile})")
            .Select(row => row.GetString(0))
            .Where(line => line != "ok")
            .Select(line => new Damage(kind.FileName, line.TrimEnd('.'), kind.WhatToDo)));
    }

    /// <summary>In the order of commit, which is each stream's own order too. One damage is told of each stream: what follows it cannot fit.</summary>
    private void WalkFacts(SqliteConnection journal)
    {
        using var all = new Statement(journal, """
            SELECT f.position, f.sequence, t.name, f.version, f.subject, f.at, f.member, f.imported, f.payload, f.salt, f.payload_hash, f.digest, s.name
              FROM facts f NOT INDEXED LEFT JOIN types t ON t.id = f.type LEFT JOIN streams s ON s.id = f.stream
             ORDER BY f.position
            """);
        var expected = 1L;
        all.Each(row =>
        {
            var position = row.Int64(0);
            if (position != expected) damages.Add(new(SqliteKind.Journal.FileName, $"positions {expected} to {position - 1} are missing", Damage.Restore));

            expected = position + 1;
            facts++;
            if (row.IsNull(9)) erased++;
            Follow(row, row.IsNull(12) ? "(unknown)" : row.Text(12));
            return true;
        });
    }

    private void Follow(Statement row, string stream)
    {
        var (sequence, before) = heads.TryGetValue(stream, out var head) ? head : (0, ChainDigest.Before(stream));
        heads[stream] = (row.Int64(1), row.Blob(11).ToArray());
        if (damaged.Contains(stream)) return;

        try
        {
            if (row.Int64(1) != sequence + 1) throw new CorruptStreamException(stream, sequence + 1, "it is missing, or not in its place");
            JournalReader.Read(row, stream, before);
        }
        catch (CorruptStreamException e)
        {
            damaged.Add(stream);
            damages.Add(Damage.OfStream(stream, string.Create(CultureInfo.InvariantCulture, $"fact {e.Sequence}: {e.Reason}")));
        }
    }

    private void WalkRequests(SqliteConnection journal)
    {
        using var all = new Statement(journal, "SELECT stream, body_hash, answer, at, seal, member, request FROM requests");
        all.Each(row =>
        {
            try
            {
                StoredAnswer.Read(row, new MemberId(row.Text(5)), new RequestId(row.Text(6)));
            }
            catch (CorruptStreamException e)
            {
                damages.Add(Damage.OfStream(e.Stream, e.Reason));
            }

            return true;
        });
    }

    private void CompareCheckpoint(SqliteConnection journal, string name, string document, DataFolderMarker marker, ReadOnlyMemory<byte> key)
    {
        checkpoints++;
        try
        {
            var checkpoint = JsonSerializer.Deserialize<Checkpoint>(document, DataFolderMarker.Json) ?? throw new FormatException("it is empty");
            if (checkpoint.Platform != marker.Platform) throw new FormatException("it is of another platform");

            using var find = new Statement(journal, "SELECT digest FROM facts WHERE stream = (SELECT id FROM streams WHERE name = ?1) AND sequence = ?2");
            damages.AddRange(checkpoint.Compare((stream, sequence) => find.Bind(1, stream).Bind(2, sequence).First(row => row.Blob(0).ToArray()), key));
        }
        catch (Exception e) when (e is JsonException or FormatException or IndexOutOfRangeException or InvalidDataException or OverflowException)
        {
            damages.Add(new(name, $"it cannot be read ({e.Message.TrimEnd('.')})", "Remove it if journal.db is whole; the next is made within a day."));
        }
    }
}
