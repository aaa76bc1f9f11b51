using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>The head of one stream.</summary>
internal sealed record SealedHead(string Stream, long Sequence, ReadOnlyMemory<byte> Digest);

/// <summary>
/// What the heads of all streams were at a position. A digest chain shows what was changed inside it; this shows that its end is
/// gone, or that all of it was written anew.
/// </summary>
/// <param name="Heads">
/// Base64 of compressed lines: sequence, the beginning of the digest, stream; sorted by stream. They say which stream is damaged.
/// </param>
/// <param name="Seal">Base64 of HMAC-SHA256 with <c>keys/journal.key</c> over everything, with whole digests.</param>
/// <param name="Format">
/// 1 wrote names of streams as they are, line feeds included. 2 writes a line feed as <c>\n</c> and a backslash as <c>\\</c>.
/// </param>
internal sealed record Checkpoint(
    string Platform, DateTimeOffset At, long Position, int Streams, string Heads, string Seal, int Format = Checkpoint.NamesAsTheyAre)
{
    public const int NamesAsTheyAre = 1;
    public const int NamesInOneLine = 2;

    /// <summary>Bytes of a digest in <see cref="Heads"/>: enough to tell which stream differs; that none does is what the seal proves.</summary>
    private const int DigestShown = 8;

    public static Checkpoint Of(string platform, DateTimeOffset at, long position, IReadOnlyList<SealedHead> heads, ReadOnlySpan<byte> key)
    {
        using var packed = new MemoryStream();
        using (var lines = new StreamWriter(new BrotliStream(packed, CompressionLevel.Optimal)))
        {
            foreach (var head in heads)
                lines.Write(string.Create(CultureInfo.InvariantCulture, $"{head.Sequence} {Shown(head)} {InOneLine(head.Stream)}\n"));
        }

        var seal = SealOf(platform, at, position, heads, InOneLine, key);
        return new(platform, at, position, heads.Count, Convert.ToBase64String(packed.ToArray()), Convert.ToBase64String(seal), NamesInOneLine);
    }

    /// <summary>What is wrong with a journal that this is a checkpoint of; nothing when it still holds all this has seen.</summary>
    /// <param name="find">The digest of a fact, if it is there.</param>
    public IEnumerable<Damage> Compare(Func<string, long, byte[]?> find, ReadOnlyMemory<byte> key)
    {
        var found = new List<SealedHead>();
        var differs = false;
        foreach (var (stream, sequence, shown) in ReadHeads())
        {
            if (find(stream, sequence) is not { } digest)
            {
                differs = true;
                yield return Damage.OfStream(stream, $"the checkpoint of {At:u} has seen {sequence} facts, and the last of them is gone");
                continue;
            }

            var head = new SealedHead(stream, sequence, digest);
            found.Add(head);
            if (Shown(head) == shown) continue;

            differs = true;
            yield return Damage.OfStream(stream, $"it was written anew: fact {sequence} is not the one that the checkpoint of {At:u} has seen");
        }

        var seal = SealOf(Platform, At, Position, found, Format >= NamesInOneLine ? InOneLine : name => name, key.Span);
        if (!differs && !CryptographicOperations.FixedTimeEquals(seal, Convert.FromBase64String(Seal)))
            yield return new Damage($"the checkpoint of {At:u}", "its seal does not fit: it was altered, or made with another key", Damage.Restore);
    }

    private IEnumerable<(string Stream, long Sequence, string Shown)> ReadHeads()
    {
        using var text = new StreamReader(new BrotliStream(new MemoryStream(Convert.FromBase64String(Heads)), CompressionMode.Decompress));
        var lines = text.ReadToEnd().Split('\n')[..^1];   // not by ReadLine: names may hold other line ends
        for (var i = 0; i < lines.Length; i++)
        {
            var parts = lines[i].Split(' ', 3);
            var name = parts[2];
            if (Format >= NamesInOneLine) name = AsItIs(name);
            else
                while (i + 1 < lines.Length && !BeginsAHead(lines[i + 1])) name += '\n' + lines[++i];

            yield return (name, long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
        }
    }

    /// <summary>What follows in the older format without this form belongs to the name before.</summary>
    private static bool BeginsAHead(string line) =>
        line.Split(' ', 3) is [var sequence, { Length: DigestShown * 2 } digest, _]
        && sequence.Length > 0 && sequence.All(char.IsAsciiDigit) && digest.All(char.IsAsciiHexDigitLower);

    private static string InOneLine(string name) =>
        name.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);

    private static string AsItIs(string name)
    {
        var read = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '\\' && i + 1 < name.Length) read.Append(name[++i] == 'n' ? '\n' : name[i]);
            else read.Append(name[i]);
        }

        return read.ToString();
    }

    private static string Shown(SealedHead head) => Convert.ToHexStringLower(head.Digest.Span[..DigestShown]);

    private static byte[] SealOf(
        string platform, DateTimeOffset at, long position, IReadOnlyList<SealedHead> heads, Func<string, string> nameOf, ReadOnlySpan<byte> key)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"checkpoint {platform} {at.UtcTicks} {position} {heads.Count}\n")));
        foreach (var head in heads)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{head.Sequence} {Convert.ToHexStringLower(head.Digest.Span)} {nameOf(head.Stream)}\n");
            hash.AppendData(Encoding.UTF8.GetBytes(line));
        }

        return hash.GetHashAndReset();
    }
}

