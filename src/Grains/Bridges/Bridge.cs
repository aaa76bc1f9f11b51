using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;

namespace PublicBuyers.Bridges;

/// <summary>What two communities agreed, and the threads they have in common.</summary>
internal sealed record Bridge : IFolded<Bridge, BridgeEvent>
{
    public static Bridge Empty { get; } = new();

    public static int Schema => 1;

    public BridgeState State { get; init; }

    /// <summary>The position of the last act of a leader.</summary>
    public long Version { get; init; }

    /// <summary>Where the threads are linked, as each side said last.</summary>
    public ImmutableSortedDictionary<string, RoomId> Rooms { get; init; } = ImmutableSortedDictionary<string, RoomId>.Empty;

    /// <summary>Oldest first, at most <see cref="BridgeLimits.ActsKept"/>.</summary>
    public ImmutableArray<BridgeAct> Acts { get; init; } = [];

    /// <summary>In the order of their numbers from 1, at most <see cref="BridgeLimits.MostThreads"/>.</summary>
    public ImmutableArray<BridgedThread> Threads { get; init; } = [];

    public Bridge Apply(Happened<BridgeEvent> fact) => fact.Event switch
    {
        BridgeEvent.BridgeProposed proposed => Become(BridgeState.Proposed, proposed.Side, proposed.Message, fact) with { Rooms = Rooms.SetItem(proposed.Side.Value, proposed.Room) },
        BridgeEvent.BridgeAgreed agreed => Become(BridgeState.Standing, agreed.Side, agreed.Message, fact) with { Rooms = Rooms.SetItem(agreed.Side.Value, agreed.Room) },
        BridgeEvent.BridgeDeclined declined => Become(BridgeState.Declined, declined.Side, declined.Reason, fact),
        BridgeEvent.ProposalTakenBack taken => Become(BridgeState.TakenBack, taken.Side, "", fact),
        BridgeEvent.BridgeEnded ended => Become(BridgeState.Ended, ended.Side, ended.Reason, fact),
        BridgeEvent.ThreadOpened opened => this with { Threads = Threads.Add(new(opened.Room, opened.Title, [opened.Here, opened.There], opened.Classification, fact.By, fact.At)) },
        _ => this,
    };

    public RoomId? RoomOf(CommunityId side) => Rooms.TryGetValue(side.Value, out var room) ? room : null;

    public BridgedThread? ThreadIn(RoomId room) => Threads.FirstOrDefault(thread => thread.Room == room);

    /// <summary>Closed where the bridge does not stand, and where one of its communities is.</summary>
    public BridgedThread AsItStands(BridgedThread thread, Act? sideClosed) => State is BridgeState.Standing
        ? thread with { IsClosed = sideClosed is not null, SideClosed = sideClosed }
        : thread with { IsClosed = true };

    private Bridge Become(BridgeState state, CommunityId side, string text, Happened<BridgeEvent> fact) =>
        this with { State = state, Version = fact.Sequence, Acts = Acts.Add(new(state, side, fact.By, fact.At, text)).KeepNewest(BridgeLimits.ActsKept) };
}
