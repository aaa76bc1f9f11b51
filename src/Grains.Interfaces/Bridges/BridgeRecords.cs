using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Rooms;

namespace PublicBuyers.Bridges;

[GenerateSerializer]
public enum BridgeState
{
    /// <summary>Nobody has proposed it.</summary>
    None,

    /// <summary>Waits for the other side.</summary>
    Proposed,

    Standing,

    Declined,

    /// <summary>By who proposed it.</summary>
    TakenBack,

    Ended,
}

[GenerateSerializer, Immutable, Alias("bridge.propose")]
public sealed record ProposeBridge : Command
{
    /// <summary>The community they lead.</summary>
    [Id(0)] public required CommunityId Side { get; init; }

    /// <summary>Of this side: where the threads are linked.</summary>
    [Id(1)] public required RoomId Room { get; init; }

    /// <summary>To the leaders of the other side; may be empty.</summary>
    [Id(2)] public string Message { get; init; } = "";
}

[GenerateSerializer, Immutable, Alias("bridge.agree")]
public sealed record AgreeToBridge : Command
{
    [Id(0)] public required CommunityId Side { get; init; }

    /// <summary>Of this side: where the threads are linked.</summary>
    [Id(1)] public required RoomId Room { get; init; }

    /// <summary>The proposal that was looked at (<see cref="BridgeView.Version"/>); refused when there is another.</summary>
    [Id(2)] public required long Version { get; init; }
}

[GenerateSerializer, Immutable, Alias("bridge.decline")]
public sealed record DeclineBridge : Command
{
    [Id(0)] public required CommunityId Side { get; init; }

    /// <summary>The proposal that was looked at.</summary>
    [Id(1)] public required long Version { get; init; }

    /// <summary>May be empty.</summary>
    [Id(2)] public string Reason { get; init; } = "";
}

[GenerateSerializer, Immutable, Alias("bridge.take-back")]
public sealed record TakeBackBridge : Command
{
    [Id(0)] public required CommunityId Side { get; init; }
}

[GenerateSerializer, Immutable, Alias("bridge.end")]
public sealed record EndBridge : Command
{
    [Id(0)] public required CommunityId Side { get; init; }

    [Id(1)] public required string Reason { get; init; }
}

[GenerateSerializer, Immutable, Alias("bridge.open-thread")]
public sealed record OpenBridgedThread : Command
{
    /// <summary>The community they moderate.</summary>
    [Id(0)] public required CommunityId Side { get; init; }

    [Id(1)] public required string Title { get; init; }

    /// <summary>Of this side: where it is linked. None: the room that was agreed on. On the other side it always is that.</summary>
    [Id(2)] public RoomId? Room { get; init; }

    /// <summary>Who is to read it: members of either side (<see cref="Classification.Community"/>), or their moderators (<see cref="Classification.Hosts"/>). What neither side's rooms allow becomes what they do.</summary>
    [Id(3)] public Classification Classification { get; init; } = Classification.Community;
}

/// <summary>Something a leader did.</summary>
/// <param name="State">What it has been from then on.</param>
/// <param name="Text">The message or reason; may be empty.</param>
[GenerateSerializer, Immutable, Alias("bridge.act")]
public sealed record BridgeAct([property: Id(0)] BridgeState State, [property: Id(1)] CommunityId Side, [property: Id(2)] MemberId By, [property: Id(3)] DateTimeOffset At, [property: Id(4)] string Text);

/// <param name="Room">Where it is said.</param>
/// <param name="Links">A room of each side where it is linked; which of them, is for members of that side.</param>
[GenerateSerializer, Immutable, Alias("bridge.thread")]
public sealed record BridgedThread(
    [property: Id(0)] RoomId Room,
    [property: Id(1)] string Title,
    [property: Id(2)] ImmutableArray<RoomId> Links,
    [property: Id(3)] Classification Classification,
    [property: Id(4)] MemberId OpenedBy,
    [property: Id(5)] DateTimeOffset At)
{
    /// <summary>Nobody writes in it: the bridge stands no more, or <see cref="SideClosed"/>.</summary>
    [Id(6)] public bool IsClosed { get; init; }

    /// <summary>Where the bridge stands and one of its communities is closed: by whom, when and why.</summary>
    [Id(7)] public Act? SideClosed { get; init; }

    public RoomId? LinkIn(CommunityId community) => Links.Where(link => link.Community == community).Select(link => (RoomId?)link).FirstOrDefault();
}

