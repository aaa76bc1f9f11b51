using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PublicBuyers.Communities;
using PublicBuyers.Moderation;
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
        return new(messageId, address, subject, text, Html(subject, text, language), language) { OfUseUntil = until, IsAskedFor = true };
    }

    public Mail Waiting(string messageId, string address, string language, string community, ItemId item, ItemKind kind, string by, string message)
    {
        var (subject, text) = Fill($"waiting-{Kebab(kind)}", language, new()
        {
            ["by"] = NameOr(by, language),
            ["community"] = community,
            ["message"] = Quoted(message),
            ["link"] = Link($"/communities/{item.Community}/queue/{item.Number}"),
            ["support"] = supportAddress,
        });
        return new(messageId, address, subject, text, Html(subject, text, language), language);
    }

    public Mail Escalated(string messageId, string address, string language, string timeZone, EscalatedMail escalated)
    {
        var (subject, text) = Fill($"escalated-{Kebab(escalated.Level)}-{Kebab(escalated.Why)}", language, new()
        {
            ["by"] = NameOr(escalated.By, language),
            ["community"] = escalated.Community,
            ["since"] = InWords(escalated.Since, timeZone, language),
            ["link"] = Link($"/communities/{escalated.Item.Community}/queue/{escalated.Item.Number}"),
            ["support"] = supportAddress,
        });
        return new(messageId, address, subject, text, Html(subject, text, language), language);
    }

    public Mail Decided(string messageId, string address, string language, string timeZone, DecidedMail decided)
    {
        var (subject, text) = Fill($"decided-{Kebab(decided.Kind)}-{Kebab(decided.Verdict)}", language, new()
        {
            ["by"] = NameOr(decided.By, language),
            ["community"] = decided.Community,
            ["at"] = InWords(decided.At, timeZone, language),
            ["reason"] = Quoted(decided.Reason),
            ["contact"] = decided.Contact,
            ["again"] = Again(decided.AskAgainFrom, language, timeZone) + "\n\n" + Link($"/communities/{decided.Item.Community}/ask"),
            ["link"] = Link($"/requests#{decided.Item.Community}-{decided.Item.Number}"),
            ["communityLink"] = Link($"/communities/{decided.Item.Community}"),
            ["support"] = supportAddress,
        });
        return new(messageId, address, subject, text, Html(subject, text, language), language);
    }

    private static string Again(DateTimeOffset? from, string language, string timeZone) => (from, language) switch
    {
        ({ } day, "fr") => $"Vous pouvez refaire une demande à partir du {InWords(day, timeZone, language)} :",
        ({ } day, _) => $"You can ask again from {InWords(day, timeZone, language)}:",
        (null, "fr") => "Vous pouvez refaire une demande quand vous voulez :",
        _ => "You can ask again whenever you like:",
    };

    public Mail Invitation(string messageId, string address, string language, string inviter, CommunityView community)
    {
        var (subject, text) = Fill(inviter.Length > 0 ? "invitation" : "invitation-unsigned", language, new()
        {
            ["inviter"] = inviter,
            ["community"] = community.Name,
            ["goal"] = community.Goal,
            ["link"] = Link($"/communities/{community.Community.Value}"),
            ["site"] = baseUrl.Host,
            ["support"] = supportAddress,
        });
        return new(messageId, address, subject, text, Html(subject, text, language), language);
    }

    public Mail Restricted(string messageId, string address, string language, string timeZone, RestrictedMail restricted)
    {
        var (subject, text) = Fill($"restricted-{Kebab(restricted.Kind)}", language, new()
        {
            ["by"] = NameOr(restricted.By, language),
            ["community"] = restricted.Community,
            ["until"] = restricted.Until is { } until ? InWords(until, timeZone, language) : language == "fr" ? "jusqu’à ce qu’elle soit levée" : "until it is lifted",
            ["reason"] = Quoted(restricted.Reason),
            ["contact"] = restricted.Contact.Length > 0 ? restricted.Contact : supportAddress,
            ["appeal"] = Link($"/communities/{restricted.Id}/appeal"),
            ["support"] = supportAddress,
        });
        return new(messageId, address, subject, text, Html(subject, text, language), language);
    }

    public Mail Published(string messageId, string address, string language, string community, string by, PublicationId publication, string title)
    {
        var (subject, text) = Fill("published", language, new()
        {
            ["by"] = NameOr(by, language),
            ["community"] = community,
            ["title"] = title,
            ["link"] = Link($"/communities/{publication.Community}/publications/{publication.Key}"),
            ["support"] = supportAddress,
        });
        return new(messageId, address, subject, text, Html(subject, text, language), language);
    }

    public Mail Withdrawn(string messageId, string address, string language, WithdrawnMail withdrawn)
    {
        var (subject, text) = Fill("withdrawn", language, new()
        {
            ["by"] = NameOr(withdrawn.By, language),
            ["community"] = withdrawn.Community,
            ["title"] = withdrawn.Title,
            ["reason"] = Quoted(withdrawn.Reason),
            ["contact"] = withdrawn.Contact.Length > 0 ? withdrawn.Contact : supportAddress,
            ["link"] = Link($"/communities/{withdrawn.Publication.Community}/publications/{withdrawn.Publication.Key}"),
            ["support"] = supportAddress,
        });
        return new(messageId, address, subject, text, Html(subject, text, language), language);
    }

    public Mail Bridge(string messageId, string address, string language, BridgeMail bridge)
    {
        var (subject, text) = Fill($"bridge-{Kebab(bridge.News)}", language, new()
        {
            ["by"] = NameOr(bridge.By, language),
            ["community"] = bridge.Name,
            ["other"] = bridge.Other,
            ["text"] = Quoted(bridge.Text),
            ["link"] = Link($"/communities/{bridge.Side}/bridges"),
            ["support"] = supportAddress,
        });
        return new(messageId, address, subject, text, Html(subject, text, language), language);
    }

    private static string InWords(DateTimeOffset at, string timeZone, string language) =>
        TimeZoneInfo.ConvertTime(at, TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone) ? zone : TimeZoneInfo.Utc).ToString("d MMMM yyyy, HH:mm", CultureInfo.GetCultureInfo(language));

    private string Link(string path) => new Uri(baseUrl, path).AbsoluteUri;

    /// <summary>In one pass: what people wrote is never taken for a word to fill in. A paragraph that comes to nothing is left out.</summary>
    private static (string Subject, string Text) Fill(string name, string language, Dictionary<string, string> words)
    {
        var text = Word().Replace(Text($"{name}.{language}.txt"), word => words.GetValueOrDefault(word.Groups["name"].Value, word.Value));
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return (OneLine(text[..end]), Gap().Replace(text[end..].Trim(), "\n\n") + "\n");
    }

    /// <summary>Names reach a header: whatever they hold, it stays one line.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();

    /// <summary>What somebody wrote looks like what it is, and begins no line of ours.</summary>
    private static string Quoted(string text) => text.Length == 0 ? "" : string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => "> " + line));

    private static string NameOr(string name, string language) => name.Length > 0 ? name : language == "fr" ? "Un membre" : "A member";

    private static string Kebab<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    [GeneratedRegex(@"\{(?<name>[a-zA-Z]+)\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Word();

    [GeneratedRegex(@"\n{3,}", RegexOptions.NonBacktracking)]
    private static partial Regex Gap();

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

    private static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("PublicBuyers.Mail.Texts." + name)
            ?? throw new InvalidOperationException($"There is no text \"{name}\" for mail.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
