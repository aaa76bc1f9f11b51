using PublicBuyers.Communities;
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

    private async Task<DateTimeOffset?> LookAtAgain(ItemNumber number, Journal.DueCommand command)
    {
        if (State.Open.GetValueOrDefault(number.Value) is not { State: ItemState.Open }) return null;

        var duty = await GrainFactory.Community(Id).OnDuty();
        var isDormant = (await vitality.Of(Id, CancellationToken.None)).State is VitalityState.Dormant;
        var admins = await administrators.All(CancellationToken.None);
        await Decide(command, (queue, now) => EscalationRules.Look(queue.Open.GetValueOrDefault(number.Value), queue.Hours, duty, admins, isDormant, now));
        return EscalationRules.Next(State.Open.GetValueOrDefault(number.Value), State.Hours);
    }
}
