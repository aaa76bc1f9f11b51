using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace PublicBuyers.Rooms;

/// <summary>Keeps in sight what a person typed and Markdown would swallow.</summary>
internal static class TypedText
{
    /// <summary>Of the words beside the beginning of a code block.</summary>
    private const string InfoClass = "code-info";

    private const string ParenthesisClass = "parenthesis";

    public static void Keep(MarkdownDocument document, string markdown, MarkupStyle style)
    {
        ShowUnusedDefinitions(document, markdown);
        foreach (var node in document.Descendants().ToList())
        {
            switch (node)
            {
                case FencedCodeBlock code:
                    ShowInfo(code, markdown);
                    break;
                case HeadingBlock { Inline: null or { FirstChild: null } } heading:
                    Replace(heading, markdown);
                    break;
                case ListBlock { IsOrdered: true } list when style.IsTyped:
                    Number(list);
                    break;
                case LinkInline { IsAutoLink: true } link:
                    link.Clear();
                    link.AppendChild(Of(markdown, link.Span));
                    break;
                case LinkInline { Title.Length: > 0 } link when style.IsTyped && SafeMarkup.MayLinkTo(link.Url):
                    link.InsertAfter(new LiteralInline($" ({TitleOf(link, markdown)})"));
                    link.Title = null;
                    break;
            }
        }
    }

    /// <summary>Whether the document shows anything at all.</summary>
    public static bool IsVisible(MarkdownDocument document) => document.Descendants().Any(static node => node switch
    {
        LiteralInline text => !text.Content.IsEmptyOrWhitespace(),
        CodeInline or MentionInline or AutolinkInline or HtmlEntityInline or ThematicBreakBlock => true,
        CodeBlock code => code.Lines.Count > 0,
        ListBlock list => list.IsOrdered,
        _ => false,
    });

    /// <summary>A stretch of the text as it was typed, line by line.</summary>
    public static ContainerInline Of(string markdown, SourceSpan span)
    {
        var typed = new ContainerInline();
        if (span.IsEmpty) return typed;

        var lines = markdown.Substring(span.Start, Math.Min(span.Length, markdown.Length - span.Start)).ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0) typed.AppendChild(new LineBreakInline { IsHard = true });
            typed.AppendChild(new LiteralInline(lines[i]));
        }

        return typed;
    }

    /// <summary><c>[1]: 1200</c> is the target of links that say <c>[1]</c>. Where none does, it is a line like any other.</summary>
    private static void ShowUnusedDefinitions(MarkdownDocument document, string markdown)
    {
        var definitions = document.OfType<LinkReferenceDefinitionGroup>().SelectMany(group => group).OfType<LinkReferenceDefinition>().ToList();
        if (definitions.Count == 0) return;

        var used = document.Descendants<LinkInline>().Where(link => SafeMarkup.MayLinkTo(link.Url)).Select(link => link.Reference).ToHashSet();
        foreach (var definition in definitions.Where(definition => !used.Contains(definition)))
        {
            var line = new ParagraphBlock { Inline = Linked(definition, markdown), Span = definition.Span };
            var (parent, index) = PlaceOf(document, definition.Span.Start);
            parent.Insert(index, line);
        }
    }

    /// <summary>The line of a definition, to its end, with its address as a link where it may be one.</summary>
    private static ContainerInline Linked(LinkReferenceDefinition definition, string markdown)
    {
        var (start, end) = (definition.Span.Start, markdown.AsSpan(definition.Span.End).IndexOfAny('\r', '\n'));
        var last = end < 0 ? markdown.Length - 1 : definition.Span.End + end - 1;
        var url = definition.UrlSpan;
        if (url.IsEmpty || url.Start <= start || url.End > last || !SafeMarkup.MayLinkTo(definition.Url)) return Of(markdown, new(start, last));

        var line = new ContainerInline();
        var link = new LinkInline(definition.Url!, "");
        link.AppendChild(Of(markdown, url));
        line.AppendChild(Of(markdown, new(start, url.Start - 1)));
        line.AppendChild(link);
        if (url.End < last) line.AppendChild(Of(markdown, new(url.End + 1, last)));
        return line;
    }

    /// <summary>Where a block that begins there belongs.</summary>
    private static (ContainerBlock Parent, int Index) PlaceOf(MarkdownDocument document, int start)
    {
        ContainerBlock parent = document;
        while (true)
        {
            var index = 0;
            while (index < parent.Count && parent[index] is not LinkReferenceDefinitionGroup && parent[index].Span.Start <= start) index++;
            if (index == 0 || parent[index - 1] is not ContainerBlock within || within.Span.End < start) return (parent, parent is ListBlock ? 0 : index);

            parent = within;
        }
    }

    /// <summary>What follows <c>```</c> on its line is shown above the code.</summary>
    private static void ShowInfo(FencedCodeBlock code, string markdown)
    {
        if (string.IsNullOrEmpty(code.Info) && string.IsNullOrEmpty(code.Arguments)) return;

        var line = markdown.AsSpan(code.Span.Start);
        if (line.IndexOfAny('\r', '\n') is >= 0 and var end) line = line[..end];
        var info = new ParagraphBlock { Inline = new ContainerInline() };
        info.Inline.AppendChild(new LiteralInline(line.TrimStart(code.FencedChar).Trim().ToString()));
        info.GetAttributes().AddClass(InfoClass);
        code.Parent!.Insert(code.Parent.IndexOf(code), info);
    }

    /// <summary>A <c>#</c> with nothing behind it is no heading.</summary>
    private static void Replace(HeadingBlock heading, string markdown)
    {
        var parent = heading.Parent!;
        parent[parent.IndexOf(heading)] = new ParagraphBlock { Inline = Of(markdown, heading.Span) };
    }

    /// <summary>Lists go on counting; people do not always. And some write <c>1)</c>.</summary>
    private static void Number(ListBlock list)
    {
        if (list.OrderedDelimiter == ')') list.GetAttributes().AddClass(ParenthesisClass);
        var next = list.Count > 0 ? ((ListItemBlock)list[0]).Order : 0;
        foreach (var item in list.OfType<ListItemBlock>())
        {
            if (item.Order != next) item.GetAttributes().AddProperty("value", item.Order.ToString(System.Globalization.CultureInfo.InvariantCulture));
            next = item.Order + 1;
        }
    }

    private static string TitleOf(LinkInline link, string markdown)
    {
        var (start, length) = (link.TitleSpan.Start, link.TitleSpan.Length);
        return start > 0 && length > 2 && start + length <= markdown.Length ? markdown.Substring(start + 1, length - 2) : link.Title!;
    }
}
