using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Rooms;

/// <summary>Lays out what is longer than a post: publications and descriptions. One that cannot be laid out is logged, once as
/// long as it is remembered.</summary>
public sealed partial class LongTexts(ILogger<LongTexts> log)
{
    /// <summary>A publication on a page of its own.</summary>
    public MarkupString Article(PublicationId of, string markdown) =>
        new(PostMarkup.ToArticle(markdown, why => LogPublication(why, of)));

    /// <summary>A publication beside other things.</summary>
    public MarkupString Beside(PublicationId of, string markdown) =>
        new(PostMarkup.ToDescription(markdown, why => LogPublication(why, of)));

    /// <summary>What a community says about itself.</summary>
    public MarkupString About(CommunityId community, string markdown) =>
        new(PostMarkup.ToDescription(markdown, why => LogDescription(why, community)));

    [LoggerMessage(3073, LogLevel.Warning, "The text of publication {Publication} cannot be laid out and is shown as it was typed")]
    private partial void LogPublication(Exception why, PublicationId publication);

    [LoggerMessage(3074, LogLevel.Warning, "The description of community {Community} cannot be laid out and is shown as it was typed")]
    private partial void LogDescription(Exception why, CommunityId community);
}
