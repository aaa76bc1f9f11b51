using System.Diagnostics.CodeAnalysis;

namespace PublicBuyers;

/// <summary>An answer, or the reason why not. Never both, never neither.</summary>
[GenerateSerializer, Immutable, Alias("outcome`1")]
public readonly record struct Outcome<T>
{
    private Outcome(T? value, Refusal? refusal) => (Value, Refusal) = (value, refusal);

    [Id(0)] public T? Value { get; init; }

    [Id(1)] public Refusal? Refusal { get; init; }

    [MemberNotNullWhen(false, nameof(Value)), MemberNotNullWhen(true, nameof(Refusal))]
    public bool IsRefused => Refusal is not null;

    public static implicit operator Outcome<T>(T answer) => new(answer, null);

    public static implicit operator Outcome<T>(Refusal why) => new(default, why);
}

/// <summary>The answer of a command that has nothing to say but that it was done, and stored.</summary>
[GenerateSerializer, Immutable, Alias("done")]
public sealed record Done
{
    public static readonly Done Value = new();
}
