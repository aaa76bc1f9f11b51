namespace PublicBuyers;

/// <summary>Something a person, or the server on a fact's behalf, wants to happen.</summary>
/// <remarks>Sent again under the same <see cref="Request"/> by the same member it has one effect and gets its first answer, across restarts too; another body under the same id is refused.</remarks>
[GenerateSerializer, Immutable]
public abstract record Command
{
    [Id(0)] public required MemberId By { get; init; }

    [Id(1)] public required RequestId Request { get; init; }
}
