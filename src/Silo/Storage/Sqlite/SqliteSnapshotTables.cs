using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>Orleans' ADO.NET storage tables in state.db. Its migrations make them; the grain runtime finds its statements there.</summary>
internal sealed class SqliteSnapshotTables(DataFolder folder) : IDisposable
{
    /// <summary>For Orleans' own provider, with <see cref="Invariant"/>.</summary>
    public string ConnectionString { get; } =
        new SqliteConnectionStringBuilder { DataSource = folder.Layout.State, Mode = SqliteOpenMode.ReadWrite, Pooling = true }.ToString();

    /// <summary>Orleans' name for SQLite; it loads Microsoft.Data.Sqlite.</summary>
    public const string Invariant = "System.Data.SQLite";

    /// <summary>Lets go of the pooled handles of the file.</summary>
    public void Dispose()
    {
        using var connection = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(connection);
    }
}
