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
    /// <summary>Words that are addresses of ours. Nothing else becomes a link.</summary>
    private static readonly string[] Links = ["link", "communityLink", "appeal", "askLink"];

    public Mail SignIn(string messageId, string address, string language, AddressKey key, string token, string code, DateTimeOffset until)
    {
        var mail = Fill(messageId, address, "sign-in", language, new()
        {
            ["code"] = $"{code[..3]} {code[3..]}",
            ["link"] = new Uri(baseUrl, $"/sign-in/confirm?a={key.Value}&t={token}").AbsoluteUri,
            ["minutes"] = SignInLimits.LinkLasts.TotalMinutes.ToString("0", CultureInfo.InvariantCulture),
            ["site"] = baseUrl.Host,
            ["support"] = supportAddress,
        });
        return mail with { OfUseUntil = until, IsAskedFor = true };
    }

    public Mail Waiting(string messageId, string address, string language, string community, ItemId item, ItemKind kind, string by, string message)
    {
        return Fill(messageId, address, $"waiting-{Kebab(kind)}", language, new()
        {
            ["by"] = NameOr(by, language),
            ["community"] = WordsOfPeople.InALine(community),
            ["message"] = WordsOfPeople.Quoted(message),
            ["link"] = Link($"/communities/{item.Community}/queue/{item.Number}"),
            ["support"] = supportAddress,
        });
    }

    public Mail Escalated(string messageId, string address, string language, string timeZone, EscalatedMail escalated)
    {
        return Fill(messageId, address, $"escalated-{Kebab(escalated.Level)}-{Kebab(escalated.Why)}", language, new()
        {
            ["by"] = NameOr(escalated.By, language),
            ["community"] = WordsOfPeople.InALine(escalated.Community),
            ["since"] = InWords(escalated.Since, timeZone, language),
            ["link"] = Link($"/communities/{escalated.Item.Community}/queue/{escalated.Item.Number}"),
            ["support"] = supportAddress,
        });
    }

    public Mail Decided(string messageId, string address, string language, string timeZone, DecidedMail decided)
    {
        return Fill(messageId, address, $"decided-{Kebab(decided.Kind)}-{Kebab(decided.Verdict)}", language, new()
        {
            ["by"] = NameOr(decided.By, language),
            ["community"] = WordsOfPeople.InALine(decided.Community),
            ["at"] = InWords(decided.At, timeZone, language),
            ["reason"] = WordsOfPeople.Quoted(decided.Reason),
            ["contact"] = WordsOfPeople.Quoted(decided.Contact),
            ["again"] = Again(decided.AskAgainFrom, language, timeZone),
            ["askLink"] = Link($"/communities/{decided.Item.Community}/ask"),
            ["link"] = Link($"/requests#{decided.Item.Community}-{decided.Item.Number}"),
            ["communityLink"] = Link($"/communities/{decided.Item.Community}"),
            ["support"] = supportAddress,
        });
    }

    private static string Again(DateTimeOffset? from, string language, string timeZone) => from is { } day
        ? Words.In(language).Say("mail.again-from", ("at", InWords(day, timeZone, language)))
        : Words.In(language)["mail.again"];

    public Mail Invitation(string messageId, string address, string language, string inviter, CommunityView community)
    {
        return Fill(messageId, address, inviter.Length > 0 ? "invitation" : "invitation-unsigned", language, new()
        {
            ["inviter"] = WordsOfPeople.InALine(inviter),
            ["community"] = WordsOfPeople.InALine(community.Name),
            ["goal"] = WordsOfPeople.Quoted(community.Goal),
            ["link"] = Link($"/communities/{community.Community.Value}"),
            ["site"] = baseUrl.Host,
            ["support"] = supportAddress,
        });
    }

    public Mail Restricted(string messageId, string address, string language, string timeZone, RestrictedMail restricted)
    {
        return Fill(messageId, address, $"restricted-{Kebab(restricted.Kind)}", language, new()
        {
            ["by"] = NameOr(restricted.By, language),
            ["community"] = WordsOfPeople.InALine(restricted.Community),
            ["until"] = restricted.Until is { } until ? InWords(LastMinuteBefore(until), timeZone, language) : Words.In(language)["mail.until-lifted"],
            ["reason"] = WordsOfPeople.Quoted(restricted.Reason),
            ["contact"] = WordsOfPeople.Quoted(restricted.Contact.Length > 0 ? restricted.Contact : supportAddress),
            ["appeal"] = Link($"/communities/{restricted.Id}/appeal"),
            ["support"] = supportAddress,
        });
    }

    public Mail Hidden(string messageId, string address, string language, HiddenMail hidden)
    {
        var what = hidden.Post is null ? "everything" : hidden.Room?.Publication is null ? "post" : "comment";
        return Fill(messageId, address, $"{(hidden.IsDeleted ? "deleted" : "hidden")}-{what}", language, new()
        {
            ["by"] = NameOr(hidden.By, language),
            ["community"] = WordsOfPeople.InALine(hidden.Community),
            ["reason"] = WordsOfPeople.Quoted(hidden.Reason),
            ["contact"] = WordsOfPeople.Quoted(hidden.Contact.Length > 0 ? hidden.Contact : supportAddress),
            ["howToAppeal"] = hidden.Appeal is null ? "" : Words.In(language)["mail.how-to-appeal"],
            ["appeal"] = hidden.Appeal is { } item ? Link($"/communities/{item.Community}/requests/{item.Number}/appeal") : "",
            ["support"] = supportAddress,
        });
    }

    public Mail Standing(string messageId, string address, string language, StandingMail standing) =>
        Fill(messageId, address, standing.Role is { } role ? $"standing-{Kebab(role)}" : "standing-lifted", language, new()
        {
            ["by"] = NameOr(standing.By, language),
            ["community"] = WordsOfPeople.InALine(standing.Community),
            ["reason"] = WordsOfPeople.Quoted(standing.Reason),
            ["link"] = Link($"/communities/{standing.Id}"),
            ["site"] = baseUrl.Host,
            ["support"] = supportAddress,
        });

    public Mail Published(string messageId, string address, string language, string community, string by, PublicationId publication, string title)
    {
        return Fill(messageId, address, "published", language, new()
        {
            ["by"] = NameOr(by, language),
            ["community"] = WordsOfPeople.InALine(community),
            ["title"] = WordsOfPeople.InALine(title),
            ["link"] = Link($"/communities/{publication.Community}/publications/{publication.Key}"),
            ["support"] = supportAddress,
        });
    }

    public Mail Withdrawn(string messageId, string address, string language, WithdrawnMail withdrawn)
    {
        return Fill(messageId, address, "withdrawn", language, new()
        {
            ["by"] = NameOr(withdrawn.By, language),
            ["community"] = WordsOfPeople.InALine(withdrawn.Community),
            ["title"] = WordsOfPeople.InALine(withdrawn.Title),
            ["reason"] = WordsOfPeople.Quoted(withdrawn.Reason),
            ["contact"] = WordsOfPeople.Quoted(withdrawn.Contact.Length > 0 ? withdrawn.Contact : supportAddress),
            ["link"] = Link($"/communities/{withdrawn.Publication.Community}/publications/{withdrawn.Publication.Key}"),
            ["support"] = supportAddress,
        });
    }

    public Mail Bridge(string messageId, string address, string language, BridgeMail bridge)
    {
        return Fill(messageId, address, $"bridge-{Kebab(bridge.News)}", language, new()
        {
            ["by"] = NameOr(bridge.By, language),
            ["community"] = WordsOfPeople.InALine(bridge.Name),
            ["other"] = WordsOfPeople.InALine(bridge.Other),
            ["text"] = WordsOfPeople.Quoted(bridge.Text),
            ["link"] = Link($"/communities/{bridge.Side}/bridges"),
            ["support"] = supportAddress,
        });
    }

    public Mail Administrator(string messageId, string address, string language, bool isAppointed, string by) =>
        Fill(messageId, address, isAppointed ? "administrator-appointed" : "administrator-dismissed", language, new()
        {
            ["by"] = NameOr(by, language),
            ["site"] = baseUrl.Host,
            ["link"] = Link("/administration/administrators"),
            ["support"] = supportAddress,
        });

    public Mail Gathered(string messageId, string address, string language, IReadOnlyList<Mail> mails)
    {
        var links = mails.Select(mail => Array.Find(mail.Text.Split('\n'), line => line.StartsWith(baseUrl.AbsoluteUri, StringComparison.Ordinal)) ?? "").ToList();
        return Fill(messageId, address, "gathered", language, new()
        {
            ["count"] = mails.Count.ToString(CultureInfo.InvariantCulture),
            ["list"] = string.Join("\n\n", mails.Zip(links, (mail, link) => $"{mail.Subject}\n\n{link}")),
            ["support"] = supportAddress,
        }, links);
    }

    /// <summary>
    /// The time where the reader is, and which time that is: <c>30 November 2026, 14:02 (Europe/Brussels,
    /// UTC+01:00)</c>.
    /// </summary>
    private static string InWords(DateTimeOffset at, string timeZone, string language)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var known) ? known : TimeZoneInfo.Utc;
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var time = local.ToString("d MMMM yyyy, HH:mm", CultureInfo.GetCultureInfo(language));
        return zone.Equals(TimeZoneInfo.Utc) ? $"{time} (UTC)" : $"{time} ({zone.Id}, UTC{local:zzz})";
    }

    /// <summary>A restriction until the end of a day ends at midnight: people say 23:59 of that day.</summary>
    private static DateTimeOffset LastMinuteBefore(DateTimeOffset end) => end.AddMinutes(-1);

    private string Link(string path) => new Uri(baseUrl, path).AbsoluteUri;

    /// <summary>
    /// In one pass: what people wrote is never taken for a word to fill in. A paragraph that comes to nothing is left
    /// out. Where a text begins
    /// with somebody's words, ours come first: neither a subject nor a mail begins with what another person chose.
    /// </summary>
    private Mail Fill(
        string messageId, string address, string name, string language, Dictionary<string, string> words, params IReadOnlyList<string> moreLinks)
    {
        var lines = Text($"{name}.{language}.txt").Split('\n', 2);
        var subject = OneLine((lines[0].StartsWith('{') ? "PublicBuyers: " : "") + Filled(lines[0], words));
        var opening = lines[1].TrimStart().StartsWith('{') ? Words.In(language).Say("mail.opening", ("site", baseUrl.Host)) + "\n\n" : "";
        var text = opening + Gap().Replace(Filled(lines[1], words).Trim(), "\n\n") + "\n";
        return new(messageId, address, subject, text, Html(subject, text, language, [.. Links.Select(words.GetValueOrDefault).OfType<string>(), .. moreLinks]), language);
    }

    private static string Filled(string text, Dictionary<string, string> words) =>
        Word().Replace(text, word => words.GetValueOrDefault(word.Groups["name"].Value, word.Value));

    /// <summary>Names reach a header: whatever they hold, it stays one line.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();

    private static string NameOr(string name, string language) => name.Length > 0 ? WordsOfPeople.InALine(name) : Words.In(language)["mail.somebody"];

    private static string Kebab<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    [GeneratedRegex(@"\{(?<name>[a-zA-Z]+)\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Word();

    [GeneratedRegex(@"\n{3,}", RegexOptions.NonBacktracking)]
    private static partial Regex Gap();

    /// <summary>
    /// Readable without images and without style: paragraphs, quotations, and our own links as links.
    /// </summary>
    private static string Html(string title, string text, string language, HashSet<string> links)
    {
        var html = new StringBuilder($"<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{WebUtility.HtmlEncode(title)}</title></head><body>");
        foreach (var paragraph in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (links.Contains(paragraph)) html.Append($"<p><a href=\"{WebUtility.HtmlEncode(paragraph)}\">{WebUtility.HtmlEncode(paragraph)}</a></p>");
            else if (paragraph.StartsWith('>')) html.Append($"<blockquote>{Lines(paragraph.Split('\n').Select(line => line.Length > 2 ? line[2..] : ""))}</blockquote>");
            else html.Append($"<p>{Lines(paragraph.Split('\n'))}</p>");
        }

        return html.Append("</body></html>").ToString();
    }

    private static string Lines(IEnumerable<string> lines) => string.Join("<br>", lines.Select(WebUtility.HtmlEncode));

    private static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("PublicBuyers.Mail.Texts." + name)
            ?? throw new InvalidOperationException($"There is no text \"{name}\" for mail.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
