using PublicBuyers.Testing;
using static PublicBuyers.Storage.OpenJournal;

namespace PublicBuyers.Storage;

public sealed class TheDataFolder : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    private string Root => temporary["data"];

    private DataFolderLayout Layout => new(Root);

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void Is_made_where_there_is_none_and_opened_again_as_it_was()
    {
        DataFolderMarker made;
        using (var folder = DataFolder.Open(Root, Noon, demo: true)) made = folder.Marker;
        using var again = DataFolder.Open(Root, Noon.AddDays(1));

        again.Marker.ShouldBe(made);
        again.IsDemo.ShouldBeTrue();
        foreach (var folder in new[] { Layout.Mail, Layout.Attachments, Layout.Keys, Layout.Checkpoints }) Directory.Exists(folder).ShouldBeTrue(folder);
        again.JournalKey.ToArray().ShouldNotBe(again.SecretsKey.ToArray());
    }

    [Fact]
    public void Of_a_demonstration_is_emptied_and_made_anew()
    {
        using (var folder = DataFolder.Open(Root, Noon, demo: true)) File.WriteAllText(Path.Combine(folder.MailFolder, "a.eml"), "A mail");

        DataFolder.DiscardDemonstration(Root);

        Directory.GetFiles(Root, "*.eml", SearchOption.AllDirectories).ShouldBeEmpty();
        using var fresh = DataFolder.Open(Root, Noon.AddDays(8), demo: true);
        fresh.Made.ShouldBe(Noon.AddDays(8));
    }

    [Fact]
    public void With_real_data_is_never_discarded()
    {
        DataFolderMarker made;
        using (var folder = DataFolder.Open(Root, Noon)) made = folder.Marker;

        Should.Throw<DataFolderException>(() => DataFolder.DiscardDemonstration(Root)).Message.ShouldContain("real data");

        using var again = DataFolder.Open(Root, Noon);
        again.Marker.ShouldBe(made);
    }

    [Fact]
    public void That_somebody_uses_is_not_discarded()
    {
        using var used = DataFolder.Open(Root, Noon, demo: true);

        Should.Throw<DataFolderException>(() => DataFolder.DiscardDemonstration(Root)).Message.ShouldContain("in use");

        File.Exists(Layout.Journal).ShouldBeTrue();
    }

    [Fact]
    public void Foreign_to_this_server_is_not_discarded()
    {
        Directory.CreateDirectory(Root);
        File.WriteAllText(Path.Combine(Root, "thesis.txt"), "Years of work");

        Should.Throw<DataFolderException>(() => DataFolder.DiscardDemonstration(Root));

        File.Exists(Path.Combine(Root, "thesis.txt")).ShouldBeTrue();
    }

    [Fact]
    public void Keeps_its_keys_to_its_owner()
    {
        if (OperatingSystem.IsWindows()) return;

        using var folder = DataFolder.Open(Root, Noon);

        File.GetUnixFileMode(Layout.Keys).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var key in Directory.GetFiles(Layout.Keys)) File.GetUnixFileMode(key).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, key);
    }

    [Fact]
    public void Is_refused_to_a_second_process_which_is_told_who_has_it()
    {
        using var first = DataFolder.Open(Root, Noon);

        Refusal().ShouldContain($"in use by process {Environment.ProcessId}");
    }

    [Fact]
    public void Is_refused_where_a_folder_holds_other_things()
    {
        Directory.CreateDirectory(Root);
        File.WriteAllText(Path.Combine(Root, "thesis.odt"), "years of work");

        Refusal().ShouldContain("no publicbuyers.json");
        File.Exists(Path.Combine(Root, "thesis.odt")).ShouldBeTrue();
    }

    [Fact]
    public void Is_refused_when_its_journal_is_missing()
    {
        Make();
        File.Delete(Layout.Journal);

        Refusal().ShouldSatisfyAllConditions(why => why.ShouldContain("journal.db\" is missing"), why => why.ShouldContain("restore"));
        File.Exists(Layout.Journal).ShouldBeFalse("an empty journal must not take its place");
    }

    [Fact]
    public void Makes_snapshots_and_views_again_when_they_are_missing()
    {
        Make();
        File.Delete(Layout.State);
        File.Delete(Layout.Views);

        DataFolder.Open(Root, Noon).Dispose();

        File.Exists(Layout.State).ShouldBeTrue();
        File.Exists(Layout.Views).ShouldBeTrue();
    }

    [Fact]
    public void Is_refused_without_its_keys()
    {
        Make();
        File.Delete(Layout.SecretsKey);

        Refusal().ShouldContain("secrets.key\" is missing");
    }

    [Fact]
    public void Is_refused_with_the_journal_of_another_platform()
    {
        Make();
        using (var other = DataFolder.Open(temporary["other"], Noon)) { }
        File.Copy(new DataFolderLayout(temporary["other"]).Journal, Layout.Journal, overwrite: true);

        Refusal().ShouldContain("another platform");
    }

    [Fact]
    public void Is_finished_when_making_it_was_cut_short()
    {
        Make();
        File.Move(Layout.Marker, Layout.UnfinishedMarker);
        File.WriteAllBytes(Layout.Journal, [1, 2, 3]);

        using var folder = DataFolder.Open(Root, Noon);

        File.Exists(Layout.UnfinishedMarker).ShouldBeFalse();
    }

    [Fact]
    public void Of_a_newer_format_is_left_to_the_newer_server()
    {
        Make();
        File.WriteAllText(Layout.Marker, File.ReadAllText(Layout.Marker).Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal));

        Refusal().ShouldContain("Start the newer server");
    }

    [Theory]
    [InlineData("UPDATE migrations SET checksum = 'other' WHERE number = 1", "not the one that")]
    [InlineData("INSERT INTO migrations VALUES (9999, '9999-later', 'x', 'x')", "written by a newer server")]
    public void Is_refused_when_its_migrations_are_not_ours(string tampering, string why)
    {
        Make();
        using (var connection = SqliteFile.Open(Layout.Journal, SqliteKind.Journal)) connection.Run(tampering);

        Refusal().ShouldContain(why);
    }

    [Fact]
    public void Applies_each_migration_once_and_in_order()
    {
        using var connection = SqliteFile.Open(MadeFile(), SqliteKind.Views);
        var first = new Migrations.Migration(1, "0001-first", "CREATE TABLE first (id INTEGER);");
        var second = new Migrations.Migration(2, "0002-second", "INSERT INTO first VALUES (1);");

        new Migrations("views.db", first).Apply(connection, "views.db", Noon);
        new Migrations("views.db", second, first).Apply(connection, "views.db", Noon);
        new Migrations("views.db", second, first).Apply(connection, "views.db", Noon);

        connection.Scalar("SELECT count(*) FROM first").ShouldBe(1L);
        connection.Scalar("PRAGMA user_version").ShouldBe(2L);
    }

    private string MadeFile()
    {
        File.WriteAllBytes(temporary["views.db"], []);
        return temporary["views.db"];
    }

    private void Make() => DataFolder.Open(Root, Noon).Dispose();

    private string Refusal() => Should.Throw<DataFolderException>(() => DataFolder.Open(Root, Noon)).Message;
}
