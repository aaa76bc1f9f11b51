using PublicBuyers.Rooms;

namespace PublicBuyers.Search;

/// <summary>What of a room the index follows, and what it makes of a post.</summary>
internal static class PostIndex
{
    /// <summary>Facts that change a post's text, or whether it may be seen. Replies, reactions and pins do neither.</summary>
    public static bool Concerns(string type) => type is RoomEvent.Posted or RoomEvent.Edited or RoomEvent.Deleted or RoomEvent.Hidden or RoomEvent.Shown;

    public static PostRow RowOf(RoomId room, Post post) => new(
        room,
        post.Number,
        post.Author,
        post.At,
        post.Thread,
        post.IsWithheld,
        post.IsWithheld ? [] : PostWords.Of(post.Markdown, post.Attachments.Select(file => file.Name)),
        post.IsWithheld ? 0 : post.Attachments.Length);
}
