using PublicBuyers.Platform;
using PublicBuyers.Storage;

namespace PublicBuyers.Mails;

/// <summary>Looks at a mail in the moment when it leaves: whether it is still true and still for its reader, and what is gathered with it.</summary>
internal sealed partial class MailReview(SqliteOutbox outbox, IMailCheck check, IMailWriter writer, ILogger<MailReview> logger)
{
    /// <returns>Whether it may be sent as it is. If not, the outbox says what became of it.</returns>
    public async Task<bool> MayLeave(SqliteOutbox.Waiting waiting, CancellationToken stopping)
    {
        if (waiting.Pair is not { } pair) return await IsStillTrue(waiting.Mail, stopping);

        await Gather(pair, stopping);
        return false;
    }

    /// <summary>What was held and is still true becomes one mail, or leaves as it is where there is one.</summary>
    private async Task Gather(string pair, CancellationToken stopping)
    {
        var held = new List<Mail>();
        foreach (var each in await outbox.Held(pair, stopping))
        {
            if (await IsStillTrue(each.Mail, stopping)) held.Add(each.Mail);
        }

        if (held.Count > 0) await outbox.Gather(pair, [.. held.Select(mail => mail.MessageId)], held.Count == 1 ? null : GatheredOf(held), stopping);
    }

    private Mail GatheredOf(List<Mail> held)
    {
        var first = held[0];
        return writer.Gathered($"gathered.{first.MessageId}", first.To, first.Language, held) with
        {
            Cause = first.Cause,
            About = new MailAbout.Several([.. held.Select(mail => mail.About!)]),
        };
    }

    private async Task<bool> IsStillTrue(Mail mail, CancellationToken stopping)
    {
        if (await check.WhyNot(mail) is not { } obsolete) return true;

        var because = obsolete switch
        {
            MailObsolete.Over => GivenUpBecause.Over,
            MailObsolete.NotForReader => GivenUpBecause.NotForReader,
            MailObsolete.AddressChanged => GivenUpBecause.AddressChanged,
            _ => throw new InvalidOperationException($"Nobody knows what \"{obsolete}\" means."),
        };
        await outbox.GiveUp(mail.MessageId, because, "", stopping);
        LogNotSent(mail.MessageId, because);
        return false;
    }

    [LoggerMessage(2048, LogLevel.Information, "Mail {MessageId} is not sent ({Because})")]
    private partial void LogNotSent(string messageId, GivenUpBecause because);
}
