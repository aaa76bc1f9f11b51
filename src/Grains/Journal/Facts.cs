using System.Collections.Immutable;

namespace PublicBuyers.Journal;

/// <summary>The permanent name of a fact and the version of its shape. Neither is ever used for anything else.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class FactAttribute(string name, int version = 1) : Attribute
{
    public string Name { get; } = name;

    public int Version { get; } = version;
}

/// <summary>What a noun's facts have in common: what they are about.</summary>
internal abstract record Fact
{
    /// <summary>What the fact is about within its stream: <c>post/17</c>; empty for the stream as a whole. An old page or a permalink folds only its subjects.</summary>
    public virtual string Subject => "";
}

/// <summary>A fact in its place. Its event is gone once it was erased: that it happened stays true.</summary>
internal readonly record struct Happened<TEvent>(long Sequence, DateTimeOffset At, MemberId By, string Type, string Subject, TEvent? Event) where TEvent : Fact;

/// <summary>A state that is nothing but its facts, one after the other.</summary>
internal interface IFolded<TSelf, TEvent> where TSelf : IFolded<TSelf, TEvent> where TEvent : Fact
{
    static abstract TSelf Empty { get; }

    /// <summary>Of the snapshot's shape: raised with every change of the state's properties or of what <see cref="Apply"/> makes of a fact.</summary>
    static abstract int Schema { get; }

    TSelf Apply(Happened<TEvent> fact);
}

/// <summary>What a rule answers: yes with what must happen, or no. A no can have happened too (a wrong code counts).</summary>
internal sealed record Decision<T, TEvent> where TEvent : Fact
{
    private Decision() { }

    public Outcome<T> Outcome { get; private init; }

    public ImmutableArray<TEvent> Facts { get; private init; } = [];

    public ImmutableArray<DueChange> Due { get; init; } = [];

    public static implicit operator Decision<T, TEvent>(Refusal why) => new() { Outcome = why };

    /// <summary>Yes. Without facts it was so already, and nothing is stored.</summary>
    public static Decision<T, TEvent> Yes(T answer, params ImmutableArray<TEvent> facts) => new() { Outcome = answer, Facts = facts };

    /// <summary>The same; but a refusal where it would be yes and <paramref name="stands"/> says that something else is in the way.</summary>
    public Decision<T, TEvent> Unless(bool stands, Refusal inTheWay) => stands && !Outcome.IsRefused ? inTheWay : this;

    public static Decision<T, TEvent> No(Refusal why, params ImmutableArray<TEvent> facts) => new() { Outcome = why, Facts = facts };
}
