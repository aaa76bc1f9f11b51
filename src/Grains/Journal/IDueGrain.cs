namespace PublicBuyers.Journal;

/// <summary>A grain that asked to be woken at a time.</summary>
[Alias("due")]
public interface IDueGrain : IGrainWithStringKey
{
    /// <summary>The time has come. Told again until it answers; being told twice has one effect.</summary>
    /// <returns>When to be woken for the same again, though nothing was stored: it was too early. None: it is attended to.</returns>
    [Alias("due")] Task<DateTimeOffset?> Due(DueCommand command);
}

/// <param name="Kind">What the grain asked to be woken for.</param>
/// <param name="At">The time it asked for.</param>
[GenerateSerializer, Immutable, Alias("due-command")]
public sealed record DueCommand([property: Id(0)] string Kind, [property: Id(1)] DateTimeOffset At) : Command;
