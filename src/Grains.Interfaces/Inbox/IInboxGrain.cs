using System.Collections.Immutable;
using PublicBuyers.Live;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;

namespace PublicBuyers.Inbox;

/// <summary>What concerns one member: mentions, replies, reactions to what they wrote; what they muted, and how far they have read.</summary>
/// <remarks>The topic <c>me</c>. What was told, read and muted are facts; how far a room has been read is a last value without a position (<see cref="IStreamObserver.Passing"/>), kept all the same.</remarks>
[Alias("inbox")]
public interface IInboxGrain : ITopicGrain
{
    /// <summary>Tells the member something, unless it comes from whom or where they muted, or stands in a part of the room they have read. From the server only.</summary>
    [Alias("tell")] Task<Outcome<Done>> Tell(TellMember command);

    /// <summary>Tells the member something of a community that is not in one of its rooms: it cannot be muted. From the server only.</summary>
    [Alias("tell-of")] Task<Outcome<Done>> TellOf(TellOfCommunity command);

    /// <summary>Takes back what was told of a post that was deleted or hidden, or of a community that the member left. From the server only.</summary>
    [Alias("withdraw")] Task<Outcome<Done>> Withdraw(WithdrawNotices command);

    /// <summary>Marks notices as read, here and on every device.</summary>
    [Alias("read-notices")] Task<Outcome<Done>> Read(ReadNotices command);

    /// <summary>The member has read a room, or a thread of it, up to a post. Marks only move forward; the notices about what was read are read too.</summary>
    [Alias("mark")] Task<Outcome<RoomMark>> Mark(MarkRead command);

    [Alias("mute-room")] Task<Outcome<Done>> MuteRoom(MuteRoom command);

    [Alias("mute-member")] Task<Outcome<Done>> MuteMember(MuteMember command);

    /// <summary>The newest notices before one, newest first, at most <see cref="InboxLimits.PageSize"/>; zero means the newest. Only the member asks.</summary>
    [Alias("page"), ReadOnly] Task<Outcome<NoticePage>> Page(MemberId reader, long before);

    /// <summary>How far the member has read these rooms: the marks there are. Only the member asks.</summary>
    [Alias("marks"), ReadOnly] Task<Outcome<ImmutableArray<RoomMark>>> Marks(MemberId reader, ImmutableArray<RoomId> rooms);
}

public static class InboxLimits
{
    /// <summary>The notices an inbox keeps. Beyond them the oldest of whoever caused most count as read and are gone.</summary>
    public const int NoticesKept = 500;

    /// <summary>In a snapshot.</summary>
    public const int SnapshotNotices = 50;

    public const int PageSize = 50;

    public const int MostMutes = 200;

    /// <summary>Threads of one room whose own marks are kept, the newest of them.</summary>
    public const int ThreadMarksKept = 200;

    /// <summary>Rooms asked about at once, and whose marks are at hand.</summary>
    public const int MostMarks = 2_000;

    /// <summary>The newest changes an inbox remembers; whoever comes back from before them gets a snapshot.</summary>
    public const int ChangesKept = 200;

    /// <summary>Of several reactions to one post the newest are remembered: when one is taken back the one before it is told of.</summary>
    public const int ReactionsKept = 20;
}

[GenerateSerializer, Immutable, Alias("inbox.tell-of-community")]
public sealed record TellOfCommunity : Command
{
    [Id(0)] public required NoticeKind Kind { get; init; }

    [Id(1)] public required Concern Of { get; init; }

    /// <summary>Who did what is told of.</summary>
    [Id(2)] public required MemberId Actor { get; init; }
}

[GenerateSerializer, Immutable, Alias("inbox.tell-member")]
public sealed record TellMember : Command
{
    [Id(0)] public required NoticeKind Kind { get; init; }

    [Id(1)] public required RoomId Room { get; init; }

    [Id(2)] public required PostNumber Post { get; init; }

    [Id(3)] public PostNumber? Thread { get; init; }

    /// <summary>Who did what is told of.</summary>
    [Id(4)] public required MemberId Actor { get; init; }

    [Id(5)] public Reaction? Reaction { get; init; }

    /// <summary>It happened to the post after it was posted, as an edit does: that the member has read the room up to there says nothing.</summary>
    [Id(6)] public bool Later { get; init; }
}

[GenerateSerializer, Immutable, Alias("inbox.withdraw-notices")]
public sealed record WithdrawNotices : Command
{
    /// <summary>Of this post of <see cref="Room"/>.</summary>
    [Id(0)] public PostNumber? Post { get; init; }

    /// <summary>Without <see cref="Post"/>: all of this room, unless the member may read it when the inbox asks.</summary>
    [Id(1)] public RoomId? Room { get; init; }

    /// <summary>All of this community: the member left it.</summary>
    [Id(2)] public CommunityId? Community { get; init; }

    /// <summary>With <see cref="Post"/> and <see cref="Reaction"/>: only this actor's reaction, taken back.</summary>
    [Id(3)] public MemberId? Actor { get; init; }

    [Id(4)] public Reaction? Reaction { get; init; }

    /// <summary>With <see cref="Community"/>: that this item of its queue waits.</summary>
    [Id(5)] public ItemNumber? Item { get; init; }

    /// <summary>With <see cref="Post"/>: only that the member was named in it, alone or with everybody. Reactions to it stay.</summary>
    [Id(6)] public bool OnlyNamed { get; init; }

