namespace PublicBuyers.Storage;

/// <summary>At start and once a day: forgets old answers, and seals the heads of all streams.</summary>
internal sealed partial class Upkeep(SqliteJournal journal, DataFolder folder, IClock clock, ILogger<Upkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = clock.Now;
            try
            {
                await journal.Prune(now, stoppingToken);
                LogSealed(await journal.TakeCheckpoint(folder, now, stoppingToken));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A full disk, most likely. Nothing is lost by it but a day; the next is tried all the same.
                LogFailed(e);
            }

            await clock.Reaches(now + Period, stoppingToken);
        }
    }

    [LoggerMessage(2010, LogLevel.Information, "The heads of all streams are sealed up to position {Position}")]
    private partial void LogSealed(long position);

    [LoggerMessage(2011, LogLevel.Error, "The daily upkeep of the journal failed")]
    private partial void LogFailed(Exception why);
}
