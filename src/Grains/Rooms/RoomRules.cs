using System.Collections.Immutable;
using System.Text;
using PublicBuyers.Communities;
using PublicBuyers.Journal;

namespace PublicBuyers.Rooms;

/// <summary>Every rule of a room. Pure: no waiting, no clock, no chance.</summary>
internal static class RoomRules
{
    public static Decision<Done, RoomEvent> MoveDoor(MoveDoor command) =>
        command.By == MemberId.System ? Decision<Done, RoomEvent>.Yes(Done.Value, new RoomEvent.DoorMoved()) : new RoomRefusal.NotVisible();

    /// <param name="readers">Who of the mentioned may read the room.</param>
    public static Decision<Posted, RoomEvent> Post(Room room, Standing author, Post? root, ImmutableHashSet<MemberId> readers, PostMessage command, DateTimeOffset now)
    {
        if (!author.MayRead) return new RoomRefusal.NotVisible();
        if (WrongText(command.Markdown) is { } wrong) return wrong;
        if (MentionRules.Wrong(command.Mentions, command.Markdown, author.May(Doing.MentionEverybody)) is { } wrongMention) return wrongMention;
        if (command.Attachments.Length > RoomLimits.MostAttachments) return new RoomRefusal.TooManyAttachments(RoomLimits.MostAttachments);
        if (command.Thread is not null && WhyNoReply(author, root) is { } noReply) return noReply;
        if (!author.Moderates && WhyWait(room, author.Member, now) is { } wait) return wait;

        var number = room.Last.Next();
        var posted = new RoomEvent.PostPosted(number, command.Markdown, command.Thread is null ? null : root!.Number, Written(MentionRules.Kept(command.Mentions, readers)), Written(command.Attachments));
        var answer = new Posted(number, MentionRules.Unreached(command.Mentions, readers));
        return posted.Thread is { } thread
            ? Decision<Posted, RoomEvent>.Yes(answer, posted, new RoomEvent.ReplyAdded(thread, number))
            : Decision<Posted, RoomEvent>.Yes(answer, posted);
    }

    /// <param name="readers">Who of the mentioned may read the room.</param>
    /// <param name="locked">The thread that the post is in, or begins.</param>
    public static Decision<Posted, RoomEvent> Edit(
        Standing editor, Post? post, ImmutableHashSet<MemberId> readers, EditPost command, Act? locked = null)
    {
        if (!editor.MayRead || post is null) return new RoomRefusal.NotVisible();
        if (post.DeletedAt is { } at) return new RoomRefusal.AlreadyDeleted(at);
        if (post.Author != command.By) return new RoomRefusal.NotYours();
        if (post.Hidden is not null) return new RoomRefusal.Withheld();
        if (locked is { } act && !editor.Moderates) return new RoomRefusal.ThreadLocked(act);
        if (WrongText(command.Markdown) is { } wrong) return wrong;
        if (MentionRules.Wrong(command.Mentions, command.Markdown, editor.May(Doing.MentionEverybody)) is { } wrongMention) return wrongMention;

        var mentions = MentionRules.Kept(command.Mentions, readers);
        var answer = new Posted(post.Number, MentionRules.Unreached(command.Mentions, readers));
        if (post.Markdown == command.Markdown && post.Mentions.SequenceEqual(mentions)) return Decision<Posted, RoomEvent>.Yes(answer);
        if (post.Revision > RoomLimits.MostEdits) return new RoomRefusal.EditedTooOften(RoomLimits.MostEdits);

        // Whoever is named already is not told again. What told somebody who was taken out is withdrawn: put back, they are told anew.
        var (isToAll, wasToAll) = (MentionRules.TellsEverybody(mentions), MentionRules.TellsEverybody(post.Mentions));
        ImmutableArray<MemberId> told = isToAll && wasToAll ? [] : [.. MentionRules.Told(mentions, command.By).Except(MentionRules.Told(post.Mentions, command.By))];
        if (post.Told.Union(told).Count() > RoomLimits.MostTold) return new RoomRefusal.TooManyMentions(RoomLimits.MostTold);

        bool? everybody = isToAll && !wasToAll ? true : null;
        return Decision<Posted, RoomEvent>.Yes(answer, new RoomEvent.PostEdited(post.Number, command.Markdown, Written(mentions), Written(told), everybody));
    }

