using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Live;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

/// <summary>An item as moderators get it. The same for every moderator of the queue.</summary>
/// <param name="CameBack">Why the last decision could not be carried out, as a refusal's code.</param>
/// <param name="CameBackSaid">The same in words: over the live connection in English, for everybody alike.</param>
/// <param name="Appeals">The item whose decision this appeal is about.</param>
public sealed record ItemWire(
    long Number,
    ItemKind Kind,
    ItemState State,
    long Version,
    MemberCard By,
    DateTimeOffset OpenedAt,
    string Message,
    ReportedWire? Reported,
    ClaimWire? Claim,
    DecisionWire? Decision,
    string? CameBack,
    string? CameBackSaid,
    long? Appeals)
{
    /// <summary>What this appeal asks to be lifted.</summary>
    public RestrictedWire? Restricted { get; init; }

    /// <summary>Who is asked besides the moderators; none: nobody.</summary>
    public Escalation? Escalation { get; init; }

    /// <summary>Whom a review is about.</summary>
    public ReviewedWire? Reviewed { get; init; }

    public SubmittedWork? Work { get; init; }
}

/// <param name="Posts">What they had posted when the review began.</param>
public sealed record ReviewedWire(MemberCard Member, ImmutableArray<ArrivalPost> Posts);

/// <summary>Somebody who is new in an open community, or is watched and has posted.</summary>
/// <param name="IsNew">Joined; false: is watched.</param>
/// <param name="Answer">None while nobody has done anything about it.</param>
public sealed record ArrivalWire(MemberCard Member, bool IsNew, DateTimeOffset Since, ImmutableArray<ArrivalPost> Posts, ArrivalAnswerWire? Answer)
{
    /// <summary>When a newcomer's limits end by themselves; none for who came without any.</summary>
    public DateTimeOffset? NewUntil { get; init; }
}

public sealed record ArrivalAnswerWire(ArrivalAct Act, MemberCard By, DateTimeOffset At);

/// <summary>All that are shown: who is new, first come first, then the newest that were answered.</summary>
public sealed record ArrivalsWire(ImmutableArray<ArrivalWire> Arrivals, int Joined, int Posted);

/// <param name="Until">None: until it is lifted.</param>
public sealed record RestrictedWire(RestrictionKind Kind, DateTimeOffset? Until, string Reason, MemberCard By, DateTimeOffset At);

/// <param name="Excerpt">Of the post as it stands now; empty where there is nothing to read any more.</param>
public sealed record ReportedWire(RoomId Room, string RoomName, long Post, MemberCard Author, string Excerpt);

public sealed record ClaimWire(MemberCard By, DateTimeOffset Until, long Fence);

public sealed record DecisionWire(Verdict Verdict, MemberCard By, DateTimeOffset At, DateTimeOffset EffectAt, string Reason, string Contact, DateTimeOffset? AskAgainFrom);

public sealed record StepWire(ItemAct Act, MemberCard By, DateTimeOffset At, Verdict? Verdict, string Note);

/// <summary>The oldest items that are not over, by number.</summary>
public sealed record QueueSnapshotWire(CommunityId Community, ImmutableArray<ItemWire> Items, int Waiting, ArrivalsWire Arrivals);

public sealed record WaitingWire(int Waiting);

/// <param name="Waiting">All that is open, not of this page.</param>
internal sealed record QueuePageWire(long Epoch, long Position, ImmutableArray<ItemWire> Items, int Waiting, bool More);

/// <param name="Contact">What a rejection by the caller would carry; empty: they cannot reject before one is set.</param>
internal sealed record ItemHistoryWire(ItemWire Item, ImmutableArray<StepWire> Steps, string Contact)
{
    /// <summary>What was reported, until it is decided, where the caller may decide on it.</summary>
    public ReportedPostWire? Reported { get; init; }
}

/// <param name="Then">As it was reported: its files are at <c>/communities/…/queue/…/files/…</c>.</param>
/// <param name="Now">As everybody in the room sees it: without a text where it is deleted or hidden.</param>
public sealed record ReportedPostWire(PostWire Then, PostWire Now)
{
    /// <summary>
    /// What became of it since, in one word: <c>same</c>, <c>edited</c>, <c>deleted</c> or <c>hidden</c>.
    /// </summary>
    public string Since => Now switch
    {
        { DeletedAt: not null } => "deleted",
        { Hidden: not null } => "hidden",
        _ when Now.Revision != Then.Revision => "edited",
        _ => "same",
    };
}

/// <summary>Exactly one of <paramref name="Decided"/> and <paramref name="Refused"/> counts.</summary>
public sealed record BulkAnswerWire(long Number, Decided? Decided, RefusalWire? Refused);

public sealed record QueueFiguresWire(CommunityId Community, string Name, int Waiting, DateTimeOffset? OldestSince)
{
    /// <summary>Who joined and nobody has answered yet.</summary>
    public int Joined { get; init; }

    /// <summary>Who has posted, of these and of who is watched.</summary>
    public int Posted { get; init; }
}

/// <summary>What the caller asked, reported or appealed.</summary>
/// <param name="Message">Empty where somebody else asked.</param>
/// <param name="Decision">None before it is in effect.</param>
/// <param name="Room">Of the post it is about, if it is about one.</param>
public sealed record MyItemWire(
    CommunityId Community,
    string CommunityName,
    long Number,
    ItemKind Kind,
    ItemState State,
    DateTimeOffset OpenedAt,
    string Message,
    DecisionWire? Decision,
    DateTimeOffset? SettledAt,
    bool MayAppeal,
    RoomId? Room,
    long? Post)
{
    /// <summary>What is appealed, where it is a restriction: without who restricted.</summary>
    public MyRestrictedWire? Restricted { get; init; }

    /// <summary>What was submitted for publication.</summary>
    public SubmittedWork? Work { get; init; }

    /// <summary>By when the community means to answer.</summary>
    public DateTimeOffset? ExpectedBy { get; init; }
}

public sealed record MyRestrictedWire(RestrictionKind Kind, DateTimeOffset? Until, string Reason, DateTimeOffset At);
