using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Ganss.Xss;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Rooms;

/// <summary>B11, B12: what an author writes is shown, and does nothing else.</summary>
public sealed class TextsOfPosts
{
    private static readonly HashSet<string> Allowed =
        ["p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "h2", "h3", "h4", "h5", "h6", "hr", "a", "table", "thead", "tbody", "tr", "th", "td"];

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

    /// <summary>Two judges: what we allow, written down here, and a sanitizer that browsers' own parsers were tried against.</summary>
    [Fact]
    public void A_table_is_not_filled_up_to_more_than_its_text()
    {
        var wide = string.Concat(Enumerable.Repeat("|a", 1000)) + "|\n" + string.Concat(Enumerable.Repeat("|-", 1000)) + "|\n";
        var bomb = wide + string.Concat(Enumerable.Repeat("|b\n", 2000));

        foreach (var text in new[] { bomb, "> " + bomb.Replace("\n", "\n> ", StringComparison.Ordinal), "- " + bomb.Replace("\n", "\n  ", StringComparison.Ordinal) })
        {
            PostMarkup.CanShowPost(text, []).ShouldBeFalse();
            PostMarkup.CanShowArticle(text).ShouldBeFalse();
            PostMarkup.ToHtml(text).Length.ShouldBeLessThan(20 * text.Length);
            PostMarkup.ToArticle(text).Length.ShouldBeLessThan(20 * text.Length);
        }

        var honest = "| CPV | what | units |\n|---|---|---|\n" + string.Concat(Enumerable.Range(1, 400).Select(row => $"| {row} | desks | 12 |\n"));
        PostMarkup.ToHtml(honest).ShouldContain("<td>400</td>");
    }

    [Fact]
    public void Random_texts_are_inert()
    {
        RemovedFrom("<p onclick=x>a<script></script></p>").Count.ShouldBe(2);   // the judge sees what it should

        var random = new Random(Fuzz.Seed);
        for (var round = 0; round < Fuzz.Rounds(3_000); round++)
        {
            var text = RandomMarkdown.Of(random);
            foreach (var html in new[] { PostMarkup.Render(text), PostMarkup.ToArticle(text), PostMarkup.ToDescription(text) })
            {
                ShouldBeInert(html);
                RemovedFrom(html).ShouldBeEmpty($"round {round}, seed {Fuzz.Seed}: {text}");
            }
        }
    }

    private static List<string> RemovedFrom(string html)
    {
        var removed = new List<string>();
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = Allowed,
            AllowedAttributes = new HashSet<string> { "href", "rel", "title", "start", "value", "class", "tabindex" },
            AllowedSchemes = new HashSet<string> { "http", "https", "mailto" },
            UriAttributes = new HashSet<string> { "href" },
        });
        sanitizer.RemovingTag += (_, tag) => removed.Add(tag.Tag.OuterHtml);
        sanitizer.RemovingAttribute += (_, attribute) => removed.Add($"{attribute.Attribute.Name}={attribute.Attribute.Value}");
        sanitizer.RemovingComment += (_, comment) => removed.Add(comment.Comment.Data);
        sanitizer.Sanitize(html);
        return removed;
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
        PostMarkup.ToArticle("# Minutes\n\n```js\nalert(1)\n```\n\n|a|\n|-|\n").ShouldStartWith("<h2>Minutes</h2>\n<p class=\"code-info\">js</p>\n<pre tabindex=\"0\"><code>alert(1)\n</code></pre>\n<table tabindex=\"0\">");

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

    [Theory]
    [InlineData(">", "x", 60)]
    [InlineData("- ", "x", 30)]
    [InlineData("1. ", "x", 30)]
    [InlineData("[", "x", 30)]
    public void What_nests_deeper_than_anybody_reads_is_not_laid_out(string level, string end, int taken)
    {
        PostMarkup.CanShowPost(string.Concat(Enumerable.Repeat(level, taken)) + end, []).ShouldBeTrue();
        PostMarkup.CanShowPost(string.Concat(Enumerable.Repeat(level, 5_000)) + end, []).ShouldBeFalse();
    }

    [Fact]
    public void A_rule_across_the_page_is_not_a_list() => PostMarkup.CanShowPost("a\n" + new string('-', 200) + "\nb", []).ShouldBeTrue();

    /// <remarks>Memory stands for work here: it is counted exactly, and runaway parsing needs ever more of it.</remarks>
    [Theory, MemberData(nameof(Bombs))]
    public void No_text_costs_more_than_its_length_allows(string name, string bomb)
    {
        foreach (var (longest, isArticle) in new[] { (RoomLimits.LongestText, false), (PublicationLimits.LongestText, true) })
        {
            var text = Bounded(string.Concat(Enumerable.Repeat(bomb, 2)), longest);
            BytesOf(text, isArticle).ShouldBeLessThan((MostBytesPerCharacter * text.Length) + MostBytesBeside, name);

            // As many characters that could be Markdown as are looked at all.
            var dense = text[..Math.Min(text.Length, MarkupStyle.MostDelimiters)];
            BytesOf(dense, isArticle).ShouldBeLessThan((MostBytesPerCharacter * dense.Length) + MostBytesBeside, name);
        }
    }

    private const long MostBytesPerCharacter = 600;
    private const long MostBytesBeside = 200_000;

    private static long BytesOf(string text, bool isArticle)
    {
        PostMarkup.Render(text, [], static member => new(member, "", ""), isArticle);   // what is made once is made
        var before = GC.GetAllocatedBytesForCurrentThread();
        PostMarkup.Render(text, [], static member => new(member, "", ""), isArticle).Length.ShouldBeLessThan((8 * text.Length) + 64);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Bounded(string text, int longest) => text[..Math.Min(text.Length, longest)];

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
                    ("ol", "start") or ("li", "value") => int.TryParse(attribute.Value, out _),
                    ("p", "class") => attribute.Value == "code-info",
                    ("ol", "class") => attribute.Value == "parenthesis",
                    ("pre" or "table", "tabindex") => attribute.Value == "0",
                    ("a", "href") => attribute.Value.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || attribute.Value.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || attribute.Value.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase),
                    _ => false,
                };
                harmless.ShouldBeTrue($"{element.LocalName} {attribute.Name}=\"{attribute.Value}\" in {html}");
            }
        }
    }
}
