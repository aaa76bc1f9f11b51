using PublicBuyers.Storage;

namespace PublicBuyers.Mails;

/// <summary>
/// Sends what waits in the outbox until it is accepted or refused for good: in two lanes, so that nobody who signs in
/// waits for other mail.
/// </summary>
internal sealed partial class MailSender(
    SqliteOutbox outbox,
    MailReview review,
    Func<IMailTransport> open,
    MailMessages messages,
    IClock clock,
    TimeProvider time,
    MailMeter meter,
    ILogger<MailSender> logger
) : BackgroundService
{
    private static readonly TimeSpan upkeepPeriod = TimeSpan.FromDays(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var door = new MailDoor();
        var lanes = Enum.GetValues<MailLane>()
            .Select(lane => new MailRun(lane, open(), messages, door, outbox, review, clock, time, meter, logger));
        return Task.WhenAll([.. lanes.Select(lane => lane.Run(stoppingToken)), Tidy(stoppingToken)]);
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
