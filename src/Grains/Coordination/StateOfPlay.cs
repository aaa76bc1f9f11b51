using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;

namespace PublicBuyers.Coordination;

/// <summary>Everything that can happen to a card.</summary>
internal abstract record StateOfPlayEvent : Fact
{
    public const string Writing = "state-of-play.written";

    private StateOfPlayEvent() { }

    public static string SubjectOf(int version) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"version/{version}");

    /// <param name="Changed">Names of the fields that differ from the version before.</param>
    [Fact(Writing)]
    public sealed record CardWritten(int Version, Card Card, Classification Readers, ImmutableArray<string> Changed) : StateOfPlayEvent
    {
        public override string Subject => SubjectOf(Version);
    }
}

/// <summary>A community's card, and what is known of its earlier versions.</summary>
internal sealed record StateOfPlay : IFolded<StateOfPlay, StateOfPlayEvent>
{
    public static StateOfPlay Empty { get; } = new();

    public static int Schema => 1;

    public Card Card { get; init; } = Card.Empty;

    /// <summary>Oldest first, at most <see cref="CardLimits.MostVersions"/>.</summary>
    public ImmutableArray<CardEntry> Versions { get; init; } = [];

    public CardEntry? Newest() => Versions.IsEmpty ? null : Versions[^1];

    public StateOfPlay Apply(Happened<StateOfPlayEvent> fact) => fact.Event switch
    {
        StateOfPlayEvent.CardWritten written => this with
        {
            Card = written.Card,
            Versions = Versions.Add(new(written.Version, fact.At, fact.By, written.Readers, written.Changed)).KeepNewest(CardLimits.MostVersions),
        },
        _ => this,
    };
}
