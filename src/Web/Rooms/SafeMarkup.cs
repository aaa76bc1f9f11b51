using System.Collections.Frozen;
using Markdig.Extensions.Tables;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace PublicBuyers.Rooms;

/// <summary>Leaves in a text only what can be shown to anybody: nothing that runs, is fetched, or leads where a link may not.</summary>
internal static class SafeMarkup
{
    private static readonly FrozenSet<string> Schemes =
        new[] { Uri.UriSchemeHttp, Uri.UriSchemeHttps, Uri.UriSchemeMailto }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static void Make(MarkdownDocument document, string markdown, MarkupStyle style)
    {
        var above = style.HeadingsDownBy;
        foreach (var node in document.Descendants().ToList())
        {
            switch (node)
            {
                case HeadingBlock heading:
                    // No level is left out on the way down.
                    above = heading.Level = Math.Min(6, Math.Min(heading.Level + style.HeadingsDownBy, above + 1));
                    break;
                case FencedCodeBlock code:
                    (code.Info, code.Arguments) = (null, null);
                    code.RemoveData(typeof(HtmlAttributes));   // they name the language
                    break;
                case Table table:
                    foreach (var column in table.ColumnDefinitions) (column.Alignment, column.Width) = (null, 0);
                    break;
                case MentionInline { IsQuoted: true } mention:
                    mention.ReplaceBy(new LiteralInline(mention.Typed));
                    break;
                case LinkInline link when MayLinkTo(link.Url):
                    MakeSafe(link);
                    break;
                case AutolinkInline address when address.IsEmail || MayLinkTo(address.Url):
                    Distrust(address);
                    break;
                case LinkInline or AutolinkInline:
                    ((Inline)node).ReplaceBy(TypedText.Of(markdown, node.Span), copyChildren: false);
                    break;
            }

            if (style.Scrolls && node is Table or CodeBlock) node.GetAttributes().AddProperty("tabindex", "0");
        }
    }

    public static bool MayLinkTo(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var target)
        && Schemes.Contains(target.Scheme)
        && url.StartsWith(target.Scheme + ":", StringComparison.OrdinalIgnoreCase);

    public static void Distrust(Inline link) => link.GetAttributes().AddProperty("rel", "nofollow noopener noreferrer");

    /// <summary>An image of another site would tell that site who reads: it becomes a link.</summary>
    private static void MakeSafe(LinkInline link)
    {
        if (link.IsImage && link.FirstChild is null) link.AppendChild(new LiteralInline(link.Url ?? ""));
        link.IsImage = false;
        link.GetDynamicUrl = null;
        Distrust(link);
    }
}
