using System.Diagnostics.Metrics;
using Microsoft.Data.Sqlite;
using PublicBuyers.Platform;
using PublicBuyers.Storage;

namespace PublicBuyers.Mails;

/// <summary>Sends what waits in the outbox, one mail at a time, until it is accepted or refused for good.</summary>
internal sealed partial class MailSender(SqliteOutbox outbox, IMailTransport transport, IClock clock, TimeProvider time, IMeterFactory meters, ILogger<MailSender> logger) : BackgroundService
{
    /// <summary>When the server stops, a mail that is on its way may still be accepted: sent again it would be a double.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan UpkeepPeriod = TimeSpan.FromDays(1);

    private readonly Histogram<double> window = meters.Create("PublicBuyers.Mail").CreateHistogram<double>("publicbuyers.mail.window", "ms", "From a mail's acceptance to our record of it: who dies in between sends it again.");

    private DateTimeOffset upkeep = DateTimeOffset.MinValue;
    private int unreachable;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Tidy(stoppingToken);
                var next = await outbox.Next(clock.Now, stoppingToken);
                if (next.Mail is { } mail)
                    await Send(mail, stoppingToken);
                else
                    await SomethingToDo(next.Due is { } due && due < upkeep ? due : upkeep, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Not the mail server but our own disk, most likely.
                LogFailed(e);
                await clock.Reaches(clock.Now + MailPatience.First, stoppingToken);
            }
        }
    }

    private async Task Tidy(CancellationToken stopping)
    {
        if (clock.Now < upkeep) return;

        await outbox.Prune(stopping);
        upkeep = clock.Now + UpkeepPeriod;
    }

    /// <summary>A mail was added, or the time has come.</summary>
    private async Task SomethingToDo(DateTimeOffset due, CancellationToken stopping)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var (added, reached) = (outbox.Added(enough.Token), clock.Reaches(due, enough.Token));
        await Task.WhenAny(added, reached);
        await enough.CancelAsync();
        await ((Task)Task.WhenAll(added, reached)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Send(SqliteOutbox.Waiting waiting, CancellationToken stopping)
    {
        var mail = waiting.Mail;
        if (mail.OfUseUntil <= clock.Now)
        {
            await outbox.GiveUp(mail.MessageId, GivenUpBecause.OfNoUse, "", stopping);
            LogGivenUp(mail.MessageId, GivenUpBecause.OfNoUse, "");
            return;
        }

        var delivery = await HandOn(mail, stopping);
        var accepted = time.GetTimestamp();
        var said = OutboxRows.Without(mail.To, delivery.Said);
        switch (delivery)
        {
            case Delivery.Accepted:
                await Record(() => outbox.Sent(mail.MessageId, CancellationToken.None), stopping);
                var elapsed = time.GetElapsedTime(accepted).TotalMilliseconds;
                window.Record(elapsed);
                LogAccepted(mail.MessageId, waiting.Tries + 1, elapsed);
                break;
            case Delivery.Refused { IsAddress: true } refused:
                await outbox.Stop(mail, refused.Said, stopping);
                LogGivenUp(mail.MessageId, GivenUpBecause.AddressRefused, said);
                break;
            case Delivery.Refused:
                await GiveUp(GivenUpBecause.Refused);
                break;
            case Delivery.Later when clock.Now + MailPatience.After(waiting.Tries + 1) is var due && due < waiting.KeptAt + MailPatience.InAll:
                await outbox.TryAgain(mail.MessageId, due, said, stopping);
                LogLater(mail.MessageId, waiting.Tries + 1, said);
                break;
            default:
                await GiveUp(GivenUpBecause.NotAcceptedInTime);
                break;
        }

        unreachable = delivery is Delivery.Later { IsUnreachable: true } ? unreachable + 1 : 0;
        if (unreachable > 0) await clock.Reaches(clock.Now + MailPatience.Pause(unreachable), stopping);

        async Task GiveUp(GivenUpBecause because)
        {
            await outbox.GiveUp(mail.MessageId, because, said, stopping);
            LogGivenUp(mail.MessageId, because, said);
        }
    }

    private async Task<Delivery> HandOn(Mail mail, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource();
        await using var stop = stopping.Register(() => late.CancelAfter(Grace));
        try
        {
            return await transport.Send(mail, late.Token);
        }
        catch (Exception unforeseen) when (unforeseen is not OperationCanceledException)
        {
            return new Delivery.Later(unforeseen.Message, IsUnreachable: false);   // one mail must not hold up the others
        }
    }

    /// <summary>While it cannot be written down that a mail was accepted, nothing else is sent, least of all the same mail again.</summary>
    private async Task Record(Func<Task> write, CancellationToken stopping)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await write();
                return;
            }
            catch (SqliteException e)
            {
                LogFailed(e);
                await clock.Reaches(clock.Now + MailPatience.Pause(tries), stopping);
            }
        }
    }

    [LoggerMessage(2041, LogLevel.Information, "Mail {MessageId} was accepted at try {Tries}, and recorded {Milliseconds:0.0} ms later")]
    private partial void LogAccepted(string messageId, int tries, double milliseconds);

    [LoggerMessage(2042, LogLevel.Warning, "Mail {MessageId} was not taken at try {Tries} and is tried again: {Said}")]
    private partial void LogLater(string messageId, int tries, string said);

    [LoggerMessage(2043, LogLevel.Warning, "Mail {MessageId} is given up ({Because}): {Said}")]
    private partial void LogGivenUp(string messageId, GivenUpBecause because, string said);

    [LoggerMessage(2044, LogLevel.Error, "The outbox cannot be read or written; what waits in it waits on")]
    private partial void LogFailed(Exception why);
}
