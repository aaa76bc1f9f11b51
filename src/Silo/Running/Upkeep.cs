using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>Once a day, and at every start: old answers to requests go, and a checkpoint of all stream heads is written.</summary>
internal sealed partial class Upkeep(SqliteJournal journal, IClock clock, ILogger<Upkeep> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await journal.Prune(clock.Now, stoppingToken);
                await journal.Checkpoint(clock.Now, stoppingToken);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                LogFailed(failed);
            }

            await Task.WhenAny(clock.Reaches(clock.Now + Every, stoppingToken));
        }
    }

    [LoggerMessage(1201, LogLevel.Error, "The daily upkeep failed; it is tried again tomorrow")]
    private partial void LogFailed(Exception why);
}
