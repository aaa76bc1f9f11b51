using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using PublicBuyers.Live;
using PublicBuyers.Members;

namespace PublicBuyers.Rooms;

/// <summary>Turns a post's Markdown into HTML that can be shown to anybody.</summary>
/// <remarks>CommonMark with tables and bare addresses as links. No HTML of the author's, no link but to the schemes listed, no image, no attribute that an author chooses. What cannot be laid out is shown as it was typed.</remarks>
public static class PostMarkup
{
    /// <summary>Rendered texts kept, counted in characters of text and HTML.</summary>
    public const int MostKept = 8 * 1024 * 1024;

    /// <summary>A post's headings stand below those of the page.</summary>
    private const int HeadingsDownBy = 2;

    /// <summary>An article's are those of the page, below its title.</summary>
    private const int ArticlesDownBy = 1;

    /// <summary>Runs of one of these make Markdown parsers slow, and are nobody's text.</summary>
    private const int MostDelimiters = 4_000;

    private static readonly SearchValues<char> Delimiters = SearchValues.Create("[]|*_`<>!&(");

    private const string Blank = " \t";

    private static readonly FrozenSet<string> Schemes = new[] { Uri.UriSchemeHttp, Uri.UriSchemeHttps, Uri.UriSchemeMailto }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly MarkdownPipeline Pipeline = Build();

    private static readonly NewestKept<(string Text, string Named), string> Rendered = new(MostKept, static (text, html) => text.Text.Length + text.Named.Length + html.Length);

    public static string ToHtml(string markdown) => Rendered.Get((markdown, ""), static text => Render(text.Text));

    /// <summary>The text of a page of its own.</summary>
    public static string ToArticle(string markdown) => Rendered.Get((markdown, "article"), static text => Render(text.Text, [], static member => new(member, "", ""), isArticle: true));

    /// <summary>Shows each mention by the name its member has now. One in code, in a quote or in a link stays as it was typed.</summary>
    public static string ToHtml(string markdown, ImmutableArray<Mention> mentions, Func<MemberId, MemberCard> cards) =>
        mentions.IsDefaultOrEmpty ? ToHtml(markdown) : Rendered.Get((markdown, NamesIn(mentions, cards)), text => Render(text.Text, mentions, cards));

    internal static string Render(string markdown) => Render(markdown, [], static member => new(member, "", ""));

    internal static string Render(string markdown, ImmutableArray<Mention> mentions, Func<MemberId, MemberCard> cards, bool isArticle = false)
    {
        if (Parse(markdown, new Meant(mentions)) is not { } document) return AsTyped(markdown);

        MakeSafe(document, isArticle ? ArticlesDownBy : HeadingsDownBy);
        if (isArticle) LetScroll(document);
        using var html = new StringWriter(CultureInfo.InvariantCulture);
        var renderer = new Markdig.Renderers.HtmlRenderer(html);
        renderer.ObjectRenderers.Add(new MentionRenderer(cards));
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.FindExact<CodeBlockRenderer>()!.OutputAttributesOnPre = true;
        renderer.Render(document);
        return html.ToString();
    }

    /// <summary>Which of these stretches mention somebody where they stand.</summary>
    internal static ImmutableArray<Mention> Standing(string markdown, IReadOnlyCollection<Mention> mentions) =>
        Parse(markdown, new Meant(mentions)) is { } document ? [.. document.Descendants<MentionInline>().Where(each => !each.IsQuoted).Select(each => each.Mention)] : [];

    /// <summary>Where a mention could begin: every <c>@</c> at the start of a word that is not in code, in a quote or in a link. At most <paramref name="most"/>.</summary>
    internal static ImmutableArray<int> Beginnings(string markdown, int most) =>
        Parse(markdown, new Meant(most)) is { } document ? [.. document.Descendants<MentionInline>().Where(each => !each.IsQuoted).Select(each => each.Mention.Start)] : [];

    /// <summary>None where the text is shown as it was typed.</summary>
    private static MarkdownDocument? Parse(string markdown, Meant meant)
    {
        if (IsSlow(markdown)) return null;

        try
        {
            return Markdown.Parse(markdown, Pipeline, meant.AsContext(markdown));
        }
        catch (ArgumentException)   // Markdig's own limit on nesting
        {
            return null;
        }
    }

