using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>Group commit: one thread takes everything that waits, writes it in one transaction, and answers when that is on disk.</summary>
/// <remarks>
/// A write that fails before the commit takes the batch back, and each of it is tried again alone: nobody pays for a neighbour.
/// When the commit itself fails, nobody knows what is on disk: all are told the exception, and read again.
/// </remarks>
internal sealed partial class JournalWriter : IAsyncDisposable
{
    /// <summary>Writes that wait. More wait outside, asynchronously.</summary>
    public const int MostWaiting = 4_096;

    /// <summary>A batch takes no more once it has so many: nobody waits long for others' rows.</summary>
    public const int MostRowsInBatch = 512;

    private readonly Channel<JournalWrite> waiting = Channel.CreateBounded<JournalWrite>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SqliteConnection connection;
    private readonly JournalTables tables;
    private readonly Action<IReadOnlyList<JournalWrite>> committed;
    private readonly ILogger logger;

    /// <param name="committed">Told of each commit, before the writes are answered.</param>
    public JournalWriter(SqliteConnection connection, Action<IReadOnlyList<JournalWrite>> committed, ILogger logger, Action? beforeEach = null)
    {
        (this.connection, this.committed, this.logger) = (connection, committed, logger);
        tables = new JournalTables(connection, beforeEach);
        new Thread(WriteUntilClosed) { IsBackground = true, Name = "journal writer" }.Start();
    }

    /// <param name="cancel">Counts while the write waits to be let in; after that it is answered.</param>
    public async Task<T> Write<T>(JournalWrite<T> write, CancellationToken cancel)
    {
        try
        {
            await waiting.Writer.WriteAsync(write, cancel);
        }
        catch (ChannelClosedException e)
        {
            throw new ObjectDisposedException("The journal is closed.", e);
        }

        return await write.Answer;
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await ended.Task;
    }

    private void WriteUntilClosed()
    {
        try
        {
            var batch = new List<JournalWrite>();
            while (waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                Take(batch);
                WriteTogether(batch);
                batch.Clear();
            }
        }
        finally
        {
            tables.Dispose();
            connection.Dispose();
            ended.SetResult();
        }
    }

    private void Take(List<JournalWrite> batch)
    {
        for (var rows = 0; rows < MostRowsInBatch && waiting.Reader.TryRead(out var write); rows += write.Rows) batch.Add(write);
    }

    private void WriteTogether(List<JournalWrite> batch)
    {
        try
        {
            tables.Begin();
            foreach (var write in batch) write.Do(tables);
        }
        catch (Exception e)
        {
            TakeBack();
            if (batch.Count == 1)
            {
                LogFailed(e, 1);
                batch[0].Failed(e);
                return;
            }

            LogAlone(e, batch.Count);
            foreach (var write in batch) WriteTogether([write]);
            return;
        }

        try
        {
            tables.Commit();
        }
        catch (Exception e)
        {
            TakeBack();
            LogFailed(e, batch.Count);
            foreach (var write in batch) write.Failed(e);
            return;
        }

        if (batch.Exists(write => write.LeavesNoTraces)) EmptyLog();
        committed(batch);
        foreach (var write in batch) write.Stored();
    }

    private void TakeBack()
    {
        tables.Forget();
        try
        {
            tables.RollBack();
        }
        catch (Exception e)
        {
            // The next batch begins by rolling back, and fails too until the disk works again.
            LogFailed(e, 0);
        }
    }

    /// <summary>As far as readers let it, without waiting for them: what is left goes when the log is next emptied.</summary>
    private void EmptyLog() => connection.Run("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000;");

    [LoggerMessage(2001, LogLevel.Error, "The journal could not store {Count} writes")]
    private partial void LogFailed(Exception why, int count);

    [LoggerMessage(2002, LogLevel.Warning, "A batch of {Count} writes failed; each is tried alone")]
    private partial void LogAlone(Exception why, int count);
}
