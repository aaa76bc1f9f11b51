using System.Globalization;
using AngleSharp.Html.Parser;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Mails;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;

namespace PublicBuyers.EndToEnd.Tests.Sending;

/// <summary>
/// Whatever people call themselves, their communities and their publications: our mail begins with our words, and links
/// to us only.
/// </summary>
public sealed class WordsOfPeopleInMail
{
    private const string Link = "https://evil.example/reset";
    private static readonly Uri site = new("https://buyers.example");
    private static readonly DateTimeOffset noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly MailWriter writer = new(site, "help@buyers.example");

    [Theory]
    [InlineData("en", Link)]
    [InlineData("fr", Link)]
    [InlineData("en", "www.evil.example")]
    [InlineData("en", "EVIL.EXAMPLE")]
    [InlineData("fr", "mailto:eve@evil.example")]
    [InlineData("en", "evil。example")]
    [InlineData("en", "evil\u200B.\u200Bexample")]
    [InlineData("en", "https://buyers.example/sign-in/confirm?a=1&t=2")]
    [InlineData("fr", "\u202Ehttps://evil.example")]
    [InlineData("en", "x\nhttps://evil.example")]
    public void No_mail_begins_with_them_or_makes_a_link_of_them(string language, string written)
    {
        foreach (var mail in Everything(language, written))
        {
            mail.Subject.ShouldNotStartWith(written[..3], Case.Insensitive);
            mail.Subject.ShouldNotContain("evil.example", Case.Insensitive);
            mail.Text.ShouldNotStartWith(written[..3], Case.Insensitive);

            var ours = mail.Text.Split('\n').Where(line => !line.StartsWith('>')).ToList();
            foreach (var bait in new[] { "evil.example", "evil。example", "mailto:", "buyers.example/sign-in", "https://evil" })
                ours.ShouldNotContain(line => line.Contains(bait, StringComparison.OrdinalIgnoreCase), $"{mail.Subject}: {mail.Text}");

            var page = new HtmlParser().ParseDocument(mail.Html);
            foreach (var link in page.Links) link.GetAttribute("href").ShouldNotBeNull().ShouldSatisfyAllConditions(
                to => to!.ShouldStartWith(site.AbsoluteUri), to => to!.ShouldNotContain("confirm"));
            foreach (var quote in page.QuerySelectorAll("blockquote").ToList()) quote.Remove();
            page.DocumentElement.TextContent.ShouldNotContain("evil.example", Case.Insensitive);
        }
    }

    [Theory]
    [InlineData("https://evil.example/reset", "https[:]//evil[.]example/reset")]
    [InlineData("www.evil.example", "www[.]evil[.]example")]
    [InlineData("mailto:eve@evil.example", "mailto[:]eve@evil[.]example")]
    [InlineData("Dr. J.R. Müller: Lot 3.2, 23.05.2024", "Dr. J.R. Müller: Lot 3.2, 23.05.2024")]
    [InlineData("Żaneta O’Brien-Σωκράτης", "Żaneta O’Brien-Σωκράτης")]
    [InlineData("a\r\nb\u0007\u202Ec", "a  b c")]
    public void What_looks_like_a_link_is_broken_where_everybody_sees_it(string written, string shown) => WordsOfPeople.InALine(written).ShouldBe(shown);

    [Theory]
    [InlineData("en")]
    [InlineData("fr")]
    public void What_looks_like_a_placeholder_of_ours_stays_as_it_was_typed(string language)
    {
        const string typed = "{link} {by} {support}";
        foreach (var mail in Everything(language, typed))
        {
            mail.Text.ShouldContain(typed);
            new HtmlParser().ParseDocument(mail.Html).DocumentElement.TextContent.ShouldContain(typed);
        }
    }

