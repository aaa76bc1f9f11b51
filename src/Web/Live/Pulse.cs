using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Live;

/// <summary>Once a second, what changes too often to be told each time: unread counts, and who is here.</summary>
internal sealed partial class Pulse(Feeds feeds, Unread unread, ILogger<Pulse> logger) : BackgroundService
{
    private static readonly TimeSpan Beats = TimeSpan.FromSeconds(1);

    private readonly Troubles troubles = new();

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Beats);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            try
            {
                await feeds.ReportHere();
                await unread.Flush(stopping);
                if (troubles.OverAfter(this) is > 0 and var failures) LogWorksAgain(failures);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)   // the next beat does the same
            {
                if (troubles.IsNew(this, failure)) LogFailed(failure);
            }
        }
    }

    [LoggerMessage(
        3061,
        LogLevel.Warning,
        "Unread counts and who is here could not be told. It is tried every second; further failures are "
            + "counted and not logged")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(3062, LogLevel.Information, "Unread counts and who is here are told again, after {Failures} "
        + "failures")]
    private partial void LogWorksAgain(long failures);
}
