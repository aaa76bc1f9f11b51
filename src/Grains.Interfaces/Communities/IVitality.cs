using System.Collections.Immutable;

namespace PublicBuyers.Communities;

/// <summary>How alive a community is, worked out from what happened in it; never set by hand.</summary>
public interface IVitality
{
    Task<VitalityView> Of(CommunityId community, CancellationToken cancel);

    /// <summary>The same of several, in their order.</summary>
    async Task<ImmutableArray<VitalityView>> OfEach(IReadOnlyCollection<CommunityId> communities, CancellationToken cancel)
    {
        var views = ImmutableArray.CreateBuilder<VitalityView>(communities.Count);
        foreach (var community in communities) views.Add(await Of(community, cancel));
        return views.MoveToImmutable();
    }
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

    /// <summary>Nobody asks how alive it is: it is closed.</summary>
    Closed,
}

/// <param name="Reasons">What it was worked out from, the weightiest first; never empty.</param>
/// <param name="LastActivity">None: nothing ever happened.</param>
[GenerateSerializer, Immutable, Alias("community.vitality")]
public sealed record VitalityView([property: Id(0)] VitalityState State, [property: Id(1)] ImmutableArray<VitalityReason> Reasons, [property: Id(2)] DateTimeOffset? LastActivity);

/// <param name="Kind">A permanent name: <c>posts</c>, <c>answers</c> (replies in threads), <c>comments</c>, <c>publications</c>, <c>joined</c>, <c>queue</c> (the oldest item waits too long), <c>silence</c>, <c>closed</c> (since when it is), and later <c>meetings</c>. The page has the words.</param>
/// <param name="Count">Of the days before; zero is a reason too.</param>
/// <param name="Days">Looked at; of a silence and of a queue: how long it lasts or lasted.</param>
/// <param name="Since">The newest of its kind, or what has waited longest; none where there is none.</param>
[GenerateSerializer, Immutable, Alias("community.vitality-reason")]
public sealed record VitalityReason([property: Id(0)] string Kind, [property: Id(1)] int Count, [property: Id(2)] int Days, [property: Id(3)] DateTimeOffset? Since);
