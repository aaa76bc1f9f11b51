using System.Text.RegularExpressions;

namespace PublicBuyers.Browser.Tests;

/// <summary>Mails that the server wrote into its folder.</summary>
internal static partial class MailFolder
{
    /// <summary>The text of a mail to somebody, once it is in the folder.</summary>
    public static async Task<string> To(string recipient, string mailFolder)
    {
        var arrived = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var folder = new FileSystemWatcher(mailFolder, "*.eml") { EnableRaisingEvents = true };
        folder.Created += (_, file) => Look(file.FullPath);
        folder.Renamed += (_, file) => Look(file.FullPath);
        foreach (var present in Directory.EnumerateFiles(mailFolder, "*.eml")) Look(present);

        return await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));

        void Look(string path)
        {
            var text = File.ReadAllText(path);
            if (text.Contains(recipient, StringComparison.OrdinalIgnoreCase)) arrived.TrySetResult(PlainTextOf(text));
        }
    }

    public static string LinkIn(string mail) => Link().Match(mail).Value;

    public static string CodeIn(string mail) => Code().Match(mail).Value;

    /// <summary>The first part of the mail, with its transfer encoding undone.</summary>
    private static string PlainTextOf(string mail)
    {
        var part = mail[mail.IndexOf("text/plain", StringComparison.OrdinalIgnoreCase)..];
        var head = part[..part.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        var body = part[(head.Length + 4)..];
        body = body[..body.IndexOf("\r\n--", StringComparison.Ordinal)];
        return head.Contains("base64", StringComparison.OrdinalIgnoreCase)
            ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(body.Replace("\r\n", "", StringComparison.Ordinal)))
            : body.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"https?://\S+/sign-in/confirm\S+", RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex(@"\b\d{3} \d{3}\b", RegexOptions.NonBacktracking)]
    private static partial Regex Code();
}
