using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using PublicBuyers.Members;

namespace PublicBuyers.Rooms;

/// <summary>Somebody meant, where the Markdown parser came by: so never in code, in an address or behind a backslash.</summary>
internal sealed class MentionInline : LeafInline
{
    public required Mention Mention { get; init; }

    public required string Typed { get; init; }

    /// <summary>In somebody else's words, or inside a link.</summary>
    public bool IsQuoted
    {
        get
        {
            ContainerInline? outermost = null;
            for (var around = Parent; around is not null; around = around.Parent)
            {
                if (around is LinkInline) return true;
                outermost = around;
            }

            for (Block? block = outermost?.ParentBlock; block is not null; block = block.Parent)
            {
                if (block is QuoteBlock) return true;
            }

            return false;
        }
    }
}

/// <summary>What the parser looks for: given stretches, or every place where one could begin.</summary>
internal sealed class Meant
{
    private static readonly object Key = new();

    private readonly Dictionary<int, Mention>? stretches;
    private int most;

    public Meant(IReadOnlyCollection<Mention> stretches)
    {
        this.stretches = new(stretches.Count);
        foreach (var each in stretches) this.stretches.TryAdd(each.Start, each);
    }

    public Meant(int most) => this.most = most;

    public string Text { get; private set; } = "";

    public static Meant? In(MarkdownParserContext? context) => context?.Properties.GetValueOrDefault(Key) as Meant;

    public MarkdownParserContext AsContext(string text)
    {
        Text = text;
        var context = new MarkdownParserContext();
        context.Properties[Key] = this;
        return context;
    }

    public Mention? At(int start)
    {
        if (!BeginsWord(start)) return null;
        if (stretches is not null) return stretches.GetValueOrDefault(start);

        return most-- > 0 ? new(start, 1, null) : null;
    }

    /// <summary>In <c>ana.ruiz@example.eu</c> nobody is meant.</summary>
    private bool BeginsWord(int at)
    {
        const int farEnough = 64;
        var before = at - 1;
        while (before >= 0 && at - before < farEnough && Text[before] is '.' or '_' or '-' or '+') before--;
        return before < 0 || !char.IsLetterOrDigit(Text[before]);
    }
}

internal sealed class MentionParser : InlineParser
{
    public MentionParser() => OpeningCharacters = ['@'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        if (Meant.In(processor.Context) is not { } meant) return false;

        var start = processor.GetSourcePosition(slice.Start, out var line, out var column);
        if (meant.At(start) is not { } mention || mention.Length < 1 || mention.Length > slice.Length || mention.Start + mention.Length > meant.Text.Length) return false;

        // What stands between two lines of a list or a table is not in the slice: such a stretch is none.
        var typed = meant.Text.AsSpan(mention.Start, mention.Length);
        if (!slice.AsSpan()[..mention.Length].SequenceEqual(typed) || typed.Contains('\n')) return false;

        processor.Inline = new MentionInline { Mention = mention, Typed = typed.ToString(), Span = new(start, start + mention.Length - 1), Line = line, Column = column };
        slice.Start += mention.Length;
        return true;
    }
}

/// <summary>The name is the member's own, as it is now; the page tints those that mean its reader.</summary>
internal sealed class MentionRenderer(Func<MemberId, MemberCard> cards) : HtmlObjectRenderer<MentionInline>
{
    private const string Nameless = "…";

    protected override void Write(HtmlRenderer renderer, MentionInline mention)
    {
        if (mention.Mention.Member is not { } member)
        {
            renderer.Write("<span class=\"mention everybody\">@room</span>");
            return;
        }

        var name = cards(member).Name;
        renderer.Write("<span class=\"mention\" data-member=\"").WriteEscape(member.Value).Write("\">@<bdi>").WriteEscape(name.Length > 0 ? name : Nameless).Write("</bdi></span>");
    }
}
