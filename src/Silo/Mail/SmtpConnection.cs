using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using PublicBuyers.Running;

namespace PublicBuyers.Mails;

/// <summary>A connection to the mail server, encrypted and signed in as configured.</summary>
internal sealed class SmtpConnection : SmtpClient
{
    /// <summary>RFC 3207: TLS is not available due to a temporary reason.</summary>
    private const int NoTlsForNow = 454;

    private readonly SmtpServer server;

    private SmtpConnection(SmtpServer server)
    {
        this.server = server;
        Certificate = new(server);
        // lists of revoked certificates are often out of reach from a server's network
        CheckCertificateRevocation = false;
        ServerCertificateValidationCallback = Certificate.Accepts;
        LocalDomain = server.Greeting;
        foreach (var mechanism in new[] { "XOAUTH2", "OAUTHBEARER" })
            AuthenticationMechanisms.Remove(mechanism); // these take no password
    }

    public SmtpCertificate Certificate { get; }

    /// <summary>Of the mail that was handed over last: its text cannot have been sent before this.</summary>
    public bool IsRecipientTaken { get; private set; }

    /// <summary>A mail was handed over before: the server may have had enough since.</summary>
    public bool IsUsed { get; private set; }

    public bool TakesEveryAddress => Capabilities.HasFlag(SmtpCapabilities.UTF8);

