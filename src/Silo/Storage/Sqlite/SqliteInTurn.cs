using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>A connection with one use at a time, off the caller's scheduler: its queries are short.</summary>
internal sealed class SqliteInTurn(SqliteConnection connection, SqliteKind kind) : IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    public async Task<T> Use<T>(Func<T> use, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            return await Task.Run(use, cancel);
        }
        catch (SqliteException e) when (SqliteFile.IsDamage(e))
        {
            throw SqliteFile.Damaged(connection.DataSource, kind, e);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>After what is under way. Again: no effect.</summary>
    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync();
        await connection.DisposeAsync();
        turn.Release();
    }
}
