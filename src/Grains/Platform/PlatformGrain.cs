using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.Live;
using PublicBuyers.Members;

namespace PublicBuyers.Platform;

/// <inheritdoc cref="IPlatformGrain"/>
internal sealed class PlatformGrain(Workbench bench, IAdministrators known, INewIds ids, [PersistentState("platform", "snapshots")] IPersistentState<Kept> snapshot)
    : JournaledGrain<Administration, AdministrationEvent>(bench, snapshot), IPlatformGrain, IPlatformEffects
{
    public Task<Outcome<Done>> InviteAdministrator(InviteAdministrator command) => Decide(command, (_, _) => AdministrationRules.Invite(command));

    public async Task<Outcome<AdministratorLink>> AcceptInvitation(AcceptInvitation command)
    {
        var accepted = await Decide(command, (administration, now) => AdministrationRules.Accept(administration, command, now));
        if (accepted.IsRefused) return accepted.Refusal;

        var carried = await GrainFactory.Carry(command.Member, accepted.Value.Number, isAppointed: true);
        return carried.IsRefused ? carried.Refusal : new AdministratorLink(accepted.Value.For);
    }

    public Task<Outcome<AdministratorLink>> LookAtInvitation(string tokenHash) =>
        Task.FromResult(Read(administration => AdministrationRules.Look(administration, tokenHash, Clock.Now)));

    public Task<bool> HasAdministrator() => Task.FromResult(State.HasAdministrator);

    public async Task<Outcome<Done>> Appoint(ChangeAdministrator command)
    {
        await Adopt(command.By);
        var isRegistered = !(await GrainFactory.Member(command.Member).Profile()).IsRefused;
        return await Carry(command, await Decide(command, (administration, _) => AdministrationRules.Appoint(administration, isRegistered, command)), isAppointed: true);
    }

    public async Task<Outcome<Done>> Dismiss(ChangeAdministrator command)
    {
        await Adopt(command.By);
        return await Carry(command, await Decide(command, (administration, _) => AdministrationRules.Dismiss(administration, command)), isAppointed: false);
    }

    public async Task<Outcome<AdministratorsView>> Administrators(MemberId reader)
    {
        await Adopt(reader);
        var isUnlisted = !State.Knows(reader) && await GrainFactory.IsAdministrator(reader);   // the list was full when it was adopted
        return Read<AdministratorsView>(administration => administration.IsAdministrator(reader) || isUnlisted
            ? new AdministratorsView([.. administration.Administrators.Select(each => each.Act)], [.. administration.Acts.Reverse()])
            : new PlatformRefusal.AdministratorsOnly());
    }

    public Task<Outcome<Done>> EffectRefused(EffectRefused command) => Decide(command, (_, _) =>
        Decision<Done, AdministrationEvent>.Yes(Done.Value, new AdministrationEvent.EffectRefused(command.Sequence, command.Code)));

    public override Task<Outcome<StreamPosition>> Admit(MemberId reader) => Task.FromResult<Outcome<StreamPosition>>(new PlatformRefusal.LinkInvalid());

    protected override TopicSnapshot Snapshot() => throw new NotSupportedException("The administration has no live view.");

    /// <summary>Within this turn: whoever asks next finds it in force. After a crash the effect does it.</summary>
    private async Task<Outcome<Done>> Carry(ChangeAdministrator command, Outcome<Changed> decided, bool isAppointed)
    {
        if (decided.IsRefused) return decided.Refusal;

        return decided.Value.Number > 0 ? await GrainFactory.Carry(command.Member, decided.Value.Number, isAppointed) : Done.Value;
    }

    /// <summary>Folders exist in which administrators are known to their own streams only.</summary>
    /// <param name="asker">Asked about too: the view of administrators follows the streams, a moment later.</param>
    private async Task Adopt(MemberId asker)
    {
        var strangers = (await known.All(CancellationToken.None)).Append(asker).Distinct().Where(member => !State.Knows(member)).ToImmutableArray();
        if (strangers.IsEmpty) return;

        var appointed = new List<MemberId>();
        foreach (var member in strangers)
            if (await GrainFactory.IsAdministrator(member)) appointed.Add(member);
        if (appointed.Count == 0) return;

        var command = new ChangeAdministrator { By = MemberId.System, Request = new("adopt:" + ids.Next()), Member = appointed[0] };
        _ = await Decide(command, (administration, _) => AdministrationRules.Adopt(administration, [.. appointed]));   // refused where the stream cannot be written: the next ask tries again
    }
}

/// <summary>The administration as its own effects see it.</summary>
[Alias("platform-effects")]
public interface IPlatformEffects : IGrainWithStringKey
{
    [Alias("effect-refused")] Task<Outcome<Done>> EffectRefused(EffectRefused command);
}

[GenerateSerializer, Immutable, Alias("platform.effect-refused")]
public sealed record EffectRefused([property: Id(0)] long Sequence, [property: Id(1)] string Code) : Command;
