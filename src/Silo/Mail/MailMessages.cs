using System.Net.Mail;
using System.Net.Mime;
using System.Text;

namespace PublicBuyers.Mails;

/// <summary>Mail in the framework's form, whichever way it leaves.</summary>
/// <param name="host">Right of the @ in every <c>Message-ID</c>.</param>
internal sealed class MailMessages(string from, string host)
{
    /// <exception cref="FormatException">The address is none, or a header would not stay one line.</exception>
    public MailMessage Of(Mail mail)
    {
        if (mail.Subject.Any(char.IsControl) || mail.MessageId.Any(char.IsControl) || mail.Language.Any(char.IsControl) || mail.To.Any(char.IsControl))
            throw new FormatException("A header of this mail would not stay one line.");

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
