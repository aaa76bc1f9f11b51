using System.Collections.Immutable;
using PublicBuyers.Live;

namespace PublicBuyers.Presence;

/// <summary>Who has a room open, and who is writing in it. In memory only, and forgotten soon.</summary>
/// <remarks>Whoever reports has checked that those it reports may read the room.</remarks>
[Alias("presence")]
public interface IPresenceGrain : IGrainWithStringKey
{
    /// <summary>All who have the room open on one node, in place of what the node said before. The node is told of everybody from here on, as <see cref="IStreamObserver.Passing"/>; with nobody in it the node is forgotten, and without a renewal after <see cref="PresenceLimits.ForgottenAfter"/>.</summary>
    [Alias("report")] Task Report(HereReport report);

    /// <summary>The member is writing. Has no effect where the room is too full for it to mean anything.</summary>
    [Alias("type")] Task Type(MemberId member);

    /// <summary>What the member was writing has been posted: they are shown typing no more. Typing again is told
    /// again.</summary>
    [Alias("wrote")] Task Wrote(MemberId member);
}

public static class PresenceLimits
{
    /// <summary>Named with their cards.</summary>
    public const int MostShown = 50;

    /// <summary>With more in the room, they are only counted, and nobody is shown typing.</summary>
    public const int MostNamed = 200;

    public const int MostTyping = 3;

    /// <summary>Web nodes that report one room.</summary>
    public const int MostNodes = TopicLimits.MostWatchers;

    public static readonly TimeSpan Renewed = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan ForgottenAfter = TimeSpan.FromSeconds(30);

    /// <summary>What changes within this is told at once.</summary>
    public static readonly TimeSpan Gathered = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan TypingLasts = TimeSpan.FromSeconds(6);

    /// <summary>Of one member and room: more are ignored.</summary>
    public static readonly TimeSpan TypingEvery = TimeSpan.FromSeconds(3);
}

/// <param name="Node">Told of everybody in turn.</param>
/// <param name="Count">How many have it open on this node.</param>
/// <param name="Members">The first <see cref="PresenceLimits.MostNamed"/> of them, who came first first.</param>
[GenerateSerializer, Immutable, Alias("presence.here-report")]
public sealed record HereReport([property: Id(0)] IStreamObserver Node, [property: Id(1)] int Count, [property: Id(2)] ImmutableArray<MemberId> Members);

[GenerateSerializer, Immutable]
public abstract record PresenceChange : Change
{
    private PresenceChange() { }

    /// <param name="Members">At most <see cref="PresenceLimits.MostShown"/>; none where there are more than <see cref="PresenceLimits.MostNamed"/> in all.</param>
    [GenerateSerializer, Immutable, Alias("presence.here-put")]
    public sealed record HerePut([property: Id(0)] int Count, [property: Id(1)] ImmutableArray<MemberId> Members) : PresenceChange
    {
        public override string Key => "here";
    }

    /// <param name="Members">At most <see cref="PresenceLimits.MostTyping"/>.</param>
    /// <param name="More">How many besides.</param>
    [GenerateSerializer, Immutable, Alias("presence.typing-put")]
    public sealed record TypingPut([property: Id(0)] ImmutableArray<MemberId> Members, [property: Id(1)] int More) : PresenceChange
    {
        public override string Key => "typing";
    }
}
