using System.Globalization;
using System.Text.Json;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Moderation;
using PublicBuyers.SignIn;

namespace PublicBuyers.Mails;

/// <summary>Writes mails with the words of the pages: each as text, and the same as HTML.</summary>
internal sealed class MailWriter(Uri baseUrl, string supportAddress) : IMailWriter
{
    private readonly Letter.Site site = new(baseUrl.Host, supportAddress);

    public Mail SignIn(
        string messageId,
        string address,
        string language,
        AddressKey key,
        string token,
        string code,
        DateTimeOffset until
    )
    {
        var letter = New(
            language,
            "sign-in",
            "sign-in",
            ("code", $"{code[..3]} {code[3..]}"),
            ("minutes", SignInLimits.LinkLasts.TotalMinutes.ToString("0", CultureInfo.InvariantCulture))
        )
            .Say("open")
            .Link(Address($"/sign-in/confirm?a={key.Value}&t={token}"), "sign-in")
            .Say("code")
            .Say("validity")
            .Say("not-you");
        return Written(messageId, address, language, letter) with { OfUseUntil = until, IsAskedFor = true };
    }

    public Mail Waiting(
        string messageId,
        string address,
        string language,
        string community,
        ItemId item,
        ItemKind kind,
        string by,
        string message
    )
    {
        var letter = New(language, $"waiting-{Kebab(kind)}", "moderating", By(by, language), Community(community))
            .Say("happened")
            .Quote(message)
            .Say("next")
            .Link(Queue(item), "item");
        return Written(messageId, address, language, letter);
    }

    public Mail Escalated(
        string messageId,
        string address,
        string language,
        string timeZone,
        EscalatedMail escalated
    )
    {
        var letter = New(
            language,
            $"escalated-{Kebab(escalated.Level)}-{Kebab(escalated.Why)}",
            escalated.Level is EscalationLevel.Leaders ? "leading" : "administrating",
            By(escalated.By, language),
            Community(escalated.Community),
            ("since", InWords(escalated.Since, timeZone, language))
        )
            .Say("happened")
            .Say("next")
            .Link(Queue(escalated.Item), "item");
        return Written(messageId, address, language, letter);
    }

    public Mail Decided(string messageId, string address, string language, string timeZone, DecidedMail decided)
    {
        var community = decided.Item.Community;
        var (isRejected, isOfAccess) = (decided.Verdict is Verdict.Rejected, decided.Kind is ItemKind.AccessRequest);
        var letter = New(
            language,
            $"decided-{Kebab(decided.Kind)}-{Kebab(decided.Verdict)}",
            "request",
            By(decided.By, language),
            Community(decided.Community),
            ("at", InWords(decided.At, timeZone, language))
        )
            .Say("happened")
            .Quote(decided.Reason);
        if (isRejected) letter = letter.SayShared("you-can-ask").Quote(decided.Contact);
        if (isRejected && isOfAccess)
            letter = Again(letter, decided.AskAgainFrom, timeZone)
                .Link(Address($"/communities/{community}/ask"), "ask");
        letter = letter.Say("next");
        letter = isOfAccess && !isRejected
            ? letter.Link(Address($"/communities/{community}"), "community")
            : letter.Link(Address($"/requests#{community}-{decided.Item.Number}"), "requests");
        return Written(messageId, address, language, letter);
    }

    public Mail Invitation(
        string messageId,
        string address,
        string language,
        string inviter,
        CommunityView community
    )
    {
        var letter = New(
            language,
            inviter.Length > 0 ? "invitation" : "invitation-unsigned",
            "invitation",
            ("inviter", WordsOfPeople.InALine(inviter)),
            Community(community.Name)
        )
            .Say("happened")
            .Say("what-for")
            .Quote(community.Goal)
            .Say("next")
            .Link(Address($"/communities/{community.Community.Value}"), "community")
            .Say("joining");
        return Written(messageId, address, language, letter);
    }

    public Mail Restricted(
        string messageId,
        string address,
        string language,
        string timeZone,
        RestrictedMail restricted
    )
    {
        var until = restricted.Until is { } end
            ? InWords(LastMinuteBefore(end), timeZone, language)
            : Words.In(language)["mail.until-lifted"];
        var letter = New(
            language,
            $"restricted-{Kebab(restricted.Kind)}",
            "measure",
            By(restricted.By, language),
            Community(restricted.Community),
            ("until", until)
        )
            .Say("happened")
            .Quote(restricted.Reason)
            .SayShared("if-you-disagree")
            .Quote(ContactOr(restricted.Contact))
            .SayShared("how-to-appeal")
            .Link(Address($"/communities/{restricted.Id}/appeal"), "appeal");
        return Written(messageId, address, language, letter);
    }

    public Mail Hidden(string messageId, string address, string language, HiddenMail hidden)
    {
        var what = hidden.Post is null ? "everything" : hidden.Room?.Publication is null ? "post" : "comment";
        var letter = New(
            language,
            $"{(hidden.IsDeleted ? "deleted" : "hidden")}-{what}",
            "writing",
            By(hidden.By, language),
            Community(hidden.Community)
        )
            .Say("happened")
            .Quote(hidden.Reason)
            .Say("in-its-place")
            .SayShared("if-you-disagree")
            .Quote(ContactOr(hidden.Contact));
        if (hidden.Appeal is { } item)
        {
            letter = letter
                .SayShared("how-to-appeal")
                .Link(Address($"/communities/{item.Community}/requests/{item.Number}/appeal"), "appeal");
        }

        return Written(messageId, address, language, letter);
    }

