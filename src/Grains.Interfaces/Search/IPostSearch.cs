using System.Collections.Immutable;
using PublicBuyers.Rooms;

namespace PublicBuyers.Search;

/// <summary>Finds posts by their words: a view that follows the journal, milliseconds behind it. It holds folded words and no texts.</summary>
/// <remarks>It answers where to look. What is shown is read from the room, which decides whether it may be: a post deleted, hidden or out of reach since is not shown, however far behind the view is.</remarks>
public interface IPostSearch
{
    /// <summary>The newest posts that match, at most <paramref name="most"/>.</summary>
    Task<ImmutableArray<FoundPost>> Find(PostQuery query, int most, CancellationToken cancel);

    /// <summary>How many posts of a room with numbers between the two, both excluded, count as unread for a member: not deleted, not hidden, not their own.</summary>
    Task<int> Count(RoomId room, MemberId notBy, PostNumber after, PostNumber before, CancellationToken cancel);

    /// <summary>The same posts, for all members at once: how many of them each author wrote.</summary>
    Task<ImmutableDictionary<MemberId, int>> CountByAuthor(
        RoomId room,
        PostNumber after,
        PostNumber before,
        CancellationToken cancel
    );

    /// <summary>
    /// What one member wrote in the rooms of one community and in the comments on its publications, oldest first, at
    /// most <paramref name="most"/>. Threads that it shares with another community are left out.
    /// </summary>
    Task<ImmutableArray<FoundPost>> WrittenBy(WrittenQuery query, int most, CancellationToken cancel);

    /// <summary>How much of that can be seen: neither deleted nor hidden.</summary>
    Task<WrittenPosts> CountWrittenBy(MemberId author, CommunityId community, CancellationToken cancel);

    /// <summary>The last post of a room made before a time; zero where there is none.</summary>
    Task<PostNumber> LastBefore(RoomId room, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Completes when the view holds everything stored before the call, or after two seconds.</summary>
    Task Settled(CancellationToken cancel);
}

public static class SearchLimits
{
    /// <summary>Of what is typed, in characters.</summary>
    public const int LongestQuery = 200;

    public const int MostWords = 12;

    public const int PageSize = 20;

    /// <summary>Rooms looked into at once: all of the member's, or those asked for.</summary>
    public const int MostRooms = 2_000;
}

/// <param name="Words">Folded; the last one may be the beginning of a word.</param>
/// <param name="Rooms">Only these. Whoever asks has left out those the reader may not read.</param>
/// <param name="Before">Continues after the last of an earlier answer.</param>
/// <param name="CommentsOf">And the comments on publications of these communities, readable or not: each room says that when the hit is read from it.</param>
public sealed record PostQuery(
    ImmutableArray<string> Words,
    ImmutableArray<RoomId> Rooms,
    MemberId? Author = null,
    bool HasAttachment = false,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    FoundPost? Before = null,
    ImmutableArray<CommunityId> CommentsOf = default);

[GenerateSerializer, Immutable, Alias("search.found-post")]
public sealed record FoundPost(
    [property: Id(0)] RoomId Room, [property: Id(1)] PostNumber Number, [property: Id(2)] DateTimeOffset At);

/// <param name="Withheld">Those that are deleted or hidden, or those that are neither.</param>
/// <param name="After">Continues after the last of an earlier answer.</param>
public sealed record WrittenQuery(MemberId Author, CommunityId Community, bool Withheld, FoundPost? After = null);

/// <summary>How many posts of a member can be seen in a community.</summary>
/// <param name="Posts">In rooms, and no replies.</param>
/// <param name="Replies">In threads of rooms.</param>
/// <param name="Comments">On publications, replies to comments included.</param>
[GenerateSerializer, Immutable, Alias("search.written-posts")]
public sealed record WrittenPosts(
    [property: Id(0)] int Posts, [property: Id(1)] int Replies, [property: Id(2)] int Comments)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public int All => Posts + Replies + Comments;
}
