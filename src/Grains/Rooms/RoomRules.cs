using System.Text;
using PublicBuyers.Communities;
using PublicBuyers.Journal;

namespace PublicBuyers.Rooms;

/// <summary>Every rule of a room. Pure: no waiting, no clock, no chance.</summary>
internal static class RoomRules
{
    public static Decision<Posted, RoomEvent> Post(Room room, Standing author, Post? root, PostMessage command)
    {
        if (!author.MayRead) return new RoomRefusal.NotVisible();
        if (WrongText(command.Markdown) is { } wrong) return wrong;

        var number = room.Last.Next();
        if (command.Thread is null)
            return Decision<Posted, RoomEvent>.Yes(new(number), new RoomEvent.PostPosted(number, command.Markdown, null));

        if (root is null) return new RoomRefusal.NotVisible();
        if (root.IsDeleted && root.Replies == 0) return new RoomRefusal.AlreadyDeleted(root.DeletedAt!.Value);

        if (root.Replies >= RoomLimits.MostReplies) return new RoomRefusal.ThreadFull(RoomLimits.MostReplies);

        return Decision<Posted, RoomEvent>.Yes(
            new(number),
            new RoomEvent.PostPosted(number, command.Markdown, root.Number),
            new RoomEvent.ReplyAdded(root.Number, number));
    }

    public static Decision<Posted, RoomEvent> Edit(Standing editor, Post? post, EditPost command)
    {
        if (!editor.MayRead || post is null) return new RoomRefusal.NotVisible();
        if (post.DeletedAt is { } at) return new RoomRefusal.AlreadyDeleted(at);
        if (post.Author != command.By) return new RoomRefusal.NotYours();
        if (WrongText(command.Markdown) is { } wrong) return wrong;
        if (post.Markdown == command.Markdown) return Decision<Posted, RoomEvent>.Yes(new(post.Number));
        if (post.Revision > RoomLimits.MostEdits) return new RoomRefusal.EditedTooOften(RoomLimits.MostEdits);

        return Decision<Posted, RoomEvent>.Yes(new(post.Number), new RoomEvent.PostEdited(post.Number, command.Markdown));
    }

    public static Decision<Done, RoomEvent> Delete(Standing deleter, Post? post, DeletePost command)
    {
        if (!deleter.MayRead || post is null) return new RoomRefusal.NotVisible();
        if (post.DeletedAt is { } at) return new RoomRefusal.AlreadyDeleted(at);
        if (post.Author != command.By) return new RoomRefusal.NotYours();

        var deleted = new RoomEvent.PostDeleted(post.Number);
        return post.Thread is { } root
            ? Decision<Done, RoomEvent>.Yes(Done.Value, deleted, new RoomEvent.ReplyRemoved(root, post.Number))
            : Decision<Done, RoomEvent>.Yes(Done.Value, deleted);
    }

    /// <summary>What is wrong with a text, if anything.</summary>
    public static Refusal? WrongText(string markdown)
    {
        if (string.IsNullOrWhiteSpace(markdown)) return new RoomRefusal.TextEmpty();
        if (markdown.Length > RoomLimits.LongestText) return new RoomRefusal.TextTooLong(markdown.Length, RoomLimits.LongestText);
        if (!IsWellFormed(markdown)) return new RoomRefusal.TextMalformed();

        var bytes = Encoding.UTF8.GetByteCount(markdown);
        if (bytes > RoomLimits.LongestText) return new RoomRefusal.TextTooLong(bytes, RoomLimits.LongestText);
        if (Nesting(markdown) > RoomLimits.DeepestNesting) return new RoomRefusal.TextTooDeep(RoomLimits.DeepestNesting);

        return null;
    }

    /// <summary>No lone surrogates and no control characters but line ends and tabs: what cannot be written down exactly is not stored.</summary>
    private static bool IsWellFormed(string text) =>
        !Texts.HasLoneSurrogate(text) && !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'));

    /// <summary>The deepest stack of quotes, list levels and open brackets: what costs a renderer most.</summary>
    private static int Nesting(string markdown)
    {
        var deepest = 0;
        foreach (var line in markdown.AsSpan().EnumerateLines())
        {
            int quotes = 0, indent = 0, i = 0;
            for (; i < line.Length && line[i] is '>' or ' ' or '\t' or '-' or '*' or '+'; i++)
            {
                if (line[i] == '>') quotes++;
                else if (line[i] is not (' ' or '\t')) indent += 2;   // "- - - -" opens a list in a list in a list
                else indent++;
            }

            // A line of nothing but dashes or stars is a rule, not a list.
            deepest = Math.Max(deepest, i == line.Length ? quotes : quotes + (indent / 2));

            int open = 0;
            foreach (var c in line[i..])
            {
                if (c == '[') deepest = Math.Max(deepest, ++open);
                else if (c == ']') open = Math.Max(0, open - 1);
            }
        }

        return deepest;
    }
}
