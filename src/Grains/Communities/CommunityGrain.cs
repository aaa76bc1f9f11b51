using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Journal;
using PublicBuyers.Live;

namespace PublicBuyers.Communities;

/// <inheritdoc cref="ICommunityGrain"/>
internal sealed partial class CommunityGrain(Workbench bench, [PersistentState("community", "snapshots")] IPersistentState<Kept> snapshot, ILogger<CommunityGrain> log)
    : JournaledGrain<Community, CommunityEvent>(bench, snapshot), ICommunityGrain
{
    private CommunityId Id => new(Stream["community/".Length..]);

    public async Task<Outcome<Done>> Found(FoundCommunity command)
    {
        var mayFound = await IsAdministrator(command.By);
        return await Decide(command, (community, _) => CommunityRules.Found(community, Id, mayFound, command));
    }

    public async Task<Outcome<RoomId>> OpenRoom(OpenRoom command)
    {
        var isAdministrator = await IsAdministrator(command.By);
        return await Decide(command, (community, _) => CommunityRules.OpenRoom(community, Id, isAdministrator, command));
    }

    public Task<Outcome<Done>> Join(JoinCommunity command) => Decide(command, (community, _) => CommunityRules.Join(community, command));

    public Task<Outcome<Done>> Leave(LeaveCommunity command) => Decide(command, (community, _) => CommunityRules.Leave(community, command));

    public Task<Standing> Standing(MemberId member, RoomId room) => Task.FromResult(StandingIn(member, room));

    public Task<ImmutableArray<Standing>> Standings(ImmutableArray<MemberId> members, RoomId room) =>
        Task.FromResult(members.Take(CommunityLimits.MostStandings).Select(member => StandingIn(member, room)).ToImmutableArray());

    public Task<ImmutableArray<MemberId>> Everybody() => Task.FromResult(Damaged is null ? State.Members.Keys.ToImmutableArray() : []);

    public Task<Outcome<CommunityView>> Describe(MemberId reader) => Task.FromResult(Read<CommunityView>(community =>
    {
        if (!community.IsFounded) return new CommunityRefusal.NotVisible();

        var role = community.RoleOf(reader);
        return new CommunityView(Id, community.Name, community.Access, community.Goal, community.About, community.Members.Count,
            [.. community.Leaders], role, role is null ? [] : community.Rooms);
    }));

    public Task<Outcome<MembersPage>> Members(MemberId reader, int after) => Task.FromResult(Read<MembersPage>(community =>
    {
        if (community.RoleOf(reader) is null) return new CommunityRefusal.NotVisible();

        after = Math.Max(0, after);
        var page = community.Members.Values
            .OrderByDescending(member => member.Role).ThenBy(member => member.Since).ThenBy(member => member.Member.Value, StringComparer.Ordinal)
            .Skip(after).Take(CommunityLimits.MembersPage + 1).ToImmutableArray();
        return page.Length > CommunityLimits.MembersPage
            ? new MembersPage(page[..^1], after + CommunityLimits.MembersPage)
            : new MembersPage(page, null);
    }));

    public override Task<Outcome<StreamPosition>> Admit(MemberId reader) => Task.FromResult(Read<StreamPosition>(community =>
        community.RoleOf(reader) is null ? new CommunityRefusal.NotVisible() : Position));

    protected override TopicSnapshot Snapshot() => new CommunitySnapshot(Id, State.Rooms);

    protected override ValueTask<ImmutableArray<Change>> ChangesOf(Happened<CommunityEvent> fact) => new(fact.Event switch
    {
        CommunityEvent.MemberJoined joined => [new CommunityChange.StandingChanged(joined.Member, joined.Role)],
        CommunityEvent.MemberLeft left => [new CommunityChange.StandingChanged(left.Member, null)],
        CommunityEvent.RoomOpened opened => [new CommunityChange.RoomPut(new(opened.Room, opened.Name, opened.TopicGroup))],
        _ => [],
    });

    /// <summary>The rooms forget before the answer goes out: who has left cannot post one more time. <see cref="Rooms.IRoomGrain.Forget"/> interleaves, so that a room which is asking us cannot wait for us.</summary>
    protected override async ValueTask Committed(ImmutableArray<CommunityEvent> facts)
    {
        foreach (var left in facts.OfType<CommunityEvent.MemberLeft>())
            await Task.WhenAll(State.Rooms.Select(room => TellToForget(room.Room, left.Member)));
    }

    private async Task TellToForget(RoomId room, MemberId member)
    {
        try
        {
            await GrainFactory.Room(room).Forget(member, Sequence);
        }
        catch (Exception failed)
        {
            LogNotForgotten(failed, room.Value);   // left all the same; what the room remembers runs out within a minute
        }
    }

    private Standing StandingIn(MemberId member, RoomId room) => new(member, State.RoleOf(member), Damaged is null ? State.RoomOf(room)?.Name : null, Sequence) { Since = State.Members.GetValueOrDefault(member)?.Since };

    private async Task<bool> IsAdministrator(MemberId member) =>
        member == MemberId.System || (await GrainFactory.Member(member).Profile()) is { IsRefused: false, Value.IsAdministrator: true };

    [LoggerMessage(1107, LogLevel.Warning, "Room {Room} was not told that a member left")]
    private partial void LogNotForgotten(Exception why, string room);
}
