using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using PublicBuyers.Journal;
using PublicBuyers.Members;
using PublicBuyers.Search;

namespace PublicBuyers.Storage;

/// <summary>The directory of members, read from views.db by a connection of its own; the directories' follower writes it.</summary>
internal sealed class SqliteListedMembers : IListedMembers, IAsyncDisposable
{
    public static readonly string[] Tables = ["listed_members", "listed_index"];

    private const string Columns = "l.number, l.member, l.sorted, l.country, l.languages, l.expertise, l.seal, m.name, m.organisation";

    private readonly SqliteDirectory directory;
    private readonly SqliteConnection connection;
    private readonly SqliteInTurn turn;

    public SqliteListedMembers(DataFolder folder, SqliteDirectory directory)
    {
        (this.directory, connection) = (directory, SqliteFile.Open(folder.Layout.Views, SqliteKind.Views));
        turn = new(connection, SqliteKind.Views);
    }

    public static void Put(SqliteConnection connection, DirectoryRow.OfPresentation row)
    {
        if (!row.Presentation.IsListed)
        {
            Forget(connection, row.Member);
            return;
        }

        var known = connection.Scalar("SELECT number FROM listed_members WHERE member = $member", ("$member", row.Member.Value))
            ?? connection.Scalar("SELECT coalesce(max(number), 0) + 1 FROM listed_members");
        var (name, organisation) = NameOf(connection, row.Member);
        List(connection, new(Convert.ToInt64(known, CultureInfo.InvariantCulture), row.Member.Value, name, organisation, row.Presentation.Country, row.Presentation.Languages, row.Presentation.Expertise));
    }

    /// <summary>After the name or the organisation of a member was written.</summary>
    public static void Rename(SqliteConnection connection, MemberId member)
    {
        var (name, organisation) = NameOf(connection, member);
        var listed = connection.Rows("SELECT number, country, languages, expertise FROM listed_members WHERE member = $member", ("$member", member.Value))
            .Select(row => new Row(row.GetInt64(0), member.Value, name, organisation, row.GetString(1), Read(row.GetString(2)), Read(row.GetString(3))))
            .FirstOrDefault();
        if (listed is not null) List(connection, listed);
    }

    public Task<ImmutableArray<ListedMember>> Find(MemberQuery query, int most, CancellationToken cancel) => turn.Use<ImmutableArray<ListedMember>>(
        () =>
        [
            .. connection.Rows($"SELECT {Columns} FROM {From(query)} ORDER BY l.sorted, l.member LIMIT $most", [.. Parameters(query), ("$most", most)]).Select(row =>
            {
                var listed = new Row(row.GetInt64(0), row.GetString(1), row.GetString(7), row.GetString(8), row.GetString(3), Read(row.GetString(4)), Read(row.GetString(5)));
                return listed.Seal() == row.GetInt64(6)
                    ? new ListedMember(new(new(listed.Member), NameAmongListed(listed), listed.Organisation), listed.Country, listed.Languages, listed.Expertise)
                    : throw PostRows.Damaged("listed_members", listed.Number);
            }),
        ],
        cancel);

    private string NameAmongListed(Row listed) =>
        Namesakes.Numbered(listed.Name, Namesakes.NumberOf(connection, new(listed.Member), orListed: true));

    public Task<int> Count(MemberQuery query, CancellationToken cancel) => turn.Use(
        () => Convert.ToInt32(connection.Scalar($"SELECT count(*) FROM {From(query with { After = null })}", Parameters(query with { After = null })), CultureInfo.InvariantCulture),
        cancel);

    public Task Settled(CancellationToken cancel) => directory.Settled(cancel);

    public ValueTask DisposeAsync() => turn.DisposeAsync();

    private static void List(SqliteConnection connection, Row row)
    {
        Forget(connection, new(row.Member));
        connection.Run(
            "INSERT INTO listed_members (number, member, sorted, country, languages, expertise, seal) VALUES ($number, $member, $sorted, $country, $languages, $expertise, $seal)",
            ("$number", row.Number), ("$member", row.Member), ("$sorted", Fold.Of(row.Name)), ("$country", row.Country), ("$languages", Write(row.Languages)), ("$expertise", Write(row.Expertise)), ("$seal", row.Seal()));
        var words = PostWords.Indexed(string.Join(' ', row.Expertise.Prepend(row.Organisation).Prepend(row.Name))).Distinct(StringComparer.Ordinal);
        connection.Run("INSERT INTO listed_index (rowid, words) VALUES ($number, $words)", ("$number", row.Number), ("$words", string.Join(' ', words)));
    }

    private static void Forget(SqliteConnection connection, MemberId member)
    {
        connection.Run("DELETE FROM listed_index WHERE rowid = (SELECT number FROM listed_members WHERE member = $member)", ("$member", member.Value));
        connection.Run("DELETE FROM listed_members WHERE member = $member", ("$member", member.Value));
    }

    private static (string Name, string Organisation) NameOf(SqliteConnection connection, MemberId member) =>
        connection.Rows("SELECT name, organisation FROM members WHERE id = $id", ("$id", member.Value)).Select(row => (row.GetString(0), row.GetString(1))).FirstOrDefault(("", ""));

    /// <summary>Who has no name is in the table and in no answer.</summary>
    private static string From(MemberQuery query) => $"""
        {(query.Words.IsEmpty ? "listed_members l" : "listed_index i CROSS JOIN listed_members l ON l.number = i.rowid")} JOIN members m ON m.id = l.member
            WHERE {(query.Words.IsEmpty ? "" : "i.listed_index MATCH $words AND ")}($country = '' OR l.country = $country)
            AND ($language = '' OR EXISTS (SELECT 1 FROM json_each(l.languages) WHERE value = $language))
            {(query.After is null ? "" : "AND (NOT EXISTS (SELECT 1 FROM listed_members WHERE member = $after) OR (l.sorted, l.member) > (SELECT sorted, member FROM listed_members WHERE member = $after))")}
        """;

    private static (string, object?)[] Parameters(MemberQuery query) =>
    [
        .. query.Words.IsEmpty ? Array.Empty<(string, object?)>() : [("$words", FullText.All(query.Words, eachIsBeginning: true))],
        ("$country", query.Country),
        ("$language", query.Language),
        .. query.After is { } after ? [("$after", after.Value)] : Array.Empty<(string, object?)>(),
    ];

    private static string Write(ImmutableArray<string> all) => JsonSerializer.Serialize(all, FactJson.Options);

    private static ImmutableArray<string> Read(string json) => JsonSerializer.Deserialize<ImmutableArray<string>>(json, FactJson.Options);

    private sealed record Row(long Number, string Member, string Name, string Organisation, string Country, ImmutableArray<string> Languages, ImmutableArray<string> Expertise)
    {
        public long Seal() => ChainDigest.Seal("listed_members", Member, $"{Name}\n{Organisation}\n{Country}", Write(Languages) + Write(Expertise), [], Number);
    }
}
