using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Platform;

namespace PublicBuyers.Testing;

/// <summary>Communities are as alive as a test says.</summary>
public sealed class KnownVitality : IVitality
{
    public VitalityState State { get; set; } = VitalityState.Active;

    public Task<VitalityView> Of(CommunityId community, CancellationToken cancel) => Task.FromResult(new VitalityView(State, [], null));
}

/// <summary>The administrators that a test names.</summary>
public sealed class KnownAdministrators : IAdministrators
{
    public ImmutableArray<MemberId> Members { get; set; } = [];

    public Task<ImmutableArray<MemberId>> All(CancellationToken cancel) => Task.FromResult(Members);

    public Task<ImmutableArray<CommunityId>> Queues(CancellationToken cancel) => Task.FromResult(ImmutableArray<CommunityId>.Empty);
}
