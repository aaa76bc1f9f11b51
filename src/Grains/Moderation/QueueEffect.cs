using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using PublicBuyers.SignIn;

namespace PublicBuyers.Moderation;

/// <summary>Effect: what was decided happens, once, whatever crashes in between. What the target refuses goes back to the queue.</summary>
internal sealed class QueueEffect(IGrainFactory grains) : IEffect
{
    public string Name => "queue";

    public int Partitions => 4;

    public bool Concerns(string type) => type is QueueEvent.Effect or QueueEvent.Withdrawn;

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        var request = RequestId.OfEffect(fact.Stream, fact.Sequence);
        if (FactCodec<QueueEvent>.Read(fact).Event is QueueEvent.ItemWithdrawn { Work: { } work })
        {
            (await Settle(work, request, null, fact.By, "")).OrThrow();
            return;
        }

        if (FactCodec<QueueEvent>.Read(fact).Event is not QueueEvent.TookEffect { ToDo: { } toDo } effect) return;

        var community = new CommunityId(fact.Stream["queue/".Length..]);
        var done = toDo switch
        {
            { Admit: { } member } => await grains.Community(community).AdmitMember(new() { By = MemberId.System, Request = request, Member = member, ApprovedBy = toDo.ApprovedBy }),
            { Hide: { } post } => await grains.Room(post.Room).Hide(new()
            {
                By = toDo.ApprovedBy,
                Request = request,
                Number = post.Post,
                Hidden = !toDo.Show,
                Reason = toDo.Reason,
                Queue = community,
                Item = effect.Number,
            }),
            { Work: { } decided } => await Settle(decided, request, toDo.Verdict ?? Verdict.Approved, toDo.ApprovedBy, toDo.Reason),
            { Ban: { } member } => await grains.Community(community).Restrict(new()
            {
                By = toDo.ApprovedBy,
                Request = request,
                Member = member,
                Kind = RestrictionKind.Ban,
                Reason = toDo.Reason,
                IsDecided = true,
            }),
            { Lift: { } restriction } => await grains.Community(community).Lift(new()
            {
                By = toDo.ApprovedBy,
                Request = request,
                Member = restriction.Member,
                Reason = toDo.Reason,
                Since = restriction.At,
                IsDecided = true,
            }),
            _ => Done.Value,
        };

        var refused = IsSoAnyway(toDo, done.Refusal) ? null : done.Refusal?.Code;
        (await grains.Queue(community).Settle(new() { By = MemberId.System, Request = RequestId.PartOf(request, "settle"), Number = effect.Number, Refused = refused })).OrThrow();
    }

    private Task<Outcome<Done>> Settle(SubmittedWork work, RequestId request, Verdict? verdict, MemberId by, string reason) =>
        grains.Publication(work.Publication).Settle(new() { By = MemberId.System, Request = request, Version = work.Version, Verdict = verdict, DecidedBy = by, Reason = reason });

    /// <summary>A post that was deleted meanwhile is not to be seen either, and what was lifted or has ended holds nobody.</summary>
    private static bool IsSoAnyway(ToDo toDo, Refusal? refusal) =>
        (refusal is RoomRefusal.AlreadyDeleted && !toDo.Show) || (refusal is CommunityRefusal.NotRestricted && toDo.Lift is not null);
}
