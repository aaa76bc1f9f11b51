using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.SignIn;

namespace PublicBuyers.Moderation;

/// <summary>Effect: where fewer are there who decide than before, the queue looks again at what waits.</summary>
internal sealed class DutyEffect(IGrainFactory grains) : IEffect
{
    public string Name => "duty";

    public int Partitions => 1;

    public bool Concerns(string type) => type is CommunityEvent.Left or CommunityEvent.NewRole or CommunityEvent.Restricted or CommunityEvent.Away or CommunityEvent.AwayFromNow;

    public async Task Follow(RecordedFact fact, CancellationToken cancel) =>
        (await grains.Queue(new(fact.Stream["community/".Length..])).LookAgain(new() { By = MemberId.System, Request = RequestId.OfEffect(fact.Stream, fact.Sequence) })).OrThrow();
}
