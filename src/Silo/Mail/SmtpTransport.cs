using System.Net;
using System.Net.Mail;
using System.Text.RegularExpressions;

namespace PublicBuyers.Mails;

/// <summary>Where mail is handed on, and as whom.</summary>
/// <param name="User">None: without signing in.</param>
internal sealed record SmtpServer(string Host, int Port, NetworkCredential? User, bool IsEncrypted)
{
    /// <summary>For a whole mail, from connecting to its acceptance. RFC 5321 would have us wait longer, but others wait behind this one.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>Hands mail to a mail server, on a connection of its own.</summary>
internal sealed partial class SmtpTransport(SmtpServer server, MailMessages messages, TimeProvider time) : IMailTransport
{
    /// <summary>Of the server, not of a mail: shutting down, no encryption, not signed in or not with these words.</summary>
    private static readonly int[] OfTheServer = [421, 454, 530, 534, 535, 538];

    public async Task<Delivery> Send(Mail mail, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(server.Patience, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            using var message = messages.Of(mail);
            using var client = new SmtpClient(server.Host, server.Port)
            {
                EnableSsl = server.IsEncrypted,
                UseDefaultCredentials = false,
                Credentials = server.User,
                DeliveryFormat = message.To[0].User.All(char.IsAscii) ? SmtpDeliveryFormat.SevenBit : SmtpDeliveryFormat.International,
            };
            await client.SendMailAsync(message, end.Token).WaitAsync(end.Token);   // what does not heed the token is left behind
            return new Delivery.Accepted();
        }
        catch (FormatException wrong)
        {
            return new Delivery.Refused(wrong.Message, IsAddress: false);
        }
        catch (SmtpException refused) when (!end.IsCancellationRequested)
        {
            return Read(refused);
        }
        catch (Exception broken) when (!end.IsCancellationRequested && broken is IOException or InvalidOperationException or System.Security.Authentication.AuthenticationException)
        {
            return new Delivery.Later(broken.Message, IsUnreachable: true);
        }
        catch (Exception aborted) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException("The mail may have left or not.", aborted, cancel);
        }
        catch (Exception) when (patience.IsCancellationRequested)
        {
            return new Delivery.Later($"No acceptance within {server.Patience.TotalSeconds:0} s.", IsUnreachable: true);
        }
    }

    private static Delivery Read(SmtpException refused)
    {
        var code = (int)refused.StatusCode;
        var said = Said(refused);
        return code switch
        {
            < 400 => new Delivery.Later(said, IsUnreachable: true),
            _ when OfTheServer.Contains(code) => new Delivery.Later(said, IsUnreachable: true),
            < 500 => new Delivery.Later(said, IsUnreachable: false),
            _ => new Delivery.Refused(said, refused is SmtpFailedRecipientException && !IsAboutUs().IsMatch(said)),
        };
    }

    /// <summary>What the framework says, and why: it hides the cause of a broken connection one deeper.</summary>
    private static string Said(SmtpException refused) => refused.InnerException is { } cause ? $"{refused.Message} {cause.Message}" : refused.Message;

    /// <summary>Enhanced status codes of RFC 3463 for a full mailbox (5.2.2) and for a policy against the sender (5.7.x): the address itself is fine.</summary>
    [GeneratedRegex(@"\b5\.(2\.2|7\.[0-9]{1,3})\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex IsAboutUs();
}
