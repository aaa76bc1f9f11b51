using PublicBuyers.Journal;

namespace PublicBuyers.Rooms;

/// <summary>Everything that can happen in a room. Who and when stand beside each fact.</summary>
internal abstract record RoomEvent : Fact
{
    public const string Posted = "room.post-posted";

    public const string Edited = "room.post-edited";

    public const string Deleted = "room.post-deleted";

    private RoomEvent() { }

    [Fact(Posted)]
    public sealed record PostPosted(PostNumber Number, string Markdown, PostNumber? Thread) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Number);
    }

    [Fact(Edited)]
    public sealed record PostEdited(PostNumber Number, string Markdown) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Number);
    }

    [Fact(Deleted)]
    public sealed record PostDeleted(PostNumber Number) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Number);
    }

    /// <summary>Told of the post that was replied to, so that its own facts say what hangs on it.</summary>
    [Fact("room.reply-added")]
    public sealed record ReplyAdded(PostNumber Root, PostNumber Reply) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Root);
    }

    [Fact("room.reply-removed")]
    public sealed record ReplyRemoved(PostNumber Root, PostNumber Reply) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Root);
    }
}
