using PublicBuyers.Journal;
using PublicBuyers.Moderation;

namespace PublicBuyers.Rooms;

/// <summary>
/// Effect: uploaded files that are in a post are kept, and those of a deleted post removed. While a report of the post
/// waits for a decision
/// they stay, for those who decide; they go with the decision.
/// </summary>
/// <remarks>
/// Of a deletion and the end of a report, whichever comes second finds the other done: the room and the queue are asked
/// after the fact is stored.
/// </remarks>
internal sealed class PostedFiles(IPostedFiles files, IJournal journal, IGrainFactory grains) : IEffect
{
    public const string EffectName = "attachments";

    private const int PageOfFacts = 500;

    public string Name => EffectName;

    public int Partitions => 1;

    public bool Concerns(string type) =>
        type is RoomEvent.Posted or RoomEvent.Deleted or QueueEvent.Settled or QueueEvent.Withdrawn;

    public bool Concerns(RecordedFact fact) =>
        fact.Type != RoomEvent.Posted || FactJson.Has(fact, "\"attachments\":"u8);

    public Task Follow(RecordedFact fact, CancellationToken cancel) =>
        fact.Type switch
        {
            RoomEvent.Posted => Keep(fact, cancel),
            RoomEvent.Deleted => RemoveUnlessReported(
                new(fact.Stream["room/".Length..]),
                Post.NumberIn(fact.Subject),
                cancel
            ),
            _ => RemoveOnceDecided(fact, cancel),
        };

    private async Task Keep(RecordedFact fact, CancellationToken cancel)
    {
        if (FilesOf(fact) is { Count: > 0 } posted)
            await files.Posted(posted, cancel);
    }

    private async Task RemoveOnceDecided(RecordedFact fact, CancellationToken cancel)
    {
        var opened = await journal.ReadSubject(fact.Stream, fact.Subject, 0, 1, cancel);
        if (
            opened is not [{ Type: QueueEvent.Opened } first]
            || FactCodec<QueueEvent>.Read(first).Event is not QueueEvent.ItemOpened { Reported: { } reported }
        )
            return;

        if (await IsDeleted(reported.Room, reported.Post, cancel))
            await RemoveUnlessReported(reported.Room, reported.Post, cancel);
    }

    private async Task RemoveUnlessReported(RoomId room, PostNumber number, CancellationToken cancel)
    {
        var gone = new List<AttachmentId>();
        await foreach (var fact in FactsOf(room, number, cancel))
            if (fact.Type == RoomEvent.Posted)
                gone.AddRange(FilesOf(fact));

        if (gone.Count == 0 || await grains.Queue(room.Community).Holds(room, number))
            return;

        var held = await HeldByOthers(room, number, gone, cancel);
        if (gone.Where(file => !held.Contains(file)).ToList() is { Count: > 0 } free)
            await files.Remove(free, cancel);
    }

    /// <summary>
    /// Those of these files that another post still has: for a time, one file could be put into two posts.
    /// </summary>
    private async Task<HashSet<AttachmentId>> HeldByOthers(
        RoomId room,
        PostNumber number,
        List<AttachmentId> some,
        CancellationToken cancel
    )
    {
        var (held, after) = (new HashSet<AttachmentId>(), 0L);
        while (
            await journal.ReadStream(Streams.Of(room), after, PageOfFacts, cancel) is { IsEmpty: false } page
        )
        {
            foreach (var fact in page.Where(fact => fact.Type == RoomEvent.Posted && Concerns(fact)))
            {
                var (other, shared) = (Post.NumberIn(fact.Subject), FilesOf(fact).Intersect(some).ToList());
                if (other != number && shared.Count > 0 && await Has(room, other, cancel))
                    held.UnionWith(shared);
            }

            after = page[^1].Sequence;
        }

        return held;
    }

    /// <summary>Whether the files of a post are still shown: to its readers, or to those who decide on a report.</summary>
    private async Task<bool> Has(RoomId room, PostNumber number, CancellationToken cancel) =>
        !await IsDeleted(room, number, cancel) || await grains.Queue(room.Community).Holds(room, number);

    private async Task<bool> IsDeleted(RoomId room, PostNumber number, CancellationToken cancel)
    {
        await foreach (var fact in FactsOf(room, number, cancel))
            if (fact.Type == RoomEvent.Deleted)
                return true;
        return false;
    }

    private async IAsyncEnumerable<RecordedFact> FactsOf(
        RoomId room,
        PostNumber number,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel
    )
    {
        var after = 0L;
        while (
            await journal.ReadSubject(Streams.Of(room), Post.SubjectOf(number), after, PageOfFacts, cancel)
                is { IsEmpty: false } page
        )
        {
            foreach (var fact in page)
                yield return fact;
            after = page[^1].Sequence;
        }
    }

    private static IReadOnlyCollection<AttachmentId> FilesOf(RecordedFact fact) =>
        FactCodec<RoomEvent>.Read(fact).Event is RoomEvent.PostPosted { Attachments: { } files }
            ? [.. files.Select(file => file.Id)]
            : [];
}
