using System.Security.Cryptography;
using System.Text;
using MimeKit;
using PublicBuyers.Storage;

namespace PublicBuyers.Mails;

/// <summary>Writes mail as files, <c>{message id}.eml</c>: sent again, it is the same file.</summary>
internal sealed class MailFolder(string folder) : IMailTransport
{
    /// <summary>Octets; file systems take 255.</summary>
    private const int LongestName = 200;

    public async Task<Delivery> Send(MimeMessage message, CancellationToken cancel)
    {
        var name = NameOf(message);
        var staged = Path.Combine(folder, $".{name}.partial");
        try
        {
            var format = FormatOptions.Default.Clone();
            format.NewLineFormat = NewLineFormat.Dos;
            format.International = MailMessages.IsBeyondAscii(message);
            await message.WriteToAsync(format, staged, cancel);
            File.Move(staged, Path.Combine(folder, $"{name}.eml"), overwrite: true);
            return new Delivery.Accepted("Written.");
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            return new Delivery.Away($"Mail cannot be written. {FileTrouble.Of(folder, "written", full)}");
        }
    }

    public Task<Delivery.Away?> Open(CancellationToken cancel) => Task.FromResult<Delivery.Away?>(null);

    public Task Rest(CancellationToken cancel) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Left of the @ of its <c>Message-ID</c>. What no file can be called is called by its digest.</summary>
    private static string NameOf(MimeMessage message)
    {
        var id = message.MessageId![..message.MessageId!.LastIndexOf('@')];
        return
            id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_')
            && id.Length <= LongestName
            ? id
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
    }
}
