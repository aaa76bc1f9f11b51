using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using PublicBuyers.Live;
using PublicBuyers.Members;

namespace PublicBuyers.Rooms;

/// <summary>Turns the Markdown that people write into HTML that can be shown to anybody. Never throws.</summary>
/// <remarks>
/// Markdown with tables and bare addresses as links. The HTML holds no tag and no attribute that the author chose, no
/// image, and no link but to the web and to mail. What was typed and is no Markdown is shown as it was typed; a text
/// that cannot be laid out at all is shown that way as a whole.
/// </remarks>
public static class PostMarkup
{
    /// <summary>Rendered texts kept, counted in characters of text and HTML.</summary>
    public const int MostKept = 8 * 1024 * 1024;

    /// <summary>
    /// Characters of HTML that a text becomes at most, on top of so many for each of its own. A bare address of 8
    /// characters is a link of 74; a text of nothing else is shown as it was typed.
    /// </summary>
    private const int MostHtml = 64 * 1024;
    private const int MostHtmlForOne = 4;

    private static readonly NewestKept<(MarkupStyle Style, string Text, string Named), Laid> Rendered =
        new(MostKept, static (text, laid) => text.Text.Length + text.Named.Length + laid.Html.Length);

    /// <summary>A post, a comment, a message: line breaks count.</summary>
    public static string ToHtml(string markdown) => Lay(MarkupStyle.Conversation, markdown).Html;

    /// <summary>A publication on a page of its own: CommonMark.</summary>
    /// <param name="failed">As of a post.</param>
    public static string ToArticle(string markdown, Action<Exception>? failed = null) => Lay(MarkupStyle.Article, markdown, failed);

    /// <summary>A description, or a publication beside other things: CommonMark.</summary>
    /// <param name="failed">As of a post.</param>
    public static string ToDescription(string markdown, Action<Exception>? failed = null) =>
        Lay(MarkupStyle.Description, markdown, failed);

    /// <summary>
    /// Shows each mention by the name its member has now. One in code, in a quote or in a link stays as it was typed.
    /// </summary>
    /// <param name="failed">Called with the reason when the text has to be shown as it was typed; once as long as it is remembered.</param>
    public static string ToHtml(
        string markdown, ImmutableArray<Mention> mentions, Func<MemberId, MemberCard> cards, Action<Exception>? failed = null)
    {
        mentions = mentions.IsDefault ? [] : mentions;
        return Rendered.Get((MarkupStyle.Conversation, markdown, NamesIn(mentions, cards)), key =>
        {
            var laid = Lay(key.Style, key.Text, mentions, cards);
            if (laid.Why is { } why) failed?.Invoke(why);
            return laid;
        }).Html;
    }

    /// <summary>Whether a post is laid out, and not only shown as it was typed.</summary>
    internal static bool CanShowPost(string markdown, ImmutableArray<Mention> mentions) =>
        (mentions.IsDefaultOrEmpty ? Lay(MarkupStyle.Conversation, markdown) : Lay(MarkupStyle.Conversation, markdown, mentions, Nameless)).Why is null;

    /// <summary>Whether an article is laid out, and not only shown as it was typed.</summary>
    internal static bool CanShowArticle(string markdown) => Lay(MarkupStyle.Article, markdown).Why is null;

    /// <summary>
    /// Links in a post as it is shown, mentions included: what one covers is no Markdown. The HTML holds no such tag but
    /// for a link: what was typed is encoded.
    /// </summary>
    internal static int LinksIn(string markdown, ImmutableArray<Mention> mentions) => ToHtml(markdown, mentions, Nameless).AsSpan().Count("<a ");

    /// <summary>The same of an article.</summary>
    internal static int LinksInArticle(string markdown) => Lay(MarkupStyle.Article, markdown).Html.AsSpan().Count("<a ");

    internal static string Render(string markdown) => Render(markdown, [], Nameless);

    internal static string Render(string markdown, ImmutableArray<Mention> mentions, Func<MemberId, MemberCard> cards, bool isArticle = false) =>
        Lay(isArticle ? MarkupStyle.Article : MarkupStyle.Conversation, markdown, mentions, cards).Html;

