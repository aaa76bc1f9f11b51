using System.Diagnostics.CodeAnalysis;

namespace PublicBuyers.Live;

/// <summary>What can be listened to, by the name browsers give it: a room, a community's queue, or what concerns oneself. Nobody can name what concerns somebody else.</summary>
/// <param name="Name">On the wire.</param>
/// <param name="Stream">What the node follows for it.</param>
/// <param name="Room">Of a room only.</param>
/// <param name="Queue">The community, of a queue only.</param>
internal sealed record TopicName(string Name, string Stream, RoomId? Room = null, CommunityId? Queue = null)
{
    public const string Me = "me";

    private const string RoomPrefix = "room/";

    private const string QueuePrefix = "queue/";

    /// <summary>Whether its members, or moderators, may listen. None's for <c>me</c>.</summary>
    public bool IsOf(CommunityId community) => Room is { } room ? room.Communities.Contains(community) : Queue == community;

    public static TopicName Of(RoomId room) => new(Streams.Of(room), Streams.Of(room), Room: room);

    public static TopicName Of(MemberId member) => new(Me, Streams.InboxOf(member));

    public static TopicName OfQueue(CommunityId community) => new(Streams.QueueOf(community), Streams.QueueOf(community), Queue: community);

    public static bool TryRead(string? name, MemberId reader, [NotNullWhen(true)] out TopicName? topic)
    {
        topic = name == Me ? Of(reader)
            : name?.StartsWith(RoomPrefix, StringComparison.Ordinal) is true && RoomId.TryRead(name[RoomPrefix.Length..], out var room) ? Of(room)
            : name?.StartsWith(QueuePrefix, StringComparison.Ordinal) is true && Slugs.IsSlug(name[QueuePrefix.Length..]) ? OfQueue(new(name[QueuePrefix.Length..]))
            : null;
        return topic is not null;
    }
}
