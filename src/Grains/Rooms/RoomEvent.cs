using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.Moderation;

namespace PublicBuyers.Rooms;

/// <summary>Everything that can happen in a room. Who and when stand beside each fact.</summary>
internal abstract record RoomEvent : Fact
{
    public const string Posted = "room.post-posted";

    public const string Edited = "room.post-edited";

    public const string Deleted = "room.post-deleted";

    public const string Hidden = "room.post-hidden";

    public const string Shown = "room.post-shown";

    public const string Reacted = "room.reaction-added";

    public const string TookBack = "room.reaction-removed";

    public const string Pinned = "room.post-pinned";

    public const string Unpinned = "room.post-unpinned";

    public const string Locked = "room.thread-locked";

    public const string Unlocked = "room.thread-unlocked";

    public const string Moved = "room.door-moved";

    public const string SlowedDown = "room.slow-mode-set";

    private RoomEvent() { }

    /// <param name="Mentions">Only of who may read the room; none where nobody is mentioned.</param>
    [Fact(Posted)]
    public sealed record PostPosted(PostNumber Number, string Markdown, PostNumber? Thread, ImmutableArray<Mention>? Mentions = null, ImmutableArray<Attachment>? Attachments = null) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Number);
    }

    /// <param name="Told">Who is mentioned and was not told by this post before.</param>
    /// <param name="ToldEverybody">Set where the whole room is told, and was not before.</param>
    [Fact(Edited)]
    public sealed record PostEdited(PostNumber Number, string Markdown, ImmutableArray<Mention>? Mentions = null, ImmutableArray<MemberId>? Told = null, bool? ToldEverybody = null) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Number);
    }

    /// <param name="Reason">Of a moderator.</param>
    [Fact(Deleted)]
    public sealed record PostDeleted(PostNumber Number, string? Reason = null) : RoomEvent
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

    [Fact(Reacted)]
    public sealed record ReactionAdded(PostNumber Number, Reaction Reaction) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Number);
    }

    [Fact(TookBack)]
    public sealed record ReactionRemoved(PostNumber Number, Reaction Reaction) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Number);
    }

    [Fact(Pinned)]
    public sealed record PostPinned(PostNumber Number) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Number);
    }

    [Fact(Unpinned)]
    public sealed record PostUnpinned(PostNumber Number) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Number);
    }

    /// <summary>A pin goes with it, and does not come back with <see cref="PostShown"/>.</summary>
    /// <param name="Clearing">Of which it is a part; none for a post that was hidden by itself.</param>
    /// <param name="Queue">In whose queue that was decided; none: in the room itself.</param>
    /// <param name="Item">Of that queue.</param>
    [Fact(Hidden)]
    public sealed record PostHidden(
        PostNumber Number, string Reason, long? Clearing = null, CommunityId? Queue = null, ItemNumber? Item = null) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Number);
    }

    [Fact(Shown)]
    public sealed record PostShown(PostNumber Number, string Reason) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Number);
    }

    [Fact(Locked)]
    public sealed record ThreadLocked(PostNumber Root, string Reason) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Root);
    }

    [Fact(Unlocked)]
    public sealed record ThreadUnlocked(PostNumber Root, string Reason) : RoomEvent
    {
        public override string Subject => Post.SubjectOf(Root);
    }

    /// <summary>Others may come in than before.</summary>
    [Fact(Moved)]
    public sealed record DoorMoved : RoomEvent;

    /// <param name="Seconds">Between two posts of a member; zero ends it.</param>
    [Fact(SlowedDown)]
    public sealed record SlowModeSet(int Seconds, string Reason) : RoomEvent;
}
