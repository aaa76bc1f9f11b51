using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>
/// Reads a database without writing beside it. SQLite wants to make an index (<c>-shm</c>) beside a database with a
/// log even to read it, and cannot where the disk is full or mounted read-only.
/// </summary>
internal static class SqliteReading
{
    /// <summary>Opens it to read: by SQLite's own rules where they can be kept, else as it lies there.</summary>
    /// <exception cref="NotStoredException">
    /// It has a log that would have to be played in first, and nothing can be written beside it.
    /// </exception>
    public static SqliteConnection Open(string path, SqliteKind kind)
    {
        try
        {
            return OpenShared(path, kind);
        }
        catch (SqliteException fault) when (WriteTrouble.IsIt(fault))
        {
            if (HasLog(path))
                throw new DiskNotWrittenException(
                    $"\"{path}\" was not closed in order, and SQLite cannot look at it without writing beside it, "
                        + $"where nothing can be "
                        + "written. Make a backup to another disk (`backup FILE`), which only reads here and checks "
                        + "all of it; "
                        + "or make the folder writable.",
                    fault
                );

            return OpenUnchanging(path, kind);
        }
    }

    /// <summary>Copies what is committed to a new file, of which nobody else knows.</summary>
    /// <param name="layout">The folder it lies in.</param>
    /// <exception cref="DataFolderException">
    /// Somebody wrote meanwhile, and nothing can be written beside it.
    /// </exception>
    public static void Copy(DataFolderLayout layout, SqliteKind kind, string copy)
    {
        var path = layout.FileOf(kind);
        SqliteFile.CheckHeader(path, kind);
        PrivateFiles.MakeFile(copy).Dispose();
        try
        {
            using var source = OpenShared(path, kind);
            using var into = SqliteFile.Open(copy, kind);
            source.BackupDatabase(into);
            into.Run("PRAGMA journal_mode = DELETE;");
        }
        catch (SqliteException fault) when (WriteTrouble.IsIt(fault))
        {
            SqliteFile.Delete(copy);
            CopyFiles(layout, path, copy);
            using var into = SqliteFile.Open(copy, kind); // plays the log in
            into.Run("PRAGMA journal_mode = DELETE;");
        }
    }

    /// <summary>
    /// The database and its log as they are: the same as a crash would leave behind, as long as nobody writes.
    /// </summary>
    private static void CopyFiles(DataFolderLayout layout, string path, string copy)
    {
        using var alone = HoldToRead(layout);
        var before = Seen(path);
        foreach (var suffix in new[] { "", "-wal" })
        {
            if (!File.Exists(path + suffix))
                continue;

            using var source = new FileStream(
                path + suffix,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete
            );
            using var target = PrivateFiles.MakeFile(copy + suffix);
            source.CopyTo(target);
        }

        if (before != Seen(path))
            throw new DataFolderException(
                $"\"{path}\" was written to while it was copied. Stop the server, then make the backup again."
            );
    }

    /// <summary>
    /// Keeps a server from starting meanwhile, where the lock is there: a folder that was never started has none.
    /// </summary>
    private static FileStream? HoldToRead(DataFolderLayout layout)
    {
        try
        {
            return File.Exists(layout.Lock)
                ? new FileStream(layout.Lock, FileMode.Open, FileAccess.Read, FileShare.None)
                : null;
        }
        catch (IOException held) when (FileTrouble.IsHeld(held))
        {
            throw new DataFolderException(
                $"A server uses \"{layout.Root}\", and from here its databases cannot be read beside it. "
                    + "Make the backup where the server runs, as the same user; or stop the server.",
                held
            );
        }
    }

    private static (long, DateTime, long, DateTime) Seen(string path)
    {
        var (database, log) = (new FileInfo(path), new FileInfo(path + "-wal"));
        return (
            database.Length,
            database.LastWriteTimeUtc,
            log.Exists ? log.Length : 0,
            log.Exists ? log.LastWriteTimeUtc : default
        );
    }

    private static bool HasLog(string path) => new FileInfo(path + "-wal") is { Exists: true, Length: > 0 };

    /// <summary>With others. The first reading shows whether it can be done.</summary>
    private static SqliteConnection OpenShared(string path, SqliteKind kind)
    {
        var connection = SqliteFile.Open(path, kind, SqliteOpenMode.ReadOnly);
        try
        {
            connection.Scalar("SELECT count(*) FROM sqlite_schema");
            return connection;
        }
        catch (SqliteException fault) when (SqliteFile.IsDamage(fault))
        {
            connection.Dispose();
            throw SqliteFile.Damaged(path, kind, fault);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>As a file that nobody changes: there is no log, and nobody can write beside it.</summary>
    private static SqliteConnection OpenUnchanging(string path, SqliteKind kind) =>
        SqliteFile.Open($"{new Uri(Path.GetFullPath(path)).AbsoluteUri}?immutable=1", kind, SqliteOpenMode.ReadOnly);
}
