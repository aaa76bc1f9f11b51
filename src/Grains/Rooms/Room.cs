using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PublicBuyers.Journal;

namespace PublicBuyers.Rooms;

/// <summary>What a room has at hand: its newest posts and which posts changed last. Older ones are folded by subject.</summary>
internal sealed record Room : IFolded<Room, RoomEvent>
{
    public static Room Empty { get; } = new();

    public static int Schema => 4;

    public PostNumber Last { get; init; }

    /// <summary>The newest posts without a gap, <see cref="RoomLimits.PostsKept"/> at most.</summary>
    public ImmutableSortedDictionary<long, Post> Recent { get; init; } = ImmutableSortedDictionary<long, Post>.Empty;

    /// <summary>Sequence to the number of the post it changed, or 0 for the room as a whole, for the newest <see cref="RoomLimits.ChangesKept"/> facts.</summary>
    public ImmutableSortedDictionary<long, PostNumber> Changes { get; init; } = ImmutableSortedDictionary<long, PostNumber>.Empty;

    /// <summary>Of the room's settings.</summary>
    public long SettingsChanged { get; init; }

    /// <summary>The sequence at which others were let in than before.</summary>
    public long DoorMoved { get; init; }

    public int SlowSeconds { get; init; }

    public Act? SlowedBy { get; init; }

    /// <summary>In the order of pinning, at most <see cref="RoomLimits.MostPins"/>.</summary>
    public ImmutableArray<PostNumber> Pinned { get; init; } = [];

    /// <summary>While slow mode is on: when each member posted last, of the newest <see cref="MostLastPosts"/>.</summary>
    public ImmutableDictionary<MemberId, DateTimeOffset> LastPosts { get; init; } = ImmutableDictionary<MemberId, DateTimeOffset>.Empty;

    /// <summary>Moves when a post that is no longer at hand was deleted, hidden or shown.</summary>
    public long OlderChanged { get; init; }

    /// <summary>Sequences of what moderators did, the newest <see cref="RoomLimits.ActsKept"/>.</summary>
    public ImmutableArray<long> Acts { get; init; } = [];

    /// <summary>
    /// The newest posts alone would not do: the longest slow mode is an hour, and 200 posts of 200 members can be a minute. With so many members having
    /// posted since, whoever is let go of posts a little early, in a room that is not slow by any measure.
    /// </summary>
    public const int MostLastPosts = 4_000;

    [JsonIgnore]
    public long FirstRecent => Last.Value - Recent.Count + 1;

    [JsonIgnore]
    public RoomSettings Settings => new(SlowSeconds, SlowedBy, Pinned);

    public Room Apply(Happened<RoomEvent> fact)
    {
        var number = fact.Subject.Length == 0 ? NoPost : Post.NumberIn(fact.Subject);
        var next = Settled(fact, number) with
        {
            Last = fact.Type == RoomEvent.Posted ? number : Last,
            Changes = Changes.Add(fact.Sequence, number).KeepNewest(RoomLimits.ChangesKept),
            Acts = IsAct(fact) ? Acts.Add(fact.Sequence).KeepNewest(RoomLimits.ActsKept) : Acts,
        };

        // Everything after a post's own beginning is about one the room may have at hand no more.
        if (fact.Type != RoomEvent.Posted && !Recent.ContainsKey(number.Value))
            return Withholds(fact) ? next with { OlderChanged = OlderChanged + 1 } : next;

        return Post.Apply(Recent.GetValueOrDefault(number.Value), fact) is { } post
            ? next with { Recent = Recent.SetItem(number.Value, post).KeepFrom(FirstKept(next.Last)) }
            : next;
    }

    /// <summary>A moderator's doing, for the room's log.</summary>
    public static bool IsAct(Happened<RoomEvent> fact) => fact.Type switch
    {
        RoomEvent.Pinned or RoomEvent.Unpinned or RoomEvent.Hidden or RoomEvent.Shown or RoomEvent.Locked or RoomEvent.Unlocked or RoomEvent.SlowedDown => true,
        _ => fact.Event is RoomEvent.PostDeleted { Reason: not null },
    };

