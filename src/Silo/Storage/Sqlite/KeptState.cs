using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>
/// The part of <c>state.db</c> that goes into a backup: how far everybody has read, which mails have been sent or given up, and which
/// addresses are refused. Snapshots are a cache, and mail that waits is left out: it has mostly been sent by the time of a restore.
/// </summary>
internal static class KeptState
{
    /// <summary>Each table with the rows that are kept of it.</summary>
    private static readonly (string Table, string Rows)[] Kept = [("marks", "1"), ("outbox", "state <> 0"), ("stopped", "1")];

    public static void Copy(DataFolderLayout layout, DataFolderLayout copy, DateTimeOffset now)
    {
        if (!File.Exists(layout.State)) return;

        // Of a copy: to attach a database with a log means to write beside it.
        var whole = copy.State + ".whole";
        SqliteReading.Copy(layout, SqliteKind.State, whole);
        SqliteFile.Make(copy.State, SqliteKind.State, now);
        using var into = SqliteFile.Open(copy.State, SqliteKind.State);
        into.Run("PRAGMA journal_mode = DELETE;");
        into.Run("ATTACH DATABASE $path AS source", ("$path", whole));
        using (var transaction = into.BeginTransaction())
        {
            foreach (var (table, rows) in Kept)
            {
                var columns = string.Join(", ", Columns(into, "main", table).Intersect(Columns(into, "source", table), StringComparer.Ordinal));
                if (columns.Length > 0) into.Run($"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM source.{table} WHERE {rows}");
            }

            transaction.Commit();
        }

        into.Run("DETACH DATABASE source");
        SqliteFile.Delete(whole);
    }

    /// <summary>A server of the version before has perhaps fewer.</summary>
    private static List<string> Columns(SqliteConnection connection, string schema, string table) =>
        [.. connection.Rows($"SELECT name FROM pragma_table_info('{table}', '{schema}')").Select(row => row.GetString(0))];
}