    /// <summary>Which of these stretches mention somebody where they stand.</summary>
    internal static ImmutableArray<Mention> Standing(string markdown, IReadOnlyCollection<Mention> mentions) => Meant(markdown, new(mentions));

    /// <summary>
    /// Where a mention could begin: every <c>@</c> at the start of a word that is not in code, in a quote or in a link. At most <paramref name="most"/>.
    /// </summary>
    internal static ImmutableArray<int> Beginnings(string markdown, int most) => [.. Meant(markdown, new(most)).Select(mention => mention.Start)];

    private static string Lay(MarkupStyle style, string markdown, Action<Exception>? failed) =>
        Rendered.Get((style, markdown, ""), key =>
        {
            var laid = Lay(key.Style, key.Text, [], Nameless);
            if (laid.Why is { } why) failed?.Invoke(why);
            return laid;
        }).Html;

    private static Laid Lay(MarkupStyle style, string markdown) =>
        Rendered.Get((style, markdown, ""), static key => Lay(key.Style, key.Text, [], Nameless));

    private static Laid Lay(MarkupStyle style, string markdown, ImmutableArray<Mention> mentions, Func<MemberId, MemberCard> cards)
    {
        try
        {
            style.EnsureBounded(markdown);
            var document = Markdown.Parse(markdown, style.Pipeline, new Meant(mentions).AsContext(markdown));
            TypedText.Keep(document, markdown, style);
            SafeMarkup.Make(document, markdown, style);
            if (!TypedText.IsVisible(document)) return new(AsTyped(markdown), null);

            var html = Write(document, style, cards);
            return html.Length <= MostHtml + (MostHtmlForOne * markdown.Length)
                ? new(html, null)
                : throw new ArgumentException($"The text of {markdown.Length} characters would be {html.Length} as HTML.");
        }
        catch (Exception cannot) when (cannot is not OutOfMemoryException)   // whatever a parser does, the text itself can be shown
        {
            return new(AsTyped(markdown), cannot);
        }
    }

    private static string Write(MarkdownDocument document, MarkupStyle style, Func<MemberId, MemberCard> cards)
    {
        using var html = new StringWriter(CultureInfo.InvariantCulture);
        var renderer = new Markdig.Renderers.HtmlRenderer(html);
        renderer.ObjectRenderers.Add(new MentionRenderer(cards));
        style.Pipeline.Setup(renderer);
        renderer.ObjectRenderers.FindExact<CodeBlockRenderer>()!.OutputAttributesOnPre = true;
        renderer.Render(document);
        return html.ToString();
    }

    private static ImmutableArray<Mention> Meant(string markdown, Meant meant)
    {
        try
        {
            MarkupStyle.Conversation.EnsureBounded(markdown);
            var document = Markdown.Parse(markdown, MarkupStyle.Conversation.Pipeline, meant.AsContext(markdown));
            return [.. document.Descendants<MentionInline>().Where(each => !each.IsQuoted).Select(each => each.Mention)];
        }
        catch (Exception cannot) when (cannot is not OutOfMemoryException)   // shown as it was typed, such a text mentions nobody
        {
            return [];
        }
    }

    private static MemberCard Nameless(MemberId member) => new(member, "", "");

    private static string NamesIn(ImmutableArray<Mention> mentions, Func<MemberId, MemberCard> cards)
    {
        if (mentions.IsEmpty) return "";

        var names = new StringBuilder();
        foreach (var (start, length, member, _) in mentions)
            names.Append(CultureInfo.InvariantCulture, $"{start}+{length}\0{member?.Value}\0{(member is { } one ? cards(one).Name : "")}\0");
        return names.ToString();
    }

    private static string AsTyped(string markdown) =>
        $"<p>{WebUtility.HtmlEncode(markdown.Trim().Replace('\0', '\uFFFD')).ReplaceLineEndings("<br />\n")}</p>\n";

    /// <param name="Why">Why the text is shown as it was typed; none where it is laid out.</param>
    private sealed record Laid(string Html, Exception? Why);
}
