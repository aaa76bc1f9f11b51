using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>Writes posts and their words into views.db, with statements that are prepared once: after a restore there may be a million of them.</summary>
internal sealed class PostRows(SqliteConnection connection) : IDisposable
{
    /// <summary>What makes an id unique among the posts of a millisecond; those of one room keep their order.</summary>
    public const int PartsOfIds = 1 << 20;

    private readonly Statement find = new(connection, "SELECT id FROM posts WHERE room = ?1 AND number = ?2");
    private readonly Statement isTaken = new(connection, "SELECT 1 FROM posts WHERE id = ?1");
    private readonly Statement put = new(
        connection,
        """
        INSERT INTO posts (id, room, number, author, at, thread, withheld, files, seal) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT (id) DO UPDATE SET author = excluded.author, at = excluded.at, thread = excluded.thread, withheld = excluded.withheld, files = excluded.files, seal = excluded.seal
        """);
    private readonly Statement words = new(connection, "SELECT words, seal FROM post_words WHERE id = ?1");
    private readonly Statement forget = new(connection, "INSERT INTO post_index (post_index, rowid, words) VALUES ('delete', ?1, ?2)");
    private readonly Statement remove = new(connection, "DELETE FROM post_words WHERE id = ?1");
    private readonly Statement keep = new(connection, "INSERT INTO post_words (id, words, seal) VALUES (?1, ?2, ?3)");
    private readonly Statement index = new(connection, "INSERT INTO post_index (rowid, words) VALUES (?1, ?2)");

    /// <summary>Every later post has a greater one.</summary>
    public static long FirstIdOf(DateTimeOffset at) => at.ToUnixTimeMilliseconds() * PartsOfIds;

    public static long Seal(string room, long number, string author, long at, bool withheld, int files) =>
        ChainDigest.Seal("post", room, author, string.Create(CultureInfo.InvariantCulture, $"{number}/{withheld}/{files}"), [], at);

    public static DataFolderException Damaged(string table, long row) =>
        new(string.Create(CultureInfo.InvariantCulture, $"\"{SqliteKind.Views.FileName}\" is damaged: row {row} of {table} is not what was written. {SqliteKind.Views.WhatToDo}"));

    public void Put(PostRow post)
    {
        var known = find.Bind(1, post.Room.Value).Bind(2, post.Number.Value).First(row => (long?)row.Int64(0));
        var id = known ?? FreeId(post);
        put.Bind(1, id).Bind(2, post.Room.Value).Bind(3, post.Number.Value).Bind(4, post.Author.Value).Bind(5, post.At.UtcTicks)
            .Bind(6, post.Thread?.Value ?? 0).Bind(7, post.IsWithheld ? 1 : 0).Bind(8, post.Files)
            .Bind(9, Seal(post.Room.Value, post.Number.Value, post.Author.Value, post.At.UtcTicks, post.IsWithheld, post.Files))
            .Run();

        Index(id, string.Join(' ', post.Words), isNew: known is null);
    }

    public void Dispose()
    {
        foreach (var statement in new[] { find, isTaken, put, words, forget, remove, keep, index }) statement.Dispose();
    }

    /// <summary>What the index knew is taken out with the very words it was told: nothing of them stays in the file.</summary>
    private void Index(long id, string said, bool isNew)
    {
        if (!isNew && WordsOf(id) is { } before)
        {
            if (before == said) return;

            forget.Bind(1, id).Bind(2, before).Run();
            remove.Bind(1, id).Run();
        }

        if (said.Length == 0) return;

        keep.Bind(1, id).Bind(2, said).Bind(3, SealOf(id, said)).Run();
        index.Bind(1, id).Bind(2, said).Run();
    }

    private string? WordsOf(long id) => words.Bind(1, id).First(row => SealOf(id, row.Text(0)) == row.Int64(1) ? row.Text(0) : throw Damaged("post_words", id));

    private static long SealOf(long id, string said) => ChainDigest.Seal("post-words", said, "", "", [], id);

    private long FreeId(PostRow post)
    {
        var id = FirstIdOf(post.At) + (long)((Journal.StableHash.Of(post.Room.Value) + (ulong)post.Number.Value) % PartsOfIds);
        while (isTaken.Bind(1, id).First(_ => true)) id++;
        return id;
    }
}
