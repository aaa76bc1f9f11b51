namespace PublicBuyers.Rooms;

/// <summary>Why a room says no.</summary>
public static class RoomRefusal
{
    /// <summary>No such room or post, or not for this reader.</summary>
    [GenerateSerializer, Immutable, Alias("room.absent")]
    public sealed record NotVisible() : Refusal(RefusalKind.Absent, "room.absent");

    [GenerateSerializer, Immutable, Alias("room.text-empty")]
    public sealed record TextEmpty() : Refusal(RefusalKind.Unprocessable, "room.text-empty");

    [GenerateSerializer, Immutable, Alias("room.text-too-long")]
    public sealed record TextTooLong([property: Id(0)] int Bytes, [property: Id(1)] int Most) : Refusal(RefusalKind.Unprocessable, "room.text-too-long");

    [GenerateSerializer, Immutable, Alias("room.text-malformed")]
    public sealed record TextMalformed() : Refusal(RefusalKind.Unprocessable, "room.text-malformed");

    [GenerateSerializer, Immutable, Alias("room.text-too-deep")]
    public sealed record TextTooDeep([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "room.text-too-deep");

    [GenerateSerializer, Immutable, Alias("room.not-yours")]
    public sealed record NotYours() : Refusal(RefusalKind.NotAllowed, "room.not-yours");

    [GenerateSerializer, Immutable, Alias("room.already-deleted")]
    public sealed record AlreadyDeleted([property: Id(0)] DateTimeOffset At) : Refusal(RefusalKind.Conflict, "room.already-deleted");

    [GenerateSerializer, Immutable, Alias("room.thread-full")]
    public sealed record ThreadFull([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "room.thread-full");

    [GenerateSerializer, Immutable, Alias("room.edited-too-often")]
    public sealed record EditedTooOften([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "room.edited-too-often");

    /// <summary>A stretch that is no mention: outside the text, overlapping, or not beginning with <c>@</c>.</summary>
    [GenerateSerializer, Immutable, Alias("room.mention-invalid")]
    public sealed record MentionInvalid([property: Id(0)] int Start) : Refusal(RefusalKind.Unprocessable, "room.mention-invalid");

    [GenerateSerializer, Immutable, Alias("room.too-many-mentions")]
    public sealed record TooManyMentions([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "room.too-many-mentions");

    /// <summary>Hiding, pinning, locking, slowing down, telling everybody: what moderators do.</summary>
    [GenerateSerializer, Immutable, Alias("room.moderators-only")]
    public sealed record ModeratorsOnly() : Refusal(RefusalKind.NotAllowed, "room.moderators-only");

    [GenerateSerializer, Immutable, Alias("room.reason-missing")]
    public sealed record ReasonMissing([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "room.reason-missing");

    [GenerateSerializer, Immutable, Alias("room.withheld")]
    public sealed record Withheld() : Refusal(RefusalKind.Conflict, "room.withheld");

    [GenerateSerializer, Immutable, Alias("room.thread-locked")]
    public sealed record ThreadLocked([property: Id(0)] Act Lock) : Refusal(RefusalKind.NotAllowed, "room.thread-locked");

    /// <param name="Until">None: until it is lifted.</param>
    [GenerateSerializer, Immutable, Alias("room.muted")]
    public sealed record Muted([property: Id(0)] DateTimeOffset? Until) : Refusal(RefusalKind.NotAllowed, "room.muted");

    /// <summary>Its community is closed, or it is a thread of a bridge that stands no more or has a closed side: it can be read.</summary>
    [GenerateSerializer, Immutable, Alias("room.closed")]
    public sealed record Closed() : Refusal(RefusalKind.NotAllowed, "room.closed");

    [GenerateSerializer, Immutable, Alias("room.slow-mode")]
    public sealed record SlowMode([property: Id(0)] int Seconds, [property: Id(1)] int RetryAfterSeconds) : Refusal(RefusalKind.TooMany, "room.slow-mode");

    /// <summary>A newcomer wrote as much as newcomers may in an hour.</summary>
    /// <param name="RetryAfterMinutes">The same, rounded up.</param>
    [GenerateSerializer, Immutable, Alias("room.newcomer-posts")]
    public sealed record NewcomerPosts(
        [property: Id(0)] int Most,
        [property: Id(1)] int RetryAfterSeconds,
        [property: Id(2)] int RetryAfterMinutes) : Refusal(RefusalKind.TooMany, "room.newcomer-posts");

    /// <summary>A newcomer's post has more links than newcomers may set, or an edit adds some beyond that.</summary>
    /// <param name="Until">From then on there may be more.</param>
    [GenerateSerializer, Immutable, Alias("room.newcomer-links")]
    public sealed record NewcomerLinks(
        [property: Id(0)] int Links,
        [property: Id(1)] int Most,
        [property: Id(2)] DateTimeOffset Until) : Refusal(RefusalKind.Unprocessable, "room.newcomer-links");

    [GenerateSerializer, Immutable, Alias("room.slow-mode-invalid")]
    public sealed record SlowModeInvalid([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "room.slow-mode-invalid");

    [GenerateSerializer, Immutable, Alias("room.too-many-pins")]
    public sealed record TooManyPins([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "room.too-many-pins");

    [GenerateSerializer, Immutable, Alias("room.too-many-reactions")]
    public sealed record TooManyReactions([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "room.too-many-reactions");

    /// <summary>The member has taken back so many reactions to this post that they cannot react to it again.</summary>
    [GenerateSerializer, Immutable, Alias("room.reactions-taken-back")]
    public sealed record ReactionsTakenBack([property: Id(0)] int Most)
        : Refusal(RefusalKind.Unprocessable, "room.reactions-taken-back");

    [GenerateSerializer, Immutable, Alias("room.too-many-attachments")]
    public sealed record TooManyAttachments([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "room.too-many-attachments");
}
