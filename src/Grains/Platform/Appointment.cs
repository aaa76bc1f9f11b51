using PublicBuyers.Journal;

namespace PublicBuyers.Platform;

/// <summary>Effect: who was appointed or dismissed becomes so in their own stream too. A refusal comes back as a fact.</summary>
internal sealed class Appointment(IGrainFactory grains) : IEffect
{
    public string Name => "appointment";

    public int Partitions => 1;

    public bool Concerns(string type) => type is AdministrationEvent.Accepted or AdministrationEvent.Appointed or AdministrationEvent.Dismissed;

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        var carried = FactCodec<AdministrationEvent>.Read(fact).Event switch
        {
            AdministrationEvent.InvitationAccepted { Number: { } number } accepted => await grains.Carry(accepted.Member, number, isAppointed: true),
            AdministrationEvent.InvitationAccepted accepted => await grains.Member(accepted.Member).AppointAdministrator(new() { By = MemberId.System, Request = RequestId.OfEffect(fact.Stream, fact.Sequence) }),
            AdministrationEvent.AdministratorAppointed appointed => await grains.Carry(appointed.Member, appointed.Number, isAppointed: true),
            AdministrationEvent.AdministratorDismissed dismissed => await grains.Carry(dismissed.Member, dismissed.Number, isAppointed: false),
            _ => Done.Value,
        };
        if (!carried.IsRefused) return;

        var request = new RequestId(RequestId.OfEffect(fact.Stream, fact.Sequence).Value + ":refused");
        await grains.GetGrain<IPlatformEffects>(fact.Stream).EffectRefused(new(fact.Sequence, carried.Refusal.Code) { By = MemberId.System, Request = request });
    }
}

internal static class Carrying
{
    extension(IGrainFactory grains)
    {
        /// <summary>Makes a change of who administers true in the member's own stream. Again, or too late: no effect.</summary>
        public Task<Outcome<Done>> Carry(MemberId member, long number, bool isAppointed)
        {
            var request = new RequestId($"administrator:{number}");
            return isAppointed
                ? grains.Member(member).AppointAdministrator(new() { By = MemberId.System, Request = request, Number = number })
                : grains.Member(member).DismissAdministrator(new() { By = MemberId.System, Request = request, Number = number });
        }
    }
}
