using System.Collections.Immutable;
using PublicBuyers.Rooms;

namespace PublicBuyers.Running;

/// <summary>Asks the renderer that pages, feeds and mails use.</summary>
internal sealed class LaidOut : IMarkdown
{
    public bool CanShowPost(string markdown, ImmutableArray<Mention> mentions) => PostMarkup.CanShowPost(markdown, mentions);

    public bool CanShowArticle(string markdown) => PostMarkup.CanShowArticle(markdown);

    public int LinksIn(string markdown, ImmutableArray<Mention> mentions) => PostMarkup.LinksIn(markdown, mentions);

    public int LinksInArticle(string markdown) => PostMarkup.LinksInArticle(markdown);
}
