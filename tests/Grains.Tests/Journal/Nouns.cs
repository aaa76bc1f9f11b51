using System.Collections.Immutable;
using System.Text.Json;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Coordination;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Members;
using PublicBuyers.Moderation;
using PublicBuyers.Platform;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.SignIn;

namespace PublicBuyers.WritePath;

/// <summary>Every noun that has a stream, for tests that hold for all of them.</summary>
internal abstract record Noun(string Name)
{
    public static readonly ImmutableArray<Noun> All =
    [
        new Noun<Room, RoomEvent>("room"),
        new Noun<Community, CommunityEvent>("community"),
        new Noun<Member, MemberEvent>("member"),
        new Noun<Address, AddressEvent>("address"),
        new Noun<Inbox.Inbox, InboxEvent>("inbox"),
        new Noun<Moderation.Queue, QueueEvent>("queue"),
        new Noun<Platform.Administration, AdministrationEvent>("platform"),
        new Noun<Publication, PublicationEvent>("publication"),
        new Noun<StateOfPlay, StateOfPlayEvent>("state-of-play"),
        new Noun<Bridge, BridgeEvent>("bridge"),
    ];

    public abstract Type EventType { get; }

    public abstract Type StateType { get; }

    public abstract IEnumerable<(string Name, int Version, Type Type)> Facts { get; }

    public static TheoryData<string> Names => [.. All.Select(noun => noun.Name)];

    public static Noun Named(string name) => All.Single(noun => noun.Name == name);

    public abstract NewFact Write(Fact happened);

    /// <summary>The event of a fact; none when it was erased.</summary>
    public abstract Fact? Read(RecordedFact fact);

    /// <summary>The state after these facts, as JSON.</summary>
    public abstract string Fold(IEnumerable<RecordedFact> facts);

    /// <summary>The same, with the state kept as a snapshot and restored after the first so many.</summary>
    public abstract string FoldOverASnapshot(IReadOnlyList<RecordedFact> facts, int after);

    public sealed override string ToString() => Name;
}

internal sealed record Noun<TState, TEvent>(string Name) : Noun(Name)
    where TState : IFolded<TState, TEvent>
    where TEvent : Fact
{
    public override Type EventType => typeof(TEvent);

    public override Type StateType => typeof(TState);

    public override IEnumerable<(string Name, int Version, Type Type)> Facts => FactCodec<TEvent>.All;

    public override NewFact Write(Fact happened) => FactCodec<TEvent>.Write((TEvent)happened);

    public override Fact? Read(RecordedFact fact) => FactCodec<TEvent>.Read(fact).Event;

    public override string Fold(IEnumerable<RecordedFact> facts) => Text(Fold(TState.Empty, facts));

    public override string FoldOverASnapshot(IReadOnlyList<RecordedFact> facts, int after)
    {
        var kept = Kept.Of(Fold(TState.Empty, facts.Take(after)), TState.Schema, 1, after);
        kept.TryRestore<TState>(TState.Schema, 1, out var restored).ShouldBeTrue();
        return Text(Fold(restored!, facts.Skip(after)));
    }

    private static TState Fold(TState state, IEnumerable<RecordedFact> facts) => facts.Select(FactCodec<TEvent>.Read).Aggregate(state, (folded, fact) => folded.Apply(fact));

    private static string Text(TState state) => JsonSerializer.Serialize(state, FactJson.Options);
}
