using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using Answer = PublicBuyers.Journal.Decision<PublicBuyers.Done, PublicBuyers.Bridges.BridgeEvent>;

namespace PublicBuyers.Bridges;

/// <summary>Who acts on a bridge, and for which of its sides.</summary>
/// <param name="HasRoom">The room they named is one of that side.</param>
/// <param name="AreFounded">Both communities exist.</param>
/// <param name="IsSideClosed">One of them is closed: nothing new begins.</param>
internal sealed record Acting(BridgeId Bridge, CommunityId Side, Role? Role, bool HasRoom = true, bool AreFounded = true, bool IsSideClosed = false);

/// <summary>Every rule of a bridge but who comes in (<see cref="BridgeDoor"/>). Pure.</summary>
internal static class BridgeRules
{
    /// <summary>Two who ask each other are agreed.</summary>
    public static Decision<BridgeState, BridgeEvent> Propose(Bridge bridge, Acting by, ProposeBridge command)
    {
        if (WhyNot(Doing.LinkCommunities, by) is { } no) return no;
        if (!by.AreFounded) return new BridgeRefusal.NotVisible();
        if (by.IsSideClosed) return new BridgeRefusal.SideClosed();
        if (!IsText(command.Message, BridgeLimits.LongestMessage)) return new BridgeRefusal.TextInvalid(BridgeLimits.LongestMessage);
        if (!by.HasRoom) return new BridgeRefusal.RoomAbsent();
        if (bridge.State is BridgeState.Standing) return new BridgeRefusal.Stands();
        if (bridge.State is not BridgeState.Proposed) return Decision<BridgeState, BridgeEvent>.Yes(BridgeState.Proposed, new BridgeEvent.BridgeProposed(by.Side, command.Room, command.Message.Trim()));

        return bridge.Acts[^1] is var proposal && proposal.Side == by.Side
            ? new BridgeRefusal.Waits()
            : Decision<BridgeState, BridgeEvent>.Yes(BridgeState.Standing, new BridgeEvent.BridgeAgreed(by.Side, command.Room, proposal.By, command.Message.Trim()));
    }

    public static Answer Agree(Bridge bridge, Acting by, AgreeToBridge command)
    {
        if (WhyNot(Doing.LinkCommunities, by) is { } no) return no;
        if (by.IsSideClosed) return new BridgeRefusal.SideClosed();
        if (!by.HasRoom) return new BridgeRefusal.RoomAbsent();

        return ProposalTo(bridge, by, command.Version) is { } proposal
            ? Answer.Yes(Done.Value, new BridgeEvent.BridgeAgreed(by.Side, command.Room, proposal.By))
            : new BridgeRefusal.Changed();
    }

    public static Answer Decline(Bridge bridge, Acting by, DeclineBridge command)
    {
        if (WhyNot(Doing.LinkCommunities, by) is { } no) return no;
        if (!IsText(command.Reason, BridgeLimits.LongestReason)) return new BridgeRefusal.TextInvalid(BridgeLimits.LongestReason);

        return ProposalTo(bridge, by, command.Version) is { } proposal
            ? Answer.Yes(Done.Value, new BridgeEvent.BridgeDeclined(by.Side, command.Reason.Trim(), proposal.By))
            : new BridgeRefusal.Changed();
    }

    public static Answer TakeBack(Bridge bridge, Acting by)
    {
        if (WhyNot(Doing.LinkCommunities, by) is { } no) return no;
        if (bridge.State is BridgeState.Standing) return new BridgeRefusal.Stands();

        return bridge is { State: BridgeState.Proposed, Acts: [.., var proposal] } && proposal.Side == by.Side
            ? Answer.Yes(Done.Value, new BridgeEvent.ProposalTakenBack(by.Side))
            : new BridgeRefusal.Changed();
    }

    public static Answer End(Bridge bridge, Acting by, EndBridge command)
    {
        if (WhyNot(Doing.LinkCommunities, by) is { } no) return no;
        if (bridge.State is not BridgeState.Standing) return new BridgeRefusal.NotStanding();
        if (string.IsNullOrWhiteSpace(command.Reason)) return new BridgeRefusal.ReasonMissing();
        if (!IsText(command.Reason, BridgeLimits.LongestReason)) return new BridgeRefusal.TextInvalid(BridgeLimits.LongestReason);

        return Answer.Yes(Done.Value, new BridgeEvent.BridgeEnded(by.Side, command.Reason.Trim()));
    }

    public static Decision<RoomId, BridgeEvent> OpenThread(Bridge bridge, Acting by, OpenBridgedThread command)
    {
        if (WhyNot(Doing.OpenBridgedThread, by) is { } no) return no;
        if (bridge.State is not BridgeState.Standing) return new BridgeRefusal.NotStanding();
        if (by.IsSideClosed) return new BridgeRefusal.SideClosed();
        if (command.Title.Trim().Any(char.IsControl)) return new BridgeRefusal.TitleInvalid(BridgeLimits.LongestTitle);

        var title = Naming.Tidy(command.Title);
        if (Naming.Wrong(command.Title, title, BridgeLimits.LongestTitle, "title", new BridgeRefusal.TitleInvalid(BridgeLimits.LongestTitle), mayHoldAddress: true) is { } wrong) return wrong;
        if (!by.HasRoom) return new BridgeRefusal.RoomAbsent();
        if (bridge.Threads.Length >= BridgeLimits.MostThreads) return new BridgeRefusal.TooManyThreads(BridgeLimits.MostThreads);

        var number = bridge.Threads.Length + 1;
        var room = by.Bridge.Thread(by.Side, number);
        return Decision<RoomId, BridgeEvent>.Yes(room, new BridgeEvent.ThreadOpened(
            number, room, title, command.Room ?? bridge.RoomOf(by.Side)!.Value, bridge.RoomOf(by.Bridge.OtherThan(by.Side))!.Value,
            Classifications.Stricter(command.Classification, Classifications.OfRooms)));
    }

    /// <summary>To who does not belong to the side, there is nothing.</summary>
    public static Refusal? WhyNot(Doing what, Acting by) =>
        !by.Bridge.Links(by.Side) || by.Role is null ? new BridgeRefusal.NotVisible()
        : Rights.May(what, by.Role) ? null
        : new BridgeRefusal.NotAllowed();

    /// <summary>The other side's proposal, where it is the one that was looked at.</summary>
    private static BridgeAct? ProposalTo(Bridge bridge, Acting by, long version) =>
        bridge is { State: BridgeState.Proposed, Acts: [.., var proposal] } && proposal.Side != by.Side && bridge.Version == version ? proposal : null;

    private static bool IsText(string text, int most) => text.Length <= most && RoomRules.IsWellFormed(text);
}