    public static Decision<Done, RoomEvent> Delete(Standing deleter, Post? post, DeletePost command)
    {
        if (!deleter.MayRead || post is null) return new RoomRefusal.NotVisible();
        if (post.DeletedAt is { } at) return new RoomRefusal.AlreadyDeleted(at);

        var isOwn = post.Author == command.By;
        if (!isOwn && !deleter.May(Doing.DeleteAnyPost)) return new RoomRefusal.NotYours();
        if (!isOwn && ModerationRules.WrongReason(command.Reason) is { } wrong) return wrong;

        var deleted = new RoomEvent.PostDeleted(post.Number, isOwn ? null : command.Reason!.Trim());
        return post.Thread is { } root
            ? Decision<Done, RoomEvent>.Yes(Done.Value, deleted, new RoomEvent.ReplyRemoved(root, post.Number))
            : Decision<Done, RoomEvent>.Yes(Done.Value, deleted);
    }

    public static Decision<Done, RoomEvent> React(Standing member, Post? post, ReactToPost command)
    {
        if (!member.MayRead || post is null) return new RoomRefusal.NotVisible();
        if (WhyWithheld(post) is { } withheld) return withheld;
        if (!Enum.IsDefined(command.Reaction)) return new RoomRefusal.TextMalformed();
        if (post.HasReaction(command.Reaction, command.By) == command.Reacts) return Decision<Done, RoomEvent>.Yes(Done.Value);
        if (!command.Reacts) return Decision<Done, RoomEvent>.Yes(Done.Value, new RoomEvent.ReactionRemoved(post.Number, command.Reaction));
        if (post.CountOf(command.Reaction) >= RoomLimits.MostReactions) return new RoomRefusal.TooManyReactions(RoomLimits.MostReactions);
        if (!post.MayReactAgain(command.By)) return new RoomRefusal.ReactionsTakenBack(RoomLimits.MostReactionsTakenBack);

        return Decision<Done, RoomEvent>.Yes(Done.Value, new RoomEvent.ReactionAdded(post.Number, command.Reaction));
    }

    /// <summary>Why somebody does not write here for now, if so: asked before each of the rules of writing.</summary>
    public static Refusal? WhyNoWriting(Standing author, DateTimeOffset now) =>
        author is { MayRead: true, IsClosed: true } ? new RoomRefusal.Closed()
        : author is { MayRead: true, MutedUntil: { } until } && until > now ? new RoomRefusal.Muted(until == DateTimeOffset.MaxValue ? null : until)
        : null;

    /// <summary>Why nothing is done with a post that nobody sees the text of.</summary>
    public static Refusal? WhyWithheld(Post post) =>
        post.DeletedAt is { } at ? new RoomRefusal.AlreadyDeleted(at)
        : post.Hidden is not null ? new RoomRefusal.Withheld()
        : null;

    private static Refusal? WhyNoReply(Standing author, Post? root)
    {
        if (root is null) return new RoomRefusal.NotVisible();
        if (root.Replies == 0 && WhyWithheld(root) is { } withheld) return withheld;   // a thread outlives the post that began it
        if (root.Locked is { } locked && !author.Moderates) return new RoomRefusal.ThreadLocked(locked);
        if (root.Replies >= RoomLimits.MostReplies) return new RoomRefusal.ThreadFull(RoomLimits.MostReplies);

        return null;
    }

    private static RoomRefusal.SlowMode? WhyWait(Room room, MemberId author, DateTimeOffset now)
    {
        if (room.SlowSeconds == 0 || !room.LastPosts.TryGetValue(author, out var last)) return null;

        var left = last.AddSeconds(room.SlowSeconds) - now;
        return left > TimeSpan.Zero ? new(room.SlowSeconds, (int)Math.Ceiling(Math.Min(left.TotalSeconds, room.SlowSeconds))) : null;
    }

    // Nothing is written down for nobody: a post without mentions is no bigger than it was before there were any.
    private static ImmutableArray<T>? Written<T>(ImmutableArray<T> some) => some.IsEmpty ? null : some;

    /// <summary>What is wrong with a text, if anything.</summary>
    public static Refusal? WrongText(string markdown)
    {
        if (string.IsNullOrWhiteSpace(markdown)) return new RoomRefusal.TextEmpty();
        if (markdown.Length > RoomLimits.LongestText) return new RoomRefusal.TextTooLong(markdown.Length, RoomLimits.LongestText);
        if (!IsWellFormed(markdown)) return new RoomRefusal.TextMalformed();

        var bytes = Encoding.UTF8.GetByteCount(markdown);
        return bytes > RoomLimits.LongestText ? new RoomRefusal.TextTooLong(bytes, RoomLimits.LongestText) : null;
    }

    /// <summary>No lone surrogates and no control characters but line ends and tabs: what cannot be written down exactly is not stored.</summary>
    public static bool IsWellFormed(string text) =>
        !Texts.HasLoneSurrogate(text) && !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'));
}