/// <summary>Checkpoints as rows of journal.db, where a backup takes them along.</summary>
internal static class CheckpointRows
{
    /// <summary>The newest so many stay, in journal.db and as files each.</summary>
    public const int Kept = 30;

    /// <summary>Of the facts as one moment shows them; <paramref name="journal"/> must be inside a transaction.</summary>
    public static Checkpoint Take(SqliteConnection journal, DateTimeOffset at, ReadOnlySpan<byte> key)
    {
        var heads = journal.Rows("""
            SELECT s.name, f.sequence, f.digest FROM streams s
              JOIN facts f ON f.stream = s.id AND f.sequence = (SELECT max(sequence) FROM facts WHERE stream = s.id)
            """)
            .Select(row => new SealedHead(row.GetString(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2)))
            .OrderBy(head => head.Stream, StringComparer.Ordinal)
            .ToList();
        return Checkpoint.Of(JournalMeta.Read(journal, JournalMeta.Platform)!, at, JournalMeta.LastPosition(journal), heads, key);
    }

    /// <remarks>The first at a position stays: one made later of the same facts would cover for what happened to them in between.</remarks>
    public static void Put(SqliteConnection journal, Checkpoint checkpoint)
    {
        journal.Run(
            "INSERT INTO checkpoints (position, document) VALUES ($position, $document) ON CONFLICT (position) DO NOTHING",
            ("$position", checkpoint.Position), ("$document", JsonSerializer.Serialize(checkpoint, DataFolderMarker.Json)));
        journal.Run("DELETE FROM checkpoints WHERE position NOT IN (SELECT position FROM checkpoints ORDER BY position DESC LIMIT $kept)", ("$kept", Kept));
    }

    public static IEnumerable<(string Name, string Document)> All(SqliteConnection journal) =>
        journal.Rows("SELECT position, document FROM checkpoints ORDER BY position DESC").Select(row => ($"checkpoint {row.GetInt64(0)} in journal.db", row.GetString(1)));
}

/// <summary>Checkpoints as files beside journal.db, where they notice that it was replaced.</summary>
internal static class CheckpointFiles
{
    private const string Ending = ".json";

    /// <summary>The position stands in the name, so that the newest is found without opening any.</summary>
    /// <remarks>As with the rows, the first at a position stays.</remarks>
    public static void Put(string folder, Checkpoint checkpoint)
    {
        var path = Path.Combine(folder, checkpoint.Position.ToString("D19", CultureInfo.InvariantCulture) + Ending);
        if (!File.Exists(path)) PrivateFiles.WriteJson(path, checkpoint);
        foreach (var old in ByPosition(folder).Skip(CheckpointRows.Kept)) File.Delete(old.Path);
    }

    public static long? NewestPosition(string folder) => ByPosition(folder).Select(file => (long?)file.Position).FirstOrDefault();

    public static IEnumerable<(string Name, string Document)> All(string folder) =>
        ByPosition(folder).Select(file => (Path.Combine("checkpoints", Path.GetFileName(file.Path)), File.ReadAllText(file.Path)));

    private static IEnumerable<(long Position, string Path)> ByPosition(string folder) =>
        from path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + Ending) : []
        let position = long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : -1
        where position >= 0
        orderby position descending
        select (position, path);
}