    /// <summary>With <see cref="OnlyNamed"/>: while it is unread, the post stays as a reply in a thread that the member follows.</summary>
    [Id(7)] public bool StaysAsReply { get; init; }
}

[GenerateSerializer, Immutable, Alias("inbox.read-notices")]
public sealed record ReadNotices : Command
{
    /// <summary>This one; none with <see cref="Upto"/>.</summary>
    [Id(0)] public long? Number { get; init; }

    /// <summary>All up to this one.</summary>
    [Id(1)] public long? Upto { get; init; }
}

[GenerateSerializer, Immutable, Alias("inbox.mark-read")]
public sealed record MarkRead([property: Id(0)] MemberId By, [property: Id(1)] RoomId Room, [property: Id(2)] PostNumber Upto, [property: Id(3)] PostNumber? Thread);

[GenerateSerializer, Immutable, Alias("inbox.mute-room")]
public sealed record MuteRoom : Command
{
    [Id(0)] public required RoomId Room { get; init; }

    [Id(1)] public required bool Muted { get; init; }
}

[GenerateSerializer, Immutable, Alias("inbox.mute-member")]
public sealed record MuteMember : Command
{
    [Id(0)] public required MemberId Member { get; init; }

    [Id(1)] public required bool Muted { get; init; }
}

/// <summary>How far a member has read a room.</summary>
/// <param name="Upto">The newest post read; zero where nothing has been.</param>
/// <param name="Threads">How far threads were read beyond that, by the post they hang on.</param>
[GenerateSerializer, Immutable, Alias("inbox.room-mark")]
public sealed record RoomMark([property: Id(0)] RoomId Room, [property: Id(1)] PostNumber Upto, [property: Id(2)] ImmutableSortedDictionary<long, PostNumber> Threads)
{
    /// <summary>Nothing of the room has been read.</summary>
    public static RoomMark None(RoomId room) => new(room, new(0), ImmutableSortedDictionary<long, PostNumber>.Empty);
}

/// <param name="Unread">Of all that are kept, not of this page.</param>
/// <param name="Older">Whether there are notices before the last of these.</param>
[GenerateSerializer, Immutable, Alias("inbox.notice-page")]
public sealed record NoticePage([property: Id(0)] StreamPosition At, [property: Id(1)] ImmutableArray<Notice> Notices, [property: Id(2)] int Unread, [property: Id(3)] bool Older, [property: Id(4)] Mutes Mutes);

[GenerateSerializer, Immutable, Alias("inbox.mutes")]
public sealed record Mutes([property: Id(0)] ImmutableArray<RoomId> Rooms, [property: Id(1)] ImmutableArray<MemberId> Members);

[GenerateSerializer, Immutable]
public abstract record InboxChange : Change
{
    private InboxChange() { }

    [GenerateSerializer, Immutable, Alias("inbox.notice-put")]
    public sealed record NoticePut([property: Id(0)] Notice Notice) : InboxChange
    {
        public override string Key => $"notice/{Notice.Number}";
    }

    [GenerateSerializer, Immutable, Alias("inbox.notice-gone")]
    public sealed record NoticeGone([property: Id(0)] long Number) : InboxChange
    {
        public override string Key => $"notice/{Number}";
    }

    /// <summary>Absolute: unread notices, and of these by room the mentions and replies.</summary>
    [GenerateSerializer, Immutable, Alias("inbox.counts-put")]
    public sealed record CountsPut([property: Id(0)] int Unread, [property: Id(1)] ImmutableSortedDictionary<string, int> ByRoom) : InboxChange
    {
        public override string Key => "counts";
    }

    [GenerateSerializer, Immutable, Alias("inbox.mutes-put")]
    public sealed record MutesPut([property: Id(0)] Mutes Mutes) : InboxChange
    {
        public override string Key => "mutes";
    }

    /// <summary>Passing: has no position and is not in a catch-up; the snapshot's marks are read with <see cref="IInboxGrain.Marks"/>.</summary>
    [GenerateSerializer, Immutable, Alias("inbox.mark-put")]
    public sealed record MarkPut([property: Id(0)] RoomMark Mark) : InboxChange
    {
        public override string Key => $"mark/{Mark.Room.Value}";
    }
}

/// <summary>The newest <see cref="InboxLimits.SnapshotNotices"/> notices, newest first.</summary>
[GenerateSerializer, Immutable, Alias("inbox.snapshot")]
public sealed record InboxSnapshot([property: Id(0)] ImmutableArray<Notice> Notices, [property: Id(1)] int Unread, [property: Id(2)] ImmutableSortedDictionary<string, int> ByRoom, [property: Id(3)] Mutes Mutes) : TopicSnapshot;

/// <summary>Why an inbox says no.</summary>
public static class InboxRefusal
{
    [GenerateSerializer, Immutable, Alias("inbox.absent")]
    public sealed record NotVisible() : Refusal(RefusalKind.Absent, "inbox.absent");

    [GenerateSerializer, Immutable, Alias("inbox.too-many-mutes")]
    public sealed record TooManyMutes([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "inbox.too-many-mutes");

    [GenerateSerializer, Immutable, Alias("inbox.not-oneself")]
    public sealed record NotOneself() : Refusal(RefusalKind.Unprocessable, "inbox.not-oneself");
}
