using System.Collections.Immutable;
using PublicBuyers.Inbox;

namespace PublicBuyers.Rooms;

/// <summary>What a page shows of a room to the one who visits.</summary>
/// <param name="Pinned">Newest first.</param>
/// <param name="Mark">How far the reader has read the room.</param>
/// <param name="LookedFor">The post a link led to; zero for none.</param>
/// <param name="Attempt">What was sent and refused.</param>
/// <param name="IsFirstVisit">Nothing of the room was read so far: <paramref name="Mark"/> is where the reader came in.</param>
public sealed record RoomShown(
    RoomId Room, string Name, PostPage Page, ImmutableArray<PostWire> Posts, ImmutableArray<PostWire> Pinned,
    RoomMark Mark, LastVisit? Since, long LookedFor, Attempt? Attempt, bool IsFirstVisit = false);
