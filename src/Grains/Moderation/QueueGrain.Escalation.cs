using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Members;

namespace PublicBuyers.Moderation;

/// <summary>What has waited too long, or has nobody to decide on it, goes up.</summary>
internal sealed partial class QueueGrain
{
    public async Task<Outcome<Done>> ChangeHours(ChangeHours command)
    {
        var by = await BearingOf(command.By);
        if (await WhyNot(by, Doing.ReadQueue) is { } why) return why;

        var isAdministrator = await GrainFactory.IsAdministrator(command.By);
        return await Decide(command, (queue, now) => EscalationRules.ChangeHours(queue, by, isAdministrator, command, now));
    }

    public async Task<Outcome<WorkingHours>> Hours(MemberId reader) => await WhyNot(reader, Doing.ReadQueue) is { } why ? why : State.Hours;

    public async Task<Outcome<Done>> LookAgain(LookAgain command)
    {
        if (command.By != MemberId.System) return new QueueRefusal.NotVisible();
        if (!EscalationRules.Waiting(State).Any()) return Done.Value;

        var look = await AsThingsStand();
        foreach (var number in EscalationRules.Waiting(State).Select(item => item.Number).Where(number => !look(State, number, Clock.Now).Facts.IsEmpty).ToList())
        {
            var looked = await Decide(command with { Request = RequestId.PartOf(command.Request, number.ToString()) }, (queue, now) => look(queue, number, now));
            if (looked.IsRefused) return looked;
        }

        return Done.Value;
    }

    private async Task<DateTimeOffset?> LookAtAgain(ItemNumber number, DueCommand command)
    {
        if (State.Open.GetValueOrDefault(number.Value) is not { State: ItemState.Open }) return null;

        var look = await AsThingsStand();
        await Decide(command, (queue, now) => look(queue, number, now));
        return EscalationRules.Next(State.Open.GetValueOrDefault(number.Value), State.Hours);
    }

    /// <summary>The rule for an item of a queue, with what it must know of the world.</summary>
    private async Task<Func<Queue, ItemNumber, DateTimeOffset, Decision<Done, QueueEvent>>> AsThingsStand()
    {
        var duty = await GrainFactory.Community(Id).OnDuty();
        var isDormant = (await vitality.Of(Id, CancellationToken.None)).State is VitalityState.Dormant;
        var admins = await administrators.All(CancellationToken.None);
        return (queue, number, now) => EscalationRules.Look(queue.Open.GetValueOrDefault(number.Value), queue.Hours, duty, admins, isDormant, now);
    }
}
