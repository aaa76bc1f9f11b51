using PublicBuyers.Journal;

namespace PublicBuyers.Bridges;

/// <summary>Everything that can happen to a bridge.</summary>
internal abstract record BridgeEvent : Fact
{
    public const string Proposing = "bridge.proposed";

    public const string Agreeing = "bridge.agreed";

    public const string Declining = "bridge.declined";

    public const string Ending = "bridge.ended";

    public const string Opening = "bridge.thread-opened";

    private BridgeEvent() { }

    [Fact(Proposing)]
    public sealed record BridgeProposed(CommunityId Side, RoomId Room, string Message) : BridgeEvent;

    /// <param name="ProposedBy">Who asked for it first, and is told.</param>
    [Fact(Agreeing)]
    public sealed record BridgeAgreed(CommunityId Side, RoomId Room, MemberId ProposedBy, string Message = "") : BridgeEvent;

    /// <param name="ProposedBy">Who asked for it, and is told.</param>
    [Fact(Declining)]
    public sealed record BridgeDeclined(CommunityId Side, string Reason, MemberId ProposedBy) : BridgeEvent;

    [Fact("bridge.taken-back")]
    public sealed record ProposalTakenBack(CommunityId Side) : BridgeEvent;

    [Fact(Ending)]
    public sealed record BridgeEnded(CommunityId Side, string Reason) : BridgeEvent;

    /// <param name="Here">On the side that opened it.</param>
    [Fact(Opening)]
    public sealed record ThreadOpened(int Number, RoomId Room, string Title, RoomId Here, RoomId There, Classification Classification) : BridgeEvent
    {
        public override string Subject => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"thread/{Number}");
    }
}
