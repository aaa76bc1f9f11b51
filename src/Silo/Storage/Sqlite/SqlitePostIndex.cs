using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using PublicBuyers.Search;

namespace PublicBuyers.Storage;

/// <summary>The words of posts in views.db. One connection writes, another reads: whoever looks for something does not wait for a room that talks.</summary>
internal sealed class SqlitePostIndex : IPostRows, IPostSearch, IAsyncDisposable
{
    private const string PositionKey = "posts-position";

    private const string EpochKey = "posts-epoch";

    private readonly SqliteConnection writer;
    private readonly SqliteConnection reader;
    private readonly SqliteInTurn writing;
    private readonly SqliteInTurn reading;
    private readonly FollowedUpTo followed;
    private readonly PostRows rows;

    public SqlitePostIndex(DataFolder folder, IJournal journal, TimeProvider time)
    {
        writer = SqliteFile.Open(folder.Layout.Views, SqliteKind.Views);
        reader = SqliteFile.Open(folder.Layout.Views, SqliteKind.Views);
        (writing, reading) = (new(writer, SqliteKind.Views), new(reader, SqliteKind.Views));
        BeginAnewIfRestored(journal);
        rows = new(writer);
        followed = new(journal, time, [StoredPosition()]);
    }

    public Task<long> Position(CancellationToken cancel = default) => Task.FromResult(followed[0]);

    public async Task<long> Write(
        long expected, long position, IReadOnlyList<PostRow> posts, CancellationToken cancel = default)
    {
        var stands = await writing.Use(
            () =>
            {
                using var transaction = writer.BeginTransaction();
                var before = StoredPosition();
                if (before != expected) return before;

                foreach (var post in posts) rows.Put(post);
                SetMeta(PositionKey, position.ToString(CultureInfo.InvariantCulture));
                transaction.Commit();
                return position;
            },
            cancel);
        followed.Move(0, stands);
        return stands;
    }

    public Task<ImmutableArray<FoundPost>> Find(PostQuery query, int most, CancellationToken cancel) => reading.Use(() => Find(query, most), cancel);

    public Task<int> Count(RoomId room, MemberId notBy, PostNumber after, PostNumber before, CancellationToken cancel) => reading.Use(
        () => Convert.ToInt32(
            reader.Scalar(
                "SELECT count(*) FROM posts INDEXED BY posts_by_number WHERE room = $room AND number > $after AND number < $before AND withheld = 0 AND author <> $by",
                ("$room", room.Value), ("$after", after.Value), ("$before", before.Value), ("$by", notBy.Value)),
            CultureInfo.InvariantCulture),
        cancel);

    public Task<ImmutableDictionary<MemberId, int>> CountByAuthor(
        RoomId room,
        PostNumber after,
        PostNumber before,
        CancellationToken cancel
    ) =>
        reading.Use(
            () =>
                reader
                    .Rows(
                        """
                        SELECT author, count(*) FROM posts INDEXED BY posts_by_number
                        WHERE room = $room AND number > $after AND number < $before AND withheld = 0
                        GROUP BY author
                        """,
                        ("$room", room.Value),
                        ("$after", after.Value),
                        ("$before", before.Value)
                    )
                    .ToImmutableDictionary(row => new MemberId(row.GetString(0)), row => row.GetInt32(1)),
            cancel
        );

    public Task<ImmutableArray<FoundPost>> WrittenBy(WrittenQuery query, int most, CancellationToken cancel) =>
        reading.Use(() => WrittenBy(query, most), cancel);

    public Task<WrittenPosts> CountWrittenBy(MemberId author, CommunityId community, CancellationToken cancel) => reading.Use(
        () => reader.Rows(
            $"""
            SELECT coalesce(sum(instr(room, '/~') = 0 AND thread = 0), 0), coalesce(sum(instr(room, '/~') = 0 AND thread > 0), 0),
                coalesce(sum(instr(room, '/~') > 0), 0) {WrittenRows}
            """,
            Written(author, community, isWithheld: false))
            .Select(row => new WrittenPosts(row.GetInt32(0), row.GetInt32(1), row.GetInt32(2)))
            .Single(),
        cancel);

    public Task<PostNumber> LastBefore(RoomId room, DateTimeOffset at, CancellationToken cancel) => reading.Use(
        () => new PostNumber(reader.Scalar(
            "SELECT number FROM posts INDEXED BY posts_by_time WHERE room = $room AND id < $end AND at < $at ORDER BY id DESC LIMIT 1",
            ("$room", room.Value), ("$end", PostRows.FirstIdOf(at) + PostRows.PartsOfIds), ("$at", at.UtcTicks)) as long? ?? 0),
        cancel);

    public Task Settled(CancellationToken cancel) => followed.Settled(cancel);

    public void WhenAwaited(Action<long> hurry) => followed.WhenAwaited(hurry);

    /// <summary>After what is under way. Again: no effect.</summary>
    public async ValueTask DisposeAsync()
    {
        await reading.DisposeAsync();
        await writing.Use(
            () =>
            {
                rows.Dispose();
                return Done.Value;
            },
            CancellationToken.None);
        await writing.DisposeAsync();
    }

