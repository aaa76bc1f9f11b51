using Microsoft.Extensions.Logging;
using PublicBuyers.Journal;
using PublicBuyers.Moderation;
using PublicBuyers.Publications;

namespace PublicBuyers.Communities;

/// <summary>
/// Effect: who is welcomed, is trusted in the list of who is new, or has something approved, is a newcomer no longer.
/// </summary>
internal sealed partial class TrustEffect(IGrainFactory grains, ILogger<TrustEffect> log) : IEffect
{
    public string Name => "trust";

    public int Partitions => 2;

    public bool Concerns(string type) => type is QueueEvent.Answered or PublicationEvent.Published;

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        switch (fact.Type)
        {
            case QueueEvent.Answered when FactCodec<QueueEvent>.Read(fact).Event is QueueEvent.ArrivalAnswered answered:
                var community = new CommunityId(fact.Stream["queue/".Length..]);
                if (GroundOf(answered.Act) is { } ground) await Trust(fact, community, answered.Member, fact.By, ground);
                break;
            case PublicationEvent.Published when FactCodec<PublicationEvent>.Read(fact).Event is PublicationEvent.VersionPublished { ApprovedBy: { } by }:
                var publication = new PublicationId(fact.Stream["publication/".Length..]);
                if (await grains.Publication(publication).Author() is not { } author) return;

                await Trust(fact, publication.Community, author, by, TrustGround.Published);
                break;
        }
    }

    private static TrustGround? GroundOf(ArrivalAct act) => act switch
    {
        ArrivalAct.Welcome => TrustGround.Welcomed,
        ArrivalAct.Trust => TrustGround.Lifted,
        _ => null,
    };

    private async Task Trust(RecordedFact fact, CommunityId community, MemberId member, MemberId by, TrustGround ground)
    {
        var request = RequestId.OfEffect(fact.Stream, fact.Sequence);
        var trusted = await grains.Community(community).Trust(new()
        {
            By = by,
            Request = request,
            Member = member,
            Ground = ground,
            IsDecided = true,
        });
        if (trusted.Refusal is { } why) LogRefused(why.Code);   // the member has left
    }

    [LoggerMessage(1118, LogLevel.Information, "A newcomer's limits were not lifted: {Code}")]
    private partial void LogRefused(string code);
}
