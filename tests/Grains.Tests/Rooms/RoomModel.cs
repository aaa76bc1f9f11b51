using System.Collections.Immutable;
using PublicBuyers.Communities;

namespace PublicBuyers.Rooms;

/// <summary>A room as one would write it on a sheet of paper: a list of posts and the obvious rules. Answers the code of a refusal, or none.</summary>
internal sealed class RoomModel(IReadOnlyDictionary<MemberId, Role> people)
{
    private readonly List<ModelPost> posts = [];
    private readonly List<long> pins = [];
    private readonly Dictionary<MemberId, DateTimeOffset> lastPosts = [];
    private int slowSeconds;
    private Act? slowedBy;

    public int Count => posts.Count;

    public RoomSettings Settings => new(slowSeconds, slowedBy, [.. pins.Select(number => new PostNumber(number))]);

    public IEnumerable<PostView> Views => posts.Select((post, i) => post.View(i + 1));

    public string? Do(Command command, DateTimeOffset now)
    {
        if (!people.TryGetValue(command.By, out var role)) return "room.absent";
        var moderates = role is not Role.Member;
        return command switch
        {
            PostMessage message => Post(message, moderates, now),
            SetSlowMode slow => !moderates ? "room.moderators-only" : Slow(slow, now),
            EditPost edit => Find(edit.Number) is { } post ? Edit(post, edit, moderates, now) : "room.absent",
            DeletePost delete => Find(delete.Number) is { } post ? Delete(post, delete, moderates, now) : "room.absent",
            ReactToPost react => Find(react.Number) is { } post ? React(post, react) : "room.absent",
            PinPost pin => Find(pin.Number) is not { } post ? "room.absent" : !moderates ? "room.moderators-only" : Pin(post, pin, now),
            HidePost hide => Find(hide.Number) is not { } post ? "room.absent" : !moderates ? "room.moderators-only" : Hide(post, hide, now),
            LockThread locks => Root(locks.Number) is not { } root ? "room.absent" : !moderates ? "room.moderators-only" : Lock(root, locks, now),
            _ => throw new NotSupportedException($"The model does not know {command.GetType()}."),
        };
    }

    private string? Post(PostMessage command, bool moderates, DateTimeOffset now)
    {
        if (Wrong(command.Markdown, command.Mentions, moderates) is { } wrong) return wrong;

        var root = Root(command.Thread);
        if (command.Thread is not null)
        {
            if (root is null) return "room.absent";
            if (root.Replies == 0 && Withheld(root) is { } withheld) return withheld;
            if (root.Locked is not null && !moderates) return "room.thread-locked";
        }

        if (slowSeconds > 0 && !moderates && lastPosts.TryGetValue(command.By, out var last) && now < last.AddSeconds(slowSeconds)) return "room.slow-mode";

        posts.Add(new(command.By, now, root?.Number) { Number = posts.Count + 1, Text = command.Markdown, Mentions = Kept(command.Mentions) });
        lastPosts[command.By] = now;
        if (root is not null) (root.Replies, root.LastReplyAt, root.LastReply) = (root.Replies + 1, now, posts.Count);
        return null;
    }

    private string? Edit(ModelPost post, EditPost command, bool moderates, DateTimeOffset now)
    {
        if (post.DeletedAt is not null) return "room.already-deleted";
        if (post.Author != command.By) return "room.not-yours";
        if (post.Hidden is not null) return "room.withheld";
        if ((post.Thread is { } root ? posts[(int)root - 1] : post).Locked is not null && !moderates) return "room.thread-locked";
        if (Wrong(command.Markdown, command.Mentions, moderates) is { } wrong) return wrong;

        if (post.Text != command.Markdown || !post.Mentions.SequenceEqual(Kept(command.Mentions)))
            (post.Text, post.Mentions, post.Revision, post.EditedAt) = (command.Markdown, Kept(command.Mentions), post.Revision + 1, now);
        return null;
    }

    private string? Delete(ModelPost post, DeletePost command, bool moderates, DateTimeOffset now)
    {
        if (post.DeletedAt is not null) return "room.already-deleted";
        if (post.Author != command.By && !moderates) return "room.not-yours";
        if (post.Author != command.By && string.IsNullOrWhiteSpace(command.Reason)) return "room.reason-missing";

        (post.DeletedAt, post.Pinned, post.Hidden) = (now, null, null);
        post.Removed = post.Author == command.By ? null : new(command.By, now, command.Reason!);
        pins.Remove(post.Number);
        if (post.Thread is { } root) posts[(int)root - 1].Replies--;
        return null;
    }

