using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.Live;

namespace PublicBuyers.Members;

/// <inheritdoc cref="IMemberGrain"/>
internal sealed class MemberGrain(Workbench bench, [PersistentState("member", "snapshots")] IPersistentState<Kept> snapshot)
    : JournaledGrain<Member, MemberEvent>(bench, snapshot), IMemberGrain
{
    private MemberId Id => new(Stream["member/".Length..]);

    public Task<Outcome<Done>> Register(RegisterMember command) => Decide(command, (member, _) => MemberRules.Register(member, command));

    public Task<Outcome<Done>> ChangeProfile(ChangeProfile command) => Decide(command, (member, _) => MemberRules.ChangeProfile(member, Id, command));

    public Task<Outcome<Done>> AppointAdministrator(AppointAdministrator command) => Decide(command, (member, _) => MemberRules.AppointAdministrator(member, command));

    public Task<Outcome<Done>> DismissAdministrator(DismissAdministrator command) => Decide(command, (member, _) => MemberRules.DismissAdministrator(member, command));

    public Task<Outcome<Done>> ClaimKind(ClaimKind command) => Decide(command, (member, _) => MemberRules.ClaimKind(member, Id, command));

    public Task<Outcome<Done>> Present(PresentMember command) => Decide(command, (member, _) => MemberRules.Present(member, Id, command));

    public Task<Outcome<Done>> SaveFilter(SaveFilter command) => Decide(command, (member, _) => MemberRules.SaveFilter(member, Id, command));

    public Task<Outcome<Done>> DropFilter(DropFilter command) => Decide(command, (member, _) => MemberRules.DropFilter(member, Id, command));

    public Task<Outcome<ImmutableArray<SavedFilter>>> Filters(MemberId reader) =>
        Task.FromResult(Read<ImmutableArray<SavedFilter>>(member => member.IsRegistered && reader == Id ? member.Filters : new MemberRefusal.NotVisible()));

    public async Task<Outcome<Done>> ConfirmKind(ConfirmKind command)
    {
        var isAdministrator = command.By == MemberId.System || (command.By != Id && await GrainFactory.IsAdministrator(command.By));
        return await Decide(command, (member, _) => MemberRules.ConfirmKind(member, Id, isAdministrator, command));
    }

    public Task<Outcome<Done>> CountNewcomerPost(CountNewcomerPost command) =>
        Decide(command, (member, now) => MemberRules.CountNewcomerPost(member, command, now));

    public Task<Outcome<SessionId>> StartSession(StartSession command) => Decide(command, (member, now) => MemberRules.StartSession(member, Id, command, now));

    public Task<Outcome<Done>> EndSession(EndSession command) => Decide(command, (member, _) => MemberRules.EndSession(member, Id, command));

    public Task<Outcome<Profile>> Recognise(SessionId session) => Task.FromResult(Read<Profile>(member =>
        member.Running(session, Clock.Now) is null ? new MemberRefusal.SignedOut() : ProfileOf(member)));

    public Task<Outcome<Profile>> Profile() => Task.FromResult(Read<Profile>(member =>
        member.IsRegistered ? ProfileOf(member) : new MemberRefusal.NotVisible()));

    public Task<Outcome<ImmutableArray<SessionView>>> Sessions(MemberId reader) => Task.FromResult(Read<ImmutableArray<SessionView>>(member =>
        member.IsRegistered && reader == Id
            ? member.Sessions.Where(session => session.EndsAt > Clock.Now).Reverse().ToImmutableArray()
            : new MemberRefusal.NotVisible()));

    public override Task<Outcome<StreamPosition>> Admit(MemberId reader) => Task.FromResult(Read<StreamPosition>(member =>
        member.IsRegistered && reader == Id ? Position : new MemberRefusal.NotVisible()));

    protected override TopicSnapshot Snapshot() => new MemberSnapshot([.. State.Sessions.Where(session => session.EndsAt > Clock.Now).Select(session => session.Session)]);

    protected override ValueTask<ImmutableArray<Change>> ChangesOf(Happened<MemberEvent> fact) => new(fact.Event switch
    {
        MemberEvent.SessionEnded ended => [new MemberChange.SessionEnded(ended.Session)],
        MemberEvent.ProfileChanged changed => [new MemberChange.CardPut(new(Id, changed.Name, changed.Organisation))],
        MemberEvent.AdministratorDismissed => [new MemberChange.AdministratorDismissed()],
        MemberEvent.KindClaimed or MemberEvent.KindConfirmed => [new MemberChange.KindChanged()],
        _ => [],
    });

    private Profile ProfileOf(Member member) =>
        new(Id, member.Address, member.Name, member.Organisation, member.Language, member.TimeZone, member.IsAdministrator)
        {
            Kind = member.Kind,
            IsKindConfirmed = member.IsKindConfirmed,
            Presentation = member.Presentation,
            RegisteredAt = member.RegisteredAt,
            HasSignedIn = member.HasSignedIn,
        };
}
