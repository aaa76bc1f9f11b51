using PublicBuyers.Storage;

namespace PublicBuyers.Mails;

/// <summary>Sends what waits in the outbox until it is accepted or refused for good: in two lanes, so that nobody who signs in waits for other mail.</summary>
internal sealed partial class MailSender(
    SqliteOutbox outbox, Func<IMailTransport> open, MailMessages messages, IClock clock, MailMeter meter, ILogger<MailSender> logger) : BackgroundService
{
    private static readonly TimeSpan upkeepPeriod = TimeSpan.FromDays(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var news = new ServerNews();
        return Task.WhenAll(
            [.. Enum.GetValues<MailLane>().Select(lane => new MailRun(lane, open(), messages, news, outbox, clock, meter, logger).Run(stoppingToken)), Tidy(stoppingToken)]);
    }

    private async Task Tidy(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await outbox.Prune(stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                LogNotTidied(e);
            }

            await clock.Reaches(clock.Now + upkeepPeriod, stopping);
        }
    }

    [LoggerMessage(2045, LogLevel.Error, "The outbox cannot be tidied; tried again in a day")]
    private partial void LogNotTidied(Exception why);
}
