using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using PublicBuyers.Communities;
using PublicBuyers.SignIn;

namespace PublicBuyers.Mails;

/// <summary>Writes mails from the texts beside this file: the first line is the subject, <c>{words}</c> are filled in, an address on a line of its own becomes the button.</summary>
internal sealed partial class MailWriter(Uri baseUrl, string supportAddress) : IMailWriter
{
    public Mail SignIn(string messageId, string address, string language, AddressKey key, string token, string code, DateTimeOffset until)
    {
        var (subject, text) = Fill("sign-in", language, new()
        {
            ["code"] = $"{code[..3]} {code[3..]}",
            ["link"] = new Uri(baseUrl, $"/sign-in/confirm?a={key.Value}&t={token}").AbsoluteUri,
            ["minutes"] = SignInLimits.LinkLasts.TotalMinutes.ToString("0", CultureInfo.InvariantCulture),
            ["site"] = baseUrl.Host,
            ["support"] = supportAddress,
        });
        return new(messageId, address, subject, text, Html(subject, text, language), language);
    }

    public Mail Invitation(string messageId, string address, string language, string inviter, CommunityView community)
    {
        var (subject, text) = Fill(inviter.Length > 0 ? "invitation" : "invitation-unsigned", language, new()
        {
            ["inviter"] = inviter,
            ["community"] = community.Name,
            ["goal"] = community.Goal,
            ["link"] = new Uri(baseUrl, $"/communities/{community.Community.Value}").AbsoluteUri,
            ["site"] = baseUrl.Host,
            ["support"] = supportAddress,
        });
        return new(messageId, address, subject, text, Html(subject, text, language), language);
    }

    /// <summary>In one go: what people have written is not filled in again.</summary>
    private static (string Subject, string Text) Fill(string name, string language, Dictionary<string, string> words)
    {
        var text = Placeholder().Replace(Text($"{name}.{language}.txt"), found => words[found.Groups["word"].Value]);
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return (text[..end].Trim(), text[end..].Trim() + "\n");
    }

    /// <summary>Readable without images and without style: paragraphs, and the link as a link.</summary>
    private static string Html(string title, string text, string language)
    {
        var html = new StringBuilder($"<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{WebUtility.HtmlEncode(title)}</title></head><body>");
        foreach (var paragraph in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var encoded = WebUtility.HtmlEncode(paragraph).Replace("\n", "<br>", StringComparison.Ordinal);
            html.Append("<p>").Append(paragraph.StartsWith("http", StringComparison.Ordinal) ? $"<a href=\"{encoded}\">{encoded}</a>" : encoded).Append("</p>");
        }

        return html.Append("</body></html>").ToString();
    }

    [GeneratedRegex("\\{(?<word>[a-z]+)\\}", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();

    private static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("PublicBuyers.Mail.Texts." + name)
            ?? throw new InvalidOperationException($"There is no text \"{name}\" for mail.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
