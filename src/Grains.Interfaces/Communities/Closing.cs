namespace PublicBuyers.Communities;

[GenerateSerializer, Immutable, Alias("community.close")]
public sealed record CloseCommunity : Command
{
    /// <summary>1 to <see cref="CommunityLimits.LongestReason"/> characters; whoever opens the community's page reads it.</summary>
    [Id(0)] public required string Reason { get; init; }
}

[GenerateSerializer, Immutable, Alias("community.reopen")]
public sealed record ReopenCommunity : Command;
