using System.Globalization;
using System.Text.RegularExpressions;
using MailKit.Net.Smtp;

namespace PublicBuyers.Mails;

/// <summary>
/// What a mail server answered when it did not take a mail. The enhanced status code of RFC 3463 counts before the
/// plain one.
/// </summary>
/// <param name="To">The command it answers.</param>
/// <param name="Subject">Second number of the enhanced code; none where there is no such code.</param>
internal sealed partial record SmtpReply(SmtpErrorCode To, int Code, int? Subject, int Detail, string Said)
{
    /// <summary>Shutting down, no encryption, not signed in or not with these words.</summary>
    private static readonly int[] ofTheServer = [421, 454, 530, 534, 535, 538];

    /// <summary>
    /// The codes by which RFC 5321 and 7504 let a server say, to RCPT, that there is no such mailbox.
    /// </summary>
    private static readonly int[] ofTheRecipient = [550, 551, 553, 556];

    public static SmtpReply Of(SmtpCommandException refused) =>
        Of(refused.ErrorCode, (int)refused.StatusCode, refused.Message);

    public static SmtpReply Of(SmtpErrorCode to, int code, string said)
    {
        var read = Enhanced().Match(said);
        var isMeant = read.Success && code / 100 == said[0] - '0'; // its class must be that of the plain code
        return isMeant
            ? new(to, code, Number(read.Groups["subject"]), Number(read.Groups["detail"]), $"{code} {said}")
            : new(to, code, null, 0, $"{code} {said}");

        static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);
    }

    public Delivery AsDelivery()
    {
        if (IsTrouble)
            return new Delivery.Broken(Said);
        if (Code < 500)
            return new Delivery.Later(Said);

        return new Delivery.Refused(Said, IsRecipient);
    }

    /// <summary>The server's own trouble, or ours with it: every other mail would fare the same.</summary>
    private bool IsTrouble =>
        ofTheServer.Contains(Code)
        || (Subject, Detail) switch
        {
            (3, 1 or 2 or 5) => true, // full, not accepting mail, wrongly set up
            (7, 8 or 9 or 11 or 13 or 14) => true, // credentials
            (1, 7 or 8) => true, // our own address
            (3, 4) or (2, _) or (6, _) => false, // too long, the recipient's mailbox, the mail's content
            _ => To is SmtpErrorCode.SenderNotAccepted && Code is not (552 or 555) && Code >= 500,
        };

    /// <summary>No such recipient. A full mailbox and a policy against us say nothing of the address.</summary>
    private bool IsRecipient =>
        (Subject, Detail) switch
        {
            (1, 0 or 1 or 2 or 3 or 4 or 6 or 10) => true, // address, domain or their form
            (2, 0 or 1) => true, // disabled
            (null, _) => To is SmtpErrorCode.RecipientNotAccepted && ofTheRecipient.Contains(Code),
            _ => false,
        };

    [GeneratedRegex(
        @"\A[245]\.(?<subject>[0-9]{1,3})\.(?<detail>[0-9]{1,3})(\z|[^0-9.])",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Enhanced();
}
