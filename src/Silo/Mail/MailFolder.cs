using System.Net.Mail;

namespace PublicBuyers.Mails;

/// <summary>Writes mail as files, <c>{message id}.eml</c>: sent again, it is the same file.</summary>
internal sealed class MailFolder(string folder, MailMessages messages) : IMailTransport
{
    public async Task<Delivery> Send(Mail mail, CancellationToken cancel)
    {
        try
        {
            await Write(mail, cancel);
            return new Delivery.Accepted();
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException or SmtpException)
        {
            return new Delivery.Later(full.Message, IsUnreachable: true);
        }
        catch (FormatException wrong)
        {
            return new Delivery.Refused(wrong.Message, IsAddress: false);
        }
    }

    private async Task Write(Mail mail, CancellationToken cancel)
    {
        using var message = messages.Of(mail);
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
}
