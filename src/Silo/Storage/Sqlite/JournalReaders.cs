using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using PublicBuyers.Journal;

namespace PublicBuyers.Storage;

/// <summary>The connections that read the journal, off the caller's scheduler: SQLite itself knows no waiting but blocking.</summary>
internal sealed class JournalReaders(string path) : IAsyncDisposable
{
    /// <summary>Reads at once. More wait, asynchronously.</summary>
    public const int MostReaders = 4;

    private readonly ConcurrentBag<JournalReader> idle = [];
    private readonly SemaphoreSlim free = new(MostReaders);
    private bool closed;

    public Task<T> Read<T>(Func<JournalReader, T> read, CancellationToken cancel) => ReadStream("(all)", read, cancel);

    /// <exception cref="CorruptStreamException">A digest does not fit, or SQLite finds its own file damaged.</exception>
    public async Task<T> ReadStream<T>(string stream, Func<JournalReader, T> read, CancellationToken cancel)
    {
        await free.WaitAsync(cancel);
        try
        {
            ObjectDisposedException.ThrowIf(closed, this);
            return await Task.Run(() => Read(stream, read), cancel);
        }
        finally
        {
            free.Release();
        }
    }

    /// <summary>Reads that are under way are read to their end. Again: no effect.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closed, true)) return;

        for (var reader = 0; reader < MostReaders; reader++) await free.WaitAsync();
        while (idle.TryTake(out var reader)) reader.Dispose();
        free.Release(MostReaders);
    }

    private T Read<T>(string stream, Func<JournalReader, T> read)
    {
        JournalReader? reader = null;
        try
        {
            reader = idle.TryTake(out var used) ? used : new JournalReader(path);
            var result = read(reader);
            idle.Add(reader);
            return result;
        }
        catch (SqliteException e) when (SqliteFile.IsDamage(e))
        {
            reader?.Dispose();
            throw new CorruptStreamException(stream, 0, $"the file journal.db is damaged ({e.Message})");
        }
        catch
        {
            reader?.Dispose();
            throw;
        }
    }
}
