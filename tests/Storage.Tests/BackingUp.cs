using System.CommandLine;
using System.IO.Compression;
using PublicBuyers.Commands;
using PublicBuyers.Journal;
using static PublicBuyers.Storage.OpenJournal;

namespace PublicBuyers.Storage;

public sealed class BackingUp
{
    private const int Writers = 8;
    private const int FactsEach = 3;

    /// <summary>F19.</summary>
    [Fact]
    public async Task Under_load_keeps_a_prefix_without_half_an_append()
    {
        await using var open = new OpenJournal();
        await File.WriteAllTextAsync(Path.Combine(open.Folder.AttachmentsFolder, "minutes.txt"), "what was agreed");
        using var enough = new CancellationTokenSource();
        var writing = Enumerable.Range(0, Writers).Select(number => Task.Run(async () =>
        {
            for (var head = 0L; !enough.IsCancellationRequested; head += FactsEach)
                await open.Append($"room/net/{number}", head, [.. Enumerable.Repeat(Fact("part of one append"), FactsEach)]);
        })).ToList();

        await open.Journal.WaitBeyond(500, CancellationToken.None);
        var manifest = Backup.Make(open.Layout, open.Beside("one.zip"), Noon.AddHours(1));
        await enough.CancelAsync();
        await Task.WhenAll(writing);

        var restored = new DataFolderLayout(open.Beside("restored"));
        Restore.Into(restored, open.Beside("one.zip"), Noon.AddHours(2)).Position.ShouldBe(manifest.Position);
        using var folder = DataFolder.Open(restored.Root, Noon.AddHours(2));
        await using var journal = new SqliteJournal(folder);

        var kept = await journal.ReadAll(0, int.MaxValue);
        kept.Length.ShouldBe((int)manifest.Position);
        kept.Length.ShouldBeGreaterThanOrEqualTo(500);
        kept.Select(fact => (fact.Stream, fact.Sequence)).ShouldBe((await open.Journal.ReadAll(0, kept.Length)).Select(fact => (fact.Stream, fact.Sequence)));
        foreach (var stream in kept.GroupBy(fact => fact.Stream)) (stream.Count() % FactsEach).ShouldBe(0, stream.Key);
        journal.Epoch.ShouldBeGreaterThan(open.Journal.Epoch);
        (await File.ReadAllTextAsync(Path.Combine(folder.AttachmentsFolder, "minutes.txt"))).ShouldBe("what was agreed");
        folder.SecretsKey.ToArray().ShouldBe(open.Folder.SecretsKey.ToArray());
        Verification.Of(restored).ShouldSatisfyAllConditions(report => report.Damage.ShouldBeEmpty(), report => report.Checkpoints.ShouldBe(2));
    }

    [Fact]
    public async Task Twice_restored_makes_two_epochs()
    {
        await using var open = await BackedUp();

        Restore.Into(new(open.Beside("first")), open.Beside("one.zip"), Noon.AddHours(1));
        Restore.Into(new(open.Beside("second")), open.Beside("one.zip"), Noon.AddHours(2));

        EpochOf(open.Beside("first")).ShouldNotBe(EpochOf(open.Beside("second")));
    }

    [Fact]
    public async Task Restores_into_an_empty_folder_only()
    {
        await using var open = await BackedUp();

        Should.Throw<DataFolderException>(() => Restore.Into(open.Layout, open.Beside("one.zip"), Noon)).Message.ShouldContain("not empty");
        open.Verify().Damage.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("/tmp/outside.txt")]
    [InlineData("keys/../../outside.txt")]
    [InlineData("C:\\outside.txt")]
    [InlineData("unlisted.txt")]
    public async Task Refuses_an_archive_that_holds_more_than_its_manifest_allows(string name)
    {
        await using var open = await BackedUp();
        await using (var zip = await ZipFile.OpenAsync(open.Beside("one.zip"), ZipArchiveMode.Update))
        await using (var entry = await zip.CreateEntry(name).OpenAsync())
        {
            await entry.WriteAsync("surprise"u8.ToArray());
        }

        RefusedRestore(open).ShouldContain("manifest does not allow");
        File.Exists(open.Beside("outside.txt")).ShouldBeFalse();
    }

