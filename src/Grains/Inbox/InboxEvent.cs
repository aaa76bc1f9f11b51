using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;

namespace PublicBuyers.Inbox;

/// <summary>Everything that can happen to an inbox. How far a room was read is none of it (<see cref="IReadMarks"/>), but that notices were read by it is.</summary>
internal abstract record InboxEvent : Fact
{
    private InboxEvent() { }

    /// <param name="Later">See <see cref="TellMember.Later"/>.</param>
    /// <param name="Replaces">The notice it takes the place of: a reply that mentions after an edit, or an earlier reaction to the same post, whose reactors go on with it.</param>
    [Fact("inbox.told")]
    public sealed record Told(long Number, NoticeKind Kind, RoomId Room, PostNumber Post, PostNumber? Thread, MemberId Actor, Reaction? Reaction, bool Later, long? Replaces) : InboxEvent
    {
        public override string Subject => Inbox.SubjectOf(Room, Post);
    }

    /// <param name="Replaces">An earlier notice of the same thing.</param>
    [Fact("inbox.told-of-community")]
    public sealed record ToldOf(long Number, NoticeKind Kind, Concern Of, MemberId Actor, long? Replaces) : InboxEvent
    {
        public override string Subject => Of.Item is { } item ? $"{Of.Community.Value}/item/{item.Value}" : Of.Community.Value;
    }

    [Fact("inbox.withdrawn")]
    public sealed record Withdrawn(ImmutableArray<long> Notices) : InboxEvent;

    /// <summary>One of several who reacted has thought better of it; the notice goes on with the others.</summary>
    [Fact("inbox.reaction-withdrawn")]
    public sealed record ReactionWithdrawn(long Number, MemberId Actor, Reaction Reaction) : InboxEvent;

    [Fact("inbox.read")]
    public sealed record Read(ImmutableArray<long> Notices) : InboxEvent;

    [Fact("inbox.room-muted")]
    public sealed record RoomMuted(RoomId Room) : InboxEvent;

    [Fact("inbox.room-unmuted")]
    public sealed record RoomUnmuted(RoomId Room) : InboxEvent;

    [Fact("inbox.member-muted")]
    public sealed record MemberMuted(MemberId Member) : InboxEvent;

    [Fact("inbox.member-unmuted")]
    public sealed record MemberUnmuted(MemberId Member) : InboxEvent;
}
