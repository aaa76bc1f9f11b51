using System.Text.Json.Serialization;
using PublicBuyers.Communities;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;

namespace PublicBuyers.Inbox;

[GenerateSerializer]
public enum NoticeKind
{
    /// <summary>Named in a post.</summary>
    Mention,

    /// <summary>Named with everybody in the room.</summary>
    Room,

    /// <summary>A reply in a thread they began or took part in.</summary>
    Reply,

    /// <summary>A reaction to what they wrote.</summary>
    Reaction,

    /// <summary>An item waits in a queue they moderate.</summary>
    Waiting,

    /// <summary>Somebody joined an open community they moderate.</summary>
    Joined,

    /// <summary>What they asked, reported or appealed was decided.</summary>
    Decided,

    /// <summary>They have another role in a community, were restricted there, or let go.</summary>
    Standing,

    /// <summary>A comment on what they published (R1).</summary>
    Comment,

    /// <summary>Something was published in an open community they moderate.</summary>
    Published,

    /// <summary>A moderator of an open community they joined welcomes them.</summary>
    Welcomed,

    /// <summary>A moderator withdrew what they published (R4).</summary>
    Withdrawn,

    /// <summary>Something became of a bridge between a community they lead or moderate and another.</summary>
    Bridge,

    /// <summary>An item of a queue has come up to them: it waited too long, or nobody below can decide on it.</summary>
    Escalated,

    /// <summary>A community they moderate was closed.</summary>
    Closed,

    /// <summary>It was opened again.</summary>
    Reopened,

    /// <summary>An administrator made them an administrator of the platform.</summary>
    Appointed,

    /// <summary>An administrator ended that.</summary>
    Dismissed,

    /// <summary>A moderator hid everything they wrote in a community.</summary>
    Cleared,

    /// <summary>A moderator hid a post or a comment of theirs, deleted it, or showed it again.</summary>
    Hidden,
}

/// <summary>What a moderator did to a post.</summary>
[GenerateSerializer]
public enum Hiding
{
    Hidden,
    Deleted,
    Shown,
}

/// <summary>Something a member was told. It holds no text: what it is about is read where it stands, if it may be read.</summary>
/// <param name="Number">1, 2, 3 … of this member's notices.</param>
/// <param name="Room">None for what is not in a room.</param>
/// <param name="Post">What to look at; with a room only.</param>
/// <param name="Thread">The post its thread hangs on.</param>
/// <param name="By">Who mentioned, replied or reacted; of several reactions to one post the newest.</param>
[GenerateSerializer, Immutable, Alias("inbox.notice")]
public sealed record Notice(
    [property: Id(0)] long Number,
    [property: Id(1)] NoticeKind Kind,
    [property: Id(2)] RoomId? Room,
    [property: Id(3)] PostNumber? Post,
    [property: Id(4)] PostNumber? Thread,
    [property: Id(5)] MemberId By,
    [property: Id(6)] DateTimeOffset At,
    [property: Id(7)] Reaction? Reaction,
    [property: Id(8)] bool IsRead)
{
    /// <summary>What it is about, where that is not in a room.</summary>
    [Id(9)] public Concern? Of { get; init; }

    [JsonIgnore]
    public CommunityId Community => Room?.Community ?? Of!.Community;
}

/// <summary>What there is to tell of a bridge.</summary>
[GenerateSerializer]
public enum BridgeNews
{
    Proposed,
    Agreed,
    Declined,
    Ended,
    ThreadOpened,
}

/// <param name="Item">Of its queue.</param>
/// <param name="Role">With a standing: what the member is now. Without a role and a restriction: one was lifted.</param>
/// <param name="Restriction">With a standing: what it is.</param>
[GenerateSerializer, Immutable, Alias("inbox.concern")]
public sealed record Concern([property: Id(0)] CommunityId Community, [property: Id(1)] ItemNumber? Item, [property: Id(2)] ItemKind? ItemKind, [property: Id(3)] Verdict? Verdict, [property: Id(4)] Role? Role, [property: Id(5)] RestrictionKind? Restriction)
{
    [Id(6)] public PublicationId? Publication { get; init; }

    /// <summary>Of the publication, as it was published.</summary>
    [Id(7)] public string? Title { get; init; }

    /// <summary>With a bridge: the community on the other side.</summary>
    [Id(10)] public CommunityId? Across { get; init; }

    [Id(11)] public BridgeNews? News { get; init; }

    /// <summary>With a bridge: the thread that was opened.</summary>
    [Id(12)] public RoomId? Thread { get; init; }

    /// <summary>With a standing: a newcomer's limits were lifted.</summary>
    [Id(13)] public bool? IsTrusted { get; init; }

    /// <summary>What a moderator did to a post.</summary>
    [Id(14)] public Hiding? Hiding { get; init; }

    /// <summary>With <see cref="Hiding"/>: where the post stands.</summary>
    [Id(15)] public RoomId? Room { get; init; }

    [Id(16)] public PostNumber? Post { get; init; }
}