    private static string NamesIn(ImmutableArray<Mention> mentions, Func<MemberId, MemberCard> cards)
    {
        var names = new StringBuilder();
        foreach (var (start, length, member, _) in mentions) names.Append(CultureInfo.InvariantCulture, $"{start}+{length}\0{member?.Value}\0{(member is { } one ? cards(one).Name : "")}\0");
        return names.ToString();
    }

    private static void MakeSafe(MarkdownDocument document, int headingsDownBy)
    {
        var above = headingsDownBy;
        foreach (var node in document.Descendants().ToList())
        {
            node.RemoveData(typeof(HtmlAttributes));

            switch (node)
            {
                case HeadingBlock heading:
                    above = heading.Level = Math.Min(6, Math.Min(heading.Level + headingsDownBy, above + 1));   // none is left out on the way down
                    break;
                case FencedCodeBlock code:
                    (code.Info, code.Arguments) = (null, null);
                    break;
                case Table table:
                    foreach (var column in table.ColumnDefinitions) (column.Alignment, column.Width) = (null, 0);
                    break;
                case MentionInline { IsQuoted: true } mention:
                    mention.ReplaceBy(new LiteralInline(mention.Typed));
                    break;
                case LinkInline link:
                    MakeSafe(link);
                    break;
                case AutolinkInline address when !address.IsEmail && !MayLinkTo(address.Url):
                    address.ReplaceBy(new LiteralInline(address.Url));
                    break;
                case AutolinkInline address:
                    Distrust(address);
                    break;
            }
        }
    }

    /// <summary>What is wider than a small screen is scrolled with the keyboard, too.</summary>
    private static void LetScroll(MarkdownDocument document)
    {
        foreach (var wide in document.Descendants().Where(node => node is Table or CodeBlock)) wide.GetAttributes().AddProperty("tabindex", "0");
    }

    /// <summary>An image of another site would tell that site who reads: it becomes a link.</summary>
    private static void MakeSafe(LinkInline link)
    {
        if (link.IsImage && link.FirstChild is null) link.AppendChild(new LiteralInline(link.Url ?? ""));
        link.IsImage = false;
        link.GetDynamicUrl = null;

        if (MayLinkTo(link.Url)) Distrust(link);
        else link.ReplaceBy(new ContainerInline(), copyChildren: true);
    }

    private static void Distrust(Inline link) => link.GetAttributes().AddProperty("rel", "nofollow noopener noreferrer");

    private static bool MayLinkTo(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var target) && Schemes.Contains(target.Scheme) && url.StartsWith(target.Scheme + ":", StringComparison.OrdinalIgnoreCase);

    /// <summary>Markdig looks at its limit on nesting only once all is nested.</summary>
    private static bool IsSlow(string markdown)
    {
        var delimiters = 0;
        foreach (var line in markdown.AsSpan().EnumerateLines())
        {
            if (NestingOf(line) > RoomLimits.DeepestNesting) return true;

            foreach (var letter in line)
            {
                if (Delimiters.Contains(letter)) delimiters++;
            }
        }

        return delimiters > MostDelimiters;
    }

    /// <summary>How many quotes and lists a line begins or goes on with, at most: an estimate from above.</summary>
    private static int NestingOf(ReadOnlySpan<char> line)
    {
        var depth = 0;
        for (var rest = line.TrimStart(Blank); !rest.IsEmpty; rest = rest[1..].TrimStart(Blank))
        {
            var ends = rest.Length == 1 || Blank.Contains(rest[1]);
            if (rest[0] is '>' || (ends && rest[0] is ('-' or '+' or '*' or '.' or ')'))) depth++;
            else if (!char.IsAsciiDigit(rest[0])) break;
        }

        return depth;
    }

    private static string AsTyped(string markdown) => $"<pre>{WebUtility.HtmlEncode(markdown)}</pre>\n";

    private static MarkdownPipeline Build()
    {
        var builder = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().DisableHtml().UsePreciseSourceLocation();
        builder.InlineParsers.Insert(0, new MentionParser());
        builder.MaximumNestingDepth = RoomLimits.DeepestNesting * 2;
        return builder.Build();
    }
}
