using Microsoft.Extensions.Logging;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Mails;
using PublicBuyers.Members;
using PublicBuyers.Moderation;

namespace PublicBuyers.Rooms;

/// <summary>
/// Effect: an author learns on their page that a moderator hid or deleted what they wrote, or showed it again, and by
/// mail why, whom to ask and how to appeal. What is hidden as part of a clearing is told of once, as a whole.
/// </summary>
internal sealed partial class HidingNotices(
    IGrainFactory grains, IMailWriter writer, IMailbox mailbox, ILogger<HidingNotices> log) : IEffect
{
    public string Name => "hiding-notices";

    public int Partitions => 4;

    public bool Concerns(string type) => type is RoomEvent.Hidden or RoomEvent.Shown or RoomEvent.Deleted;

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        switch (FactCodec<RoomEvent>.Read(fact).Event)
        {
            case RoomEvent.PostHidden { Clearing: null } hidden:
                var item = hidden is { Queue: { } queue, Item: { } number } ? new ItemId(queue, number) : null;
                await Notify(fact, hidden.Number, Hiding.Hidden, hidden.Reason, item, cancel);
                break;
            case RoomEvent.PostDeleted { Reason: { } reason } deleted:
                await Notify(fact, deleted.Number, Hiding.Deleted, reason, null, cancel);
                break;
            case RoomEvent.PostShown shown:
                await Notify(fact, shown.Number, Hiding.Shown, null, null, cancel);
                break;
        }
    }

    /// <param name="reason">None: it is not mailed.</param>
    private async Task Notify(
        RecordedFact fact, PostNumber post, Hiding what, string? reason, ItemId? item, CancellationToken cancel)
    {
        var room = new RoomId(fact.Stream["room/".Length..]);
        if ((await grains.Room(room).Concerned(fact.Sequence)).Written is not { } author || author == fact.By) return;

        var community = item?.Community ?? room.Community;
        var told = await grains.Inbox(author).TellOf(new()
        {
            By = MemberId.System,
            Request = RequestId.OfEffect(fact.Stream, fact.Sequence, author),
            Kind = NoticeKind.Hidden,
            Of = new(community, item?.Number, null, null, null, null) { Hiding = what, Room = room, Post = post },
            Actor = fact.By,
        });
        if (told.Refusal is { } why) LogRefused(why.Code);
        if (reason is null || await grains.ReachableProfile(author) is not { } to) return;

        var by = await grains.Community(community).BearingOf(fact.By);
        var name = (await grains.ReachableProfile(fact.By))?.Name ?? "";
        var said = new HiddenMail(community, by.Name, room, post, what is Hiding.Deleted, reason, name, by.Contact, item);
        var mail = writer.Hidden($"hidden.{room.Community.Value}.{room.Slug}.{fact.Sequence}", to.Address, to.Language, said);
        await mailbox.Deliver(mail.CausedBy(fact.By, new MailAbout.Hidden(author, room, post)), cancel);
    }

    [LoggerMessage(1174, LogLevel.Warning, "An inbox was not told that a post was hidden or shown: {Code}")]
    private partial void LogRefused(string code);
}
