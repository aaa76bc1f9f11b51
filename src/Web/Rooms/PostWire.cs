using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PublicBuyers.Members;

namespace PublicBuyers.Rooms;

/// <summary>A post as browsers get it: the text rendered, the author named. The same for every reader of the room.</summary>
/// <param name="Html">Empty once deleted, and while hidden.</param>
public sealed record PostWire(
    long Number,
    MemberCard Author,
    DateTimeOffset At,
    string Html,
    long? Thread,
    int Replies,
    DateTimeOffset? LastReplyAt,
    int Revision,
    DateTimeOffset? EditedAt,
    DateTimeOffset? DeletedAt)
{
    public const int MostNames = 10;

    /// <summary>Deleted or hidden: nothing of it but its place is shown.</summary>
    [JsonIgnore]
    public bool IsWithheld => DeletedAt is not null || Hidden is not null;

    /// <summary>The number of its thread's newest reply.</summary>
    public long? LastReply { get; init; }

    /// <summary>Whom it names, so that the page can mark what is meant for its reader.</summary>
    public ImmutableArray<MemberId> Mentions { get; init; } = [];

    /// <summary>Whether it names the whole room.</summary>
    public bool Everybody { get; init; }

    public ImmutableArray<Attachment> Attachments { get; init; } = [];

    public ImmutableArray<ReactedWire> Reactions { get; init; } = [];

    public ActWire? Pinned { get; init; }

    public ActWire? Hidden { get; init; }

    public ActWire? Locked { get; init; }

    /// <summary>Set where a moderator deleted it.</summary>
    public ActWire? Removed { get; init; }
}

/// <param name="Names">Of the first <see cref="PostWire.MostNames"/>.</param>
public sealed record ReactedWire(Reaction Reaction, ImmutableArray<MemberId> Members, ImmutableArray<string> Names);

/// <summary>What a moderator did, and why.</summary>
public sealed record ActWire(MemberCard By, DateTimeOffset At, string Reason);

public sealed record RoomSettingsWire(int SlowSeconds, ActWire? SlowedBy, ImmutableArray<long> Pinned);
