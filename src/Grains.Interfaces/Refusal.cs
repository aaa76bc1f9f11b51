namespace PublicBuyers;

/// <summary>Why the answer is no, coarsely: what a client can do about it. Becomes an HTTP status in one place.</summary>
[GenerateSerializer]
public enum RefusalKind
{
    /// <summary>Does not exist, or may not be read: the two cannot be told apart.</summary>
    Absent,

    /// <summary>May be read; this may not be done with it by this person.</summary>
    NotAllowed,

    /// <summary>Somebody was first, or the thing has changed.</summary>
    Conflict,

    /// <summary>Understood, and cannot be done as it stands.</summary>
    Unprocessable,

    /// <summary>Too much in too short a time; later is fine.</summary>
    TooMany,

    /// <summary>Nobody can do this now; the administrator has been told.</summary>
    Unavailable,

    /// <summary>More than may be sent or kept here; less is fine.</summary>
    TooLarge,

    /// <summary>The server has no room for it, whoever asks.</summary>
    NoRoom,
}

/// <summary>"No" as an answer. Each noun has its own; a refusal may carry what the person needs next.</summary>
/// <param name="Kind">What kind of no.</param>
/// <param name="Code">Permanent name, such as <c>room.text-too-long</c>: the key of its words and the end of its problem type.</param>
[GenerateSerializer, Immutable]
public abstract record Refusal([property: Id(0)] RefusalKind Kind, [property: Id(1)] string Code);

/// <summary>Refusals that any noun can give.</summary>
public static class Refused
{
    [GenerateSerializer, Immutable, Alias("refused.request-reused")]
    public sealed record RequestReused() : Refusal(RefusalKind.Conflict, "request-reused");

    /// <summary>This stream holds something this version of the server cannot read. It is kept as it is and listed for the administrator.</summary>
    [GenerateSerializer, Immutable, Alias("refused.quarantined")]
    public sealed record Quarantined([property: Id(0)] string Reference) : Refusal(RefusalKind.Unavailable, "quarantined");

    /// <summary>The disk is full. Nothing has happened; the same request works once there is room.</summary>
    [GenerateSerializer, Immutable, Alias("refused.disk-full")]
    public sealed record DiskFull() : Refusal(RefusalKind.NoRoom, "disk-full");

    /// <summary>The disk cannot be written. Nothing has happened; the same request works once it can.</summary>
    [GenerateSerializer, Immutable, Alias("refused.not-stored")]
    public sealed record NotStored() : Refusal(RefusalKind.Unavailable, "not-stored");

    /// <summary>What would have answered could not be reached. Whether it was done is unknown; the same request has no
    /// second effect.</summary>
    [GenerateSerializer, Immutable, Alias("refused.unreachable")]
    public sealed record Unreachable() : Refusal(RefusalKind.Unavailable, "unreachable");

    [GenerateSerializer, Immutable, Alias("refused.too-fast")]
    public sealed record TooFast([property: Id(0)] int RetryAfterSeconds) : Refusal(RefusalKind.TooMany, "too-fast");
}