    private static string? React(ModelPost post, ReactToPost command)
    {
        if (Withheld(post) is { } withheld) return withheld;

        if (!command.Reacts) post.Reactions.Remove((command.Reaction, command.By));
        else if (!post.Reactions.Contains((command.Reaction, command.By))) post.Reactions.Add((command.Reaction, command.By));
        return null;
    }

    private string? Pin(ModelPost post, PinPost command, DateTimeOffset now)
    {
        if (Withheld(post) is { } withheld) return withheld;
        if (post.Pinned is not null == command.Pinned) return null;
        if (command.Pinned && pins.Count >= RoomLimits.MostPins) return "room.too-many-pins";

        post.Pinned = command.Pinned ? new(command.By, now, "") : null;
        if (command.Pinned) pins.Add(post.Number);
        else pins.Remove(post.Number);
        return null;
    }

    private string? Hide(ModelPost post, HidePost command, DateTimeOffset now)
    {
        if (post.DeletedAt is not null) return "room.already-deleted";
        if (string.IsNullOrWhiteSpace(command.Reason)) return "room.reason-missing";
        if (post.Hidden is not null == command.Hidden) return null;

        (post.Hidden, post.Pinned) = (command.Hidden ? new(command.By, now, command.Reason) : null, null);
        pins.Remove(post.Number);
        return null;
    }

    private static string? Lock(ModelPost root, LockThread command, DateTimeOffset now)
    {
        if (root.Replies == 0 && Withheld(root) is { } withheld) return withheld;
        if (string.IsNullOrWhiteSpace(command.Reason)) return "room.reason-missing";

        if (root.Locked is not null != command.Locked) root.Locked = command.Locked ? new(command.By, now, command.Reason) : null;
        return null;
    }

    private string? Slow(SetSlowMode command, DateTimeOffset now)
    {
        if (command.Seconds is < 0 or > 3_600) return "room.slow-mode-invalid";
        if (string.IsNullOrWhiteSpace(command.Reason)) return "room.reason-missing";

        if (command.Seconds != slowSeconds) (slowSeconds, slowedBy) = (command.Seconds, new(command.By, now, command.Reason));
        return null;
    }

    private ModelPost? Find(PostNumber? number) => number is { Value: >= 1 } asked && asked.Value <= posts.Count ? posts[(int)asked.Value - 1] : null;

    private ModelPost? Root(PostNumber? number) => Find(number) is { } post ? post.Thread is { } root ? posts[(int)root - 1] : post : null;

    private ImmutableArray<Mention> Kept(ImmutableArray<Mention> mentions) => [.. mentions.Where(mention => mention.Member is not { } member || people.ContainsKey(member))];

    private static string? Withheld(ModelPost post) => post.DeletedAt is not null ? "room.already-deleted" : post.Hidden is not null ? "room.withheld" : null;

    private static string? Wrong(string text, ImmutableArray<Mention> mentions, bool moderates) =>
        text == " " ? "room.text-empty"
        : text == "\0" ? "room.text-malformed"
        : !moderates && mentions.Any(mention => mention.Member is null) ? "room.moderators-only"
        : null;

    private sealed record ModelPost(MemberId Author, DateTimeOffset At, long? Thread)
    {
        public required long Number { get; init; }

        public required string Text { get; set; }

        public required ImmutableArray<Mention> Mentions { get; set; }

        public List<(Reaction Reaction, MemberId Member)> Reactions { get; } = [];

        public int Replies { get; set; }

        public DateTimeOffset? LastReplyAt { get; set; }

        public long LastReply { get; set; }

        public int Revision { get; set; } = 1;

        public DateTimeOffset? EditedAt { get; set; }

        public DateTimeOffset? DeletedAt { get; set; }

        public Act? Pinned { get; set; }

        public Act? Hidden { get; set; }

        public Act? Locked { get; set; }

        public Act? Removed { get; set; }

        public PostView View(long number)
        {
            var shows = DeletedAt is null && Hidden is null;
            return new(new(number), Author, At, shows ? Text : "", Thread is { } root ? new PostNumber(root) : null, Replies, LastReplyAt, Revision, EditedAt, DeletedAt)
            {
                Mentions = shows ? Mentions : [],
                Reactions = shows ? [.. Reactions.GroupBy(each => each.Reaction).OrderBy(each => each.Key).Select(each => new Reacted(each.Key, [.. each.Select(one => one.Member)]))] : [],
                Pinned = Pinned,
                Hidden = Hidden,
                Locked = Locked,
                Removed = Removed,
                LastReply = Replies > 0 ? new PostNumber(LastReply) : null,
            };
        }
    }
}
