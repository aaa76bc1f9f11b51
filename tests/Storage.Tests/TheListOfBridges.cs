using PublicBuyers.Journal;
using static PublicBuyers.Storage.OpenJournal;

namespace PublicBuyers.Storage;

public sealed class TheListOfBridges
{
    private static readonly CommunityId Ai = new("ai");
    private static readonly CommunityId Cfit = new("cfit");
    private static readonly CommunityId Cpb = new("cpb");

    [Fact]
    public async Task Finds_each_from_both_sides_and_once()
    {
        await using var open = new OpenJournal();
        await using var directory = Directory(open);
        await using var bridges = new SqliteBridges(open.Folder, directory);
        for (var time = 0; time < 2; time++) await directory.Write(0, 5, [new DirectoryRow.OfBridge(new(Cpb, Ai)), new DirectoryRow.OfBridge(new(Cpb, Cfit))]);

        (await bridges.Of([Ai], CancellationToken.None)).ShouldBe([new(Ai, Cpb)]);
        (await bridges.Of([Cpb], CancellationToken.None)).ShouldBe([new(Ai, Cpb), new(Cfit, Cpb)]);
        (await bridges.Of([Ai, Cpb, Cfit], CancellationToken.None)).ShouldBe([new(Ai, Cpb), new(Cfit, Cpb)]);
        (await bridges.Of([new("elsewhere")], CancellationToken.None)).ShouldBeEmpty();
        (await bridges.Of([], CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_empty_after_a_restore_until_it_has_followed()
    {
        await using var open = new OpenJournal();
        await using (var directory = Directory(open)) await directory.Write(0, 5, [new DirectoryRow.OfBridge(new(Cpb, Ai))]);
        await open.Close();
        using (var journal = SqliteFile.Open(open.Layout.Journal, SqliteKind.Journal)) JournalMeta.BeginNewEpoch(journal, Noon);
        open.Open();

        await using var anew = Directory(open);
        await using var bridges = new SqliteBridges(open.Folder, anew);
        (await bridges.Of([Ai], CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Says_so_when_a_row_is_not_what_was_written()
    {
        await using var open = new OpenJournal();
        await using var directory = Directory(open);
        await using var bridges = new SqliteBridges(open.Folder, directory);
        await directory.Write(0, 5, [new DirectoryRow.OfBridge(new(Cpb, Ai))]);
        using (var views = SqliteFile.Open(open.Layout.Views, SqliteKind.Views)) views.Run("UPDATE bridges SET bridge = 'ai+elsewhere' WHERE community = 'ai'");

        await Should.ThrowAsync<DataFolderException>(() => bridges.Of([Ai], CancellationToken.None));
    }

    private static SqliteDirectory Directory(OpenJournal open) => new(open.Folder, open.Journal, 1, TimeProvider.System);
}