    /// <exception cref="MailServerAwayException">It cannot be reached, or will not work for us.</exception>
    public static async Task<SmtpConnection> Open(SmtpServer server, CancellationToken cancel)
    {
        var connection = new SmtpConnection(server);
        try
        {
            await connection.Connect(cancel);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public async Task<string> Hand(FormatOptions format, MimeMessage message, CancellationToken cancel)
    {
        IsRecipientTaken = false;
        try
        {
            return await SendAsync(format, message, cancel);
        }
        finally
        {
            IsUsed = true;
        }
    }

    /// <summary>Asks about an address without a mail.</summary>
    /// <param name="command">MAIL FROM or RCPT TO.</param>
    public async Task<SmtpAnswer> Asks(string command, string address, CancellationToken cancel)
    {
        var mailbox = MailboxAddress.Parse(address);
        var isBeyondAscii = !System.Text.Ascii.IsValid(mailbox.Address.Split('@')[0]);
        var parameter =
            command.StartsWith("MAIL", StringComparison.Ordinal) && isBeyondAscii && TakesEveryAddress
                ? " SMTPUTF8"
                : "";
        var answer = await SendCommandAsync($"{command}:<{mailbox.GetAddress(idnEncode: true)}>{parameter}", cancel);
        return new(answer.StatusCode, answer.Response.ReplaceLineEndings(" "));
    }

    /// <summary>Takes back what was asked, where the server still listens.</summary>
    public async Task Forgets(CancellationToken cancel)
    {
        if (IsConnected)
            await ((Task)SendCommandAsync("RSET", cancel)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        IsRecipientTaken = true;
        base.OnRecipientAccepted(message, mailbox, response);
    }

    private async Task Connect(CancellationToken cancel)
    {
        try
        {
            await ConnectAsync(server.Host, server.Port, Options(server.Tls), cancel);
        }
        catch (Exception untrusted) when (Certificate.Fault is { } fault && !cancel.IsCancellationRequested)
        {
            throw new MailServerAwayException(
                fault,
                "Give the name that the certificate is for in PublicBuyers:Smtp, or its authority's certificate with "
                    + "PublicBuyers:SmtpTrustedCertificates, or have the server's operator renew it.",
                untrusted
            );
        }
        catch (NotSupportedException without)
        {
            throw new MailServerAwayException(
                $"The mail server \"{server}\" does not offer STARTTLS, so nothing was said to it.",
                "Give the port that offers it, mostly 587, or set PublicBuyers:SmtpTls to FromStart for a port "
                    + "such as 465.",
                without
            );
        }
        catch (SslHandshakeException failed)
        {
            throw new MailServerAwayException(
                $"No encrypted connection to \"{server}\": {Sentence((failed.InnerException ?? failed).Message)}",
                "Set PublicBuyers:SmtpTls as the port wants it: FromStart for 465, StartTls for 587.",
                failed
            );
        }
        catch (SmtpCommandException forNow) when ((int)forNow.StatusCode == NoTlsForNow)
        {
            throw new MailServerAwayException(
                $"The mail server \"{server}\" cannot encrypt for now, so nothing was said to it: "
                    + $"{Sentence(forNow.Message)}",
                "It is tried again. If it goes on, ask the operator of the mail server to look at its certificate.",
                forNow
            );
        }
        catch (SmtpCommandException forNow) when (IsForNow((int)forNow.StatusCode))
        {
            throw new MailServerAwayException(
                $"The mail server \"{server}\" does not serve this machine for now: {Sentence(forNow.Message)}",
                "It is tried again. If it goes on, ask the operator of the mail server.",
                forNow
            );
        }
        catch (CommandException refused)
        {
            throw new MailServerAwayException(
                $"The mail server \"{server}\" refuses this machine: {Sentence(refused.Message)}",
                "Ask the operator of the mail server.",
                refused
            );
        }
        catch (Exception unreachable) when (IsOfTheConnection(unreachable))
        {
            throw new MailServerAwayException(
                $"No connection to the mail server \"{server}\": {Sentence(unreachable.Message)}",
                "Check PublicBuyers:Smtp, and that this machine may connect there.",
                unreachable
            );
        }

        if (server.User is not null)
            await SignIn(server.User, cancel);
    }

    private async Task SignIn(System.Net.NetworkCredential user, CancellationToken cancel)
    {
        const string remedy = "Check PublicBuyers:SmtpUser and its password.";
        try
        {
            await AuthenticateAsync(user, cancel);
        }
        catch (NotSupportedException without)
        {
            throw new MailServerAwayException(
                $"The mail server \"{server}\" offers no way to sign in with a password on this connection.",
                "Give the port for submission, mostly 587, or set no PublicBuyers:SmtpUser if it wants none.",
                without
            );
        }
        catch (AuthenticationException forNow) when (IsForNow(CodeIn(forNow.Message)))
        {
            throw new MailServerAwayException(
                $"The mail server \"{server}\" cannot check user and password for now: {Sentence(forNow.Message)}",
                "It is tried again. If it goes on, ask the operator of the mail server.",
                forNow
            );
        }
        catch (Exception refused) when (refused is AuthenticationException or SaslException or CommandException)
        {
            throw new MailServerAwayException(
                $"The mail server \"{server}\" does not accept the user and password: {Sentence(refused.Message)}",
                remedy,
                refused
            );
        }
        catch (Exception lost) when (IsOfTheConnection(lost))
        {
            throw new MailServerAwayException(
                $"The mail server \"{server}\" broke off while signing in.",
                remedy,
                lost
            );
        }
    }

    /// <summary>What a server or the system said, so that a sentence of ours can follow.</summary>
    public static string Sentence(string said) => said.TrimEnd('.', ' ') + ".";

    private static bool IsForNow(int code) => code is >= 400 and < 500;

    /// <summary>The library begins such a message with the code: <c>454: 4.7.0 Later</c>. 0: it has none.</summary>
    private static int CodeIn(string said) => int.TryParse(said.Split(':')[0], out var code) ? code : 0;

    /// <summary>Whether this says that the connection is no good, and nothing of a mail.</summary>
    public static bool IsOfTheConnection(Exception thrown) =>
        thrown
            is IOException
                or SocketException
                or ProtocolException
                or TimeoutException
                or ServiceNotConnectedException
                or System.Security.Authentication.AuthenticationException
                or ObjectDisposedException;

    private static SecureSocketOptions Options(SmtpTls tls) =>
        tls switch
        {
            SmtpTls.StartTls => SecureSocketOptions.StartTls,
            SmtpTls.FromStart => SecureSocketOptions.SslOnConnect,
            SmtpTls.None => SecureSocketOptions.None,
            _ => throw new ArgumentOutOfRangeException(nameof(tls), tls, "Unknown."),
        };
}

/// <summary>What a mail server answered to one command.</summary>
/// <param name="Text">Without the code.</param>
internal readonly record struct SmtpAnswer(SmtpStatusCode Code, string Text)
{
    public string Said => $"{(int)Code} {Text}";

    /// <param name="command">The one it answers.</param>
    public Delivery AsDelivery(SmtpErrorCode command) => SmtpReply.Of(command, (int)Code, Text).AsDelivery();

    public bool IsTaken => (int)Code < 400;

    public bool IsForNow => (int)Code is >= 400 and < 500;
}

/// <summary>The mail server cannot be reached, or will not work for us.</summary>
/// <param name="words">Sentences for an operator. No password is among them.</param>
/// <param name="remedy">What an operator can do.</param>
internal sealed class MailServerAwayException(string words, string remedy, Exception cause) : Exception(words, cause)
{
    public string Remedy => remedy;
}
