using System.Diagnostics.CodeAnalysis;

namespace PublicBuyers.Live;

/// <summary>What can be listened to, by the name browsers give it: a room, or what concerns oneself. Nobody can name what concerns somebody else.</summary>
/// <param name="Name">On the wire.</param>
/// <param name="Stream">What the node follows for it.</param>
/// <param name="Room">None for <c>me</c>.</param>
internal sealed record TopicName(string Name, string Stream, RoomId? Room)
{
    public const string Me = "me";

    private const string RoomPrefix = "room/";

    public static TopicName Of(RoomId room) => new(Streams.Of(room), Streams.Of(room), room);

    public static TopicName Of(MemberId member) => new(Me, Streams.InboxOf(member), null);

    public static bool TryRead(string? name, MemberId reader, [NotNullWhen(true)] out TopicName? topic)
    {
        topic = name == Me ? Of(reader)
            : name?.StartsWith(RoomPrefix, StringComparison.Ordinal) is true && RoomId.TryRead(name[RoomPrefix.Length..], out var room) ? Of(room)
            : null;
        return topic is not null;
    }
}
