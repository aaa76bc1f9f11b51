using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;

namespace PublicBuyers.Running;

/// <summary>
/// Tells systemd that the server is ready or stops, and, where the unit has a watchdog, that its grains answer. Not
/// run by systemd: does nothing.
/// </summary>
internal sealed partial class ServiceManager(
    ISystemdNotifier systemd,
    IHostApplicationLifetime host,
    IGrainFactory grains,
    TimeProvider time,
    ILogger<ServiceManager> logger
) : BackgroundService
{
    private const string Interval = "WATCHDOG_USEC";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!systemd.IsEnabled)
            return;

        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.ApplicationStarted.Register(() =>
        {
            systemd.Notify(ServiceState.Ready);
            started.TrySetResult();
        });
        host.ApplicationStopping.Register(() => systemd.Notify(ServiceState.Stopping));
        var given = Environment.GetEnvironmentVariable(Interval);
        if (!long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds))
            return;

        // Twice in the time that the unit gives, as systemd advises.
        var period = TimeSpan.FromMicroseconds(Math.Max(microseconds / 2, 1_000));
        await started.Task.WaitAsync(stoppingToken);   // until then systemd waits for the start, and for no beat
        using var timer = new PeriodicTimer(period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Beat(period, stoppingToken);
    }

    private async Task Beat(TimeSpan period, CancellationToken stopping)
    {
        try
        {
            await grains.Platform().HasAdministrator().WaitAsync(period, time, stopping);
            systemd.Notify(new ServiceState("WATCHDOG=1"));
        }
        catch (Exception silent) when (!stopping.IsCancellationRequested)
        {
            LogSilent(silent);
        }
    }

    [LoggerMessage(
        2412,
        LogLevel.Error,
        "No grain answered in time. If that goes on, systemd ends the server and starts it anew"
    )]
    private partial void LogSilent(Exception silent);
}
