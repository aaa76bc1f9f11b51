using Microsoft.Extensions.Logging;
using PublicBuyers.Communities;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Live;

/// <summary>
/// A new display name reaches every open page of this node within a second, and is on every new page at once. It is learnt
/// from whoever is connected here, from the form that saves it, and from the journal for everybody whose name is known here.
/// </summary>
internal sealed partial class Renames(PostPresenter presenter, Followers followers, ICommunityDirectory communities, IGrainFactory grains, ILogger<Renames> logger)
{
    private const string MemberPrefix = "member/";

    /// <summary>The member is called this from now on.</summary>
    public async Task Learn(MemberCard card)
    {
        if (!presenter.Learn(card)) return;

        var theirs = (await communities.Of(card.Member, CancellationToken.None)).Select(entry => entry.Community).ToHashSet();
        foreach (var feed in followers.All().OfType<Feed>()) feed.Rename(card, theirs.Any(feed.Topic.IsOf));
    }

    /// <summary>Streams that moved: members whose names are known here are asked what they are called now.</summary>
    public async Task Moved(MovedStreams moved)
    {
        foreach (var stream in moved.Heads.Keys.Where(stream => stream.StartsWith(MemberPrefix, StringComparison.Ordinal)))
        {
            var member = new MemberId(stream[MemberPrefix.Length..]);
            if (!presenter.Knows(member)) continue;

            try
            {
                if (await grains.Member(member).Profile() is { IsRefused: false, Value: var profile }) await Learn(new(member, profile.Name, profile.Organisation));
            }
            catch (Exception failure)   // what is known of a name is looked up again after a minute in any case
            {
                LogNotLearnt(stream, failure);
            }
        }
    }

    [LoggerMessage(3081, LogLevel.Warning, "The name kept in {Stream} could not be looked up")]
    private partial void LogNotLearnt(string stream, Exception failure);
}
