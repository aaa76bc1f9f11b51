using System.Diagnostics;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;

namespace PublicBuyers.EndToEnd.Tests.Rooms;

/// <summary>B11, B12: what an author writes is shown, and does nothing else.</summary>
public sealed class TextsOfPosts
{
    private static readonly HashSet<string> Allowed =
        ["p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4", "h5", "h6", "hr", "a", "table", "thead", "tbody", "tr", "th", "td"];

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("<div onclick='alert(1)' class=x id=y>hello</div>")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](java&#10;script:alert(1))")]
    [InlineData("[x](&#106;avascript:alert(1))")]
    [InlineData("[x]( javascript:alert(1))")]
    [InlineData("[x](<java\tscript:alert(1)>)")]
    [InlineData("[x](vbscript:msgbox(1))")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[x](//evil.example)")]
    [InlineData("[x](/\\evil.example)")]
    [InlineData("[x](file:///etc/passwd)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x][y]\n\n[y]: javascript:alert(1)")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("![x](data:image/svg+xml,<svg/onload=alert(1)>)")]
    [InlineData("```\" onclick=\"alert(1)\nx\n```")]
    [InlineData("# x {#id .class onclick=alert(1)}")]
    [InlineData("|a|\n|:-:|\n|<b>x</b>|")]
    [InlineData("[x](https://example.eu \"\\\" onmouseover=\\\"alert(1)\")")]
    public void What_could_run_is_inert(string markdown) => ShouldBeInert(PostMarkup.Render(markdown));

    [Fact]
    public void Random_pieces_of_markup_are_inert()
    {
        string[] pieces = ["<", ">", "\"", "'", "[", "]", "(", ")", "!", "`", "*", "_", "#", "\n", "\n\n", "|", "-", ":", "> ", "1. ", "javascript:", "data:", "https://a.eu", "www.a.eu", "<a href=", "onclick=", "&#", "&lt;", "\\", "{", "}", "x", " ", "\t", "\0", "é", "😀"];
        var random = new Random(20261122);

        for (var round = 0; round < 3_000; round++)
            ShouldBeInert(PostMarkup.Render(string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => pieces[random.Next(pieces.Length)]))));
    }

    [Theory]
    [InlineData("[Ted](https://ted.europa.eu)", "https://ted.europa.eu")]
    [InlineData("see https://ted.europa.eu/x?y=1", "https://ted.europa.eu/x?y=1")]
    [InlineData("<buyer@example.eu>", "mailto:buyer@example.eu")]
    public void A_link_to_the_web_or_to_mail_stays_one_and_vouches_for_nothing(string markdown, string target)
    {
        var link = Parse(PostMarkup.Render(markdown)).QuerySelector("a").ShouldBeAssignableTo<IHtmlAnchorElement>()!;

        link.GetAttribute("href").ShouldBe(target);
        link.GetAttribute("rel").ShouldBe("nofollow noopener noreferrer");
    }

    [Fact]
    public void An_image_becomes_a_link_that_names_it()
    {
        var link = Parse(PostMarkup.Render("![A chart](https://tracker.example/pixel.png)")).QuerySelector("a")!;

        link.TextContent.ShouldBe("A chart");
        Parse(PostMarkup.Render("![](https://tracker.example/pixel.png)")).QuerySelector("a")!.TextContent.ShouldBe("https://tracker.example/pixel.png");
    }

    [Fact]
    public void A_heading_stands_below_those_of_the_page() => PostMarkup.Render("# Minutes").ShouldBe("<h3>Minutes</h3>\n");

    [Fact]
    public void Headings_leave_no_level_out() => PostMarkup.Render("### Minutes\n\n##### Lot\n\n# End").ShouldBe("<h3>Minutes</h3>\n<h4>Lot</h4>\n<h3>End</h3>\n");

    [Fact]
    public void An_articles_headings_are_the_pages_own_and_what_may_be_wide_is_reached_with_the_keyboard() =>
        PostMarkup.ToArticle("# Minutes\n\n```js\nalert(1)\n```\n\n|a|\n|-|\n").ShouldStartWith("<h2>Minutes</h2>\n<pre tabindex=\"0\"><code>alert(1)\n</code></pre>\n<table tabindex=\"0\">");

    [Fact]
    public void A_table_is_a_table() => Parse(PostMarkup.Render("|a|b|\n|-|-|\n|1|2|")).QuerySelectorAll("td").Length.ShouldBe(2);

    public static TheoryData<string, string> Bombs => new()
    {
        { "quotes", new('>', RoomLimits.LongestText) },
        { "spaced quotes", Fill("> ") },
        { "brackets", new('[', RoomLimits.LongestText) },
        { "image brackets", Fill("![") },
        { "links in links", Fill("[a](") },
        { "emphasis", Fill("*a_ ") },
        { "stars", new('*', RoomLimits.LongestText) },
        { "backticks", string.Concat(Enumerable.Range(1, 170).Select(length => new string('`', length) + "a")) },
        { "angles", Fill("<a ") },
        { "entities", Fill("&#x") },
        { "pipes", new('|', RoomLimits.LongestText) },
        { "a wide table", Fill("|a") + "\n" + Fill("|-") },
        { "tables", Fill("|a|\n|-|\n") },
        { "lists in lists", string.Concat(Enumerable.Range(0, 180).Select(depth => new string(' ', depth) + "- \n")) },
        { "a deep list line", Fill("- ") },
        { "numbers", Fill("1. ") },
        { "references", Fill("[a]: b\n") },
        { "addresses", Fill("https://a.") },
        { "www", Fill("www.") },
        { "backslashes", new('\\', RoomLimits.LongestText) },
        { "line ends", new('\n', RoomLimits.LongestText) },
        { "underlines", Fill("a\n=\n") },
    };

    [Theory, MemberData(nameof(Bombs))]
    public void No_text_takes_long_to_lay_out(string name, string bomb)
    {
        PostMarkup.Render("warm *up*");
        var text = bomb[..Math.Min(bomb.Length, RoomLimits.LongestText)];

        // Other work on the machine can take the time of some tries, not of all.
        Enumerable.Range(0, 10).Any(_ => MillisecondsOf(text) < 250).ShouldBeTrue(name);
    }

    [Theory, MemberData(nameof(Bombs))]
    public void No_article_takes_long_either(string name, string bomb)
    {
        PostMarkup.Render("warm *up*");
        var text = string.Concat(Enumerable.Repeat(bomb, 2));
        text = text[..Math.Min(text.Length, PublicationLimits.LongestText)];

        Enumerable.Range(0, 10).Any(_ => MillisecondsOf(text, isArticle: true) < 500).ShouldBeTrue(name);
    }

    private static double MillisecondsOf(string text, bool isArticle = false)
    {
        var watch = Stopwatch.StartNew();
        PostMarkup.Render(text, [], static member => new(member, "", ""), isArticle).ShouldNotBeNull();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static string Fill(string piece) => string.Concat(Enumerable.Repeat(piece, RoomLimits.LongestText / piece.Length));

    private static IHtmlDocument Parse(string html) => new HtmlParser().ParseDocument(html);

    private static void ShouldBeInert(string html)
    {
        foreach (var element in Parse($"<body>{html}").Body!.QuerySelectorAll("*"))
        {
            Allowed.ShouldContain(element.LocalName, html);
            foreach (var attribute in element.Attributes)
            {
                var harmless = (element.LocalName, attribute.Name) switch
                {
                    ("a", "rel") => true,
                    ("a", "title") => true,
                    ("ol", "start") => int.TryParse(attribute.Value, out _),
                    ("a", "href") => attribute.Value.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || attribute.Value.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || attribute.Value.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase),
                    _ => false,
                };
                harmless.ShouldBeTrue($"{element.LocalName} {attribute.Name}=\"{attribute.Value}\" in {html}");
            }
        }
    }
}
