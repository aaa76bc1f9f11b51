using System.Diagnostics;
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
    private volatile NotStoredException? trouble;

    /// <param name="committed">Told of each commit, before the writes are answered.</param>
    public JournalWriter(SqliteConnection connection, Action<IReadOnlyList<JournalWrite>> committed, ILogger logger, Action? beforeEach = null)
    {
        (this.connection, this.committed, this.logger) = (connection, committed, logger);
        tables = new JournalTables(connection, beforeEach);
        new Thread(WriteUntilClosed) { IsBackground = true, Name = "journal writer" }.Start();
    }

    /// <summary>Why the newest write could not be stored, where nothing can be written; none again after one that could.</summary>
    public NotStoredException? Trouble => trouble;

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
        var began = Stopwatch.GetTimestamp();
        try
        {
            RefuseMoved();
            tables.Begin();
            foreach (var write in batch) write.Do(tables);
        }
        catch (Exception e)
        {
            TakeBack();
            if (batch.Count == 1)
            {
                Fail(batch, e);
                return;
            }

            if (WriteTrouble.Of(e) is not NotStoredException) LogAlone(e, batch.Count);
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
            Fail(batch, e);
            return;
        }

        if (trouble is not null)
        {
            trouble = null;
            LogWorksAgain();
        }

        Telemetry.Commits.Record(Telemetry.Since(began));
        if (batch.Exists(write => write.LeavesNoTraces)) EmptyLog();
        committed(batch);
        foreach (var write in batch) write.Stored();
    }

    /// <summary>
    /// SQLite would go on writing to a file that was moved away or deleted, and nobody would ever read it again.
    /// </summary>
    private void RefuseMoved()
    {
        if (!File.Exists(connection.DataSource))
            throw new DiskNotWrittenException(FolderRights.IsMissing(connection.DataSource));
    }

    /// <summary>A full disk fails every write there is: it is logged once, and once more when it is over.</summary>
    private void Fail(List<JournalWrite> batch, Exception cause)
    {
        var fault = WriteTrouble.Of(cause);
        if (fault is not NotStoredException unwritten) LogFailed(cause, batch.Count);
        else
        {
            if (trouble is null) LogTrouble(unwritten.Message);
            trouble = unwritten;
        }

        Telemetry.NotStored.Add(batch.Count);
        foreach (var write in batch) write.Failed(fault);
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

    /// <summary>As far as readers and the disk let it, without waiting for them: what is left goes when the log is next emptied.</summary>
    private void EmptyLog()
    {
        try
        {
            connection.Run("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000;");
        }
        catch (SqliteException e)
        {
            LogNotEmptied(e);   // what was asked is stored all the same
        }
    }

    [LoggerMessage(2001, LogLevel.Error, "The journal could not store {Count} writes")]
    private partial void LogFailed(Exception why, int count);

    [LoggerMessage(2003, LogLevel.Error, "{Why} Requests that write are refused until it works again; reading goes on")]
    private partial void LogTrouble(string why);

    [LoggerMessage(2004, LogLevel.Information, "The journal can be written again")]
    private partial void LogWorksAgain();

    [LoggerMessage(2005, LogLevel.Warning, "The database's log could not be emptied; erased texts stay in it until it is")]
    private partial void LogNotEmptied(Exception why);

    [LoggerMessage(2002, LogLevel.Warning, "A batch of {Count} writes failed; each is tried alone")]
    private partial void LogAlone(Exception why, int count);
}
