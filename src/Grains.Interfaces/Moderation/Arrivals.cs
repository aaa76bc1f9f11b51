using System.Collections.Immutable;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

public static class ArrivalLimits
{
    /// <summary>Not answered yet. Whoever came first goes when there are more: an arrival waits for nobody.</summary>
    public const int MostOpen = 100;

    /// <summary>Answered ones that are still shown, with who answered.</summary>
    public const int AnsweredKept = 10;

    /// <summary>The first posts of one arrival; later ones are not counted.</summary>
    public const int PostsCounted = 10;

    /// <summary>Watched at a time, the newest.</summary>
    public const int MostWatched = 500;

    public static readonly TimeSpan WatchLasts = TimeSpan.FromDays(30);

    /// <summary>What is older is no arrival any more, be it ever so late that the queue hears of it.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromDays(30);
}

[GenerateSerializer]
public enum ArrivalSign
{
    /// <summary>By themselves, into an open community.</summary>
    Joined,

    Posted,

    Left,
}

[GenerateSerializer]
public enum ArrivalAct
{
    /// <summary>The new member is told who welcomes them, and has a newcomer's limits no more.</summary>
    Welcome,

    /// <summary>For <see cref="ArrivalLimits.WatchLasts"/> what they post comes up again.</summary>
    Watch,

    /// <summary>Opens an item about the member, on which another moderator decides: approving means that all is well, rejecting bans them from the community with the reason given, which they can appeal.</summary>
    Review,

    Dismiss,

    /// <summary>Lifts a newcomer's limits (<see cref="Communities.ICommunityGrain.Trust"/>). Only of who came with some.</summary>
    Trust,
}

/// <summary>Something that an arrival is made of. From the server only; whatever else makes moderators look at somebody new is a sign of its own.</summary>
[GenerateSerializer, Immutable, Alias("queue.note-arrival")]
public sealed record NoteArrival : Command
{
    [Id(0)] public required ArrivalSign Sign { get; init; }

    [Id(1)] public required MemberId Member { get; init; }

    /// <summary>When it happened.</summary>
    [Id(2)] public required DateTimeOffset At { get; init; }

    /// <summary>With <see cref="ArrivalSign.Posted"/>.</summary>
    [Id(3)] public ArrivalPost? Post { get; init; }

    /// <summary>With <see cref="ArrivalSign.Joined"/>, of a newcomer: when their limits end by themselves.</summary>
    [Id(4)] public DateTimeOffset? NewUntil { get; init; }
}

[GenerateSerializer, Immutable, Alias("queue.answer-arrival")]
public sealed record AnswerArrival : Command
{
    [Id(0)] public required MemberId Member { get; init; }

    [Id(1)] public required ArrivalAct Act { get; init; }
}

[GenerateSerializer, Immutable, Alias("queue.arrival-post")]
public sealed record ArrivalPost([property: Id(0)] RoomId Room, [property: Id(1)] PostNumber Number);

/// <summary>Somebody who is new in an open community, or who is watched and has posted.</summary>
/// <param name="IsNew">Joined; false: is watched.</param>
/// <param name="Since">When they joined, or posted first.</param>
/// <param name="Posts">The first since then, at most <see cref="ArrivalLimits.PostsCounted"/>.</param>
/// <param name="Answer">None while nobody has done anything about it.</param>
[GenerateSerializer, Immutable, Alias("queue.arrival")]
public sealed record ArrivalView(
    [property: Id(0)] MemberId Member,
    [property: Id(1)] bool IsNew,
    [property: Id(2)] DateTimeOffset Since,
    [property: Id(3)] ImmutableArray<ArrivalPost> Posts,
    [property: Id(4)] ArrivalAnswer? Answer)
{
    /// <summary>When a newcomer's limits end by themselves; none for who came without any.</summary>
    [Id(5)] public DateTimeOffset? NewUntil { get; init; }
}

[GenerateSerializer, Immutable, Alias("queue.arrival-answer")]
public sealed record ArrivalAnswer([property: Id(0)] ArrivalAct Act, [property: Id(1)] MemberId By, [property: Id(2)] DateTimeOffset At);

/// <summary>The member a review is about, and what they had posted when it began.</summary>
[GenerateSerializer, Immutable, Alias("queue.reviewed")]
public sealed record Reviewed([property: Id(0)] MemberId Member, [property: Id(1)] ImmutableArray<ArrivalPost> Posts)
{
    public bool Equals(Reviewed? other) => other is not null && Member == other.Member && Posts.AsSpan().SequenceEqual(other.Posts.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Member, Posts.Length);
}
