using PublicBuyers.Journal;
using PublicBuyers.Live;

namespace PublicBuyers.Platform;

/// <inheritdoc cref="IPlatformGrain"/>
internal sealed class PlatformGrain(Workbench bench, [PersistentState("platform", "snapshots")] IPersistentState<Kept> snapshot)
    : JournaledGrain<Administration, AdministrationEvent>(bench, snapshot), IPlatformGrain, IPlatformEffects
{
    public Task<Outcome<Done>> InviteAdministrator(InviteAdministrator command) => Decide(command, (_, _) => AdministrationRules.Invite(command));

    public Task<Outcome<AdministratorLink>> AcceptInvitation(AcceptInvitation command) =>
        Decide(command, (administration, _) => AdministrationRules.Accept(administration, command));

    public Task<Outcome<AdministratorLink>> LookAtInvitation(string tokenHash) =>
        Task.FromResult(Read(administration => AdministrationRules.Look(administration, tokenHash)));

    public Task<bool> HasAdministrator() => Task.FromResult(State.HasAdministrator);

    public Task<Outcome<Done>> EffectRefused(EffectRefused command) => Decide(command, (_, _) =>
        Decision<Done, AdministrationEvent>.Yes(Done.Value, new AdministrationEvent.EffectRefused(command.Sequence, command.Code)));

    public override Task<Outcome<StreamPosition>> Admit(MemberId reader) => Task.FromResult<Outcome<StreamPosition>>(new PlatformRefusal.LinkInvalid());

    protected override TopicSnapshot Snapshot() => throw new NotSupportedException("The administration has no live view.");
}

/// <summary>The administration as its own effects see it.</summary>
[Alias("platform-effects")]
public interface IPlatformEffects : IGrainWithStringKey
{
    [Alias("effect-refused")] Task<Outcome<Done>> EffectRefused(EffectRefused command);
}

[GenerateSerializer, Immutable, Alias("platform.effect-refused")]
public sealed record EffectRefused([property: Id(0)] long Sequence, [property: Id(1)] string Code) : Command;

/// <summary>Effect: whoever accepted the invitation is appointed, in the member's own stream. A refusal comes back as a fact.</summary>
internal sealed class Appointment(IGrainFactory grains) : IEffect
{
    public string Name => "appointment";

    public int Partitions => 1;

    public bool Concerns(string type) => type == "platform.invitation-accepted";

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        if (FactCodec<AdministrationEvent>.Read(fact).Event is not AdministrationEvent.InvitationAccepted accepted) return;

        var request = RequestId.OfEffect(fact.Stream, fact.Sequence);
        var appointed = await grains.Member(accepted.Member).AppointAdministrator(new() { By = MemberId.System, Request = request });
        if (appointed.IsRefused)
            await grains.GetGrain<IPlatformEffects>(fact.Stream).EffectRefused(new(fact.Sequence, appointed.Refusal.Code) { By = MemberId.System, Request = new(request.Value + ":refused") });
    }
}
