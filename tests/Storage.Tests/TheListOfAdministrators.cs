namespace PublicBuyers.Storage;

/// <summary>Who administers, and which queues have come up to them, in views.db.</summary>
public sealed class TheListOfAdministrators
{
    private static readonly CommunityId cpb = new("cpb");

    [Fact]
    public async Task Names_each_once_and_each_queue_as_long_as_something_of_it_is_up()
    {
        await using var open = new OpenJournal();
        await using var directory = new SqliteDirectory(open.Folder, open.Journal, 1, TimeProvider.System);
        await using var administrators = new SqliteAdministrators(open.Folder, directory);
        for (var time = 0; time < 2; time++) await directory.Write(0, 5, [new DirectoryRow.OfAdministrator(new("root")), Up(1, true), Up(2, true)]);

        (await administrators.All(CancellationToken.None)).ShouldBe([new("root")]);
        (await administrators.Queues(CancellationToken.None)).ShouldBe([cpb]);
        await directory.Write(0, 6, [Up(1, false)]);
        (await administrators.Queues(CancellationToken.None)).ShouldBe([cpb]);
        await directory.Write(0, 7, [Up(2, false), Up(3, false)]);
        (await administrators.Queues(CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Names_nobody_who_was_dismissed()
    {
        await using var open = new OpenJournal();
        await using var directory = new SqliteDirectory(open.Folder, open.Journal, 1, TimeProvider.System);
        await using var administrators = new SqliteAdministrators(open.Folder, directory);
        await directory.Write(0, 5, [new DirectoryRow.OfAdministrator(new("root")), new DirectoryRow.OfAdministrator(new("gone"))]);

        for (var time = 0; time < 2; time++) await directory.Write(0, 6, [new DirectoryRow.OfAdministrator(new("gone"), Is: false)]);

        (await administrators.All(CancellationToken.None)).ShouldBe([new("root")]);
    }

    [Fact]
    public async Task A_row_that_somebody_else_wrote_is_not_believed()
    {
        await using var open = new OpenJournal();
        await using var directory = new SqliteDirectory(open.Folder, open.Journal, 1, TimeProvider.System);
        await using var administrators = new SqliteAdministrators(open.Folder, directory);
        using var views = SqliteFile.Open(open.Layout.Views, SqliteKind.Views);
        views.Run("INSERT INTO administrators (member, seal) VALUES ('mallory', 1)");

        (await Should.ThrowAsync<DataFolderException>(() => administrators.All(CancellationToken.None))).Message.ShouldContain("mallory");
    }

    private static DirectoryRow.OfEscalation Up(long number, bool isUp) => new(cpb, new(number), isUp);
}
