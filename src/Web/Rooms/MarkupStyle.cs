using System.Buffers;
using Markdig;
using Markdig.Parsers;
using Markdig.Parsers.Inlines;

namespace PublicBuyers.Rooms;

/// <summary>What counts as Markdown in a kind of text, and how it stands on its page.</summary>
internal sealed class MarkupStyle
{
    /// <summary>What people type to each other. Line breaks count, and only what is plainly meant as Markdown is taken for it.</summary>
    public static readonly MarkupStyle Conversation = new(Conversational(), isTyped: true, headingsDownBy: 2, scrolls: false);

    /// <summary>CommonMark, below the title of its page.</summary>
    public static readonly MarkupStyle Article = new(CommonMark(), isTyped: false, headingsDownBy: 1, scrolls: true);

    /// <summary>CommonMark, among other things on a page.</summary>
    public static readonly MarkupStyle Description = new(CommonMark(), isTyped: false, headingsDownBy: 2, scrolls: false);

    /// <summary>Runs of these make Markdown parsers slow: their time can grow with the square of this number.</summary>
    public const int MostDelimiters = 4_000;

    /// <summary>
    /// Cells of all tables of a text. A row that is shorter than its table's longest is filled up with empty cells, so that
    /// a few letters could become megabytes.
    /// </summary>
    public const int MostCells = 10_000;

    private static readonly SearchValues<char> Delimiters = SearchValues.Create("[]*_`<>!&(");

    /// <summary>What a name would hide if it covered it: Markdown, ends of lines, and addresses.</summary>
    public static readonly SearchValues<char> Marks = SearchValues.Create("[]*`<>!&|\\#~:/@\n\r");

    /// <summary>Of a line that ends a table, in a quote too.</summary>
    private const string Blank = "> \t";

    private MarkupStyle(MarkdownPipeline pipeline, bool isTyped, int headingsDownBy, bool scrolls) =>
        (Pipeline, IsTyped, HeadingsDownBy, Scrolls) = (pipeline, isTyped, headingsDownBy, scrolls);

    public MarkdownPipeline Pipeline { get; }

    /// <summary>Numbers of lists and titles of links are shown as they were typed.</summary>
    public bool IsTyped { get; }

    /// <summary>So many levels the headings stand below those of the text.</summary>
    public int HeadingsDownBy { get; }

    /// <summary>What is wider than a small screen is scrolled with the keyboard, too.</summary>
    public bool Scrolls { get; }

    /// <exception cref="ArgumentException">It holds more of what makes parsing slow than any text needs.</exception>
    public void EnsureBounded(string markdown)
    {
        var delimiters = 0;
        foreach (var letter in markdown)
        {
            if (Delimiters.Contains(letter) && ++delimiters > MostDelimiters)
                throw new ArgumentException($"The text has more than {MostDelimiters} characters that could be Markdown.");
        }

        if (CellsOf(markdown) > MostCells)
            throw new ArgumentException($"The tables of the text have more than {MostCells} cells.");
    }

    /// <summary>At most so many cells its tables have: lines without a blank one between them are one table, as wide as the widest.</summary>
    private static long CellsOf(string markdown)
    {
        var (cells, rows, widest) = (0L, 0L, 0);
        foreach (var line in markdown.AsSpan().EnumerateLines())
        {
            if (line.Trim(Blank).IsEmpty)
            {
                cells += widest > 0 ? rows * (widest + 1) : 0;
                (rows, widest) = (0, 0);
            }
            else
            {
                (rows, widest) = (rows + 1, Math.Max(widest, line.Count('|')));
            }
        }

        return cells + (widest > 0 ? rows * (widest + 1) : 0);
    }

    private static MarkdownPipeline Conversational()
    {
        var builder = Common().UseSoftlineBreakAsHardlineBreak();
        builder.BlockParsers.Replace<ParagraphBlockParser>(new PlainParagraphs());
        builder.BlockParsers.Find<ListBlockParser>()!.ItemParsers.Replace<NumberedListItemParser>(new PlainNumbers());
        builder.InlineParsers.Replace<EmphasisInlineParser>(new EmphasisAroundWords());
        builder.InlineParsers.Replace<EscapeInlineParser>(new NeededEscapes());
        builder.InlineParsers.RemoveAll(parser => parser is HtmlEntityParser);
        return builder.Build();
    }

    private static MarkdownPipeline CommonMark() => Common().Build();

    private static MarkdownPipelineBuilder Common()
    {
        var builder = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().DisableHtml().UsePreciseSourceLocation();
        builder.InlineParsers.Insert(0, new MentionParser());
        builder.BlockParsers.Replace<ListBlockParser>(new BoundedLists());
        builder.BlockParsers.Replace<QuoteBlockParser>(new BoundedQuotes());
        builder.MaximumNestingDepth = RoomLimits.DeepestNesting;
        return builder;
    }
}
