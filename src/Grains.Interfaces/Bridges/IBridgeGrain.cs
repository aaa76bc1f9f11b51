using System.Collections.Immutable;
using PublicBuyers.Rooms;

namespace PublicBuyers.Bridges;

/// <summary>The agreement of two communities to talk in common threads, and these threads.</summary>
/// <remarks>
/// A leader of each side agrees, and names a room of theirs where the threads are linked; a leader of either ends it, and it can be proposed again. The posts of a thread are those of a
/// room of its own (<see cref="BridgeId.Thread"/>): it is the door of that room. Whoever belongs to either side comes in, within what both sides allow: who is muted, suspended or banned
/// on one side is so in the thread, and where one side admits public buyers only, so does the thread. Threads of a bridge that stands no more are read on, and nobody writes; so it is while either
/// community is closed, for both sides alike: what one side may not answer, the other does not go on writing to it. Then no bridge is proposed or agreed on either, and none opens a thread.
/// </remarks>
[Alias("bridge")]
public interface IBridgeGrain : IGrainWithStringKey, IRoomDoor
{
    /// <summary>Asks the other side. Where the other side has asked already, the two are agreed. Leaders only, as all of this but <see cref="OpenThread"/>.</summary>
    [Alias("propose")] Task<Outcome<BridgeState>> Propose(ProposeBridge command);

    /// <summary>Says yes to what the other side proposed.</summary>
    [Alias("agree")] Task<Outcome<Done>> Agree(AgreeToBridge command);

    /// <summary>Says no to it.</summary>
    [Alias("decline")] Task<Outcome<Done>> Decline(DeclineBridge command);

    /// <summary>Takes one's own side's proposal back before it is answered.</summary>
    [Alias("take-back")] Task<Outcome<Done>> TakeBack(TakeBackBridge command);

    /// <summary>Ends it, with a reason that the other side's leaders are told.</summary>
    [Alias("end")] Task<Outcome<Done>> End(EndBridge command);

    /// <summary>Opens a thread while the bridge stands. Moderators of either side.</summary>
    [Alias("open-thread")] Task<Outcome<RoomId>> OpenThread(OpenBridgedThread command);

    /// <summary>How it stands, to moderators of this side; absent where nobody ever proposed it.</summary>
    [Alias("describe"), ReadOnly] Task<Outcome<BridgeView>> Describe(MemberId reader, CommunityId side);

    /// <summary>The threads that this reader may read, oldest first, at most <see cref="BridgeLimits.MostThreads"/>; none for a stranger.</summary>
    [Alias("threads"), ReadOnly] Task<ImmutableArray<BridgedThread>> Threads(MemberId reader);
}

/// <summary>A community as its bridges see it. For the server's own use.</summary>
[Alias("bridge-side")]
public interface IBridgeSide : IGrainWithStringKey
{
    /// <summary>What these members are to it, in their order; at most <see cref="Communities.CommunityLimits.MostStandings"/>.</summary>
    [Alias("standings-for-bridge"), ReadOnly] Task<BridgeSide> SideOf(ImmutableArray<MemberId> members);
}

public static class BridgeLimits
{
    public const int LongestMessage = 1_000;

    public const int LongestReason = 1_000;

    public const int LongestTitle = 160;

    /// <summary>Of one bridge, for ever.</summary>
    public const int MostThreads = 200;

    /// <summary>What leaders did, the newest of it.</summary>
    public const int ActsKept = 50;
}

/// <summary>Finds bridges: a view that follows the journal, milliseconds behind it. It says nothing of what they are: their grains do, to who may know.</summary>
public interface IBridges
{
    /// <summary>Every bridge that was ever proposed from or to one of these communities.</summary>
    Task<ImmutableArray<BridgeId>> Of(IReadOnlyCollection<CommunityId> communities, CancellationToken cancel);

    /// <summary>Completes when the view holds everything stored before the call, or after two seconds.</summary>
    Task Settled(CancellationToken cancel);
}
