using System.Collections.Immutable;
using PublicBuyers.Rooms;
using Answer = PublicBuyers.Journal.Decision<PublicBuyers.Done, PublicBuyers.Inbox.InboxEvent>;

namespace PublicBuyers.Inbox;

/// <summary>Every rule of an inbox. Pure.</summary>
internal static class InboxRules
{
    private static Answer Nothing => Answer.Yes(Done.Value);

    /// <param name="mark">How far the member has read the room.</param>
    /// <param name="mayRead">Whether the member may read it at all, now.</param>
    public static Answer Tell(Inbox inbox, MemberId owner, RoomMark mark, bool mayRead, TellMember command)
    {
        if (command.By != MemberId.System) return new InboxRefusal.NotVisible();
        if (!mayRead || command.Actor == owner || inbox.MutedMembers.Contains(command.Actor)) return Nothing;

        // Whoever is named wants to know, be the room ever so loud.
        if (inbox.MutedRooms.Contains(command.Room) && command.Kind is not NoticeKind.Mention) return Nothing;

        return command.Kind is NoticeKind.Reaction ? TellReaction(inbox, command) : TellPost(inbox, mark, command);
    }

    /// <summary>Of one thing there is one notice, the newest: of an item that came back, of a role that changed twice, of a bridge, or of who joined a community: its arrivals say who else did.</summary>
    public static Answer TellOf(Inbox inbox, MemberId owner, TellOfCommunity command)
    {
        if (command.By != MemberId.System) return new InboxRefusal.NotVisible();
        if (command.Actor == owner) return Nothing;

        var before = inbox.Notices.Values.FirstOrDefault(kept => kept.Notice.Kind == command.Kind && kept.Notice.Of is { } of && IsSame(of, command.Of));
        return Answer.Yes(Done.Value, new InboxEvent.ToldOf(inbox.Last + 1, command.Kind, command.Of, command.Actor, before?.Notice.Number));
    }

    /// <summary>About one thing. A post is the same, whichever item of a queue it was hidden by.</summary>
    private static bool IsSame(Concern one, Concern other) =>
        one.Hiding is not null
            ? (one.Room, one.Post) == (other.Room, other.Post)
            : (one.Community, one.Item, one.Publication) == (other.Community, other.Item, other.Publication)
                && (one.Across, one.Thread) == (other.Across, other.Thread);

    /// <param name="mayRead">Whether the member may read the room that is withdrawn from, now.</param>
    public static Answer Withdraw(Inbox inbox, bool mayRead, WithdrawNotices command)
    {
        if (command.By != MemberId.System) return new InboxRefusal.NotVisible();
        if (command is { Room: not null, Post: null } && mayRead) return Nothing;

        if (command is { Actor: { } actor, Reaction: { } reaction })
        {
            return inbox.Notices.Values.FirstOrDefault(kept => IsOf(kept, command) && kept.Reactions.Any(each => each.Is(actor, reaction))) is not { } told ? Nothing
                : told.Without(actor, reaction) is null ? Answer.Yes(Done.Value, new InboxEvent.Withdrawn([told.Notice.Number]))
                : Answer.Yes(Done.Value, new InboxEvent.ReactionWithdrawn(told.Notice.Number, actor, reaction));
        }

        if (command.StaysAsReply && inbox.Notices.Values.FirstOrDefault(kept => IsOf(kept, command)) is { Notice: { IsRead: false, Room: { } room, Post: { } post } notice })
            return Answer.Yes(Done.Value, new InboxEvent.Told(inbox.Last + 1, NoticeKind.Reply, room, post, notice.Thread, notice.By, null, false, notice.Number));

        return All(inbox.Notices.Values.Where(kept => IsOf(kept, command)), numbers => new InboxEvent.Withdrawn(numbers));
    }

    public static Answer Read(Inbox inbox, MemberId owner, ReadNotices command) =>
        command.By != owner
            ? new InboxRefusal.NotVisible()
            : ReadAll(inbox.Notices.Values.Where(kept => kept.Notice.Number == command.Number || kept.Notice.Number <= command.Upto));

    /// <summary>The notices of a room that are read by having read so far.</summary>
    public static Answer ReadUpTo(Inbox inbox, RoomMark mark) => ReadAll(inbox.Notices.Values.Where(kept => kept.IsReadBy(mark)));

    public static Answer MuteRoom(Inbox inbox, MemberId owner, bool mayRead, MuteRoom command)
    {
        if (command.By != owner) return new InboxRefusal.NotVisible();
        if (inbox.MutedRooms.Contains(command.Room) == command.Muted) return Nothing;
        if (!command.Muted) return Answer.Yes(Done.Value, new InboxEvent.RoomUnmuted(command.Room));

        if (!mayRead) return new InboxRefusal.NotVisible();
        if (inbox.MutedRooms.Length >= InboxLimits.MostMutes) return new InboxRefusal.TooManyMutes(InboxLimits.MostMutes);

        return Answer.Yes(Done.Value, new InboxEvent.RoomMuted(command.Room));
    }

