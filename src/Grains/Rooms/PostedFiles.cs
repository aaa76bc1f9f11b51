using PublicBuyers.Journal;

namespace PublicBuyers.Rooms;

/// <summary>Effect: uploaded files that are in a post are kept, and those of a deleted post removed.</summary>
internal sealed class PostedFiles(IPostedFiles files, IJournal journal) : IEffect
{
    public const string EffectName = "attachments";

    private const int PageOfFacts = 500;

    public string Name => EffectName;

    public int Partitions => 1;

    public bool Concerns(string type) => type is RoomEvent.Posted or RoomEvent.Deleted;

    public bool Concerns(RecordedFact fact) => fact.Type != RoomEvent.Posted || FactJson.Has(fact, "\"attachments\":"u8);

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        if (fact.Type == RoomEvent.Posted)
        {
            if (FilesOf(fact) is { Count: > 0 } posted) await files.Posted(posted, cancel);
            return;
        }

        var after = 0L;
        while (await journal.ReadSubject(fact.Stream, fact.Subject, after, PageOfFacts, cancel) is { IsEmpty: false } page)
        {
            foreach (var earlier in page.Where(earlier => earlier.Type == RoomEvent.Posted))
            {
                if (FilesOf(earlier) is { Count: > 0 } gone) await files.Remove(gone, cancel);
            }

            after = page[^1].Sequence;
        }
    }

    private static IReadOnlyCollection<AttachmentId> FilesOf(RecordedFact fact) =>
        FactCodec<RoomEvent>.Read(fact).Event is RoomEvent.PostPosted { Attachments: { } files } ? [.. files.Select(file => file.Id)] : [];
}
