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
    /// <summary>What makes an id unique among the posts of a millisecond, in bits; those of one room keep their order.</summary>
    private const int IdBits = 20;

    private const int PartsOfIds = 1 << IdBits;

    private const string PositionKey = "posts-position";

    private const string EpochKey = "posts-epoch";

    private readonly SqliteConnection writer;
    private readonly SqliteConnection reader;
    private readonly SqliteInTurn writing;
    private readonly SqliteInTurn reading;
    private readonly FollowedUpTo followed;

    public SqlitePostIndex(DataFolder folder, IJournal journal, TimeProvider time)
    {
        writer = SqliteFile.Open(folder.Layout.Views, SqliteKind.Views);
        reader = SqliteFile.Open(folder.Layout.Views, SqliteKind.Views);
        (writing, reading) = (new(writer), new(reader));
        BeginAnewIfRestored(journal);
        followed = new(journal, time, [long.Parse(Meta(PositionKey) ?? "0", CultureInfo.InvariantCulture)]);
    }

    public Task<long> Position(CancellationToken cancel = default) => Task.FromResult(followed[0]);

    public async Task Write(long position, IReadOnlyList<PostRow> rows, CancellationToken cancel = default)
    {
        await writing.Use(
            () =>
            {
                using var transaction = writer.BeginTransaction();
                foreach (var row in rows) Write(row);
                SetMeta(PositionKey, position.ToString(CultureInfo.InvariantCulture));
                transaction.Commit();
                return Done.Value;
            },
            cancel);
        followed.Move(0, position);
    }

    public Task<ImmutableArray<FoundPost>> Find(PostQuery query, int most, CancellationToken cancel) => reading.Use(() => Find(query, most), cancel);

    public Task<int> Count(RoomId room, MemberId notBy, PostNumber after, PostNumber before, CancellationToken cancel) => reading.Use(
        () => Convert.ToInt32(
            reader.Scalar(
                "SELECT count(*) FROM posts INDEXED BY posts_by_number WHERE room = $room AND number > $after AND number < $before AND withheld = 0 AND author <> $by",
                ("$room", room.Value), ("$after", after.Value), ("$before", before.Value), ("$by", notBy.Value)),
            CultureInfo.InvariantCulture),
        cancel);

    public Task<PostNumber> LastBefore(RoomId room, DateTimeOffset at, CancellationToken cancel) => reading.Use(
        () => new PostNumber(reader.Scalar(
            "SELECT number FROM posts INDEXED BY posts_by_time WHERE room = $room AND id < $end AND at < $at ORDER BY id DESC LIMIT 1",
            ("$room", room.Value), ("$end", FirstIdOf(at) + PartsOfIds), ("$at", at.UtcTicks)) as long? ?? 0),
        cancel);

    public Task Settled(CancellationToken cancel) => followed.Settled(cancel);

    /// <summary>After what is under way. Again: no effect.</summary>
    public async ValueTask DisposeAsync()
    {
        await reading.DisposeAsync();
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

    private string? Meta(string name) => writer.Scalar("SELECT value FROM meta WHERE name = $name", ("$name", name)) as string;

    private void SetMeta(string name, string value) =>
        writer.Run("INSERT INTO meta (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = excluded.value", ("$name", name), ("$value", value));

    private void Write(PostRow post)
    {
        var id = writer.Scalar("SELECT id FROM posts WHERE room = $room AND number = $number", ("$room", post.Room.Value), ("$number", post.Number.Value)) as long? ?? FreeId(post);
        writer.Run(
            """
            INSERT INTO posts (id, room, number, author, at, thread, withheld, files, seal) VALUES ($id, $room, $number, $author, $at, $thread, $withheld, $files, $seal)
                ON CONFLICT (id) DO UPDATE SET author = excluded.author, at = excluded.at, thread = excluded.thread, withheld = excluded.withheld, files = excluded.files, seal = excluded.seal
            """,
            ("$id", id), ("$room", post.Room.Value), ("$number", post.Number.Value), ("$author", post.Author.Value), ("$at", post.At.UtcTicks),
            ("$thread", post.Thread?.Value), ("$withheld", post.IsWithheld ? 1 : 0), ("$files", post.Files),
            ("$seal", Seal(post.Room.Value, post.Number.Value, post.Author.Value, post.At.UtcTicks, post.IsWithheld, post.Files)));

        Index(id, string.Join(' ', post.Words));
    }

    /// <summary>What the index knew is taken out with the very words it was told: nothing of them stays in the file.</summary>
    private void Index(long id, string words)
    {
        if (WordsOf(id) is { } before)
        {
            if (before == words) return;

            writer.Run("INSERT INTO post_index (post_index, rowid, words) VALUES ('delete', $id, $words)", ("$id", id), ("$words", before));
            writer.Run("DELETE FROM post_words WHERE id = $id", ("$id", id));
        }

        if (words.Length == 0) return;

        writer.Run("INSERT INTO post_words (id, words, seal) VALUES ($id, $words, $seal)", ("$id", id), ("$words", words), ("$seal", ChainDigest.Seal("post-words", words, "", "", [], id)));
        writer.Run("INSERT INTO post_index (rowid, words) VALUES ($id, $words)", ("$id", id), ("$words", words));
    }

    private string? WordsOf(long id) =>
        writer.Rows("SELECT words, seal FROM post_words WHERE id = $id", ("$id", id))
            .Select(row => ChainDigest.Seal("post-words", row.GetString(0), "", "", [], id) == row.GetInt64(1) ? row.GetString(0) : throw Damaged("post_words", id))
            .FirstOrDefault();

    private long FreeId(PostRow post)
    {
        var id = FirstIdOf(post.At) + (long)((StableHash.Of(post.Room.Value) + (ulong)post.Number.Value) % PartsOfIds);
        while (writer.Scalar("SELECT 1 FROM posts WHERE id = $id", ("$id", id)) is not null) id++;
        return id;
    }

    private static long FirstIdOf(DateTimeOffset at) => at.ToUnixTimeMilliseconds() * PartsOfIds;

    private ImmutableArray<FoundPost> Find(PostQuery query, int most)
    {
        var before = query.Before is not { } last
            ? long.MaxValue
            : reader.Scalar("SELECT id FROM posts WHERE room = $room AND number = $number", ("$room", last.Room.Value), ("$number", last.Number.Value)) as long? ?? FirstIdOf(last.At);
        if (query.To is { } to) before = Math.Min(before, FirstIdOf(to));

        var (from, id) = query.Words.IsEmpty ? ("posts p", "p.id") : ("post_index i CROSS JOIN posts p ON p.id = i.rowid", "i.rowid");
        var sql = $"""
            SELECT p.room, p.number, p.at, p.author, p.withheld, p.files, p.seal FROM {from}
                WHERE {(query.Words.IsEmpty ? "" : "i.post_index MATCH $words AND ")}{id} >= $from AND {id} < $before
                AND p.withheld = 0 AND p.room IN (SELECT value FROM json_each($rooms)) AND ($author IS NULL OR p.author = $author) AND p.files >= $files
                ORDER BY {id} DESC LIMIT $most
            """;
        return
        [
            .. reader.Rows(
                sql,
                ("$words", WordsAsked(query.Words)), ("$from", query.From is { } since ? FirstIdOf(since) : long.MinValue), ("$before", before),
                ("$rooms", JsonSerializer.Serialize(query.Rooms.Select(room => room.Value))), ("$author", query.Author?.Value), ("$files", query.HasAttachment ? 1 : 0), ("$most", most))
                .Select(row =>
                {
                    if (Seal(row.GetString(0), row.GetInt64(1), row.GetString(3), row.GetInt64(2), row.GetInt32(4) != 0, row.GetInt32(5)) != row.GetInt64(6)) throw Damaged("posts", row.GetInt64(1));
                    return new FoundPost(new RoomId(row.GetString(0)), new PostNumber(row.GetInt64(1)), new DateTimeOffset(row.GetInt64(2), TimeSpan.Zero));
                }),
        ];
    }

    /// <summary>Every word in quotes: what people type is never an operator.</summary>
    private static string WordsAsked(ImmutableArray<string> words) => string.Join(' ', words.Select(word => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + "*";

    private static long Seal(string room, long number, string author, long at, bool withheld, int files) =>
        ChainDigest.Seal("post", room, author, string.Create(CultureInfo.InvariantCulture, $"{number}/{withheld}/{files}"), [], at);

    private static DataFolderException Damaged(string table, long row) =>
        new(string.Create(CultureInfo.InvariantCulture, $"\"{SqliteKind.Views.FileName}\" is damaged: row {row} of {table} is not what was written. {SqliteKind.Views.WhatToDo}"));
}
