using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Rooms;

/// <summary>B43: nothing that somebody typed into a post disappears.</summary>
public sealed partial class WhatWasTyped
{
    [Theory]
    [InlineData("[1]: https://ted.europa.eu/x", "<p>[1]: <a href=\"https://ted.europa.eu/x\" rel=\"nofollow noopener noreferrer\">https://ted.europa.eu/x</a></p>")]
    [InlineData("Prix HT\n\n[1]: 1200", "<p>Prix HT</p>\n<p>[1]: 1200</p>")]
    [InlineData("Bonjour à tous\n-\npremier point", "<p>Bonjour à tous<br />\n-<br />\npremier point</p>")]
    [InlineData("Bonjour\n=======\nà tous", "<p>Bonjour<br />\n=======<br />\nà tous</p>")]
    [InlineData("one\ntwo\r\nthree", "<p>one<br />\ntwo<br />\nthree</p>")]
    [InlineData("- one\n  two\n- three", "<ul>\n<li>one<br />\ntwo</li>\n<li>three</li>\n</ul>")]
    [InlineData("> one\n> two", "<blockquote>\n<p>one<br />\ntwo</p>\n</blockquote>")]
    [InlineData("2*3*4 = 24 and 5**2**1", "<p>2*3*4 = 24 and 5**2**1</p>")]
    [InlineData("(2+3)*(4+5)*(6+7)", "<p>(2+3)*(4+5)*(6+7)</p>")]
    [InlineData("(*.docx) or (*.xlsx)", "<p>(*.docx) or (*.xlsx)</p>")]
    [InlineData("*so* and **so**, (*so*), l'*urgence*", "<p><em>so</em> and <strong>so</strong>, (<em>so</em>), l'<em>urgence</em></p>")]
    [InlineData("AT&amp;T &eacute; &#233;", "<p>AT&amp;amp;T &amp;eacute; &amp;#233;</p>")]
    [InlineData("<b>bold</b> <!-- note -->", "<p>&lt;b&gt;bold&lt;/b&gt; &lt;!-- note --&gt;</p>")]
    [InlineData(@"\\server\share\_old\*.docx C:\*.txt", @"<p>\\server\share\_old\*.docx C:\*.txt</p>")]
    [InlineData(@"\*so\* and \[x\] and a\b\", @"<p>*so* and [x] and a\b\</p>")]
    [InlineData("dir\\\nnext", "<p>dir\\<br />\nnext</p>")]
    [InlineData("1986. What a year", "<ol start=\"1986\">\n<li>What a year</li>\n</ol>")]
    [InlineData("3. three\n7. seven\n8. eight\n8. again", "<ol start=\"3\">\n<li>three</li>\n<li value=\"7\">seven</li>\n<li>eight</li>\n<li value=\"8\">again</li>\n</ol>")]
    [InlineData("007. Bond\n06. June", "<p>007. Bond<br />\n06. June</p>")]
    [InlineData("Article [12](3) and ![x](y)", "<p>Article [12](3) and ![x](y)</p>")]
    [InlineData("[see *this*](annex-3.pdf \"Annex 3\")", "<p>[see *this*](annex-3.pdf &quot;Annex 3&quot;)</p>")]
    [InlineData("tel:+33123 ftp://a.eu/x", "<p>tel:+33123 ftp://a.eu/x</p>")]
    [InlineData("~5 % ~~no~~", "<p>~5 % ~~no~~</p>")]
    [InlineData("```Prices 2024\n12\n```", "<p class=\"code-info\">Prices 2024</p>\n<pre><code>12\n</code></pre>")]
    [InlineData("#", "<p>#</p>")]
    [InlineData(">", "<p>&gt;</p>")]
    [InlineData("-", "<p>-</p>")]
    [InlineData("```", "<p>```</p>")]
    [InlineData("text\n\n#\n\nmore", "<p>text</p>\n<p>#</p>\n<p>more</p>")]
    public void Is_shown(string typed, string html) => PostMarkup.ToHtml(typed).ShouldBe(html + "\n");

    [Fact]
    public void The_title_of_a_link_can_be_read_without_a_mouse() =>
        PostMarkup.ToHtml("[Ted](https://ted.europa.eu \"Notice 12\")").ShouldEndWith(">Ted</a> (Notice 12)</p>\n");

    [Fact]
    public void An_article_stays_CommonMark()
    {
        PostMarkup.ToArticle("one\ntwo\n\nTitle\n=====\n\n[x][1]\n\n[1]: https://a.eu").ShouldBe(
            "<p>one\ntwo</p>\n<h2>Title</h2>\n<p><a href=\"https://a.eu\" rel=\"nofollow noopener noreferrer\">x</a></p>\n");
    }

    [Theory]
    [InlineData("[1]: https://ted.europa.eu/x", "[1]: https://ted.europa.eu/x")]
    [InlineData("Prix HT\n\n[1]: 1200\n\nTTC", "Prix HT\n[1]: 1200\nTTC\n")]
    [InlineData("[x][1]\n\n[1]: https://a.eu\n[1]: https://b.eu \"again\"", "x\n[1]: https://b.eu \"again\"")]
    [InlineData("> quoted\n>\n> [1]: 1200\n\nafter", "\nquoted\n[1]: 1200\n\nafter\n")]
    [InlineData("- one\n\n  [1]: 1200\n- two", "one\n[1]: 1200\n\ntwo")]
    [InlineData("see [1]\n\n[1]: 1200", "see [1]\n[1]: 1200")]
    public void A_definition_that_no_link_of_an_article_uses_is_a_line_like_any_other(string typed, string text) =>
        TextOf(PostMarkup.ToArticle(typed)).Trim().ShouldBe(text.Trim());

    [Fact]
    public void Every_letter_and_digit_of_a_post_is_in_what_is_seen_of_it()
    {
        var random = new Random(Fuzz.Seed);
        for (var round = 0; round < Fuzz.Rounds(6_000); round++)
        {
            var typed = RandomMarkdown.Of(random);

            var expected = LettersOf(Target().Replace(typed, "]"));
            var seen = LettersOf(TextOf(PostMarkup.Render(typed)));

            IsWithin(expected, seen).ShouldBeTrue($"round {round}, seed {Fuzz.Seed}: {typed.ReplaceLineEndings("⏎")}\n{PostMarkup.Render(typed)}\n{expected}\n{seen}");
        }
    }

    /// <summary>What a reader sees, the numbers of lists included.</summary>
    private static string TextOf(string html)
    {
        var text = new StringBuilder();
        Add(new HtmlParser().ParseDocument($"<body>{html}").Body!, text);
        return text.ToString();
    }

    private static void Add(INode node, StringBuilder text)
    {
        var number = node is IHtmlOrderedListElement { Start: var start } ? start : 0;
        foreach (var child in node.ChildNodes)
        {
            if (child is IText { Data: var data }) text.Append(data);
            if (child is IHtmlListItemElement item && node is IHtmlOrderedListElement)
            {
                number = item.HasAttribute("value") ? int.Parse(item.GetAttribute("value")!, CultureInfo.InvariantCulture) : number;
                text.Append(CultureInfo.InvariantCulture, $"{number++}. ");
            }

            Add(child, text);
        }
    }

    private static string LettersOf(string text) =>
        string.Concat(text.EnumerateRunes().Where(Rune.IsLetterOrDigit).Select(rune => rune.ToString()));

    private static bool IsWithin(string some, string all)
    {
        var at = 0;
        foreach (var letter in all)
        {
            if (at < some.Length && some[at] == letter) at++;
        }

        return at == some.Length;
    }

    /// <summary>Of a link that is one: where it leads is not part of what is seen.</summary>
    [GeneratedRegex(@"\]\((https?://|mailto:)[^\s()""]*", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Target();
}
