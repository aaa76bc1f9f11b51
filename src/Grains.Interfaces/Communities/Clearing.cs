using PublicBuyers.Search;

namespace PublicBuyers.Communities;

/// <summary>
/// Hides everything that a person wrote in a community's rooms and in the comments on its publications, and withdraws what
/// they have published there.
/// </summary>
[GenerateSerializer, Immutable, Alias("community.clear-member")]
public sealed record ClearMember : Command
{
    [Id(0)] public required MemberId Member { get; init; }

    /// <summary>1 to <see cref="Rooms.RoomLimits.LongestReason"/> characters; shown in the place of each post.</summary>
    [Id(1)] public required string Reason { get; init; }
}

/// <summary>Shows again what the newest <see cref="ClearMember"/> of this person has hidden.</summary>
[GenerateSerializer, Immutable, Alias("community.undo-clearing")]
public sealed record UndoClearing : Command
{
    [Id(0)] public required MemberId Member { get; init; }

    /// <summary>1 to <see cref="Rooms.RoomLimits.LongestReason"/> characters; shown in the rooms' logs.</summary>
    [Id(1)] public required string Reason { get; init; }
}

/// <summary>How far a clearing has come. From the server only.</summary>
[GenerateSerializer, Immutable, Alias("community.move-clearing")]
public sealed record MoveClearing : Command
{
    [Id(0)] public required MemberId Member { get; init; }

    /// <summary>Which clearing: another one that has taken its place stays as it is.</summary>
    [Id(1)] public required long Act { get; init; }

    /// <summary>What it was doing.</summary>
    [Id(2)] public required ClearingState State { get; init; }

    /// <summary>Everything up to this post has been dealt with; none: everything has.</summary>
    [Id(3)] public FoundPost? After { get; init; }

    /// <summary>How many posts could not be changed so far.</summary>
    [Id(4)] public int Left { get; init; }

    /// <summary>How many of the person's posts can be seen, once everything has been dealt with.</summary>
    [Id(5)] public int Visible { get; init; }
}

[GenerateSerializer]
public enum ClearingState
{
    /// <summary>Posts are being hidden; their author cannot write in the community meanwhile.</summary>
    Hiding,

    Hidden,

    /// <summary>It was undone: the posts are being shown again.</summary>
    Showing,

    Shown,
}

/// <summary>The newest clearing of a person in one community.</summary>
/// <param name="Act">Names it: the position of its order in the community's stream.</param>
/// <param name="By">Who ordered it.</param>
/// <param name="Posts">How many posts could be seen when it was ordered; once it is over, how many it has hidden.</param>
[GenerateSerializer, Immutable, Alias("community.clearing")]
public sealed record Clearing(
    [property: Id(0)] MemberId Member,
    [property: Id(1)] long Act,
    [property: Id(2)] MemberId By,
    [property: Id(3)] DateTimeOffset At,
    [property: Id(4)] string Reason,
    [property: Id(5)] int Posts,
    [property: Id(6)] ClearingState State = ClearingState.Hiding)
{
    /// <summary>Where it goes on; none: at the beginning.</summary>
    [Id(7)] public FoundPost? After { get; init; }

    /// <summary>How many posts could not be hidden or shown: their room is damaged, or who ordered it moderates no longer.</summary>
    [Id(8)] public int Left { get; init; }

    /// <summary>Who undid it and why; none unless it was undone.</summary>
    [Id(9)] public Rooms.Act? Undone { get; init; }

    /// <summary>How many posts could be seen when it was undone.</summary>
    [Id(10)] public int VisibleBefore { get; init; }

    /// <summary>Position of the fact that says what to do next.</summary>
    [Id(11)] public long Step { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsRunning => State is ClearingState.Hiding or ClearingState.Showing;
}

/// <summary>What a moderator sees before and while everything by a person is hidden.</summary>
/// <param name="Visible">What can be seen now.</param>
/// <param name="Newest">The newest clearing of this person; none if there was none, or it was long ago.</param>
[GenerateSerializer, Immutable, Alias("community.clearing-view")]
public sealed record ClearingView([property: Id(0)] WrittenPosts Visible, [property: Id(1)] Clearing? Newest)
{
    /// <summary>How many publications of this person can be read now.</summary>
    [Id(2)] public int Publications { get; init; }
}
