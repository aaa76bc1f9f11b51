namespace PublicBuyers.Communities;

/// <summary>Why a community says no.</summary>
public static class CommunityRefusal
{
    [GenerateSerializer, Immutable, Alias("community.absent")]
    public sealed record NotVisible() : Refusal(RefusalKind.Absent, "community.absent");

    [GenerateSerializer, Immutable, Alias("community.already-founded")]
    public sealed record AlreadyFounded() : Refusal(RefusalKind.Conflict, "community.already-founded");

    [GenerateSerializer, Immutable, Alias("community.text-invalid")]
    public sealed record TextInvalid([property: Id(0)] string Field, [property: Id(1)] int Most) : Refusal(RefusalKind.Unprocessable, "community.text-invalid");

    /// <summary>The description nests deeper than can be laid out, or holds too many characters that could be Markdown.</summary>
    [GenerateSerializer, Immutable, Alias("community.text-too-deep")]
    public sealed record TextTooDeep([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "community.text-too-deep");

    [GenerateSerializer, Immutable, Alias("community.slug-invalid")]
    public sealed record SlugInvalid([property: Id(0)] string Slug) : Refusal(RefusalKind.Unprocessable, "community.slug-invalid");

    [GenerateSerializer, Immutable, Alias("community.room-exists")]
    public sealed record RoomExists([property: Id(0)] RoomId Room) : Refusal(RefusalKind.Conflict, "community.room-exists");

    [GenerateSerializer, Immutable, Alias("community.too-many-rooms")]
    public sealed record TooManyRooms([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "community.too-many-rooms");

    [GenerateSerializer, Immutable, Alias("community.full")]
    public sealed record Full([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "community.full");

    /// <summary>Joining is not free here: it has to be asked for, or one is invited.</summary>
    [GenerateSerializer, Immutable, Alias("community.not-open")]
    public sealed record NotOpen([property: Id(0)] Access Access) : Refusal(RefusalKind.NotAllowed, "community.not-open");

    [GenerateSerializer, Immutable, Alias("community.not-a-member")]
    public sealed record NotAMember() : Refusal(RefusalKind.Conflict, "community.not-a-member");

    /// <summary>A community always keeps a leader.</summary>
    [GenerateSerializer, Immutable, Alias("community.last-leader")]
    public sealed record LastLeader() : Refusal(RefusalKind.Conflict, "community.last-leader");

    [GenerateSerializer, Immutable, Alias("community.banned")]
    public sealed record Banned() : Refusal(RefusalKind.NotAllowed, "community.banned");

    /// <summary>Left while suspended, and comes back too early.</summary>
    [GenerateSerializer, Immutable, Alias("community.suspended")]
    public sealed record Suspended([property: Id(0)] DateTimeOffset? Until) : Refusal(RefusalKind.NotAllowed, "community.suspended");

    /// <summary>Admits public buyers only, and an administrator has not confirmed that the member is one.</summary>
    [GenerateSerializer, Immutable, Alias("community.buyers-only")]
    public sealed record BuyersOnly() : Refusal(RefusalKind.NotAllowed, "community.buyers-only");

    [GenerateSerializer, Immutable, Alias("community.not-restricted")]
    public sealed record NotRestricted() : Refusal(RefusalKind.Conflict, "community.not-restricted");

    [GenerateSerializer, Immutable, Alias("community.reason-missing")]
    public sealed record ReasonMissing() : Refusal(RefusalKind.Unprocessable, "community.reason-missing");

    /// <summary>A restriction ends later than now, and not after a life.</summary>
    [GenerateSerializer, Immutable, Alias("community.until-invalid")]
    public sealed record UntilInvalid([property: Id(0)] int MostDays) : Refusal(RefusalKind.Unprocessable, "community.until-invalid");

    /// <summary>An absence ends later than it begins and than now, and not after <paramref name="MostDays"/>.</summary>
    [GenerateSerializer, Immutable, Alias("community.absence-invalid")]
    public sealed record AbsenceInvalid([property: Id(0)] int MostDays) : Refusal(RefusalKind.Unprocessable, "community.absence-invalid");

    /// <summary>Somebody else who moderates here stands in, where there is anybody.</summary>
    [GenerateSerializer, Immutable, Alias("community.substitute-invalid")]
    public sealed record SubstituteInvalid() : Refusal(RefusalKind.Unprocessable, "community.substitute-invalid");

    [GenerateSerializer, Immutable, Alias("community.too-many-restrictions")]
    public sealed record TooManyRestrictions([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "community.too-many-restrictions");

    /// <summary>What a person wrote is being hidden or shown again: nothing else can be begun before that is over.</summary>
    [GenerateSerializer, Immutable, Alias("community.clearing-runs")]
    public sealed record ClearingRuns() : Refusal(RefusalKind.Conflict, "community.clearing-runs");

    [GenerateSerializer, Immutable, Alias("community.too-many-clearings")]
    public sealed record TooManyClearings([property: Id(0)] int Most)
        : Refusal(RefusalKind.Unprocessable, "community.too-many-clearings");

    /// <summary>There is no clearing to undo, or it was so long ago that it is not remembered.</summary>
    [GenerateSerializer, Immutable, Alias("community.not-cleared")]
    public sealed record NotCleared() : Refusal(RefusalKind.Conflict, "community.not-cleared");

    [GenerateSerializer, Immutable, Alias("community.answer-days-invalid")]
    public sealed record AnswerDaysInvalid([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "community.answer-days-invalid");

    [GenerateSerializer, Immutable, Alias("community.too-many-invitations")]
    public sealed record TooManyInvitations([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "community.too-many-invitations");

    /// <summary>Readable, and nothing new begins in it until it is opened again.</summary>
    [GenerateSerializer, Immutable, Alias("community.closed")]
    public sealed record Closed() : Refusal(RefusalKind.NotAllowed, "community.closed");

    [GenerateSerializer, Immutable, Alias("community.not-allowed")]
    public sealed record NotAllowed() : Refusal(RefusalKind.NotAllowed, "community.not-allowed");
}
