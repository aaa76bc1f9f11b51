using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Parsers.Inlines;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace PublicBuyers.Rooms;

/// <summary>Paragraphs are what was typed: no line is the target of a link elsewhere, and none is made a heading by the next.</summary>
internal sealed class PlainParagraphs : ParagraphBlockParser
{
    public PlainParagraphs() => ParseSetextHeadings = false;

    public override bool Close(BlockProcessor processor, Block block)
    {
        if (block is not ParagraphBlock paragraph) return true;

        ref var lines = ref paragraph.Lines;
        if (lines.Count == 0) return false;

        for (var i = 0; i < lines.Count; i++) lines.Lines[i].Slice.TrimStart();
        lines.Lines[lines.Count - 1].Slice.TrimEnd();
        return true;
    }
}

/// <summary><c>1.</c> begins a list and <c>01.</c> does not: a list would show it as 1.</summary>
internal sealed class PlainNumbers : NumberedListItemParser
{
    public override bool TryParse(BlockProcessor state, char pendingBulletType, out ListInfo result) =>
        base.TryParse(state, pendingBulletType, out result) && (result.SourceBullet.Length == 1 || result.SourceBullet.CurrentChar != '0');
}

/// <summary><c>2*3*4</c> is a product: emphasis begins before a word and ends after one.</summary>
internal sealed class EmphasisAroundWords : EmphasisInlineParser
{
    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        var before = slice.PeekCharExtra(-1);
        if (!base.Match(processor, ref slice)) return false;
        if (processor.Inline is not EmphasisDelimiterInline { Type: DelimiterType.Open | DelimiterType.Close } either) return true;

        var opens = !IsEnd(before) && !IsEnding(slice.CurrentChar);
        var closes = !IsBeginning(before) && !IsBegin(slice.CurrentChar);
        either.Type = opens == closes ? DelimiterType.Undefined : opens ? DelimiterType.Open : DelimiterType.Close;
        return true;
    }

    private static bool IsEnd(char letter) => char.IsLetterOrDigit(letter) || IsEnding(letter);

    private static bool IsBegin(char letter) => char.IsLetterOrDigit(letter) || IsBeginning(letter);

    private static bool IsEnding(char letter) => letter is ')' or ']' or '}' or '»' or '”';

    private static bool IsBeginning(char letter) => letter is '(' or '[' or '{' or '«' or '“';
}

/// <summary>A backslash is hidden where it keeps Markdown away. In <c>\\server\_share</c> it is part of what was typed.</summary>
internal sealed class NeededEscapes : EscapeInlineParser
{
    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        var next = slice.PeekChar();
        if (next != '\\' && IsNeeded(slice, next)) return base.Match(processor, ref slice);
        if (next != '\\' && !next.IsAsciiPunctuation()) return false;

        // Both characters are shown, and neither does anything.
        var start = processor.GetSourcePosition(slice.Start, out var line, out var column);
        processor.Inline = new LiteralInline
        {
            Content = new StringSlice(slice.Text, slice.Start, slice.Start + 1), Span = new(start, start + 1), Line = line, Column = column,
        };
        slice.Start += 2;
        return true;
    }

    private static bool IsNeeded(StringSlice slice, char escaped)
    {
        var before = slice.PeekCharExtra(-1);
        var after = slice.PeekCharExtra(2);
        var isInPath = before == ':' || ((char.IsLetterOrDigit(before) || before == '\\') && (char.IsLetterOrDigit(after) || after == '.'));
        return escaped switch
        {
            '*' or '_' or '`' or '[' or ']' or '|' or '~' or '<' or '@' => !isInPath,
            '!' => after == '[',
            '#' or '>' or '-' or '+' => before is '\0' or '\n' or '\r' or ' ' or '\t',
            '.' or ')' => char.IsAsciiDigit(before),
            _ => false,
        };
    }
}

/// <summary>Lists in lists are counted as they open: Markdig looks at its limit only once everything is nested.</summary>
internal sealed class BoundedLists : ListBlockParser
{
    public override BlockState TryOpen(BlockProcessor processor)
    {
        Nesting.EnsureBounded(processor);
        return base.TryOpen(processor);
    }
}

/// <inheritdoc cref="BoundedLists"/>
internal sealed class BoundedQuotes : QuoteBlockParser
{
    public override BlockState TryOpen(BlockProcessor processor)
    {
        Nesting.EnsureBounded(processor);
        return base.TryOpen(processor);
    }
}

internal static class Nesting
{
    /// <exception cref="ArgumentException">As Markdig's own, for what nests too deeply.</exception>
    public static void EnsureBounded(BlockProcessor processor)
    {
        var depth = 0;
        for (Block? around = processor.CurrentContainer; around is not null; around = around.Parent)
            if (++depth > RoomLimits.DeepestNesting) throw new ArgumentException($"Quotes and lists nest more than {RoomLimits.DeepestNesting} levels deep.");
    }
}
