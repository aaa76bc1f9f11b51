using System.Globalization;
using AngleSharp.Html.Parser;
using PublicBuyers.Mails;
using PublicBuyers.Moderation;

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
        foreach (var mail in EveryMail.OfOthers(writer, language, written))
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
        foreach (var mail in EveryMail.OfOthers(writer, language, typed))
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
        writer.Decided("id", "ana@buyers.example", "en", zone, EveryMail.Decision("Trams", ItemKind.AccessRequest, Verdict.Rejected)).Text.ShouldContain(shown);

    [Fact]
    public void Every_time_in_every_mail_has_its_zone_in_both_languages()
    {
        foreach (var language in new[] { "en", "fr" })
        {
            var clock = noon.AddHours(1).ToString("d MMMM yyyy, HH:mm", CultureInfo.GetCultureInfo(language));
            var timed = EveryMail.OfOthers(writer, language, "Trams").Where(mail => mail.Text.Contains(clock, StringComparison.Ordinal)).ToList();

            timed.Count.ShouldBeGreaterThan(10);
            foreach (var mail in timed) mail.Text.ShouldContain(clock + " (Europe/Brussels, UTC+01:00)");
        }
    }
}
