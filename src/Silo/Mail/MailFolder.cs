using System.Net.Mail;
using System.Net.Mime;
using System.Text;

namespace PublicBuyers.Mails;

/// <summary>Writes mail as files, <c>{message id}.eml</c>: delivered again, it is the same file.</summary>
internal sealed class MailFolder(string folder, string from, string host) : IMailbox
{
    public async Task Deliver(Mail mail, CancellationToken cancel)
    {
        using var message = MessageOf(mail);
        var pickup = Directory.CreateTempSubdirectory("publicbuyers-mail-").FullName;
        try
        {
            // The framework's own writer encodes headers and bodies; it chooses the name, so the file is moved under ours.
            using (var client = new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = pickup })
                await client.SendMailAsync(message, cancel);

            var written = Directory.EnumerateFiles(pickup).Single();
            var staged = Path.Combine(folder, $".{mail.MessageId}.partial");
            File.Copy(written, staged, overwrite: true);
            File.Move(staged, Path.Combine(folder, mail.MessageId + ".eml"), overwrite: true);
        }
        finally
        {
            Directory.Delete(pickup, recursive: true);
        }
    }

    private MailMessage MessageOf(Mail mail)
    {
        var message = new MailMessage(new MailAddress(from, "PublicBuyers"), new MailAddress(mail.To))
        {
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
        };
        message.Headers.Add("Message-ID", $"<{mail.MessageId}@{host}>");
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("Content-Language", mail.Language);
        message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(mail.Text, Encoding.UTF8, MediaTypeNames.Text.Plain));
        message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(mail.Html, Encoding.UTF8, MediaTypeNames.Text.Html));
        return message;
    }
}
