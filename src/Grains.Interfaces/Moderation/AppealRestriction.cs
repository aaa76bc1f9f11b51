namespace PublicBuyers.Moderation;

/// <summary>Of who asks: nobody appeals for somebody else.</summary>
[GenerateSerializer, Immutable, Alias("queue.appeal-restriction")]
public sealed record AppealRestriction : Command
{
    /// <summary>Why it should be lifted. At most <see cref="QueueLimits.LongestMessage"/> characters.</summary>
    [Id(0)] public required string Message { get; init; }
}
