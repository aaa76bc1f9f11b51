using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using static PublicBuyers.Storage.OpenJournal;

namespace PublicBuyers.Storage;

/// <summary>Whatever a stream is called, it can be proven whole, backed up and restored.</summary>
public sealed class AnyNameOfAStream
{
    private static readonly string[] Odd =
    [
        "room/cpb/general\n", "room/cpb/\n5 0123456789abcdef other", "room/cpb/a\rb", "room/cpb/a\r\nb\n\n", "room/cpb/a\tb\u001b[31m", "room/cpb/\"quoted\"",
        "room/cpb/a\\nb", "room/cpb/\\", "room/a/b/c//", "room/cpb/ spaces  ", "room/cpb/\u2028\u0085", "room/cpb/naïve 🚲", "room/cpb/%0a", "room/cpb/nul\0nul",
    ];

    [Fact]
    public async Task Can_be_verified_backed_up_and_restored()
    {
        await using var open = await Filled(Odd);
        await open.Journal.TakeCheckpoint(open.Folder, Noon);

        open.Verify().ShouldSatisfyAllConditions(
            report => report.Damage.ShouldBeEmpty(),
            report => report.Streams.ShouldBe(Odd.Length),
            report => report.Checkpoints.ShouldBe(2));

        Backup.Make(open.Layout, open.Beside("one.zip"), Noon.AddHours(1));
        var restored = new DataFolderLayout(open.Beside("restored"));
        Restore.Into(restored, open.Beside("one.zip"), Noon.AddHours(2));
        Verification.Of(restored).Damage.ShouldBeEmpty();
        using var folder = DataFolder.Open(restored.Root, Noon.AddHours(2));
        await using var journal = new SqliteJournal(folder);
        foreach (var stream in Odd) (await journal.ReadStream(stream, 0, 10)).Length.ShouldBe(2, stream);
    }

    [Fact]
    public async Task Hides_no_damage()
    {
        await using var open = await Filled(Odd);
        await open.Journal.TakeCheckpoint(open.Folder, Noon);
        await open.Tamper("UPDATE streams SET name = 'room/cpb/general' WHERE name = 'room/cpb/general' || char(10)");

        open.Verify().Damage.ShouldNotBeEmpty();
    }

    /// <summary>The version before wrote names as they are, one to a line.</summary>
    [Fact]
    public async Task Is_understood_in_a_checkpoint_of_the_version_before()
    {
        string[] names = ["room/cpb/energy", "room/cpb/general\n", "room/cpb/notes", "room/cpb/two\n\nlines\n", "room/cpb/with\rreturn"];
        await using var open = await Filled(names);
        await open.Close();
        WriteAsBefore(open);
        open.Open();

        open.Verify().ShouldSatisfyAllConditions(report => report.Damage.ShouldBeEmpty(), report => report.Checkpoints.ShouldBe(1));
        Backup.Make(open.Layout, open.Beside("one.zip"), Noon.AddHours(1)).Position.ShouldBe(names.Length * 2);

        await open.Tamper("UPDATE facts SET digest = zeroblob(32) WHERE position = 2");
        open.Verify().Damage.ShouldContain(damage => damage.What.Contains("written anew", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Is_one_line_where_damage_is_listed()
    {
        await using var open = await Filled(["room/cpb/a\n\u001b[2Jb"]);
        await open.Tamper("UPDATE facts SET payload = x'00' WHERE sequence = 1");

        open.Verify().Damage.ShouldAllBe(damage => !damage.ToString().Any(char.IsControl));
    }

    private static async Task<OpenJournal> Filled(string[] streams)
    {
        var open = new OpenJournal();
        foreach (var stream in streams) await open.Fill(stream, 2);
        return open;
    }

    private static void WriteAsBefore(OpenJournal open)
    {
        var layout = open.Layout;
        using var journal = SqliteFile.Open(layout.Journal, SqliteKind.Journal);
        var platform = JournalMeta.Read(journal, JournalMeta.Platform)!;
        var position = JournalMeta.LastPosition(journal);
        var heads = journal.Rows("SELECT s.name, max(f.sequence), f.digest FROM streams s JOIN facts f ON f.stream = s.id GROUP BY s.id")
            .Select(row => (Stream: row.GetString(0), Sequence: row.GetInt64(1), Digest: Convert.ToHexStringLower(row.GetFieldValue<byte[]>(2))))
            .OrderBy(head => head.Stream, StringComparer.Ordinal).ToList();

        using var packed = new MemoryStream();
        using (var lines = new StreamWriter(new BrotliStream(packed, CompressionLevel.Optimal)))
            foreach (var head in heads) lines.Write(string.Create(CultureInfo.InvariantCulture, $"{head.Sequence} {head.Digest[..16]} {head.Stream}\n"));

        var said = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"checkpoint {platform} {Noon.UtcTicks} {position} {heads.Count}\n"));
        foreach (var head in heads) said.Append(CultureInfo.InvariantCulture, $"{head.Sequence} {head.Digest} {head.Stream}\n");
        var seal = HMACSHA256.HashData(layout.ReadKey(layout.JournalKey).Span, Encoding.UTF8.GetBytes(said.ToString()));
        PrivateFiles.WriteJson(
            Path.Combine(layout.Checkpoints, position.ToString("D19", CultureInfo.InvariantCulture) + ".json"),
            new { platform, at = Noon, position, streams = heads.Count, heads = Convert.ToBase64String(packed.ToArray()), seal = Convert.ToBase64String(seal) });
    }
}
