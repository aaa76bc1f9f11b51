using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>One of our three databases: what marks it as ours, and how it is opened.</summary>
/// <param name="Name">Of the file and of its migrations.</param>
/// <param name="ApplicationId">Stands at byte 68 of the file.</param>
/// <param name="IsRebuilt">Missing or moved away it is made again; the journal is not.</param>
/// <param name="Lost">What is not made again with it, in words; nothing where all is.</param>
internal sealed record SqliteKind(string Name, int ApplicationId, string Synchronous, bool IsRebuilt, string Lost = "")
{
    public static readonly SqliteKind Journal = new("journal", 0x50424a31, "FULL", IsRebuilt: false);
    public static readonly SqliteKind State = new("state", 0x50425331, "NORMAL", IsRebuilt: true, "What people have read, mail that waits and stopped addresses are lost with it.");
    public static readonly SqliteKind Views = new("views", 0x50425631, "NORMAL", IsRebuilt: true);

    public string FileName => Name + ".db";

    public string WhatToDo => IsRebuilt
        ? $"Stop the server and move {FileName} away: it is made again from the journal. {Lost}".TrimEnd()
        : "Stop the server and restore the latest backup into an empty folder (`restore`); `verify` lists all damage.";
}

internal static class SqliteFile
{
    private const int HeaderLength = 100;
    private const int ApplicationIdAt = 68;
    private const int NotADatabase = 26;
    private const int Corrupt = 11;

    /// <summary>A reader waits this long for a lock; writers of one file never meet, since each has one connection.</summary>
    private const int BusyMilliseconds = 5_000;

    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    static SqliteFile() => SQLitePCL.Batteries_V2.Init();

    /// <summary>Pooling is off: a pooled handle would keep a file that was moved away.</summary>
    public static string ConnectionString(string path, SqliteOpenMode mode = SqliteOpenMode.ReadWrite) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString();

    public static SqliteConnection Open(string path, SqliteKind kind, SqliteOpenMode mode = SqliteOpenMode.ReadWrite)
    {
        var connection = new SqliteConnection(ConnectionString(path, mode));
        try
        {
            connection.Open();
            connection.Run($"PRAGMA busy_timeout = {BusyMilliseconds}; PRAGMA synchronous = {kind.Synchronous}; PRAGMA secure_delete = ON; PRAGMA foreign_keys = OFF;");
            return connection;
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            connection.Dispose();
            throw Damaged(path, kind, e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes the file whole before it gets its name, and before it turns to write-ahead logging, so that its first page tells whose it is.</summary>
    public static void Make(string path, SqliteKind kind, DateTimeOffset now)
    {
        var unfinished = path + ".unfinished";
        Delete(unfinished);
        PrivateFiles.MakeFile(unfinished).Dispose();
        using (var connection = Open(unfinished, kind))
        {
            connection.Run($"PRAGMA application_id = {kind.ApplicationId};");
            Migrations.Of(kind).Apply(connection, path, now);
            connection.Run("PRAGMA journal_mode = WAL;");
        }

        Delete(path);
        File.Move(unfinished, path);
    }

    /// <summary>With its side files: a log without its database would be played into the next one of that name.</summary>
    public static void Delete(string path)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm", "-journal" }) File.Delete(path + suffix);
    }

    /// <summary>Checks that the file is ours and whole at its head, and brings its tables up to date.</summary>
    public static void Prepare(string path, SqliteKind kind, DateTimeOffset now)
    {
        CheckHeader(path, kind);
        try
        {
            using var connection = Open(path, kind);
            connection.Run("PRAGMA journal_mode = WAL;");
            Migrations.Of(kind).Apply(connection, path, now);
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            throw Damaged(path, kind, e);
        }
    }

    public static void CheckHeader(string path, SqliteKind kind)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        int read;
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            read = file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);

        if (read == 0) throw new DataFolderException($"\"{path}\" is empty. {kind.WhatToDo}");
        if (read < HeaderLength || !header[..Magic.Length].SequenceEqual(Magic)) throw new DataFolderException($"\"{path}\" is not an SQLite database, or its beginning is damaged. {kind.WhatToDo}");

        var application = BinaryPrimitives.ReadInt32BigEndian(header[ApplicationIdAt..]);
        if (application != kind.ApplicationId)
            throw new DataFolderException(string.Create(CultureInfo.InvariantCulture, $"\"{path}\" is an SQLite database of something else (application id {application:x8} instead of {kind.ApplicationId:x8}). {kind.WhatToDo}"));
    }

    public static bool IsDamage(SqliteException e) => e.SqliteErrorCode is NotADatabase or Corrupt;

    public static DataFolderException Damaged(string path, SqliteKind kind, SqliteException cause) =>
        new($"\"{path}\" is damaged ({cause.Message}). {kind.WhatToDo}", cause);
}

internal static class SqliteConnections
{
    public static void Run(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    public static object? Scalar(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(sql, parameters);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    public static IEnumerable<SqliteDataReader> Rows(this SqliteConnection connection, string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = connection.Command(sql, parameters);
        using var reader = command.ExecuteReader();
        while (reader.Read()) yield return reader;
    }

    private static SqliteCommand Command(this SqliteConnection connection, string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
