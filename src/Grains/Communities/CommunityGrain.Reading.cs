using System.Collections.Immutable;
using PublicBuyers.Bridges;
using PublicBuyers.Live;

namespace PublicBuyers.Communities;

/// <summary>What a community answers to who reads it.</summary>
internal sealed partial class CommunityGrain
{
    public Task<Standing> Standing(MemberId member, RoomId room) => Task.FromResult(StandingIn(member, room));

    public Task<ImmutableArray<Standing>> Standings(ImmutableArray<MemberId> members, RoomId room) =>
        Task.FromResult(members.Take(CommunityLimits.MostStandings).Select(member => StandingIn(member, room)).ToImmutableArray());

    public Task<Bearing> BearingOf(MemberId member)
    {
        var bearing = State.BearingOf(member, Clock.Now, Sequence);
        return Task.FromResult(Damaged is null ? bearing : bearing with { Role = null });
    }

    public Task<ImmutableArray<MemberId>> Moderators() =>
        Task.FromResult<ImmutableArray<MemberId>>(Damaged is null ? [.. State.ModeratingAt(Clock.Now)] : []);

    public Task<Duty> OnDuty() => Task.FromResult(Damaged is null ? AbsenceRules.OnDuty(State, Clock.Now) : new Duty([], []));

    public async Task<Outcome<ImmutableArray<Absence>>> Absences(MemberId reader)
    {
        var isAdministrator = await IsAdministrator(reader);
        var now = Clock.Now;
        return Read<ImmutableArray<Absence>>(community => CommunityRules.WhyNot(Doing.ReadQueue, community, reader, isAdministrator, now) is { } no
            ? no
            : community.Absences.Values.Where(absence => absence.Until > now).OrderBy(absence => absence.From).ThenBy(absence => absence.Member.Value, StringComparer.Ordinal).ToImmutableArray());
    }

    public Task<ImmutableArray<MemberId>> Everybody(RoomId room) => Task.FromResult(EverybodyAt(Clock.Now).ToImmutableArray());

    public async Task<Outcome<ImmutableArray<Restriction>>> Restrictions(MemberId reader)
    {
        var isAdministrator = await IsAdministrator(reader);
        var now = Clock.Now;
        return Read<ImmutableArray<Restriction>>(community =>
            CommunityRules.WhyNot(Doing.Restrict, community, reader, isAdministrator, now) is { } no
                ? no
                : community.Restrictions.Values
                    .Where(restriction => community.RestrictionOf(restriction.Member, now) is not null)
                    .OrderByDescending(restriction => restriction.At).ThenBy(restriction => restriction.Member.Value, StringComparer.Ordinal)
                    .ToImmutableArray());
    }

    public async Task<Outcome<CommunityView>> Describe(MemberId reader)
    {
        var isInvited = !State.Invited.IsEmpty && !State.Members.ContainsKey(reader) && (await WhoIs(reader)).Key is { } key && State.Invited.ContainsKey(key);
        var now = Clock.Now;
        return Read<CommunityView>(community =>
        {
            if (!community.IsFounded) return new CommunityRefusal.NotVisible();

            var role = community.RoleOf(reader, now);
            return new CommunityView(Id, community.Name, community.Access, community.Goal, community.About, community.Members.Count, [.. community.LeadersAt(now)], role, role is null ? [] : community.Rooms)
            {
                Contact = community.Contact,
                BuyersOnly = community.BuyersOnly,
                AnswerDays = community.AnswerDays,
                MyRestriction = community.RestrictionOf(reader, now),
                MyContact = community.Contacts.GetValueOrDefault(reader, ""),
                IsInvited = isInvited,
                Closed = community.Closed,
            };
        });
    }

    public async Task<Outcome<MembersPage>> Members(MemberId reader, int after)
    {
        var isAdministrator = await IsAdministrator(reader);
        return Read<MembersPage>(community =>
        {
            if (CommunityRules.WhyNot(Doing.SeeMembers, community, reader, isAdministrator, Clock.Now) is { } no) return no;

            after = Math.Max(0, after);
            var page = community.Members.Values
                .OrderByDescending(member => member.Role)
                .ThenBy(member => member.Since)
                .ThenBy(member => member.Member.Value, StringComparer.Ordinal)
                .Skip(after).Take(CommunityLimits.MembersPage + 1).ToImmutableArray();
            return page.Length > CommunityLimits.MembersPage
                ? new MembersPage(page[..^1], after + CommunityLimits.MembersPage)
                : new MembersPage(page, null);
        });
    }

    public override Task<Outcome<StreamPosition>> Admit(MemberId reader) => Task.FromResult(Read<StreamPosition>(community =>
        Rights.May(Doing.Read, community.RoleOf(reader, Clock.Now)) ? Position : new CommunityRefusal.NotVisible()));

    public Task<BridgeSide> SideOf(ImmutableArray<MemberId> members)
    {
        var now = Clock.Now;
        return Task.FromResult(new BridgeSide(Id, State.IsFounded, State.BuyersOnly, [.. members.Take(CommunityLimits.MostStandings).Select(member =>
        {
            var restriction = State.RestrictionOf(member, now);
            return new SideStanding(member, Damaged is null ? State.RoleOf(member, now) : null, restriction?.Kind, restriction?.Until, State.Members.GetValueOrDefault(member)?.Since)
            {
                NewUntil = State.NewUntil(member, now),
            };
        })]) { Closed = State.Closed });
    }

    private IEnumerable<MemberId> EverybodyAt(DateTimeOffset now) => Damaged is null ? State.Members.Keys.Where(member => State.RoleOf(member, now) is not null) : [];

    private Standing StandingIn(MemberId member, RoomId room)
    {
        var now = Clock.Now;
        return new(member, State.RoleOf(member, now), Damaged is null ? State.RoomOf(room)?.Name : null, Sequence)
        {
            Since = State.Members.GetValueOrDefault(member)?.Since,
            MutedUntil = State.IsBeingCleared(member) ? DateTimeOffset.MaxValue
                : State.RestrictionOf(member, now) is { Kind: RestrictionKind.Mute, Until: var until } ? until ?? DateTimeOffset.MaxValue
                : null,
            IsClosed = State.Closed is not null,
            NewUntil = State.NewUntil(member, now),
        };
    }
}
