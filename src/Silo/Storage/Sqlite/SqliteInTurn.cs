using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>A connection with one use at a time, off the caller's scheduler: its queries are short.</summary>
internal sealed class SqliteInTurn(SqliteConnection connection, SqliteKind kind) : IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    public Task<T> Use<T>(Func<T> use, CancellationToken cancel) => InTurn(() => Task.Run(use, cancel), cancel);

    /// <summary>
    /// On the caller's own thread: for callers that have nothing else to do, and statements that do not wait for the disk.
    /// </summary>
    public Task<T> UseHere<T>(Func<T> use, CancellationToken cancel) => InTurn(() => Task.FromResult(use()), cancel);

    /// <summary>After what is under way. Again: no effect.</summary>
    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync();
        await connection.DisposeAsync();
        turn.Release();
    }

    private async Task<T> InTurn<T>(Func<Task<T>> use, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            return await use();
        }
        catch (SqliteException e) when (SqliteFile.IsDamage(e))
        {
            throw SqliteFile.Damaged(connection.DataSource, kind, e);
        }
        catch (SqliteException e) when (WriteTrouble.IsIt(e))
        {
            throw WriteTrouble.Of(e);
        }
        finally
        {
            turn.Release();
        }
    }
}
