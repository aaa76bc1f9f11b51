using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Publications;

namespace PublicBuyers.Storage;

/// <summary>What is published, in views.db.</summary>
public sealed class TheListOfPublications
{
    private static readonly DateTimeOffset day = new(2026, 5, 4, 9, 0, 0, TimeSpan.Zero);
    private static readonly CommunityId vehicles = new("vehicles");
    private static readonly PublicationReader member = new(new("mia"), ImmutableDictionary<CommunityId, Role>.Empty.Add(vehicles, Role.Member));

    [Fact]
    public async Task What_is_published_is_found_and_what_is_withdrawn_is_not()
    {
        await using var open = new OpenJournal();
        await using var directory = new SqliteDirectory(open.Folder, open.Journal, 1, TimeProvider.System);
        await using var list = new SqlitePublications(open.Folder, directory);
        var id = new PublicationId(vehicles, new string('a', 32));

        await directory.Write(0, 1, [Writing(id, "Buses", "electric")]);
        (await Titles(list)).ShouldBeEmpty();
        await directory.Write(0, 2, [new DirectoryRow.OfPublishing(id, day)]);
        (await Titles(list)).ShouldBe(["Buses"]);
        (await Titles(list, "electr")).ShouldBe(["Buses"]);
        await directory.Write(0, 3, [Writing(id, "Trams", "rails")]);
        (await Titles(list, "rails")).ShouldBeEmpty();
        (await Titles(list)).ShouldBe(["Buses"]);
        await directory.Write(0, 4, [new DirectoryRow.OfPublicationState(id, PublicationState.Withdrawn)]);
        (await Titles(list)).ShouldBeEmpty();
        (await Titles(list, "electric")).ShouldBeEmpty();
        (await list.WrittenBy(new("ada"), 10, CancellationToken.None)).Single().State.ShouldBe(PublicationState.Withdrawn);
        await directory.Write(0, 5, [new DirectoryRow.OfPublishing(id, day)]);
        (await Titles(list, "rails")).ShouldBe(["Trams"]);
    }

    private static async Task<IEnumerable<string>> Titles(SqlitePublications list, params string[] words)
    {
        var query = new PublicationQuery(member, Words: [.. words]);
        var found = (await list.Find(query, 10, CancellationToken.None)).Select(entry => entry.Title).ToList();
        (await list.Count(query, CancellationToken.None)).ShouldBe(found.Count);
        return found;
    }

    private static DirectoryRow Writing(PublicationId id, string title, params string[] words) =>
        new DirectoryRow.OfWriting(id, new("ada"), day, new(PublicationKind.News, title, "", "", Classification.Community, [], []), [.. words]);
}