/// <param name="Version">Of the last act: an answer says which proposal it is to.</param>
/// <param name="Acts">Newest first, at most <see cref="BridgeLimits.ActsKept"/>; never empty.</param>
/// <param name="Room">Where the threads are linked on the reader's side, as far as it was said.</param>
/// <param name="Threads">Those the reader may read.</param>
[GenerateSerializer, Immutable, Alias("bridge.view")]
public sealed record BridgeView(
    [property: Id(0)] BridgeId Bridge,
    [property: Id(1)] BridgeState State,
    [property: Id(2)] long Version,
    [property: Id(3)] ImmutableArray<BridgeAct> Acts,
    [property: Id(4)] RoomId? Room,
    [property: Id(5)] ImmutableArray<BridgedThread> Threads)
{
    public CommunityId? ProposedBy => State is BridgeState.Proposed ? Acts[0].Side : null;
}

/// <summary>One side's word on some members.</summary>
[GenerateSerializer, Immutable, Alias("bridge.side")]
public sealed record BridgeSide(
    [property: Id(0)] CommunityId Community,
    [property: Id(1)] bool IsFounded,
    [property: Id(2)] bool BuyersOnly,
    [property: Id(3)] ImmutableArray<SideStanding> Members)
{
    /// <summary>None while it is open.</summary>
    [Id(4)] public Act? Closed { get; init; }
}

/// <param name="Role">None for who does not belong to it, or is suspended.</param>
/// <param name="Restriction">In force, whether they belong to it or not.</param>
[GenerateSerializer, Immutable, Alias("bridge.side-standing")]
public sealed record SideStanding(
    [property: Id(0)] MemberId Member,
    [property: Id(1)] Role? Role,
    [property: Id(2)] RestrictionKind? Restriction,
    [property: Id(3)] DateTimeOffset? Until,
    [property: Id(4)] DateTimeOffset? Since)
{
    /// <summary>Is a newcomer there until then; none for who is not.</summary>
    [Id(5)] public DateTimeOffset? NewUntil { get; init; }
}

/// <summary>Why a bridge says no.</summary>
public static class BridgeRefusal
{
    [GenerateSerializer, Immutable, Alias("bridge.absent")]
    public sealed record NotVisible() : Refusal(RefusalKind.Absent, "bridge.absent");

    /// <summary>Belongs to the side, and does not lead or moderate it.</summary>
    [GenerateSerializer, Immutable, Alias("bridge.not-allowed")]
    public sealed record NotAllowed() : Refusal(RefusalKind.NotAllowed, "bridge.not-allowed");

    [GenerateSerializer, Immutable, Alias("bridge.text-invalid")]
    public sealed record TextInvalid([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "bridge.text-invalid");

    [GenerateSerializer, Immutable, Alias("bridge.title-invalid")]
    public sealed record TitleInvalid([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "bridge.title-invalid");

    [GenerateSerializer, Immutable, Alias("bridge.reason-missing")]
    public sealed record ReasonMissing() : Refusal(RefusalKind.Unprocessable, "bridge.reason-missing");

    /// <summary>The community has no such room.</summary>
    [GenerateSerializer, Immutable, Alias("bridge.room-absent")]
    public sealed record RoomAbsent() : Refusal(RefusalKind.Unprocessable, "bridge.room-absent");

    /// <summary>One's own side has proposed it already: it waits for the other.</summary>
    [GenerateSerializer, Immutable, Alias("bridge.waits")]
    public sealed record Waits() : Refusal(RefusalKind.Conflict, "bridge.waits");

    [GenerateSerializer, Immutable, Alias("bridge.stands")]
    public sealed record Stands() : Refusal(RefusalKind.Conflict, "bridge.stands");

    [GenerateSerializer, Immutable, Alias("bridge.not-standing")]
    public sealed record NotStanding() : Refusal(RefusalKind.Conflict, "bridge.not-standing");

    /// <summary>One of the two communities is closed.</summary>
    [GenerateSerializer, Immutable, Alias("bridge.side-closed")]
    public sealed record SideClosed() : Refusal(RefusalKind.NotAllowed, "bridge.side-closed");

    /// <summary>There is no such proposal to answer or take back, or not that one any more.</summary>
    [GenerateSerializer, Immutable, Alias("bridge.changed")]
    public sealed record Changed() : Refusal(RefusalKind.Conflict, "bridge.changed");

    [GenerateSerializer, Immutable, Alias("bridge.too-many-threads")]
    public sealed record TooManyThreads([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "bridge.too-many-threads");
}
