using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Inbox;

/// <summary>What Ada was told before a test begins, and what she is told in it.</summary>
internal static class InboxHistory
{
    public static readonly MemberId Carla = new("carla");

    public static RoomMark ReadTo(long upto, params (long Thread, long Upto)[] threads) =>
        new(General, new(upto), threads.ToImmutableSortedDictionary(each => each.Thread, each => new PostNumber(each.Upto)));

    public static Inbox Given(params InboxEvent[] history) => history.Select(Happened).Aggregate(Inbox.Empty, (inbox, fact) => inbox.Apply(fact));

    public static Inbox After(this Inbox inbox, Decision<Done, InboxEvent> decision) =>
        decision.Facts.Aggregate(inbox, (folded, happened) => folded.Apply(Happened(happened, (int)folded.Changes.Keys.LastOrDefault())));

    public static InboxEvent Told(long number, NoticeKind kind, long post, MemberId? by = null, long? thread = null, Reaction? reaction = null, bool later = false, RoomId? room = null, long? replaces = null) =>
        new InboxEvent.Told(number, kind, room ?? General, new(post), thread is { } root ? new(root) : null, by ?? Bo, reaction, later, replaces);

    public static TellMember Tells(NoticeKind kind, long post, MemberId? by = null, long? thread = null, Reaction? reaction = null, bool later = false, RoomId? room = null, string request = "r") => new()
    {
        By = MemberId.System,
        Request = new(request),
        Kind = kind,
        Room = room ?? General,
        Post = new(post),
        Thread = thread is { } root ? new(root) : null,
        Actor = by ?? Bo,
        Reaction = reaction,
        Later = later,
    };

    public static TellMember Reacts(MemberId by, Reaction reaction, long post = 1, string request = "r") => Tells(NoticeKind.Reaction, post, by, reaction: reaction, later: true, request: request);

    public static WithdrawNotices TakesBack(MemberId by, Reaction reaction, long post = 1, string request = "r") =>
        new() { By = MemberId.System, Request = new(request), Room = General, Post = new(post), Actor = by, Reaction = reaction };

    public static WithdrawNotices Withdraws(long post, RoomId? room = null, string request = "r") => new() { By = MemberId.System, Request = new(request), Room = room ?? General, Post = new(post) };

    public static Decision<Done, InboxEvent> Hears(this Inbox inbox, TellMember command, RoomMark? mark = null, bool mayRead = true) => InboxRules.Tell(inbox, Ada, mark ?? ReadTo(0), mayRead, command);

    public static IInboxGrain InboxOf(this GrainWorld world, MemberId member) => world.Grains.Inbox(member);

    public static async Task<ImmutableArray<Notice>> NoticesOf(this GrainWorld world, MemberId member) => (await world.InboxOf(member).Page(member, 0)).Value.ShouldNotBeNull().Notices;

    public static async Task<int> UnreadOf(this GrainWorld world, MemberId member) => (await world.InboxOf(member).Page(member, 0)).Value.ShouldNotBeNull().Unread;

    private static Happened<InboxEvent> Happened(InboxEvent happened, int after) =>
        new(after + 1, FakeClock.Noon.AddMinutes(after), MemberId.System, FactCodec<InboxEvent>.Write(happened).Type, happened.Subject, happened);
}
