using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Mails;
using PublicBuyers.Members;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.Search;
using PublicBuyers.SignIn;

namespace PublicBuyers.Communities;

/// <summary>
/// Effect: everything that a person wrote is hidden, or shown again, a page of posts for each fact. The page ends with a
/// fact that says where to go on, which this effect follows in turn: it goes on after a restart where it was.
/// </summary>
internal sealed partial class ClearingEffect(
    IGrainFactory grains,
    IPostSearch search,
    IPostRows index,
    IPublications publications,
    IJournal journal,
    IMailWriter writer,
    IMailbox mailbox,
    ILogger<ClearingEffect> log) : IEffect
{
    public const int PageSize = 100;

    /// <summary>Publications of one person that are looked at when a clearing is undone, the newest ones.</summary>
    public const int MostShownAgain = 1_000;

    private const int MostWaits = 3;

    public string Name => "clearing";

    public int Partitions => 4;

    public bool Concerns(string type) =>
        type is CommunityEvent.ClearingOrderedName or CommunityEvent.ClearingMovedName or CommunityEvent.ClearingUndoneName;

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        var community = new CommunityId(fact.Stream["community/".Length..]);
        var member = new MemberId(fact.Subject["member/".Length..]);
        if (await grains.Community(community).ClearingOf(member) is not { IsRunning: true } clearing) return;
        if (clearing.Step != fact.Sequence) return;   // done before a restart: the fact that follows from it goes on

        if (clearing.Act == fact.Sequence)
        {
            await Notify(fact, community, clearing, cancel);
            await TakeBack(fact, community, clearing);
        }

        await Index(cancel);
        var isShowing = clearing.State is ClearingState.Showing;
        var page = await search.WrittenBy(new(member, community, isShowing, clearing.After), PageSize, cancel);
        var left = clearing.Left;
        foreach (var post in page)
            if (!await Change(fact, clearing, post)) left++;

        // At the beginning, so that what does most harm is gone first, and once more at the end.
        var isFirst = fact.Type is not CommunityEvent.ClearingMovedName;
        if (isFirst || page.IsEmpty) left += await ChangePublications(fact, community, clearing, cancel);

        // Only a page without any post is the last: what was written in the last moment is found by it.
        if (page.IsEmpty) await Index(cancel);
        var moved = await grains.Community(community).MoveClearing(new()
        {
            By = MemberId.System,
            Request = RequestId.PartOf(RequestId.OfEffect(fact.Stream, fact.Sequence), "moved"),
            Member = member,
            Act = clearing.Act,
            State = clearing.State,
            After = page.IsEmpty ? null : page[^1],
            Left = left,
            Visible = page.IsEmpty ? (await search.CountWrittenBy(member, community, cancel)).All : 0,
        });
        moved.OrThrow();
    }

    /// <returns>False: it could not be changed. A post that was deleted meanwhile need not be.</returns>
    private async Task<bool> Change(RecordedFact fact, Clearing clearing, FoundPost post)
    {
        var (by, reason) = clearing.Undone is { } undone ? (undone.By, undone.Reason) : (clearing.By, clearing.Reason);
        var part = string.Create(CultureInfo.InvariantCulture, $"{clearing.State}/{post.Room.Value}/{post.Number.Value}");
        var changed = await grains.Room(post.Room).Hide(new()
        {
            By = by,
            Request = RequestId.PartOf(RequestId.OfEffect(fact.Stream, clearing.Act), part),
            Number = post.Number,
            Hidden = clearing.State is ClearingState.Hiding,
            Reason = reason,
            Clearing = clearing.Act,
        });
        if (changed.Refusal is null or RoomRefusal.AlreadyDeleted) return true;

        LogNotChanged(post.Room.Value, post.Number.Value, changed.Refusal.Code);
        return false;
    }

    /// <returns>How many could not be changed.</returns>
    private async Task<int> ChangePublications(
        RecordedFact fact, CommunityId community, Clearing clearing, CancellationToken cancel)
    {
        await publications.Settled(cancel);
        var left = 0;
        await foreach (var id in PublicationsOf(community, clearing, cancel))
        {
            var by = clearing.Undone?.By ?? clearing.By;
            var request = RequestId.PartOf(
                RequestId.OfEffect(fact.Stream, clearing.Act), $"{clearing.State}/publication/{id.Value}");
            var changed = clearing.State is ClearingState.Hiding
                ? await grains.Publication(id)
                    .Withdraw(new() { By = by, Request = request, Reason = clearing.Reason, Clearing = clearing.Act })
                : await grains.Publication(id).Show(new() { By = by, Request = request, Clearing = clearing.Act });
            if (changed.Refusal is null or PublicationRefusal.NotPublished) continue;

            LogPublicationNotChanged(id.Value, changed.Refusal.Code);
            left++;
        }

        return left;
    }

    /// <summary>Of who is cleared: what is published, or what was withdrawn.</summary>
    private async IAsyncEnumerable<PublicationId> PublicationsOf(
        CommunityId community, Clearing clearing, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (clearing.State is ClearingState.Showing)
        {
            foreach (var entry in await publications.WrittenBy(clearing.Member, MostShownAgain, cancel))
            {
                if (entry.State is PublicationState.Withdrawn && entry.Publication.Community == community)
                    yield return entry.Publication;
            }

            yield break;
        }

        var moderator = new PublicationReader(
            clearing.By, ImmutableDictionary<CommunityId, Role>.Empty.Add(community, Role.Moderator));
        var query = new PublicationQuery(moderator, community, Author: clearing.Member);
        ImmutableArray<PublicationEntry> page;
        do
        {
            page = await publications.Find(query, PageSize, cancel);
            foreach (var entry in page) yield return entry.Publication;
            if (!page.IsEmpty) query = query with { Before = page[^1] };
        }
        while (page.Length == PageSize);
    }

    private async Task Notify(RecordedFact fact, CommunityId community, Clearing clearing, CancellationToken cancel)
    {
        var notified = await grains.Inbox(clearing.Member).TellOf(new()
        {
            By = MemberId.System,
            Request = RequestId.OfEffect(fact.Stream, fact.Sequence, clearing.Member),
            Kind = NoticeKind.Cleared,
            Of = new(community, null, null, null, null, null),
            Actor = clearing.By,
        });
        if (notified.Refusal is { } why) LogNotNotified(why.Code);
        if (clearing.Undone is not null || await grains.ReachableProfile(clearing.Member) is not { } to) return;

        var by = await grains.Community(community).BearingOf(clearing.By);
        var name = (await grains.ReachableProfile(clearing.By))?.Name ?? "";
        var said = new HiddenMail(community, by.Name, null, null, IsDeleted: false, clearing.Reason, name, by.Contact, Appeal: null);
        var mail = writer.Hidden($"cleared.{community.Value}.{fact.Sequence}", to.Address, to.Language, said);
        await mailbox.Deliver(mail.CausedBy(clearing.By, new MailAbout.Hidden(clearing.Member, null, null)), cancel);
    }

    private async Task TakeBack(RecordedFact fact, CommunityId community, Clearing clearing)
    {
        var taken = await grains.Queue(community).TakeBackAll(new()
        {
            By = clearing.By,
            Request = RequestId.PartOf(RequestId.OfEffect(fact.Stream, fact.Sequence), "submissions"),
            Member = clearing.Member,
        });
        if (taken.Refusal is { } why) LogNotTakenBack(community.Value, why.Code);
    }

    /// <summary>Completes when the index holds every post that is stored now.</summary>
    /// <exception cref="InvalidOperationException">It is far behind: this is tried again later.</exception>
    private async Task Index(CancellationToken cancel)
    {
        var head = await journal.LastPosition(cancel);
        for (var waits = 0; waits < MostWaits; waits++)
        {
            await search.Settled(cancel);
            if (await index.Position(cancel) >= head) return;
        }

        throw new InvalidOperationException($"The index of posts has not reached position {head} yet.");
    }

    [LoggerMessage(1171, LogLevel.Warning, "Post {Room}/{Post} was not changed by a clearing: {Code}")]
    private partial void LogNotChanged(string room, long post, string code);

    [LoggerMessage(1176, LogLevel.Warning, "Publication {Publication} was not changed by a clearing: {Code}")]
    private partial void LogPublicationNotChanged(string publication, string code);

    [LoggerMessage(1172, LogLevel.Warning, "An inbox was not notified of a clearing: {Code}")]
    private partial void LogNotNotified(string code);

    [LoggerMessage(1173, LogLevel.Warning, "The submissions in the queue of {Community} were not taken back: {Code}")]
    private partial void LogNotTakenBack(string community, string code);
}
