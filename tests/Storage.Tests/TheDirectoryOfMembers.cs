using PublicBuyers.Journal;
using PublicBuyers.Members;
using static PublicBuyers.Storage.OpenJournal;

namespace PublicBuyers.Storage;

public sealed class TheDirectoryOfMembers
{
    private static readonly MemberId Bo = new("bo");
    private static readonly MemberId Cy = new("cy");
    private static readonly MemberId Dot = new("dot");
    private static readonly DirectoryRow[] people =
    [
        new DirectoryRow.OfMember(new(Ada, "Élodie Martin", "City of London")),
        new DirectoryRow.OfMember(new(Bo, "bo Lindqvist", "Region of Lakes")),
        new DirectoryRow.OfMember(new(Cy, "Cy Young", "")),
        new DirectoryRow.OfPresentation(Ada, new("BE", ["fr", "en"], ["Green procurement", "BIM"], true)),
        new DirectoryRow.OfPresentation(Bo, new("SE", ["en"], ["Bridges"], true)),
        new DirectoryRow.OfPresentation(Cy, new("BE", [], ["Trams"], true)),
        new DirectoryRow.OfPresentation(Dot, new("BE", ["fr"], ["Has no name yet"], true)),
    ];

    [Fact]
    public async Task Lists_by_name_whoever_asked_to_be_listed_and_has_one()
    {
        await using var open = new OpenJournal();
        await using var directory = await Written(open);
        await using var members = new SqliteListedMembers(open.Folder, directory);

        (await Found(members, new([]))).ShouldBe([Bo, Cy, Ada]);
        (await members.Count(new([]), default)).ShouldBe(3);
        var ada = (await members.Find(new(["elodie"]), 10, default)).ShouldHaveSingleItem();
        (ada.Card, ada.Country).ShouldBe((new MemberCard(Ada, "Élodie Martin", "City of London"), "BE"));
        ada.Languages.ShouldBe(["fr", "en"]);
        ada.Expertise.ShouldBe(["Green procurement", "BIM"]);
    }

    [Fact]
    public async Task Finds_by_beginnings_of_words_by_country_and_by_language()
    {
        await using var open = new OpenJournal();
        await using var directory = await Written(open);
        await using var members = new SqliteListedMembers(open.Folder, directory);

        (await Found(members, new(["lak"]))).ShouldBe([Bo]);
        (await Found(members, new(["gre", "mart"]))).ShouldBe([Ada]);
        (await Found(members, new(["b"]))).ShouldBe([Bo, Ada]);
        (await Found(members, new([], Country: "BE"))).ShouldBe([Cy, Ada]);
        (await Found(members, new([], Language: "en"))).ShouldBe([Bo, Ada]);
        (await Found(members, new(["b"], "BE", "fr"))).ShouldBe([Ada]);
        (await members.Count(new(["b"], "BE", "fr"), default)).ShouldBe(1);
        (await Found(members, new(["\"", "OR", "near("]))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Follows_a_new_name_and_forgets_who_does_not_want_to_be_listed_any_more()
    {
        await using var open = new OpenJournal();
        await using var directory = await Written(open);
        await using var members = new SqliteListedMembers(open.Folder, directory);

        for (var time = 0; time < 2; time++) await directory.Write(0, 8, [new DirectoryRow.OfMember(new(Bo, "Zoë Lindqvist", "Region of Forests")), new DirectoryRow.OfPresentation(Cy, new("BE", [], ["Trams"], false))]);

        (await Found(members, new([]))).ShouldBe([Ada, Bo]);
        (await Found(members, new(["lakes"]))).ShouldBeEmpty();
        (await Found(members, new(["zoe", "forests"]))).ShouldBe([Bo]);
        (await Found(members, new(["trams"]))).ShouldBeEmpty();

        await directory.Write(0, 9, [new DirectoryRow.OfMember(new(Bo, "", ""))]);
        (await Found(members, new([]))).ShouldBe([Ada]);
        (await Found(members, new(["bridges"]))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Reads_on_page_by_page_and_from_the_first_where_the_last_is_gone()
    {
        await using var open = new OpenJournal();
        await using var directory = await Written(open);
        await using var members = new SqliteListedMembers(open.Folder, directory);

        (await Found(members, new([], After: Bo))).ShouldBe([Cy, Ada]);
        (await Found(members, new(["b"], After: Bo))).ShouldBe([Ada]);
        (await members.Count(new([], After: Bo), default)).ShouldBe(3);
        (await Found(members, new([], After: Ada))).ShouldBeEmpty();
        (await Found(members, new([], After: new("nobody")))).ShouldBe([Bo, Cy, Ada]);
    }

    [Fact]
    public async Task Never_serves_a_row_that_is_not_what_was_written()
    {
        await using var open = new OpenJournal();
        await using var directory = await Written(open);
        await using var members = new SqliteListedMembers(open.Folder, directory);
        using (var views = SqliteFile.Open(open.Layout.Views, SqliteKind.Views)) views.Run("UPDATE listed_members SET expertise = '[\"Bribes\"]' WHERE member = 'ada'");

        await Should.ThrowAsync<DataFolderException>(() => members.Find(new([]), 10, default));
    }

    private static async Task<SqliteDirectory> Written(OpenJournal open)
    {
        var directory = new SqliteDirectory(open.Folder, open.Journal, 1, TimeProvider.System);
        await directory.Write(0, 7, people);
        return directory;
    }

    private static async Task<IEnumerable<MemberId>> Found(SqliteListedMembers members, MemberQuery query) => (await members.Find(query, 10, default)).Select(listed => listed.Card.Member);
}