    /// <param name="isKnown">The owner may know that there is such a member.</param>
    public static Answer MuteMember(Inbox inbox, MemberId owner, bool isKnown, MuteMember command)
    {
        if (command.By != owner) return new InboxRefusal.NotVisible();
        if (inbox.MutedMembers.Contains(command.Member) == command.Muted) return Nothing;
        if (!command.Muted) return Answer.Yes(Done.Value, new InboxEvent.MemberUnmuted(command.Member));

        if (command.Member == owner) return new InboxRefusal.NotOneself();
        if (!isKnown) return new InboxRefusal.NotVisible();
        if (inbox.MutedMembers.Length >= InboxLimits.MostMutes) return new InboxRefusal.TooManyMutes(InboxLimits.MostMutes);

        return Answer.Yes(Done.Value, new InboxEvent.MemberMuted(command.Member));
    }

    /// <summary>The mark moved on, or as it was: of two devices the one that has read further counts.</summary>
    /// <param name="last">Nobody has read further than this, whatever they say.</param>
    public static RoomMark Forward(RoomMark mark, PostNumber upto, PostNumber? thread, PostNumber last)
    {
        var reached = new PostNumber(Math.Min(upto.Value, last.Value));
        if (reached.Value <= mark.Upto.Value) return mark;

        if (thread is not { } root)
            return mark with { Upto = reached, Threads = mark.Threads.RemoveRange(mark.Threads.Where(each => each.Value.Value <= reached.Value).Select(each => each.Key)) };

        return root.Value < 1 || root.Value > last.Value || mark.Threads.GetValueOrDefault(root.Value).Value >= reached.Value
            ? mark
            : mark with { Threads = mark.Threads.SetItem(root.Value, reached).KeepNewest(InboxLimits.ThreadMarksKept) };
    }

    public static bool Covers(RoomMark mark, PostNumber post, PostNumber? thread) =>
        post.Value <= mark.Upto.Value || (thread is { } root && post.Value <= mark.Threads.GetValueOrDefault(root.Value).Value);

    /// <summary>A post is told of once, however many reasons there are; a better reason found later takes the place of the first.</summary>
    private static Answer TellPost(Inbox inbox, RoomMark mark, TellMember command)
    {
        if (!command.Later && Covers(mark, command.Post, command.Thread)) return Nothing;

        var told = inbox.Notices.Values.FirstOrDefault(kept => kept.Notice.Kind is not NoticeKind.Reaction && kept.Notice.Room == command.Room && kept.Notice.Post == command.Post);
        return told is not null && told.Notice.Kind <= command.Kind ? Nothing : Told(inbox, command, told);
    }

    /// <summary>One notice for all reactions to a post: it moves up with the newest.</summary>
    private static Answer TellReaction(Inbox inbox, TellMember command)
    {
        var told = inbox.Notices.Values.FirstOrDefault(kept => kept.Notice.Kind is NoticeKind.Reaction && kept.Notice.Room == command.Room && kept.Notice.Post == command.Post);
        return command.Reaction is not { } reaction || told?.Reactions.Any(each => each.Is(command.Actor, reaction)) is true ? Nothing : Told(inbox, command, told);
    }

    private static Answer Told(Inbox inbox, TellMember command, KeptNotice? before) => Answer.Yes(
        Done.Value,
        new InboxEvent.Told(inbox.Last + 1, command.Kind, command.Room, command.Post, command.Thread, command.Actor, command.Reaction, command.Later, before?.Notice.Number));

    /// <summary>Whoever left a community keeps what they were told of their own standing and requests there.</summary>
    private static bool IsOf(KeptNotice kept, WithdrawNotices command) => command switch
    {
        { Community: { } community, Item: { } item } => kept.Notice.Kind is NoticeKind.Waiting or NoticeKind.Escalated && kept.Notice.Of?.Community == community && kept.Notice.Of.Item == item,
        { Community: { } community } => (kept.Notice.Community == community || kept.Notice.Room?.Bridge?.Links(community) is true) && !IsKept(kept.Notice.Kind),
        { OnlyNamed: true } when kept.Notice.Kind is not (NoticeKind.Mention or NoticeKind.Room) => false,
        _ => kept.Notice.Room is not null && kept.Notice.Room == command.Room && (command.Post is null || kept.Notice.Post == command.Post),
    };

    private static bool IsKept(NoticeKind kind) =>
        kind is NoticeKind.Decided or NoticeKind.Standing or NoticeKind.Hidden or NoticeKind.Cleared;

    private static Answer ReadAll(IEnumerable<KeptNotice> which) => All(which.Where(kept => !kept.Notice.IsRead), numbers => new InboxEvent.Read(numbers));

    private static Answer All(IEnumerable<KeptNotice> which, Func<ImmutableArray<long>, InboxEvent> happened) =>
        which.Select(kept => kept.Notice.Number).ToArray() is { Length: > 0 } numbers ? Answer.Yes(Done.Value, happened([.. numbers])) : Nothing;
}
