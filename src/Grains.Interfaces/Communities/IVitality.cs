using System.Collections.Immutable;

namespace PublicBuyers.Communities;

/// <summary>How alive a community is, worked out from what happened in it; never set by hand.</summary>
public interface IVitality
{
    Task<VitalityView> Of(CommunityId community, CancellationToken cancel);
}

[GenerateSerializer]
public enum VitalityState
{
    /// <summary>People talk, publish or meet.</summary>
    Active,

    /// <summary>Less than that, for weeks.</summary>
    Quiet,

    /// <summary>Nothing, for months.</summary>
    Dormant,

    /// <summary>Was dormant, and something happens again.</summary>
    Waking,
}

/// <param name="Reasons">What it was worked out from, the weightiest first; never empty.</param>
/// <param name="LastActivity">None: nothing ever happened.</param>
[GenerateSerializer, Immutable, Alias("community.vitality")]
public sealed record VitalityView([property: Id(0)] VitalityState State, [property: Id(1)] ImmutableArray<VitalityReason> Reasons, [property: Id(2)] DateTimeOffset? LastActivity);

/// <param name="Kind">A permanent name, such as <c>posts</c>, <c>publications</c>, <c>meetings</c>, <c>answers</c>, <c>queue</c>: the page has the words.</param>
/// <param name="Count">Of the days before; zero is a reason too.</param>
/// <param name="Since">The newest of its kind, or what has waited longest; none where there is none.</param>
[GenerateSerializer, Immutable, Alias("community.vitality-reason")]
public sealed record VitalityReason([property: Id(0)] string Kind, [property: Id(1)] int Count, [property: Id(2)] int Days, [property: Id(3)] DateTimeOffset? Since);
