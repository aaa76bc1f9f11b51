using System.Buffers;
using System.Collections.Frozen;
using System.Net;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using PublicBuyers.Live;

namespace PublicBuyers.Rooms;

/// <summary>Turns a post's Markdown into HTML that can be shown to anybody.</summary>
/// <remarks>CommonMark with tables and bare addresses as links. No HTML of the author's, no link but to the schemes listed, no image, no attribute that an author chooses. What cannot be laid out is shown as it was typed.</remarks>
public static class PostMarkup
{
    /// <summary>Rendered texts kept, counted in characters of text and HTML.</summary>
    public const int MostKept = 8 * 1024 * 1024;

    /// <summary>A post's headings stand below those of the page.</summary>
    private const int HeadingsDownBy = 2;

    /// <summary>Runs of one of these make Markdown parsers slow, and are nobody's text.</summary>
    private const int MostDelimiters = 4_000;

    private static readonly SearchValues<char> Delimiters = SearchValues.Create("[]|*_`<>!&(");

    private const string Blank = " \t";

    private static readonly FrozenSet<string> Schemes = new[] { Uri.UriSchemeHttp, Uri.UriSchemeHttps, Uri.UriSchemeMailto }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly MarkdownPipeline Pipeline = Build();

    private static readonly NewestKept<string, string> Rendered = new(MostKept, static (text, html) => text.Length + html.Length);

    public static string ToHtml(string markdown) => Rendered.Get(markdown, Render);

    internal static string Render(string markdown)
    {
        if (IsSlow(markdown)) return AsTyped(markdown);

        try
        {
            var document = Markdown.Parse(markdown, Pipeline);
            MakeSafe(document);
            return document.ToHtml(Pipeline);
        }
        catch (ArgumentException)   // Markdig's own limit on nesting
        {
            return AsTyped(markdown);
        }
    }

    private static void MakeSafe(MarkdownDocument document)
    {
        foreach (var node in document.Descendants().ToList())
        {
            node.RemoveData(typeof(HtmlAttributes));

            switch (node)
            {
                case HeadingBlock heading:
                    heading.Level = Math.Min(6, heading.Level + HeadingsDownBy);
                    break;
                case FencedCodeBlock code:
                    (code.Info, code.Arguments) = (null, null);
                    break;
                case Table table:
                    foreach (var column in table.ColumnDefinitions) (column.Alignment, column.Width) = (null, 0);
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
        var builder = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().DisableHtml();
        builder.MaximumNestingDepth = RoomLimits.DeepestNesting * 2;
        return builder.Build();
    }
}
