using System.Globalization;
using PublicBuyers.Mails;
using PublicBuyers.Running;

namespace PublicBuyers.Commands;

/// <summary>
/// Connects to the mail server as the sender does, and says what certificate, encryption and sign-in are like, and
/// whether
/// it would take our mail. Sends nothing.
/// </summary>
internal static class MailServerFindings
{
    /// <summary>For everything that the server is asked.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>A certificate that ends sooner is to be renewed.</summary>
    private static readonly TimeSpan soon = TimeSpan.FromDays(14);

    private const string About = "mail server";

    public static async Task<List<DoctorCommand.Finding>> Of(
        SmtpServer server,
        MailTrial trial,
        DateTimeOffset now,
        TimeSpan patience,
        CancellationToken cancel
    )
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        enough.CancelAfter(patience);
        try
        {
            using var connection = await SmtpConnection.Open(server, enough.Token);
            var findings = Of(server, connection, now).ToList();
            findings.AddRange(await trial.Run(connection, enough.Token));
            await connection
                .DisconnectAsync(quit: true, enough.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return findings;
        }
        catch (MailServerAwayException away)
        {
            return [new(About, away.Message, away.Remedy)];
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return
            [
                new(
                    About,
                    $"\"{server}\" did not answer within {patience.TotalSeconds:0} s.",
                    "Check PublicBuyers:Smtp, and that this machine may connect there."
                ),
            ];
        }
    }

    private static IEnumerable<DoctorCommand.Finding> Of(
        SmtpServer server,
        SmtpConnection connection,
        DateTimeOffset now
    )
    {
        yield return new(About, $"\"{server}\" answers{HowEncrypted(server, connection)}.");
        if (server.Tls is not SmtpTls.None)
            yield return OfCertificate(connection.Certificate, now);

        yield return new(
            About,
            server.User is null ? "No sign-in is set." : $"Signed in as \"{server.User.UserName}\"."
        );
        yield return new(
            About,
            connection.TakesEveryAddress
                ? "Takes addresses in every alphabet (SMTPUTF8)."
                : "Lacks SMTPUTF8: it takes no address with letters beyond a-z before the @, and mail to such an "
                    + "address is given up."
        );
    }

    private static string HowEncrypted(SmtpServer server, SmtpConnection connection) =>
        server.Tls switch
        {
            SmtpTls.StartTls => $", encrypted by STARTTLS ({connection.SslProtocol})",
            SmtpTls.FromStart => $", encrypted from the start ({connection.SslProtocol})",
            _ => ", not encrypted",
        };

    private static DoctorCommand.Finding OfCertificate(SmtpCertificate certificate, DateTimeOffset now)
    {
        var found = string.Create(
            CultureInfo.InvariantCulture,
            $"Certificate for \"{certificate.Subject}\", by \"{certificate.Issuer}\", valid until "
                + $"{certificate.ValidUntil:u}."
        );
        return certificate.ValidUntil - now >= soon
            ? new(About, found)
            : new(About, found, "Have the mail server's operator renew it: after that day no mail leaves.");
    }
}