    /// <summary>Positions of another epoch mean nothing: what followed them is forgotten, and follows anew.</summary>
    private void BeginAnewIfRestored(IJournal journal)
    {
        var epoch = journal.Epoch.ToString(CultureInfo.InvariantCulture);
        if (Meta(EpochKey) == epoch) return;

        using var transaction = writer.BeginTransaction();
        writer.Run("INSERT INTO post_index (post_index) VALUES ('delete-all')");
        foreach (var table in new[] { "posts", "post_words" }) writer.Run($"DELETE FROM {table}");
        SetMeta(PositionKey, "0");
        SetMeta(EpochKey, epoch);
        transaction.Commit();
    }

    private long StoredPosition() => long.Parse(Meta(PositionKey) ?? "0", CultureInfo.InvariantCulture);

    private string? Meta(string name) => writer.Scalar("SELECT value FROM meta WHERE name = $name", ("$name", name)) as string;

    private void SetMeta(string name, string value) =>
        writer.Run("INSERT INTO meta (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = excluded.value", ("$name", name), ("$value", value));

    /// <summary>Of one author, in rooms and comments of one community; not in threads that it shares.</summary>
    private const string WrittenRows = """
        FROM posts INDEXED BY posts_by_author
            WHERE author = $author AND withheld = $withheld AND room > $first AND room < $end AND instr(room, '/+') = 0
        """;

    /// <summary>Names of rooms begin with the community and a slash; <c>0</c> is the character after that.</summary>
    private static (string, object?)[] Written(MemberId author, CommunityId community, bool isWithheld) =>
    [
        ("$author", author.Value), ("$withheld", isWithheld ? 1 : 0),
        ("$first", community.Value + "/"), ("$end", community.Value + "0"),
    ];

    private ImmutableArray<FoundPost> WrittenBy(WrittenQuery query, int most)
    {
        var after = query.After is not { } last ? long.MinValue : IdOf(last) ?? PostRows.FirstIdOf(last.At);
        return
        [
            .. reader.Rows(
                $"SELECT room, number, at, author, withheld, files, seal {WrittenRows} AND id > $after ORDER BY id LIMIT $most",
                [.. Written(query.Author, query.Community, query.Withheld), ("$after", after), ("$most", most)])
                .Select(FoundIn),
        ];
    }

    private long? IdOf(FoundPost post) =>
        reader.Scalar(
            "SELECT id FROM posts WHERE room = $room AND number = $number",
            ("$room", post.Room.Value), ("$number", post.Number.Value)) as long?;

    private static FoundPost FoundIn(SqliteDataReader row)
    {
        var seal = PostRows.Seal(
            row.GetString(0), row.GetInt64(1), row.GetString(3), row.GetInt64(2), row.GetInt32(4) != 0, row.GetInt32(5));
        return seal == row.GetInt64(6)
            ? new(new RoomId(row.GetString(0)), new PostNumber(row.GetInt64(1)), new DateTimeOffset(row.GetInt64(2), TimeSpan.Zero))
            : throw PostRows.Damaged("posts", row.GetInt64(1));
    }

    private ImmutableArray<FoundPost> Find(PostQuery query, int most)
    {
        var before = query.Before is not { } last
            ? long.MaxValue
            : IdOf(last) ?? PostRows.FirstIdOf(last.At);
        if (query.To is { } to) before = Math.Min(before, PostRows.FirstIdOf(to));

        var (from, id) = query.Words.IsEmpty ? ("posts p", "p.id") : ("post_index i CROSS JOIN posts p ON p.id = i.rowid", "i.rowid");
        var sql = $"""
            SELECT p.room, p.number, p.at, p.author, p.withheld, p.files, p.seal FROM {from}
                WHERE {(query.Words.IsEmpty ? "" : "i.post_index MATCH $words AND ")}{id} >= $from AND {id} < $before
                AND p.withheld = 0 AND (p.room IN (SELECT value FROM json_each($rooms)) OR (instr(p.room, '/~') > 0 AND substr(p.room, 1, instr(p.room, '/') - 1) IN (SELECT value FROM json_each($commented)))) AND ($author IS NULL OR p.author = $author) AND p.files >= $files
                ORDER BY {id} DESC LIMIT $most
            """;
        return
        [
            .. reader.Rows(
                sql,
                ("$words", FullText.All(query.Words)), ("$from", query.From is { } since ? PostRows.FirstIdOf(since) : long.MinValue), ("$before", before),
                ("$rooms", JsonSerializer.Serialize(query.Rooms.Select(room => room.Value))), ("$commented", JsonSerializer.Serialize(query.CommentsOf.IsDefault ? [] : query.CommentsOf.Select(community => community.Value))), ("$author", query.Author?.Value), ("$files", query.HasAttachment ? 1 : 0), ("$most", most))
                .Select(FoundIn),
        ];
    }
}