    /// <summary>Moves on in steps.</summary>
    private static long FirstKept(PostNumber last)
    {
        var tooMany = Math.Max(0, last.Value - RoomLimits.PostsKept);
        return 1 + ((tooMany + RoomLimits.PostsLetGo - 1) / RoomLimits.PostsLetGo * RoomLimits.PostsLetGo);
    }

    private static bool Withholds(Happened<RoomEvent> fact) => fact.Type is RoomEvent.Deleted or RoomEvent.Hidden or RoomEvent.Shown;

    private static readonly PostNumber NoPost = new(0);

    /// <summary>What holds for the room as a whole after a fact. Erased seconds hold nobody up.</summary>
    private Room Settled(Happened<RoomEvent> fact, PostNumber number) => fact.Type switch
    {
        RoomEvent.Moved => this with { DoorMoved = fact.Sequence },
        RoomEvent.SlowedDown => SlowedDown((fact.Event as RoomEvent.SlowModeSet)?.Seconds ?? 0) with { SlowedBy = Post.ActOf(fact), SettingsChanged = fact.Sequence },
        RoomEvent.Pinned => this with { Pinned = Pinned.Remove(number).Add(number).KeepNewest(RoomLimits.MostPins), SettingsChanged = fact.Sequence },
        RoomEvent.Unpinned or RoomEvent.Hidden or RoomEvent.Deleted when Pinned.Contains(number) => this with { Pinned = Pinned.Remove(number), SettingsChanged = fact.Sequence },
        RoomEvent.Posted when SlowSeconds > 0 => this with { LastPosts = LastPosts.SetItem(fact.By, fact.At).KeepNewest(MostLastPosts) },
        _ => this,
    };

    private Room SlowedDown(int seconds) => this with
    {
        SlowSeconds = seconds,
        LastPosts = seconds == 0 ? LastPosts.Clear()
            : SlowSeconds > 0 ? LastPosts
            : LastPosts.SetItems(Recent.Values.Select(post => KeyValuePair.Create(post.Author, post.At))),
    };

    /// <summary>Which posts changed after a position; none when that is further back than the room remembers.</summary>
    public ImmutableArray<PostNumber>? ChangedAfter(long position, long sequence)
    {
        if (position > sequence || position < 0) return null;
        if (sequence - position > Changes.Count) return null;

        return [.. Changes.Reverse().TakeWhile(change => change.Key > position).Select(change => change.Value).Where(number => number != NoPost).Distinct().Order()];
    }
}

internal static class Bounded
{
    /// <summary>Lets go of the keys before the first one to keep.</summary>
    public static ImmutableSortedDictionary<long, T> KeepFrom<T>(this ImmutableSortedDictionary<long, T> all, long first) =>
        all.IsEmpty || all.Keys.First() >= first ? all : all.RemoveRange(all.Keys.TakeWhile(key => key < first));

    /// <summary>Lets go of the smallest keys until so many are left.</summary>
    public static ImmutableSortedDictionary<long, T> KeepNewest<T>(this ImmutableSortedDictionary<long, T> all, int most)
    {
        while (all.Count > most) all = all.Remove(all.Keys.First());
        return all;
    }

    /// <summary>Lets go of the first until so many are left.</summary>
    public static ImmutableArray<T> KeepNewest<T>(this ImmutableArray<T> all, int most) => all.Length > most ? all.RemoveRange(0, all.Length - most) : all;

    /// <summary>Lets go of the earlier half once there are more than so many: seldom enough to be cheap.</summary>
    public static ImmutableDictionary<MemberId, DateTimeOffset> KeepNewest(this ImmutableDictionary<MemberId, DateTimeOffset> all, int most) =>
        all.Count <= most ? all : all.RemoveRange(all.OrderBy(each => each.Value).ThenBy(each => each.Key.Value, StringComparer.Ordinal).Take(all.Count / 2).Select(each => each.Key));
}