    [Fact]
    public async Task Refuses_an_archive_whose_files_were_changed()
    {
        await using var open = await BackedUp();
        await using (var zip = await ZipFile.OpenAsync(open.Beside("one.zip"), ZipArchiveMode.Update))
        {
            zip.GetEntry("keys/secrets.key")!.Delete();
            await using var entry = await zip.CreateEntry("keys/secrets.key").OpenAsync();
            await entry.WriteAsync(new byte[32]);
        }

        RefusedRestore(open).ShouldContain("not what was backed up");
    }

    [Fact]
    public async Task Is_not_made_of_a_damaged_journal()
    {
        await using var open = new OpenJournal();
        await open.Fill("room/a/b", 3);
        await open.Tamper("UPDATE facts SET payload = x'00' WHERE sequence = 2");

        Should.Throw<DataFolderException>(() => Backup.Make(open.Layout, open.Beside("one.zip"), Noon)).Message.ShouldContain("no backup was made");
        Directory.GetFileSystemEntries(open.Beside("")).Select(Path.GetFileName).ShouldBe(["data"]);
    }

    [Fact]
    public async Task Takes_no_other_s_place_and_says_what_to_do()
    {
        await using var open = new OpenJournal();
        await File.WriteAllTextAsync(open.Beside("one.zip"), "yesterday's");

        Should.Throw<DataFolderException>(() => Backup.Make(open.Layout, open.Beside("one.zip"), Noon))
            .Message.ShouldEndWith(
                "no backup takes the place of another. "
                    + $"Give a new name, such as \"one-{Noon:yyyy-MM-dd'T'HHmmss}.zip\", or move that one away first.");
        (await File.ReadAllTextAsync(open.Beside("one.zip"))).ShouldBe("yesterday's");
    }

    [Fact]
    public async Task By_command_goes_all_the_way_round()
    {
        await using var open = new OpenJournal();
        await open.Fill("room/a/b", 3);

        Run("backup", open.Beside("one.zip"), "--data", open.Path).ShouldBe(ExitCodes.Done);
        Run("backup", open.Beside("one.zip"), "--data", open.Path).ShouldBe(ExitCodes.Refused, "it exists");
        Run("restore", open.Beside("one.zip"), "--data", open.Beside("restored")).ShouldBe(ExitCodes.Done);
        Run("restore", open.Beside("one.zip"), "--data", open.Beside("restored")).ShouldBe(ExitCodes.Refused, "it is not empty");
        Run("init", "--data", open.Beside("restored")).ShouldBe(ExitCodes.Done);
        Run("verify", "--data", open.Beside("restored")).ShouldBe(ExitCodes.Done);

        using (var connection = SqliteFile.Open(new DataFolderLayout(open.Beside("restored")).Journal, SqliteKind.Journal)) connection.Run("DELETE FROM facts WHERE sequence = 3");
        Run("verify", "--data", open.Beside("restored")).ShouldBe(ExitCodes.Damaged);
        Run("verify", "--data", open.Beside("nowhere")).ShouldBe(ExitCodes.Refused);
        Run("init", "--data", open.Path).ShouldBe(ExitCodes.Refused, "it is in use");
    }

    private static int Run(params string[] arguments)
    {
        var data = CommandLine.Data();
        var root = new RootCommand { InitCommand.Create(data, TimeProvider.System), VerifyCommand.Create(data), BackupCommand.Create(data, TimeProvider.System), RestoreCommand.Create(data, TimeProvider.System) };
        return root.Parse(arguments).Invoke(new InvocationConfiguration { Output = TextWriter.Null, Error = TextWriter.Null });
    }

    private static async Task<OpenJournal> BackedUp()
    {
        var open = new OpenJournal();
        await open.Fill("room/a/b", 3);
        Backup.Make(open.Layout, open.Beside("one.zip"), Noon);
        return open;
    }

    private static string RefusedRestore(OpenJournal open)
    {
        var target = new DataFolderLayout(open.Beside("restored"));
        var why = Should.Throw<DataFolderException>(() => Restore.Into(target, open.Beside("one.zip"), Noon)).Message;
        Directory.Exists(target.Root).ShouldBeFalse("nothing is left behind");
        return why;
    }

    private static long EpochOf(string folder)
    {
        using var journal = SqliteFile.Open(new DataFolderLayout(folder).Journal, SqliteKind.Journal);
        return JournalMeta.ReadEpoch(journal);
    }
}
