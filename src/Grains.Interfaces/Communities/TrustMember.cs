namespace PublicBuyers.Communities;

/// <summary>Why a newcomer is one no longer.</summary>
[GenerateSerializer]
public enum TrustGround
{
    /// <summary>A moderator lifted the limits. The person is told.</summary>
    Lifted,

    /// <summary>A moderator welcomed them, which they are told by itself.</summary>
    Welcomed,

    /// <summary>Something they submitted was approved, which they are told by itself.</summary>
    Published,
}

[GenerateSerializer, Immutable, Alias("community.trust")]
public sealed record TrustMember : Command
{
    [Id(0)] public required MemberId Member { get; init; }

    [Id(1)] public TrustGround Ground { get; init; }

    /// <summary>
    /// It was decided, and an effect of the server carries it out: whether <see cref="Command.By"/> may do it was asked
    /// then. Never read from a request.
    /// </summary>
    [Id(2)] public bool IsDecided { get; init; }
}
