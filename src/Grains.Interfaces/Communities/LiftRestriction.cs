namespace PublicBuyers.Communities;

[GenerateSerializer, Immutable, Alias("community.lift")]
public sealed record LiftRestriction : Command
{
    [Id(0)] public required MemberId Member { get; init; }

    [Id(1)] public required string Reason { get; init; }

    /// <summary>Only the one of that moment: another one that has taken its place stays. None: whichever is in force.</summary>
    [Id(2)] public DateTimeOffset? Since { get; init; }

    /// <summary>
    /// It was decided, and an effect of the server carries it out: whether <see cref="Command.By"/> may do it was asked
    /// then. Never read from a request.
    /// </summary>
    [Id(3)] public bool IsDecided { get; init; }
}