    [Theory]
    [InlineData("Europe/Brussels", "2 March 2026, 13:00 (Europe/Brussels, UTC+01:00)")]
    [InlineData("America/New_York", "2 March 2026, 07:00 (America/New_York, UTC-05:00)")]
    [InlineData("Nowhere/Atall", "2 March 2026, 12:00 (UTC)")]
    public void A_time_says_in_which_zone_it_is(string zone, string shown) =>
        writer.Decided("id", "ana@buyers.example", "en", zone, Decision("Trams", ItemKind.AccessRequest, Verdict.Rejected)).Text.ShouldContain(shown);

    [Fact]
    public void Every_time_in_every_mail_has_its_zone_in_both_languages()
    {
        foreach (var language in new[] { "en", "fr" })
        {
            var clock = noon.AddHours(1).ToString("d MMMM yyyy, HH:mm", CultureInfo.GetCultureInfo(language));
            var timed = Everything(language, "Trams").Where(mail => mail.Text.Contains(clock, StringComparison.Ordinal)).ToList();

            timed.Count.ShouldBeGreaterThan(10);
            foreach (var mail in timed) mail.Text.ShouldContain(clock + " (Europe/Brussels, UTC+01:00)");
        }
    }

    private IEnumerable<Mail> Everything(string language, string written)
    {
        var (community, item) = (new CommunityId("trams"), new ItemId(new("trams"), new(7)));
        const string zone = "Europe/Brussels";
        foreach (var kind in Enum.GetValues<ItemKind>())
        {
            yield return writer.Waiting("id", "a@b.example", language, written, item, kind, written, written);
            foreach (var verdict in Enum.GetValues<Verdict>()) yield return writer.Decided("id", "a@b.example", language, zone, Decision(written, kind, verdict));
        }

        foreach (var (level, why) in new[]
        {
            (EscalationLevel.Leaders, EscalationReason.Waited),
            (EscalationLevel.Administrators, EscalationReason.Waited),
            (EscalationLevel.Administrators, EscalationReason.Dormant),
            (EscalationLevel.Administrators, EscalationReason.NobodyThere),
        })
            yield return writer.Escalated("id", "a@b.example", language, zone, new(written, item, ItemKind.Report, written, noon, level, why));
        foreach (var kind in Enum.GetValues<RestrictionKind>())
            yield return writer.Restricted("id", "a@b.example", language, zone, new(community, written, kind, noon, written, written, written));
        foreach (var (room, post) in new (RoomId?, PostNumber?)[] { (null, null), (new(community, "general"), new(1)), (new("trams/~k"), new(1)) })
            yield return writer.Hidden("id", "a@b.example", language, new(community, written, room, post, false, written, written, written, item));
        yield return writer.Hidden("id", "a@b.example", language, new(community, written, new("trams/~k"), new(1), true, written, written, written, null));
        yield return writer.Hidden("id", "a@b.example", language, new(community, written, new("trams/general"), new(1), true, written, written, written, null));
        foreach (var role in new Role?[] { null, Role.Member, Role.Moderator, Role.Leader })
            yield return writer.Standing("id", "a@b.example", language, new(community, written, role, written, written));
        foreach (var news in new[] { BridgeNews.Proposed, BridgeNews.Agreed, BridgeNews.Declined, BridgeNews.Ended })
            yield return writer.Bridge("id", "a@b.example", language, new(news, community, written, written, written, written));
        yield return writer.Published("id", "a@b.example", language, written, written, new(community, "k"), written);
        yield return writer.Withdrawn("id", "a@b.example", language, new(written, new(community, "k"), written, written, written, written));
        yield return writer.Invitation("id", "a@b.example", language, written, Community(written));
        yield return writer.Invitation("id", "a@b.example", language, "", Community(written));
    }

    private static CommunityView Community(string written) =>
        new(new("trams"), written, PublicBuyers.Communities.Access.Open, written, written, 1, [], null, []);

    private static DecidedMail Decision(string written, ItemKind kind, Verdict verdict) =>
        new(written, new(new("trams"), new(7)), kind, verdict, written, noon, written, written, noon);
}
