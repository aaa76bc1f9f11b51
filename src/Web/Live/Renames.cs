using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Communities;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Live;

/// <summary>
/// A new display name reaches every open page of this node within a second, and is on every new page at once. It is learnt
/// from whoever is connected here, from the form that saves it, and from the journal for everybody whose name is known here.
/// </summary>
internal sealed partial class Renames(PostPresenter presenter, Followers followers, IMemberDirectory members, ICommunityDirectory communities, ILogger<Renames> logger)
{
    private const string MemberPrefix = "member/";
    private const string CommunityPrefix = "community/";

    /// <summary>Namesakes of one community that are looked up when somebody comes or goes.</summary>
    private const int MostNamesakes = 200;

    /// <summary>These members may be called otherwise from now on.</summary>
    public async Task Look(params ImmutableArray<MemberId> whom)
    {
        try
        {
            await communities.Settled(CancellationToken.None);
            var cards = await members.Cards(whom, CancellationToken.None);
            foreach (var member in whom) await Learn(cards.GetValueOrDefault(member) ?? new(member, "", ""));
        }
        catch (Exception failure)   // what is known of a name is looked up again after a minute in any case
        {
            LogNotLearnt(whom.Length, failure);
        }
    }

    /// <summary>Streams that moved: whoever is known here is looked up anew, and so are namesakes where somebody came or went.</summary>
    public async Task Moved(MovedStreams moved)
    {
        var whom = Named(moved, MemberPrefix).Select(id => new MemberId(id)).ToHashSet();
        foreach (var community in Named(moved, CommunityPrefix))
        {
            await communities.Settled(CancellationToken.None);
            whom.UnionWith(await members.Namesakes(new(community), MostNamesakes, CancellationToken.None));
        }

        if (whom.Where(presenter.Knows).ToImmutableArray() is { IsEmpty: false } known) await Look(known);
    }

    private static IEnumerable<string> Named(MovedStreams moved, string prefix) =>
        moved.Heads.Keys.Where(stream => stream.StartsWith(prefix, StringComparison.Ordinal)).Select(stream => stream[prefix.Length..]);

    private async Task Learn(MemberCard card)
    {
        if (!presenter.Learn(card)) return;

        var theirs = (await communities.Of(card.Member, CancellationToken.None)).Select(entry => entry.Community).ToHashSet();
        foreach (var feed in followers.All().OfType<Feed>()) feed.Rename(card, theirs.Any(feed.Topic.IsOf));
    }

    [LoggerMessage(3081, LogLevel.Warning, "The names of {Count} members could not be looked up")]
    private partial void LogNotLearnt(int count, Exception failure);
}
