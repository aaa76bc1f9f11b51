using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PublicBuyers.Journal;

namespace PublicBuyers.Rooms;

/// <summary>What a room has at hand: its newest posts and which posts changed last. Older ones are folded by subject.</summary>
internal sealed record Room : IFolded<Room, RoomEvent>
{
    public static Room Empty { get; } = new();

    public static int Schema => 1;

    public PostNumber Last { get; init; }

    /// <summary>The newest <see cref="RoomLimits.PostsKept"/> posts, without a gap.</summary>
    public ImmutableSortedDictionary<long, Post> Recent { get; init; } = ImmutableSortedDictionary<long, Post>.Empty;

    /// <summary>Sequence to the number of the post it changed, for the newest <see cref="RoomLimits.ChangesKept"/> facts.</summary>
    public ImmutableSortedDictionary<long, PostNumber> Changes { get; init; } = ImmutableSortedDictionary<long, PostNumber>.Empty;

    [JsonIgnore]
    public long FirstRecent => Recent.IsEmpty ? long.MaxValue : Last.Value - Recent.Count + 1;

    public Room Apply(Happened<RoomEvent> fact)
    {
        var number = Post.NumberIn(fact.Subject);
        var next = this with
        {
            Last = fact.Type == RoomEvent.Posted ? number : Last,
            Changes = Changes.Add(fact.Sequence, number).KeepNewest(RoomLimits.ChangesKept),
        };

        // Everything after a post's own beginning is about one the room may have at hand no more.
        return Post.Apply(Recent.GetValueOrDefault(number.Value), fact) is { } post && (number == next.Last || Recent.ContainsKey(number.Value))
            ? next with { Recent = Recent.SetItem(number.Value, post).KeepNewest(RoomLimits.PostsKept) }
            : next;
    }

    /// <summary>Which posts changed after a position; none when that is further back than the room remembers.</summary>
    public ImmutableArray<PostNumber>? ChangedAfter(long position, long sequence)
    {
        if (position > sequence || position < 0) return null;
        if (sequence - position > Changes.Count) return null;

        return [.. Changes.Reverse().TakeWhile(change => change.Key > position).Select(change => change.Value).Distinct().Order()];
    }
}

internal static class Bounded
{
    /// <summary>Lets go of the smallest keys until so many are left.</summary>
    public static ImmutableSortedDictionary<long, T> KeepNewest<T>(this ImmutableSortedDictionary<long, T> all, int most)
    {
        while (all.Count > most) all = all.Remove(all.Keys.First());
        return all;
    }
}
