using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Live;

/// <summary>Once a second, what changes too often to be told each time: unread counts, and who is here.</summary>
internal sealed partial class Pulse(Feeds feeds, Unread unread, ILogger<Pulse> logger) : BackgroundService
{
    private static readonly TimeSpan Beats = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Beats);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            try
            {
                await feeds.ReportHere();
                await unread.Flush(stopping);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)   // the next beat does the same
            {
                LogFailed(failure);
            }
        }
    }

    [LoggerMessage(3061, LogLevel.Warning, "What passes could not be told and will be tried again")]
    private partial void LogFailed(Exception failure);
}
