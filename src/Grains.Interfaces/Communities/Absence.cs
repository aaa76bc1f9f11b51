using System.Collections.Immutable;

namespace PublicBuyers.Communities;

/// <summary>A moderator or leader is away: what would be told them of the queue is told their substitute.</summary>
/// <param name="Substitute">Moderates as well; none only where nobody else does.</param>
[GenerateSerializer, Immutable, Alias("community.absence")]
public sealed record Absence([property: Id(0)] MemberId Member, [property: Id(1)] DateTimeOffset From, [property: Id(2)] DateTimeOffset Until, [property: Id(3)] MemberId? Substitute);

/// <summary>Of who asks. A later one takes the place of the one before.</summary>
[GenerateSerializer, Immutable, Alias("community.announce-absence")]
public sealed record AnnounceAbsence : Command
{
    [Id(0)] public required DateTimeOffset From { get; init; }

    /// <summary>At most <see cref="CommunityLimits.LongestAbsence"/> from now.</summary>
    [Id(1)] public required DateTimeOffset Until { get; init; }

    [Id(2)] public MemberId? Substitute { get; init; }
}

/// <summary>Is back, or does not go.</summary>
[GenerateSerializer, Immutable, Alias("community.end-absence")]
public sealed record EndAbsence : Command;

/// <summary>Who is there to look at a queue, substitutes in the place of who is away; each once, in the order of joining.</summary>
/// <param name="Moderators">Without leaders.</param>
[GenerateSerializer, Immutable, Alias("community.duty")]
public sealed record Duty([property: Id(0)] ImmutableArray<MemberId> Moderators, [property: Id(1)] ImmutableArray<MemberId> Leaders)
{
    /// <summary>Whoever of them may decide: they are told of what is new.</summary>
    public ImmutableArray<MemberId> Who(Func<MemberId, bool> may) => [.. Moderators.Union(Leaders).Where(may)];
}
