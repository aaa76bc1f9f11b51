using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Members;
using static PublicBuyers.Storage.OpenJournal;

namespace PublicBuyers.Storage;

public sealed class TheDirectories
{
    private static readonly CommunityId Vehicles = new("vehicles");
    private static readonly DirectoryRow[] Founded =
    [
        new DirectoryRow.OfCommunity(Vehicles, "Clean vehicles", Communities.Access.Open, "To buy them together"),
        new DirectoryRow.OfRoom(new RoomCard(new(Vehicles, "general"), "General", TopicGroup: false)),
        new DirectoryRow.OfRoom(new RoomCard(new(Vehicles, "buses"), "Buses", TopicGroup: true)),
        new DirectoryRow.OfMembership(Vehicles, Ada, Role.Leader),
        new DirectoryRow.OfMembership(Vehicles, new("bob"), Role.Member),
        new DirectoryRow.OfLastPost(Vehicles, Noon),
        new DirectoryRow.OfMember(new MemberCard(Ada, "Ada Lovelace", "City of London")),
    ];

    [Fact]
    public async Task List_communities_with_their_rooms_and_members()
    {
        await using var open = new OpenJournal();
        await using var directory = Of(open);
        await directory.Write(0, 7, Founded);

        var entry = (await directory.All(CancellationToken.None)).ShouldHaveSingleItem();

        (entry.Community, entry.Name, entry.Access, entry.Goal, entry.Members, entry.LastPostAt).ShouldBe((Vehicles, "Clean vehicles", Communities.Access.Open, "To buy them together", 2, Noon));
        entry.Rooms.Select(room => room.Room.Slug).ShouldBe(["general", "buses"]);
        (await directory.Of(Ada, CancellationToken.None)).ShouldHaveSingleItem().Community.ShouldBe(Vehicles);
        (await directory.Of(new("stranger"), CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Say_the_same_when_rows_are_written_again()
    {
        await using var open = new OpenJournal();
        await using var directory = Of(open);
        for (var time = 0; time < 3; time++) await directory.Write(0, 7, Founded);
        for (var time = 0; time < 2; time++) await directory.Write(0, 8, [new DirectoryRow.OfMembership(Vehicles, new("bob"), null), new DirectoryRow.OfLastPost(Vehicles, Noon.AddHours(-1))]);

        var entry = (await directory.All(CancellationToken.None)).ShouldHaveSingleItem();

        (entry.Members, entry.Rooms.Length, entry.LastPostAt).ShouldBe((1, 2, Noon));
        (await directory.Of(new("bob"), CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_who_waits_to_be_confirmed_the_longest_first()
    {
        await using var open = new OpenJournal();
        await using var directory = Of(open);
        await directory.Write(0, 3, [new DirectoryRow.OfClaim(Ada, MemberKind.Buyer, Noon.AddDays(1)), new DirectoryRow.OfClaim(new("bob"), MemberKind.Supplier, Noon), new DirectoryRow.OfClaim(new("cy"), MemberKind.Supplier, Noon)]);
        await directory.Write(0, 5, [new DirectoryRow.OfClaim(Ada, MemberKind.Institution, Noon.AddDays(2)), new DirectoryRow.OfClaim(new("cy"), null, Noon)]);

        (await directory.Unconfirmed(10, CancellationToken.None)).ShouldBe([new(new("bob"), MemberKind.Supplier, Noon), new(Ada, MemberKind.Institution, Noon.AddDays(2))]);
        (await directory.Unconfirmed(1, CancellationToken.None)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Know_where_something_concerns_whom_whether_they_belong_to_it_or_not()
    {
        await using var open = new OpenJournal();
        await using var directory = Of(open);
        await directory.Write(0, 7, Founded);
        for (var time = 0; time < 2; time++) await directory.Write(0, 8, [new DirectoryRow.OfConcern(new("stranger"), Vehicles)]);

        (await directory.Concerning(new("stranger"), CancellationToken.None)).ShouldHaveSingleItem().Community.ShouldBe(Vehicles);
        (await directory.Concerning(Ada, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Are_sorted_by_name()
    {
        await using var open = new OpenJournal();
        await using var directory = Of(open);
        await directory.Write(0, 1, [.. new[] { "Éclairage", "water", "Digital" }.Select((name, i) => new DirectoryRow.OfCommunity(new($"c{i}"), name, Communities.Access.Open, ""))]);

        (await directory.All(CancellationToken.None)).Select(entry => entry.Name).ShouldBe(["Digital", "Éclairage", "water"]);
    }

    [Fact]
    public async Task Show_a_member_by_the_newest_card_and_not_at_all_without_a_name()
    {
        await using var open = new OpenJournal();
        await using var directory = Of(open);
        (await directory.Cards([Ada], CancellationToken.None)).ShouldBeEmpty();
        await directory.Write(0, 7, Founded);
        (await directory.Cards([Ada, Ada, new("bob")], CancellationToken.None)).ShouldHaveSingleItem().Value.Name.ShouldBe("Ada Lovelace");

        await directory.Write(0, 8, [new DirectoryRow.OfMember(new MemberCard(Ada, "", ""))]);

        (await directory.Cards([Ada], CancellationToken.None)).ShouldBeEmpty();
        await using var again = Of(open);
        (await again.Cards([Ada], CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Settle_when_every_partition_has_followed()
    {
        await using var open = new OpenJournal();
        await open.Fill("room/a/b", 3);
        await using var directory = new SqliteDirectory(open.Folder, open.Journal, 2, TimeProvider.System);

        var settled = directory.Settled(CancellationToken.None);
        await directory.Write(0, 3, []);
        settled.IsCompleted.ShouldBeFalse("the other partition has not");
        await directory.Write(1, 3, []);

        await settled;
        (await directory.Position(1)).ShouldBe(3);
    }

    [Fact]
    public async Task Have_their_follower_hurry_when_somebody_waits()
    {
        await using var open = new OpenJournal();
        await open.Fill("room/a/b", 3);
        await using var directory = Of(open);
        var hurried = new List<long>();
        directory.WhenAwaited(hurried.Add);

        var settled = directory.Settled(CancellationToken.None);
        await directory.Write(0, 3, []);
        await settled;
        await directory.Settled(CancellationToken.None);

        hurried.ShouldBe([3], "the second found nothing to wait for");
    }

    [Fact]
    public async Task Keep_their_place_and_begin_anew_after_a_restore()
    {
        await using var open = new OpenJournal();
        await using (var directory = Of(open)) await directory.Write(0, 7, Founded);
        await using (var directory = Of(open)) (await directory.Position(0)).ShouldBe(7);

        await open.Close();
        using (var journal = SqliteFile.Open(open.Layout.Journal, SqliteKind.Journal)) JournalMeta.BeginNewEpoch(journal, Noon);
        open.Open();

        await using var anew = Of(open);
        (await anew.Position(0)).ShouldBe(0);
        (await anew.All(CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Offer_members_by_any_word_of_their_name()
    {
        await using var open = new OpenJournal();
        await using var directory = Of(open);
        await directory.Write(0, 7, Founded);
        await directory.Write(0, 8,
        [
            Called("ada2", "Ada Lovelace", "Ministry of Łódź"), Called("jose", "José Ángel Łukasz", ""), Called("el", "Ελένη Σίσυφος", ""), Called("bg", "Йордан Иванов", ""), Called("lo", "Lo", ""), Called("love", "Love Lo", ""),
            Called("stranger", "Ada Stranger", ""),
            .. new[] { "ada2", "jose", "el", "bg", "lo", "love" }.Select(member => new DirectoryRow.OfMembership(Vehicles, new(member), Role.Member)),
        ]);

        (await Named("ada")).ShouldBe(["ada", "ada2"], "two of one name, and nobody of elsewhere");
        (await Named("LOVEL")).ShouldBe(["ada", "ada2"]);
        (await Named("angel luk")).ShouldBe(["jose"]);
        (await Named("ελενη")).ShouldBe(["el"]);
        (await Named("ΣΊΣΥΦΟΣ")).ShouldBe(["el"]);
        (await Named("йор")).ShouldBe(["bg"]);
        (await Named("lo")).ShouldBe(["lo", "ada", "ada2", "love"], "who is called exactly so comes first");
        (await Named("ada lovelace of")).ShouldBeEmpty();
        (await Named("")).Count().ShouldBe(7);
        (await Named("", most: 2)).Count().ShouldBe(2);

        await directory.Write(0, 9, [Called("ada", "Augusta King", ""), new DirectoryRow.OfMembership(Vehicles, new("ada2"), null)]);
        (await Named("ada")).ShouldBeEmpty();
        (await Named("king")).ShouldBe(["ada"]);

        async Task<IEnumerable<string>> Named(string typed, int most = 8) => (await directory.Named(Vehicles, typed, most, CancellationToken.None)).Select(card => card.Member.Value).ToList();

        static DirectoryRow Called(string member, string name, string organisation) => new DirectoryRow.OfMember(new MemberCard(new(member), name, organisation));
    }

    [Fact]
    public async Task Of_an_older_server_are_followed_anew()
    {
        await using var open = new OpenJournal();
        await using (var directory = Of(open)) await directory.Write(0, 7, Founded);
        await open.Close();
        using (var views = SqliteFile.Open(open.Layout.Views, SqliteKind.Views))
            views.Run("DROP TABLE post_index; DROP TABLE post_words; DROP TABLE posts; DROP TABLE member_names; DROP TABLE claims; DROP TABLE publications; DROP TABLE publication_participants; DROP TABLE publication_index; DROP TABLE happenings; DROP TABLE waiting_items; DROP TABLE bridges; DROP TABLE administrators; DROP TABLE escalated_items; DROP TABLE closed_communities; DROP TABLE listed_members; DROP TABLE listed_index; DROP TABLE concerns; DROP TABLE member_skeletons; DELETE FROM meta WHERE name LIKE 'posts-%'; DELETE FROM migrations WHERE number >= 2");
        open.Open();

        await using var anew = Of(open);
        (await anew.Position(0)).ShouldBe(0);
        (await anew.All(CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_server_that_did_not_list_administrators_are_followed_anew()
    {
        await using var open = new OpenJournal();
        await using (var directory = Of(open)) await directory.Write(0, 7, Founded);
        await open.Close();
        using (var views = SqliteFile.Open(open.Layout.Views, SqliteKind.Views))
            views.Run("DROP TABLE administrators; DROP TABLE escalated_items; DROP TABLE closed_communities; DROP TABLE listed_members; DROP TABLE listed_index; DROP TABLE concerns; DROP TABLE member_skeletons; DELETE FROM migrations WHERE number >= 7");
        open.Open();

        await using var anew = Of(open);
        (await anew.Position(0)).ShouldBe(0);
        (await anew.All(CancellationToken.None)).ShouldBeEmpty();
    }

    private static SqliteDirectory Of(OpenJournal open) => new(open.Folder, open.Journal, 1, TimeProvider.System);
}
