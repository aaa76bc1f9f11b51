using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PublicBuyers.Communities;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Live;

/// <summary>
/// A new display name reaches every open page of this node within a second, and is on every new page at once: the directory
/// says whose cards changed, and the form that saves a name waits for it.
/// </summary>
internal sealed partial class Renames(
    PostPresenter presenter, Followers followers, IMemberDirectory members, ICommunityDirectory communities, ILogger<Renames> logger)
    : BackgroundService
{
    /// <summary>Writes of the directory that wait to be looked at. What is dropped is looked up again after a minute.</summary>
    private const int MostWaiting = 1_000;

    private readonly Channel<ImmutableArray<MemberId>> waiting =
        Channel.CreateBounded<ImmutableArray<MemberId>>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>One at a time: what is read later is newer, and is learnt later.</summary>
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Completes when this member's new name is on every page that is opened from now on.</summary>
    public async Task Show(MemberId member)
    {
        await communities.Settled(CancellationToken.None);
        await Look([member], static _ => Task.CompletedTask);
    }

    public override void Dispose()
    {
        turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        members.WhenRenamed(whom =>
        {
            presenter.Renaming();
            waiting.Writer.TryWrite(whom);
        });
        await foreach (var whom in waiting.Reader.ReadAllAsync(stoppingToken)) await Look([.. whom.Where(MayBeShown)], Tell);
    }

    /// <summary>Something here shows the member, or may: whoever is connected is shown their own name.</summary>
    private bool MayBeShown(MemberId member) => presenter.Knows(member) || followers.Find<MemberWatch>(Streams.Of(member)) is not null;

    private async Task Look(ImmutableArray<MemberId> whom, Func<MemberCard, Task> tell)
    {
        if (whom.IsEmpty) return;

        await turn.WaitAsync();
        try
        {
            var cards = await members.Cards(whom, CancellationToken.None);
            foreach (var member in whom)
            {
                var card = cards.GetValueOrDefault(member) ?? new(member, "", "");
                presenter.Learn(card);
                await tell(card);
            }
        }
        catch (Exception failure)   // what is known of a name is looked up again after a minute in any case
        {
            LogNotLearnt(whom.Length, failure);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task Tell(MemberCard card)
    {
        var theirs = (await communities.Of(card.Member, CancellationToken.None)).Select(entry => entry.Community).ToHashSet();
        foreach (var feed in followers.All().OfType<Feed>()) feed.Rename(card, theirs.Any(feed.Topic.IsOf));
    }

    [LoggerMessage(3081, LogLevel.Warning, "The names of {Count} members could not be looked up")]
    private partial void LogNotLearnt(int count, Exception failure);
}
