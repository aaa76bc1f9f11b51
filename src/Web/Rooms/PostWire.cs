using PublicBuyers.Members;

namespace PublicBuyers.Rooms;

/// <summary>A post as browsers get it: the text rendered, the author named. The same for every reader of the room.</summary>
/// <param name="Html">Empty once deleted.</param>
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
    DateTimeOffset? DeletedAt);