    public Mail Standing(string messageId, string address, string language, StandingMail standing)
    {
        var name = standing.Role is { } role ? $"standing-{Kebab(role)}" : "standing-lifted";
        var letter = New(language, name, "standing", By(standing.By, language), Community(standing.Community))
            .Say("happened");
        if (standing.Role is null) letter = letter.Quote(standing.Reason);
        letter = letter
            .Say("next")
            .Link(Address($"/communities/{standing.Id}"), "community")
            .SayShared("without-password");
        return Written(messageId, address, language, letter);
    }

    public Mail Published(
        string messageId,
        string address,
        string language,
        string community,
        string by,
        PublicationId publication,
        string title
    )
    {
        var letter = New(
            language, "published", "moderating", By(by, language), Community(community), Title(title)
        )
            .Say("happened")
            .Say("title")
            .Say("next")
            .Link(Page(publication), "publication");
        return Written(messageId, address, language, letter);
    }

    public Mail Withdrawn(string messageId, string address, string language, WithdrawnMail withdrawn)
    {
        var letter = New(
            language,
            "withdrawn",
            "writing",
            By(withdrawn.By, language),
            Community(withdrawn.Community),
            Title(withdrawn.Title)
        )
            .Say("happened")
            .Say("title")
            .Quote(withdrawn.Reason)
            .Say("next")
            .Link(Page(withdrawn.Publication), "publication")
            .Say("question")
            .Quote(ContactOr(withdrawn.Contact));
        return Written(messageId, address, language, letter);
    }

    public Mail Bridge(string messageId, string address, string language, BridgeMail bridge)
    {
        var letter = New(
            language,
            $"bridge-{Kebab(bridge.News)}",
            "leading",
            By(bridge.By, language),
            Community(bridge.Name),
            ("other", WordsOfPeople.InALine(bridge.Other))
        )
            .Say("happened")
            .Quote(bridge.Text);
        if (bridge.News is BridgeNews.Proposed or BridgeNews.Declined) letter = letter.Say("next");
        letter = letter.Link(Address($"/communities/{bridge.Side}/bridges"), "bridges");
        return Written(messageId, address, language, letter);
    }

    public Mail Administrator(string messageId, string address, string language, bool isAppointed, string by)
    {
        var name = isAppointed ? "administrator-appointed" : "administrator-dismissed";
        var letter = New(language, name, "administrator", By(by, language)).Say("happened");
        if (isAppointed) letter = letter.Link(Address("/administration/administrators"), "administrators");
        return Written(messageId, address, language, letter.Say("doubt") with { EndsWithoutSupport = true });
    }

    public Mail Gathered(string messageId, string address, string language, IReadOnlyList<Mail> mails)
    {
        var count = mails.Count.ToString(CultureInfo.InvariantCulture);
        var letter = New(language, "gathered", "gathered", ("count", count))
            .Say("happened")
            .Gather(mails.Select(mail => (mail.Subject, LinkOf(mail))));
        return Written(messageId, address, language, letter);
    }

    /// <summary>To whom the operator names: that mail comes through.</summary>
    public Mail Test(string messageId, string address, string language)
    {
        var letter = New(language, "test", "test", ("url", baseUrl.OriginalString)).Say("happened");
        return Written(messageId, address, language, letter with { EndsWithoutSupport = true });
    }

    /// <summary>Ours: of what people wrote no line begins with an address (<see cref="WordsOfPeople"/>).</summary>
    private string? LinkOf(Mail mail) =>
        Array.Find(mail.Text.Split('\n'), line => line.StartsWith(baseUrl.AbsoluteUri, StringComparison.Ordinal));

    private static Mail Written(string messageId, string address, string language, Letter letter) =>
        new(messageId, address, letter.Subject, letter.Text, MailHtml.Of(letter), language);

    private Letter New(string language, string name, string why, params (string Name, object? Value)[] values) =>
        new(Words.In(language), name, why, site, values);

    private static Letter Again(Letter letter, DateTimeOffset? from, string timeZone) => from is { } day
        ? letter.SayShared("again-from", ("at", InWords(day, timeZone, letter.Words.Language)))
        : letter.SayShared("again");

    /// <summary>
    /// The time where the reader is, and which time that is: <c>30 November 2026, 14:02 (Europe/Brussels,
    /// UTC+01:00)</c>.
    /// </summary>
    private static string InWords(DateTimeOffset at, string timeZone, string language)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var known) ? known : TimeZoneInfo.Utc;
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var time = local.ToString("d MMMM yyyy, HH:mm", Words.In(language).Culture);
        return zone.Equals(TimeZoneInfo.Utc) ? $"{time} (UTC)" : $"{time} ({zone.Id}, UTC{local:zzz})";
    }

    /// <summary>A restriction until the end of a day ends at midnight: people say 23:59 of that day.</summary>
    private static DateTimeOffset LastMinuteBefore(DateTimeOffset end) => end.AddMinutes(-1);

    private string Address(string path) => new Uri(baseUrl, path).AbsoluteUri;

    private string Queue(ItemId item) => Address($"/communities/{item.Community}/queue/{item.Number}");

    private string Page(PublicationId publication) =>
        Address($"/communities/{publication.Community}/publications/{publication.Key}");

    private string ContactOr(string contact) => contact.Length > 0 ? contact : supportAddress;

    private static (string, object?) By(string name, string language) =>
        ("by", name.Length > 0 ? WordsOfPeople.InALine(name) : Words.In(language)["mail.somebody"]);

    private static (string, object?) Community(string name) => ("community", WordsOfPeople.InALine(name));

    private static (string, object?) Title(string title) => ("title", WordsOfPeople.InALine(title));

    private static string Kebab<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
