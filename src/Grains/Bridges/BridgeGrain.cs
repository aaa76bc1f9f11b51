using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Live;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Bridges;

/// <inheritdoc cref="IBridgeGrain"/>
internal sealed class BridgeGrain(Workbench bench, [PersistentState("bridge", "snapshots")] IPersistentState<Kept> snapshot)
    : JournaledGrain<Bridge, BridgeEvent>(bench, snapshot), IBridgeGrain
{
    private BridgeId Id => new(Stream["bridge/".Length..]);

    public Task<Outcome<BridgeState>> Propose(ProposeBridge command) =>
        Decide<BridgeState>(command, async (bridge, _) => BridgeRules.Propose(bridge, await WhoActs(command.By, command.Side, command.Room), command));

    public Task<Outcome<Done>> Agree(AgreeToBridge command) =>
        Decide<Done>(command, async (bridge, _) => BridgeRules.Agree(bridge, await WhoActs(command.By, command.Side, command.Room), command));

    public Task<Outcome<Done>> Decline(DeclineBridge command) =>
        Decide<Done>(command, async (bridge, _) => BridgeRules.Decline(bridge, await WhoActs(command.By, command.Side, null), command));

    public Task<Outcome<Done>> TakeBack(TakeBackBridge command) =>
        Decide<Done>(command, async (bridge, _) => BridgeRules.TakeBack(bridge, await WhoActs(command.By, command.Side, null)));

    public Task<Outcome<Done>> End(EndBridge command) =>
        Decide<Done>(command, async (bridge, _) => BridgeRules.End(bridge, await WhoActs(command.By, command.Side, null), command));

    public Task<Outcome<RoomId>> OpenThread(OpenBridgedThread command) =>
        Decide<RoomId>(command, async (bridge, _) => BridgeRules.OpenThread(bridge, await WhoActs(command.By, command.Side, command.Room), command));

    public async Task<Outcome<BridgeView>> Describe(MemberId reader, CommunityId side)
    {
        if (Damaged is { } damaged) return damaged;
        if (BridgeRules.WhyNot(Doing.OpenBridgedThread, await WhoActs(reader, side, null)) is { } no) return no;
        if (State.State is BridgeState.None) return new BridgeRefusal.NotVisible();

        return new BridgeView(Id, State.State, State.Version, [.. State.Acts.Reverse()], State.RoomOf(side), await Threads(reader));
    }

    public async Task<ImmutableArray<BridgedThread>> Threads(MemberId reader)
    {
        if (Damaged is not null || State.Threads.IsEmpty) return [];

        var (all, closed) = await Asked([reader]);
        var asked = all[0];
        return [.. State.Threads.Select(thread => State.AsItStands(thread, closed)).Where(thread => BridgeDoor.Standing(thread, reader, asked.One, asked.Other, asked.Kind).MayRead)];
    }

    public async Task<Standing> Standing(MemberId member, RoomId room) => (await Standings([member], room))[0];

    public async Task<ImmutableArray<Standing>> Standings(ImmutableArray<MemberId> members, RoomId room)
    {
        var thread = Damaged is null ? State.ThreadIn(room) : null;
        if (thread is null) return [.. members.Take(CommunityLimits.MostStandings).Select(member => new Standing(member, null, null, 0))];

        var (all, closed) = await Asked(members);
        thread = State.AsItStands(thread, closed);
        return [.. all.Select(asked => BridgeDoor.Standing(thread, asked.One.Member.Member, asked.One, asked.Other, asked.Kind))];
    }

    public async Task<ImmutableArray<MemberId>> Everybody(RoomId room)
    {
        if (Damaged is not null || State.ThreadIn(room) is null) return [];

        var sides = await Task.WhenAll(Id.Communities.Select(side => GrainFactory.Community(side).Everybody(room)));
        var readers = ImmutableArray.CreateBuilder<MemberId>();
        foreach (var some in sides.SelectMany(side => side).Distinct().Chunk(CommunityLimits.MostStandings))
            readers.AddRange((await Standings([.. some], room)).Where(standing => standing.MayRead).Select(standing => standing.Member));

        return readers.ToImmutable();
    }

    /// <summary>Nobody watches a bridge: what is live of it are its threads.</summary>
    public override Task<Outcome<StreamPosition>> Admit(MemberId reader) => Task.FromResult<Outcome<StreamPosition>>(new BridgeRefusal.NotVisible());

    protected override TopicSnapshot Snapshot() => throw new NotSupportedException("A bridge has no live view.");

    /// <summary>As they stand when it is their turn: who leads no longer agrees to nothing any more.</summary>
    private async Task<Acting> WhoActs(MemberId member, CommunityId side, RoomId? room)
    {
        if (!Id.Links(side)) return new(Id, side, null);

        var sides = await Task.WhenAll(Id.Communities.Select(community => SideOf(community, [member])));
        var hasRoom = room is not { } named || (named.Community == side && (await GrainFactory.Community(side).Standing(member, named)).RoomName is not null);
        return new(Id, side, sides.Single(each => each.Community == side).Members[0].Role, hasRoom, Array.TrueForAll(sides, each => each.IsFounded), Array.Exists(sides, each => each.Closed is not null));
    }

    /// <summary>Both sides' word on them, and whether a side is closed; of two, the first that was.</summary>
    private async Task<(ImmutableArray<AskedOf> Members, Act? Closed)> Asked(ImmutableArray<MemberId> members)
    {
        var sides = await Task.WhenAll(Id.Communities.Select(community => SideOf(community, members)));
        var (one, other) = (sides[0], sides[1]);
        var kinds = one.BuyersOnly || other.BuyersOnly ? await Task.WhenAll(one.Members.Select(each => KindOf(each.Member))) : new MemberKind?[one.Members.Length];
        return (
            [.. one.Members.Zip(other.Members, kinds).Select(each => new AskedOf((each.First, one.BuyersOnly), (each.Second, other.BuyersOnly), each.Third))],
            sides.Select(side => side.Closed).OfType<Act>().MinBy(closed => closed.At));
    }

    private Task<BridgeSide> SideOf(CommunityId community, ImmutableArray<MemberId> members) => GrainFactory.GetGrain<IBridgeSide>(Streams.Of(community)).SideOf(members);

    /// <summary>Who says to be a supplier is one; who says to be a buyer, once an administrator says so too.</summary>
    private async Task<MemberKind?> KindOf(MemberId member) =>
        (await GrainFactory.Member(member).Profile()) is not { IsRefused: false, Value: var profile } ? null
        : profile.IsBuyer ? MemberKind.Buyer
        : profile.Kind is MemberKind.Supplier ? MemberKind.Supplier
        : null;

    private sealed record AskedOf((SideStanding Member, bool BuyersOnly) One, (SideStanding Member, bool BuyersOnly) Other, MemberKind? Kind);
}
