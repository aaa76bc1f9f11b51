using PublicBuyers.Communities;
using Answer = PublicBuyers.Journal.Decision<PublicBuyers.Done, PublicBuyers.Rooms.RoomEvent>;

namespace PublicBuyers.Rooms;

/// <summary>What moderators may do in a room. Pure.</summary>
internal static class ModerationRules
{
    public static Answer Pin(Room room, Standing moderator, Post? post, PinPost command)
    {
        if (WhyNot(Doing.PinPost, moderator, post) is { } no) return no;
        if (RoomRules.WhyWithheld(post!) is { } withheld) return withheld;
        if (post!.Pinned is not null == command.Pinned) return Answer.Yes(Done.Value);
        if (!command.Pinned) return Answer.Yes(Done.Value, new RoomEvent.PostUnpinned(post.Number));
        if (room.Pinned.Length >= RoomLimits.MostPins) return new RoomRefusal.TooManyPins(RoomLimits.MostPins);

        return Answer.Yes(Done.Value, new RoomEvent.PostPinned(post.Number));
    }

    public static Answer Hide(Standing moderator, Post? post, HidePost command)
    {
        // Who decided in the queue need not belong to the room: an administrator, or whom the other side keeps out.
        if (post is null) return new RoomRefusal.NotVisible();
        if (command.Queue is null && WhyNot(Doing.HidePost, moderator, post) is { } no) return no;
        if (post.DeletedAt is { } at) return new RoomRefusal.AlreadyDeleted(at);
        if (WrongReason(command.Reason) is { } wrong) return wrong;
        if (post.Hidden is not null == command.Hidden) return Answer.Yes(Done.Value);
        if (!command.Hidden && command.Clearing is { } clearing && clearing != post.Clearing) return Answer.Yes(Done.Value);

        var reason = command.Reason.Trim();
        return Answer.Yes(
            Done.Value,
            command.Hidden
                ? new RoomEvent.PostHidden(post.Number, reason, command.Clearing, command.Queue, command.Item)
                : new RoomEvent.PostShown(post.Number, reason));
    }

    /// <param name="root">A thread can be locked as long as it can be replied in: it outlives the post that began it.</param>
    public static Answer Lock(Standing moderator, Post? root, LockThread command)
    {
        if (WhyNot(Doing.LockThread, moderator, root) is { } no) return no;
        if (root!.Replies == 0 && RoomRules.WhyWithheld(root) is { } withheld) return withheld;
        if (WrongReason(command.Reason) is { } wrong) return wrong;
        if (root.Locked is not null == command.Locked) return Answer.Yes(Done.Value);

        var reason = command.Reason.Trim();
        return Answer.Yes(Done.Value, command.Locked ? new RoomEvent.ThreadLocked(root.Number, reason) : new RoomEvent.ThreadUnlocked(root.Number, reason));
    }

    public static Answer SlowDown(Room room, Standing moderator, SetSlowMode command)
    {
        if (WhyNot(Doing.SlowDown, moderator) is { } no) return no;
        if (command.Seconds < 0 || command.Seconds > Longest) return new RoomRefusal.SlowModeInvalid(Longest);
        if (WrongReason(command.Reason) is { } wrong) return wrong;
        if (command.Seconds == room.SlowSeconds) return Answer.Yes(Done.Value);

        return Answer.Yes(Done.Value, new RoomEvent.SlowModeSet(command.Seconds, command.Reason.Trim()));
    }

    /// <summary>What is wrong with a moderator's reason, if anything. It is shown to everybody it concerns, so there has to be one.</summary>
    public static Refusal? WrongReason(string? reason) =>
        string.IsNullOrWhiteSpace(reason) || reason.Length > RoomLimits.LongestReason ? new RoomRefusal.ReasonMissing(RoomLimits.LongestReason)
        : !RoomRules.IsWellFormed(reason) ? new RoomRefusal.TextMalformed()
        : null;

    private static int Longest => (int)RoomLimits.LongestSlowMode.TotalSeconds;

    private static Refusal? WhyNot(Doing what, Standing moderator, Post? post) =>
        !moderator.MayRead || post is null ? new RoomRefusal.NotVisible() : WhyNot(what, moderator);

    private static Refusal? WhyNot(Doing what, Standing moderator) =>
        !moderator.MayRead ? new RoomRefusal.NotVisible()
        : !moderator.May(what) ? new RoomRefusal.ModeratorsOnly()
        : null;
}
