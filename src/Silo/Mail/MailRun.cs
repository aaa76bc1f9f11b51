using Microsoft.Data.Sqlite;
using MimeKit;
using PublicBuyers.Platform;
using PublicBuyers.Storage;

namespace PublicBuyers.Mails;

/// <summary>
/// Sends the mail of one lane, one after the other on one connection. What concerns one mail holds up that mail only;
/// the lane pauses only while the server itself is away, never for long, and goes on as soon as the server answers
/// either lane.
/// </summary>
internal sealed partial class MailRun(
    MailLane lane,
    IMailTransport transport,
    MailMessages messages,
    MailDoor door,
    SqliteOutbox outbox,
    MailReview review,
    IClock clock,
    TimeProvider time,
    MailMeter meter,
    ILogger<MailSender> logger
)
{
    /// <summary>
    /// When the server stops, a mail that is on its way may still be accepted: sent again it would be a double.
    /// </summary>
    private static readonly TimeSpan grace = TimeSpan.FromSeconds(5);

    /// <summary>Other mail waits so long for those who sign in to get a connection, before it closes its own.</summary>
    private static readonly TimeSpan patienceBesideOthers = TimeSpan.FromSeconds(1);

    /// <summary>And then so long for them to use the room.</summary>
    private static readonly TimeSpan patienceForOthers = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Read from the outbox so many at a time: without power, so many at most may have to be sent again.
    /// </summary>
    private const int MostAhead = 32;

    private readonly Queue<SqliteOutbox.Waiting> ahead = new(MostAhead);
    private readonly Troubles troubles = new();
    private (SqliteOutbox.Waiting Mail, MimeMessage Message)? writtenAhead;
    private int edition;
    private int timesAway;
    private int timesBroken;

    public async Task Run(CancellationToken stopping)
    {
        await using (transport)
        {
            while (!stopping.IsCancellationRequested)
                await SendNext(stopping);
        }
    }

    private async Task SendNext(CancellationToken stopping)
    {
        try
        {
            var due = ahead.Count > 0 && edition == outbox.Edition ? null : await LookAhead(stopping);
            if (ahead.TryDequeue(out var waiting))
                await Send(waiting, stopping);
            else
                await SomethingToDo(due, stopping);
            if (troubles.OverAfter(this) is > 0 and var failures)
                LogWorksAgain(failures);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogOnce(e); // not the mail server but our own disk, most likely
            ahead.Clear();
            await clock.Reaches(clock.Now + MailPatience.First, stopping);
        }
    }

    /// <returns>When something will be due; none when something is, or nothing waits.</returns>
    private async Task<DateTimeOffset?> LookAhead(CancellationToken stopping)
    {
        ahead.Clear();
        edition = outbox.Edition;
        var next = await outbox.Next(lane, clock.Now, lane is MailLane.AskedFor ? 1 : MostAhead, stopping);
        foreach (var waiting in next.Mails)
            ahead.Enqueue(waiting);
        return next.Due;
    }

    /// <summary>A mail was added, or the time has come for one. Meanwhile no connection is kept for long.</summary>
    private async Task SomethingToDo(DateTimeOffset? due, CancellationToken stopping)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var added = outbox.Added(lane, enough.Token);
        var reached = clock.Reaches(due ?? DateTimeOffset.MaxValue, enough.Token);
        var idle = clock.Reaches(clock.Now + MailPatience.Idle, enough.Token);
        if (lane is MailLane.AskedFor)
            door.Wants(false);
        var wanted = lane is MailLane.AskedFor ? idle : door.IsWanted;

        var first = await Task.WhenAny(added, reached, idle, wanted);
        if (first != added && first != reached && !stopping.IsCancellationRequested)
        {
            await transport.Rest(stopping);
            if (lane is not MailLane.AskedFor)
                door.MakeRoom();
            await Task.WhenAny(added, reached);
        }

        await End(enough, added, reached, idle);
    }

    private async Task Send(SqliteOutbox.Waiting waiting, CancellationToken stopping)
    {
        var mail = waiting.Mail;
        if (mail.OfUseUntil <= clock.Now)
        {
            await GiveUp(mail, GivenUpBecause.OfNoUse, "", stopping);
            return;
        }

        if (!await MayLeave(waiting, stopping))
            return;

        if (await Written(waiting, stopping) is not { } message)
            return;

        var handing = HandOn(waiting, message, stopping);
        WriteAhead();
        var delivery = await handing;
        var said = OutboxRows.Without(mail.To, delivery.Said);
        if (delivery is not Delivery.Accepted)
            meter.Failed();
        switch (delivery)
        {
            case Delivery.Accepted:
                await Record(waiting, stopping);
                break;
            case Delivery.Refused { IsAddress: true } refused:
                await outbox.Stop(mail, refused.Said, stopping);
                LogGivenUp(mail.MessageId, GivenUpBecause.AddressRefused, said);
                break;
            case Delivery.Refused:
                await GiveUp(mail, GivenUpBecause.Refused, said, stopping);
                break;
            case Delivery.Later or Delivery.Broken:
                await TryAgain(waiting, said, stopping);
                break;
            case Delivery.Away:
                await outbox.GiveUpKeptBefore(lane, clock.Now - MailPatience.InAll, said, stopping);
                await outbox.Note(mail.MessageId, said, stopping);
                ahead.Clear();
                LogAway(said);
                break;
        }

        await Heed(delivery, isFirstTry: waiting.Tries == 0, stopping);
    }

    /// <summary>Where nobody can say whether it is still true, it waits, and no other mail with it.</summary>
    private async Task<bool> MayLeave(SqliteOutbox.Waiting waiting, CancellationToken stopping)
    {
        try
        {
            return await review.MayLeave(waiting, stopping);
        }
        catch (Exception unforeseen) when (!stopping.IsCancellationRequested && unforeseen is not SqliteException)
        {
            LogUnforeseen(unforeseen, waiting.Mail.MessageId);
            await TryAgain(waiting, "It could not be checked whether it is still to be sent.", stopping);
            return false;
        }
    }

    /// <summary>Writes the next mail while the server reads this one. Whether it may leave is asked when it leaves.</summary>
    private void WriteAhead()
    {
        try
        {
            writtenAhead = ahead.TryPeek(out var next) ? (next, messages.Of(next.Mail, next.KeptAt)) : null;
        }
        catch (Exception)
        {
            writtenAhead = null; // tried again in its turn, where the fault is heard
        }
    }

    /// <returns>None where it cannot be written: it is given up, and no other mail is held up.</returns>
    private async Task<MimeMessage?> Written(SqliteOutbox.Waiting waiting, CancellationToken stopping)
    {
        try
        {
            return writtenAhead is var (mail, message) && ReferenceEquals(mail, waiting)
                ? message
                : messages.Of(waiting.Mail, waiting.KeptAt);
        }
        catch (Exception impossible)
        {
            await GiveUp(
                waiting.Mail,
                GivenUpBecause.CannotBeSent,
                OutboxRows.Without(waiting.Mail.To, impossible.Message),
                stopping
            );
            return null;
        }
    }

    private async Task<Delivery> HandOn(SqliteOutbox.Waiting waiting, MimeMessage message, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource();
        await using var stop = stopping.Register(() => late.CancelAfter(grace));
        try
        {
            return await Open(late.Token) ?? await transport.Send(message, late.Token);
        }
        catch (Exception unforeseen) when (!late.IsCancellationRequested)
        {
            LogUnforeseen(unforeseen, waiting.Mail.MessageId);
            return waiting.Tries + 1 < MailPatience.MostFaults
                ? new Delivery.Later(unforeseen.Message)
                : new Delivery.Refused(unforeseen.Message, IsAddress: false);
        }
    }

    /// <summary>Some servers give one machine one connection only: it is for those who sign in first.</summary>
    private async Task<Delivery?> Open(CancellationToken cancel)
    {
        if (lane is MailLane.AskedFor)
        {
            var hadRoom = door.HasRoom;
            door.Wants(true);
            var away = await transport.Open(cancel);
            if (away is null || hadRoom)
                door.Wants(false);
            return away;
        }

        if (!await door.IsFree(patienceBesideOthers, time, cancel))
        {
            await transport.Rest(cancel);
            door.MakeRoom();
            await door.IsFree(patienceForOthers, time, cancel);
        }

        return await transport.Open(cancel);
    }

    private async Task TryAgain(SqliteOutbox.Waiting waiting, string said, CancellationToken stopping)
    {
        var due = clock.Now + MailPatience.After(waiting.Tries + 1);
        if (due >= waiting.KeptAt + MailPatience.InAll)
        {
            await GiveUp(waiting.Mail, GivenUpBecause.NotAcceptedInTime, said, stopping);
            return;
        }

        await outbox.TryAgain(waiting.Mail.MessageId, due, said, stopping);
        LogLater(waiting.Mail.MessageId, waiting.Tries + 1, said);
    }

    private async Task GiveUp(Mail mail, GivenUpBecause because, string said, CancellationToken stopping)
    {
        await outbox.GiveUp(mail.MessageId, because, said, stopping);
        LogGivenUp(mail.MessageId, because, said);
    }

    /// <summary>
    /// While it cannot be written down that a mail was accepted, this lane sends nothing else, least of all the same
    /// mail again. Written down,
    /// it is known whatever becomes of this process; the last of those that were read together is waited for until the
    /// disk has them all.
    /// </summary>
    private async Task Record(SqliteOutbox.Waiting waiting, CancellationToken stopping)
    {
        var accepted = meter.Accepted();
        var waited = (clock.Now - waiting.KeptAt).TotalSeconds;
        Telemetry.Mails.Record(waited, new KeyValuePair<string, object?>("lane", lane.ToString()));
        for (var tries = 1; ; tries++)
        {
            try
            {
                await outbox.Sent(waiting.Mail.MessageId, isOnDisk: ahead.Count == 0, CancellationToken.None);
                LogAccepted(waiting.Mail.MessageId, waiting.Tries + 1, meter.Recorded(accepted));
                return;
            }
            catch (SqliteException e)
            {
                LogOnce(e);
                await clock.Reaches(clock.Now + MailPatience.Pause(tries), stopping);
            }
        }
    }

    /// <summary>
    /// A server that cannot be reached is left alone, longer each time. Where it broke off in the middle of a mail, the
    /// next connection shows
    /// whose trouble that was; only when it breaks off again and again, whatever the mail, it is asked less often. What
    /// somebody who signs in
    /// waits for is tried once in any case.
    /// </summary>
    private async Task Heed(Delivery delivery, bool isFirstTry, CancellationToken stopping)
    {
        switch (delivery)
        {
            case Delivery.Away:
                await Pause(MailPatience.Pause(++timesAway), stopping);
                break;
            case Delivery.Broken:
                timesAway = 0;
                if (++timesBroken > MailPatience.MostBroken && !(lane is MailLane.AskedFor && isFirstTry))
                    await Pause(MailPatience.Pause(1), stopping);
                break;
            default:
                (timesAway, timesBroken) = (0, 0);
                door.Answers();
                break;
        }
    }

    /// <summary>
    /// Ends at once when the server answers the other lane or has room again, and for who signs in also when a mail is
    /// added.
    /// </summary>
    private async Task Pause(TimeSpan longest, CancellationToken stopping)
    {
        var answered = door.NextAnswer;
        if (lane is MailLane.AskedFor && door.HasRoom)
            return;

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var over = clock.Reaches(clock.Now + longest, enough.Token);
        var added = lane is MailLane.AskedFor ? outbox.Added(lane, enough.Token) : over;
        await Task.WhenAny(over, added, answered);
        await End(enough, over, added);
    }

    private static async Task End(CancellationTokenSource enough, params Task[] waits)
    {
        await enough.CancelAsync();
        await Task.WhenAll(waits).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [LoggerMessage(
        2041,
        LogLevel.Information,
        "Mail {MessageId} was accepted at try {Tries}, and recorded {Milliseconds:0.0} ms later"
    )]
    private partial void LogAccepted(string messageId, int tries, double milliseconds);

    [LoggerMessage(2042, LogLevel.Warning, "Mail {MessageId} was not taken at try {Tries} and is tried again: {Said}")]
    private partial void LogLater(string messageId, int tries, string said);

    [LoggerMessage(2043, LogLevel.Warning, "Mail {MessageId} is given up ({Because}): {Said}")]
    private partial void LogGivenUp(string messageId, GivenUpBecause because, string said);

    private void LogOnce(Exception fault)
    {
        if (troubles.IsNew(this, fault))
            LogFailed(WriteTrouble.Of(fault) is NotStoredException ? null : fault, fault.Message);
    }

    /// <param name="fault">None where the words say all.</param>
    [LoggerMessage(
        2044,
        LogLevel.Error,
        "The outbox cannot be read or written; what waits in it waits on. Further failures are counted and not "
            + "logged: {Why}"
    )]
    private partial void LogFailed(Exception? fault, string why);

    [LoggerMessage(2051, LogLevel.Information, "The outbox works again, after {Failures} failures")]
    private partial void LogWorksAgain(long failures);

    [LoggerMessage(2046, LogLevel.Warning, "Mail waits because its server is away: {Said}")]
    private partial void LogAway(string said);

    [LoggerMessage(2047, LogLevel.Error, "Sending mail {MessageId} failed in this program")]
    private partial void LogUnforeseen(Exception why, string messageId);
}
