using PublicBuyers.Communities;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;

namespace PublicBuyers.Bridges;

/// <summary>Two communities with a leader, a moderator and a member each, and a member of both.</summary>
internal static class TwoCommunities
{
    public static readonly CommunityId Ai = new("ai");
    public static readonly CommunityId Cpb = new("cpb");
    public static readonly BridgeId Between = new(Ai, Cpb);
    public static readonly MemberId Aia = new("aia");   // leads ai
    public static readonly MemberId Aim = new("aim");   // moderates it
    public static readonly MemberId Ada = new("ada");   // belongs to it
    public static readonly MemberId Lea = new("lea");   // leads cpb
    public static readonly MemberId Dana = new("dana");   // moderates it
    public static readonly MemberId Bo = new("bo");   // belongs to it
    public static readonly MemberId Max = new("max");   // belongs to both
    public static readonly MemberId Eve = new("eve");   // belongs to neither

    public static async Task<GrainWorld> Apart(bool aiForBuyersOnly = false)
    {
        var world = await GrainWorld.Start();
        foreach (var member in new[] { Aia, Aim, Ada, Lea, Dana, Bo, Max, Eve })
            (await world.Grains.Member(member).Register(new() { By = MemberId.System, Request = world.NewRequest(), Address = $"{member}@buyers.example" })).ShouldBeDone();
        foreach (var (community, leader, moderator, member) in new[] { (Ai, Aia, Aim, Ada), (Cpb, Lea, Dana, Bo) })
        {
            var grain = world.Grains.Community(community);
            (await grain.Found(new() { By = MemberId.System, Request = world.NewRequest(), Name = community.Value.ToUpperInvariant(), Access = Communities.Access.OnRequest, Goal = "Buying well", Leader = leader })).ShouldBeDone();
            foreach (var each in new[] { moderator, member, Max })
                (await grain.AdmitMember(new() { By = MemberId.System, Request = world.NewRequest(), Member = each, ApprovedBy = leader })).ShouldBeDone();
            (await grain.ChangeRole(new() { By = leader, Request = world.NewRequest(), Member = moderator, Role = Role.Moderator })).ShouldBeDone();
        }

        if (aiForBuyersOnly) await world.AdmitsBuyersOnly(Ai);
        await world.Follow();
        return world;
    }

    public static async Task<GrainWorld> Linked(bool aiForBuyersOnly = false)
    {
        var world = await Apart(aiForBuyersOnly);
        (await world.Proposes(Aia, Ai)).ShouldBeDone();
        (await world.Agrees(Lea, Cpb)).ShouldBeDone();
        return world;
    }

    public static IBridgeGrain Bridge(this GrainWorld world) => world.Grains.Bridge(Between);

    public static RoomId Hall(CommunityId community) => new(community, "general");

    public static async Task AdmitsBuyersOnly(this GrainWorld world, CommunityId community) =>
        (await world.Grains.Community(community).ChangeSettings(new() { By = MemberId.System, Request = world.NewRequest(), Name = community.Value, Access = Communities.Access.OnRequest, Goal = "Buying well", BuyersOnly = true })).ShouldBeDone();

    public static Task<Outcome<BridgeState>> Proposes(this GrainWorld world, MemberId by, CommunityId side, string message = "Let us talk") =>
        world.Bridge().Propose(new() { By = by, Request = world.NewRequest(), Side = side, Room = Hall(side), Message = message });

    public static async Task<Outcome<Done>> Agrees(this GrainWorld world, MemberId by, CommunityId side, long? version = null) =>
        await world.Bridge().Agree(new() { By = by, Request = world.NewRequest(), Side = side, Room = Hall(side), Version = version ?? await world.Version() });

    public static async Task<Outcome<Done>> Declines(this GrainWorld world, MemberId by, CommunityId side) =>
        await world.Bridge().Decline(new() { By = by, Request = world.NewRequest(), Side = side, Version = await world.Version(), Reason = "Not now" });

    public static Task<Outcome<Done>> TakesBack(this GrainWorld world, MemberId by, CommunityId side) => world.Bridge().TakeBack(new() { By = by, Request = world.NewRequest(), Side = side });

    public static Task<Outcome<Done>> Ends(this GrainWorld world, MemberId by, CommunityId side, string reason = "All is said") => world.Bridge().End(new() { By = by, Request = world.NewRequest(), Side = side, Reason = reason });

    public static Task<Outcome<RoomId>> Opens(this GrainWorld world, MemberId by, CommunityId side, string title = "Clauses", Classification readers = Classification.Community) =>
        world.Bridge().OpenThread(new() { By = by, Request = world.NewRequest(), Side = side, Title = title, Classification = readers });

    public static Task<Outcome<Posted>> SaysIn(this GrainWorld world, RoomId thread, MemberId by, string text = "Hello") =>
        world.Grains.Room(thread).Post(new() { By = by, Request = world.NewRequest(), Markdown = text });

    public static async Task<bool> Reads(this GrainWorld world, RoomId thread, MemberId reader) => !(await world.Grains.Room(thread).Page(reader, 0, 10)).IsRefused;

    public static async Task Restricts(this GrainWorld world, CommunityId community, MemberId member, RestrictionKind kind) =>
        (await world.Grains.Community(community).Restrict(new() { By = MemberId.System, Request = world.NewRequest(), Member = member, Kind = kind, Reason = "Advertised" })).ShouldBeDone();

    public static async Task<BridgeState> State(this GrainWorld world) => (await world.Bridge().Describe(Lea, Cpb)) is { IsRefused: false, Value: var view } ? view.State : BridgeState.None;

    private static async Task<long> Version(this GrainWorld world) => (await world.Bridge().Describe(Aia, Ai)).Value?.Version ?? 0;
}
