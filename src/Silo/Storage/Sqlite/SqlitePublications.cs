using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using PublicBuyers.Communities;
using PublicBuyers.Publications;

namespace PublicBuyers.Storage;

/// <summary>What is published, read from views.db by a connection of its own; the directories' follower writes it.</summary>
internal sealed class SqlitePublications : IPublications, IAsyncDisposable
{
    private readonly SqliteDirectory directory;
    private readonly SqliteConnection connection;
    private readonly SqliteInTurn turn;

    public SqlitePublications(DataFolder folder, SqliteDirectory directory)
    {
        (this.directory, connection) = (directory, SqliteFile.Open(folder.Layout.Views, SqliteKind.Views));
        turn = new(connection, SqliteKind.Views);
    }

    public Task<ImmutableArray<PublicationEntry>> Find(PublicationQuery query, int most, CancellationToken cancel) => turn.Use<ImmutableArray<PublicationEntry>>(
        () =>
        [
            .. connection.Rows($"SELECT {Selected} FROM {From(query)} ORDER BY p.published_at DESC, p.number DESC LIMIT $most", [.. Parameters(query), ("$most", most)])
                .Select(PublicationRows.Read)
                .Where(row => MayRead(query, row))
                .Select(row => row.Entry(row.Shown!, row.PublishedAt!.Value, row.RevisedAt!.Value)),
        ],
        cancel);

    public Task<int> Count(PublicationQuery query, CancellationToken cancel) => turn.Use(
        () => Convert.ToInt32(connection.Scalar($"SELECT count(*) FROM {From(query with { Before = null })}", Parameters(query)), CultureInfo.InvariantCulture),
        cancel);

    public Task<ImmutableArray<PublicationEntry>> WrittenBy(MemberId author, int most, CancellationToken cancel) => turn.Use<ImmutableArray<PublicationEntry>>(
        () =>
        [
            .. connection.Rows($"SELECT {PublicationRows.Columns} FROM publications WHERE author = $author ORDER BY written_at DESC LIMIT $most", ("$author", author.Value), ("$most", most))
                .Select(PublicationRows.Read)
                .Select(row => row.Entry(row.Written, row.WrittenAt, row.RevisedAt ?? row.WrittenAt)),
        ],
        cancel);

    public Task Settled(CancellationToken cancel) => directory.Settled(cancel);

    public ValueTask DisposeAsync() => turn.DisposeAsync();

    private static readonly string Selected = "p." + PublicationRows.Columns.Replace(", ", ", p.", StringComparison.Ordinal);

    /// <summary>The one rule, once more for each row: a query that would let too much through lets nothing through.</summary>
    private static bool MayRead(PublicationQuery query, PublicationRows.Row row) =>
        ReaderOf(query, row).CanRead(row.Shown!.Classification) && (!query.OnlyPublic || row.Shown.Classification is Classification.Public);

    private static Reader ReaderOf(PublicationQuery query, PublicationRows.Row row)
    {
        if (query.Reader.Reader is not { } member) return Reader.Anybody;

        var role = query.Reader.Roles.TryGetValue(new PublicationId(row.Id).Community, out var found) ? found : (Role?)null;
        return new(true, role, role is not null && row.Shown!.Participants.Contains(member.Value), role is not null && row.Author == member.Value);
    }

    /// <summary>The same rule in SQL, so that pages are full and counts are true.</summary>
    private static string From(PublicationQuery query) => $"""
        {(HasWords(query) ? "publication_index i CROSS JOIN publications p ON p.number = i.rowid" : "publications p")}
            WHERE {(HasWords(query) ? "i.publication_index MATCH $words AND " : "")}p.shown IS NOT NULL
            AND (p.classification = {(int)Classification.Public} OR (NOT $onlyPublic AND $reader IS NOT NULL AND (
                p.classification = {(int)Classification.Members}
                OR (p.community IN (SELECT value FROM json_each($communities)) AND (
                    p.classification = {(int)Classification.Community}
                    OR p.author = $reader
                    OR (p.classification = {(int)Classification.Participants} AND EXISTS (SELECT 1 FROM publication_participants n WHERE n.publication = p.number AND n.member = $reader))))
                OR (p.community IN (SELECT value FROM json_each($moderated)) AND p.classification IN ({(int)Classification.Participants}, {(int)Classification.Hosts})))))
            AND ($community IS NULL OR p.community = $community) AND ($kind IS NULL OR p.kind = $kind) AND ($author IS NULL OR p.author = $author)
            AND ($at IS NULL OR (p.published_at, p.number) < ($at, (SELECT number FROM publications WHERE id = $before)))
        """;

    private static (string, object?)[] Parameters(PublicationQuery query) =>
    [
        ("$words", HasWords(query) ? FullText.All(query.Words) : null),
        ("$onlyPublic", query.OnlyPublic ? 1 : 0),
        ("$reader", query.Reader.Reader?.Value),
        ("$communities", JsonSerializer.Serialize(query.Reader.Roles.Keys.Select(community => community.Value))),
        ("$moderated", JsonSerializer.Serialize(query.Reader.Roles.Where(each => each.Value is Role.Moderator or Role.Leader).Select(each => each.Key.Value))),
        ("$community", query.Community?.Value),
        ("$kind", (int?)query.Kind),
        ("$author", query.Author?.Value),
        ("$at", query.Before?.At.UtcTicks),
        ("$before", query.Before?.Publication.Value),
    ];

    private static bool HasWords(PublicationQuery query) => !query.Words.IsDefaultOrEmpty;
}
