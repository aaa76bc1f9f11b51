using MailKit.Net.Smtp;
using Microsoft.Data.Sqlite;
using MimeKit;
using PublicBuyers.Journal;
using PublicBuyers.Mails;
using PublicBuyers.Members;
using PublicBuyers.Running;
using PublicBuyers.Storage;

namespace PublicBuyers.Commands;

/// <summary>
/// Asks the mail server whether it would take mail from our sender, to whom we know: by <c>MAIL FROM</c> and <c>RCPT
/// TO</c>, and then
/// <c>RSET</c>. Nothing is sent.
/// </summary>
/// <param name="To">Whom it asks for. Never empty.</param>
internal sealed record MailTrial(string From, IReadOnlyList<string> To)
{
    private const string About = "mail server";

    /// <summary>
    /// To the sender itself, to who helps, and to an administrator, who has an address elsewhere most probably: some
    /// servers take mail for their own people and for nobody else.
    /// </summary>
    public static MailTrial Of(ServerOptions options)
    {
        string?[] known = [options.MailFrom, options.SupportAddress, AnAdministrator(options.DataFolder)];
        var reachable = known
            .OfType<string>()
            .Where(address => !MailSettings.IsNowhere(address))
            .Distinct(StringComparer.OrdinalIgnoreCase);
        return new(options.MailFrom, [.. reachable.DefaultIfEmpty(options.MailFrom)]);
    }

    public async Task<List<DoctorCommand.Finding>> Run(SmtpConnection connection, CancellationToken cancel)
    {
        try
        {
            if (await connection.Asks("MAIL FROM", From, cancel) is { IsTaken: false } refused)
                return [Refused($"mail from \"{From}\"", refused, Sender)];

            var findings = new List<DoctorCommand.Finding>();
            foreach (var recipient in To)
                if (await connection.Asks("RCPT TO", recipient, cancel) is { IsTaken: false } unwanted)
                    findings.Add(
                        IsTheSenderOnly(recipient, unwanted)
                            ? NoMailbox(unwanted)
                            : Refused($"mail from \"{From}\" to \"{recipient}\"", unwanted, Relay)
                    );

            return findings.TrueForAll(each => each.IsNote)
                ? [.. findings, .. Taken(To.Where(each => findings.Count == 0 || !IsSender(each)))]
                : findings;
        }
        catch (Exception lost) when (SmtpConnection.IsOfTheConnection(lost))
        {
            return
            [
                new(
                    About,
                    "It broke off when asked about our sender and recipients.",
                    "Ask the operator of the mail server."
                ),
            ];
        }
        finally
        {
            await connection.Forgets(cancel);
        }
    }

    /// <summary>RFC 4954.</summary>
    private const int WantsUsToSignIn = 530;

    private const string SignIn =
        "This server wants us to sign in first: set PublicBuyers:SmtpUser, and SmtpPassword or SmtpPasswordFile.";

    private const string Sender =
        "Set PublicBuyers:MailFrom to an address that this server sends for, or have its operator allow this "
        + "one. Until then all mail "
        + "waits, for three days at most.";

    private const string Relay =
        "If the address is right, have the mail server's operator allow this machine or this user to send to "
        + "everybody (relaying).";

    private bool IsSender(string recipient) => recipient.Equals(From, StringComparison.OrdinalIgnoreCase);

    /// <summary>Many senders only send: that nobody can answer them keeps no mail from leaving.</summary>
    private bool IsTheSenderOnly(string recipient, SmtpAnswer answer) =>
        IsSender(recipient)
        && answer.AsDelivery(SmtpErrorCode.RecipientNotAccepted) is Delivery.Refused { IsAddress: true };

    private DoctorCommand.Finding NoMailbox(SmtpAnswer answer) =>
        new(
            About,
            $"The sender \"{From}\" has no mailbox there: answers to our mail, and what other servers say of mail "
                + $"that did not arrive, get lost. The server said: {SmtpConnection.Sentence(answer.Said)}"
        )
        {
            IsNote = true,
        };

    private IEnumerable<DoctorCommand.Finding> Taken(IEnumerable<string> recipients)
    {
        var taken = recipients.ToList();
        if (taken.Count > 0)
            yield return new(
                About,
                $"Takes mail from \"{From}\" to \"{string.Join("\", \"", taken)}\" (asked only, nothing was sent). To "
                    + $"try another recipient, "
                    + "run `mail-test ADDRESS`."
            );
    }

    private static DoctorCommand.Finding Refused(string what, SmtpAnswer answer, string remedy) =>
        answer.IsForNow
            ? new(About, $"Does not take {what} at the moment; the server would try again. It answered: {answer.Said}")
            : new(
                About,
                $"Refuses {what}. It answered: {answer.Said.TrimEnd('.')}.",
                (int)answer.Code == WantsUsToSignIn ? SignIn : remedy
            );

    /// <summary>The address of one of those who administer the platform; none where it cannot be read.</summary>
    private static string? AnAdministrator(string folder)
    {
        var layout = DataFolderLayout.At(folder);
        if (!File.Exists(layout.Views) || !File.Exists(layout.Journal))
            return null;

        try
        {
            using var views = SqliteFile.Open(layout.Views, SqliteKind.Views, SqliteOpenMode.ReadOnly);
            if (views.Scalar("SELECT min(member) FROM administrators") is not string member)
                return null;

            using var journal = new JournalReader(layout.Journal);
            return
                journal.ReadStream(Streams.Of(new MemberId(member)), after: 0, most: 1) is [var first]
                && FactCodec<MemberEvent>.Read(first).Event is MemberEvent.Registered { Address: var address }
                && MailboxAddress.TryParse(address, out _)
                ? address
                : null;
        }
        catch (Exception unreadable)
            when (unreadable
                    is SqliteException
                        or DataFolderException
                        or CorruptStreamException
                        or UnreadableFactException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            return null; // `doctor` says so elsewhere
        }
    }
}
