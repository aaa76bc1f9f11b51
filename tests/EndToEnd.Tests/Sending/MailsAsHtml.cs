using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using PublicBuyers.Mails;

namespace PublicBuyers.EndToEnd.Tests.Sending;

/// <summary>The HTML part says what the text part says, in a page that every mail program can show.</summary>
public sealed partial class MailsAsHtml
{
    private const string Support = "help@buyers.example";
    private const string Written =
        "A <b>bold</b> & \"quoted\" word\r\nand <img src=x onerror=alert(1)> a second line";

    private static readonly Uri site = new("https://buyers.example");

    private readonly MailWriter writer = new(site, Support);

    public static TheoryData<string> InEachLanguage => [.. Words.Languages.Select(each => each.Language)];

    [Theory, MemberData(nameof(InEachLanguage))]
    public void Names_its_language_its_subject_and_the_site(string language)
    {
        foreach (var (mail, page) in Everything(language))
        {
            page.DocumentElement.GetAttribute("lang").ShouldBe(language);
            page.Body!.FirstElementChild!.GetAttribute("lang").ShouldBe(language); // some programs keep no more
            Tight(page.Title!).ShouldBe(Tight(mail.Subject));
            page.Body!.TextContent.TrimStart().ShouldStartWith("PublicBuyers");
        }
    }

    [Theory, MemberData(nameof(InEachLanguage))]
    public void Says_the_same_as_the_text_part_in_the_same_order(string language)
    {
        foreach (var (mail, page) in Everything(language))
        {
            var said = Tight(page.Body!.TextContent);
            var from = 0;
            foreach (var paragraph in mail.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            {
                var wanted = Tight(string.Join('\n', paragraph.Split('\n').Select(Unmarked)));
                var at = said.IndexOf(wanted, from, StringComparison.Ordinal);
                at.ShouldBeGreaterThanOrEqualTo(0, $"{mail.Subject}: \"{wanted}\" in \"{said[from..]}\"");
                from = at + wanted.Length;
            }
        }
    }

    [Theory, MemberData(nameof(InEachLanguage))]
    public void Ends_with_why_its_reader_gets_it_and_whom_to_ask(string language)
    {
        foreach (var (mail, page) in Everything(language))
        {
            var footer = page.QuerySelector("hr + p").ShouldNotBeNull(mail.Subject);
            var why = footer.FirstChild!.TextContent;
            why.ShouldStartWith(language is "en" ? "You get this mail because" : "Vous recevez ce courriel ");
            why.ShouldNotContain("{");
            footer.LastChild!.TextContent.ShouldContain(Support);
        }
    }

    [Theory, MemberData(nameof(InEachLanguage))]
    public void Makes_a_button_of_each_link_with_its_address_below(string language)
    {
        foreach (var (mail, page) in Everything(language))
        {
            var addresses = mail.Text.Split('\n')
                .Where(line => line.StartsWith(site.AbsoluteUri, StringComparison.Ordinal))
                .ToList();

            page.Links.Select(link => link.GetAttribute("href")).ShouldBe(addresses, mail.Subject);
            foreach (var link in page.Links)
            {
                link.TextContent.ShouldNotBeNullOrWhiteSpace();
                link.TextContent.ShouldNotContain("http");
                link.QuerySelector("span")!.GetAttribute("style").ShouldNotBeNull().ShouldContain("background:");
                link.ParentElement!.LastElementChild!.TextContent.ShouldBe(link.GetAttribute("href"));
            }
        }
    }

    [Theory, MemberData(nameof(InEachLanguage))]
    public void Shows_what_people_wrote_as_they_wrote_it_and_nothing_of_it_works(string language)
    {
        string[] head = ["html", "head", "meta", "title", "body"];
        string[] body = ["div", "p", "strong", "br", "a", "span", "blockquote", "hr"];
        foreach (var (mail, page) in Everything(language))
        {
            page.All.Select(each => each.LocalName).Except([.. head, .. body]).ShouldBeEmpty(mail.Subject);
            page.All.SelectMany(each => each.Attributes).Select(each => each.Name)
                .Except(["lang", "charset", "name", "content", "style", "class", "href", "dir"]).ShouldBeEmpty();
            foreach (var quote in page.QuerySelectorAll("blockquote"))
                Tight(quote.TextContent).ShouldBe(Tight(Written), mail.Subject);
        }
    }

    /// <summary>So nobody learns when a mail is opened, and it reads well where pictures and sheets are left out.</summary>
    [Theory, MemberData(nameof(InEachLanguage))]
    public void Fetches_nothing(string language)
    {
        foreach (var (_, page) in Everything(language))
        {
            page.QuerySelectorAll("img, link, style, script, iframe, video, object").ShouldBeEmpty();
            page.Source.Text.ShouldNotContain("url(");
        }
    }

    /// <summary>Every word that belongs to a mail is in one, in every language.</summary>
    [Theory, MemberData(nameof(InEachLanguage))]
    public void Has_no_words_that_no_mail_says(string language)
    {
        const string subject = ".subject";
        var words = Words.In(language);
        var ofOneMail = words.Keys
            .Where(key => key.StartsWith("mail.", StringComparison.Ordinal) && key.EndsWith(subject, StringComparison.Ordinal))
            .Select(key => key[..^(subject.Length - 1)])
            .ToList();
        ofOneMail.Count.ShouldBeGreaterThan(40);
        var said = string.Join('\n', Everything(language).Select(Said));

        foreach (var key in words.Keys.Where(key => ofOneMail.Concat(["mail.why.", "mail.open."]).Any(key.StartsWith)))
        {
            var pattern = Placeholder().Replace(Regex.Escape(Tight(words[key])), ".*");
            Regex.IsMatch(said, pattern, RegexOptions.NonBacktracking).ShouldBeTrue($"No mail says \"{key}\".");
        }
    }

    private IEnumerable<(Mail Mail, IHtmlDocument Page)> Everything(string language) =>
        EveryMail.Of(writer, language, Written).Select(mail => (mail, new HtmlParser().ParseDocument(mail.Html)));

    private static string Said((Mail Mail, IHtmlDocument Page) each) =>
        Tight(each.Mail.Subject + each.Page.Body!.TextContent);

    /// <summary>Without the mark of a quotation.</summary>
    private static string Unmarked(string line) => line.StartsWith("> ", StringComparison.Ordinal) ? line[2..] : line;

    /// <summary>Whatever stands between the words.</summary>
    private static string Tight(string text) => Gap().Replace(text, "");

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Gap();

    [GeneratedRegex(@"\\\{\w+\}", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
