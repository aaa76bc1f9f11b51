using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PublicBuyers.Journal;

namespace PublicBuyers.Rooms;

/// <summary>One post: the fold of the facts whose subject it is, whether the room still has it at hand or not.</summary>
/// <param name="Changed">The room's sequence when it last changed.</param>
internal sealed record Post(
    PostNumber Number,
    MemberId Author,
    DateTimeOffset At,
    string Markdown,
    PostNumber? Thread,
    int Replies,
    DateTimeOffset? LastReplyAt,
    int Revision,
    DateTimeOffset? EditedAt,
    DateTimeOffset? DeletedAt,
    long Changed)
{
    /// <summary>
    /// How many reactions to one post are taken back in all before nobody reacts again who has taken one back.
    /// Folding an old post stays bounded, and whoever has not taken one back never feels it.
    /// </summary>
    public const int MostTakenBackInAll = 5_000;

    public ImmutableArray<Mention> Mentions { get; init; } = [];

    public ImmutableArray<Attachment> Attachments { get; init; } = [];

    /// <summary>In the order of <see cref="Reaction"/>; none without anybody.</summary>
    public ImmutableArray<Reacted> Reactions { get; init; } = [];

    /// <summary>How many reactions each member has taken back, those who have not left out.</summary>
    public ImmutableDictionary<MemberId, int> TakenBack { get; init; } = ImmutableDictionary<MemberId, int>.Empty;

    public Act? Pinned { get; init; }

    /// <summary>The text stays, for its history and for <see cref="RoomEvent.PostShown"/>.</summary>
    public Act? Hidden { get; init; }

    /// <summary>Which clearing hid it; none for a post that was hidden by itself.</summary>
    public long? Clearing { get; init; }

    public Act? Locked { get; init; }

    public Act? Removed { get; init; }

    public PostNumber? LastReply { get; init; }

    /// <summary>Everybody this post has told by mentioning them, whether they still are or not; at most <see cref="RoomLimits.MostTold"/>.</summary>
    public ImmutableArray<MemberId> Told { get; init; } = [];

    public bool ToldEverybody { get; init; }

    /// <summary>Who replied in its thread, the latest last; at most <see cref="RoomLimits.MostFollowers"/>.</summary>
    public ImmutableArray<MemberId> Followers { get; init; } = [];

    [JsonIgnore]
    public bool IsDeleted => DeletedAt is not null;

    [JsonIgnore]
    public bool IsWithheld => IsDeleted || Hidden is not null;

    public static string SubjectOf(PostNumber number) => $"post/{number.Value}";

    public static PostNumber NumberIn(string subject) =>
        new(long.Parse(subject.AsSpan("post/".Length), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture));

    public static Post? Fold(IEnumerable<Happened<RoomEvent>> facts) => facts.Aggregate((Post?)null, Apply);

    /// <summary>The post after a fact about it. An erased text leaves a tombstone, an erased deletion deletes, an erased reason is empty; a fact about a post that is not there leaves nothing.</summary>
    public static Post? Apply(Post? post, Happened<RoomEvent> fact) => (fact.Event, fact.Type) switch
    {
        (RoomEvent.PostPosted posted, _) => From(posted, fact),
        (null, RoomEvent.Posted) => new(NumberIn(fact.Subject), fact.By, fact.At, "", null, 0, null, 1, null, fact.At, fact.Sequence),
        _ when post is null => null,
        _ => post.After(fact) with { Changed = fact.Sequence },
    };

    public PostView View() => new(Number, Author, At, IsWithheld ? "" : Markdown, Thread, Replies, LastReplyAt, Revision, EditedAt, DeletedAt)
    {
        Mentions = IsWithheld ? [] : Mentions,
        Attachments = IsWithheld ? [] : Attachments,
        Reactions = IsWithheld ? [] : Reactions,
        Pinned = Pinned,
        Hidden = Hidden,
        Locked = Locked,
        Removed = Removed,
        LastReply = Replies > 0 ? LastReply : null,
    };

    private static Post From(RoomEvent.PostPosted posted, Happened<RoomEvent> fact)
    {
        ImmutableArray<Mention> mentions = posted.Mentions ?? [];
        return new(posted.Number, fact.By, fact.At, posted.Markdown, posted.Thread, 0, null, 1, null, null, fact.Sequence)
        {
            Mentions = mentions,
            Attachments = posted.Attachments ?? [],
            Told = [.. MentionRules.Told(mentions, fact.By)],
            ToldEverybody = MentionRules.TellsEverybody(mentions),
        };
    }

    private Post After(Happened<RoomEvent> fact) => (fact.Event, fact.Type) switch
    {
        (RoomEvent.ReplyAdded added, _) => this with { Replies = Replies + 1, LastReplyAt = fact.At, LastReply = added.Reply, Followers = Follow(fact.By) },
        (RoomEvent.ReplyRemoved, _) => this with { Replies = Replies - 1 },
        (_, RoomEvent.Locked) => this with { Locked = ActOf(fact) },
        (_, RoomEvent.Unlocked) => this with { Locked = null },
        _ when IsDeleted => this,
        (RoomEvent.PostEdited edited, _) => this with
        {
            Markdown = edited.Markdown,
            Mentions = edited.Mentions ?? [],
            Told = edited.Told is { } told ? [.. Told.Union(told).Take(RoomLimits.MostTold)] : Told,
            ToldEverybody = ToldEverybody || edited.ToldEverybody == true,
            Revision = Revision + 1,
            EditedAt = fact.At,
        },
        (_, RoomEvent.Deleted) => this with
        {
            Markdown = "",
            Mentions = [],
            Attachments = [],
            Reactions = [],
            TakenBack = TakenBack.Clear(),
            Pinned = null,
            Hidden = null,
            Clearing = null,
            DeletedAt = fact.At,
            Removed = fact.By == Author ? null : ActOf(fact),
        },
        (RoomEvent.ReactionAdded added, _) => this with { Reactions = With(added.Reaction, fact.By) },
        (RoomEvent.ReactionRemoved removed, _) => this with
        {
            Reactions = Without(removed.Reaction, fact.By),
            TakenBack = TakenBack.SetItem(fact.By, TakenBackBy(fact.By) + 1),
        },
        (_, RoomEvent.Pinned) => this with { Pinned = ActOf(fact) },
        (_, RoomEvent.Unpinned) => this with { Pinned = null },
        (_, RoomEvent.Hidden) => this with
        {
            Hidden = ActOf(fact),
            Clearing = (fact.Event as RoomEvent.PostHidden)?.Clearing,
            Pinned = null,
        },
        (_, RoomEvent.Shown) => this with { Hidden = null, Clearing = null },
        _ => this,
    };

    public static Act ActOf(Happened<RoomEvent> fact) => new(fact.By, fact.At, ReasonIn(fact.Event));

    private static string ReasonIn(RoomEvent? happened) => happened switch
    {
        RoomEvent.PostDeleted deleted => deleted.Reason ?? "",
        RoomEvent.PostHidden hidden => hidden.Reason,
        RoomEvent.PostShown shown => shown.Reason,
        RoomEvent.ThreadLocked locked => locked.Reason,
        RoomEvent.ThreadUnlocked unlocked => unlocked.Reason,
        RoomEvent.SlowModeSet slow => slow.Reason,
        _ => "",
    };

    private ImmutableArray<MemberId> Follow(MemberId member)
    {
        var followers = Followers.Remove(member).Add(member);
        return followers.Length > RoomLimits.MostFollowers ? followers.RemoveAt(0) : followers;
    }

    public bool HasReaction(Reaction reaction, MemberId member) => Reactions.Any(each => each.Reaction == reaction && each.Members.Contains(member));

    public int CountOf(Reaction reaction) => Reactions.FirstOrDefault(each => each.Reaction == reaction)?.Members.Length ?? 0;

    /// <summary>Reacting, taking it back and reacting again has an end; how often others did so is not counted.</summary>
    public bool MayReactAgain(MemberId member) => TakenBackBy(member) switch
    {
        0 => true,
        var often => often < RoomLimits.MostReactionsTakenBack && TakenBack.Values.Sum() < MostTakenBackInAll,
    };

    private int TakenBackBy(MemberId member) => TakenBack.GetValueOrDefault(member);

    private ImmutableArray<Reacted> With(Reaction reaction, MemberId member)
    {
        if (HasReaction(reaction, member) || CountOf(reaction) >= RoomLimits.MostReactions) return Reactions;

        ImmutableArray<MemberId> before = Reactions.FirstOrDefault(each => each.Reaction == reaction)?.Members ?? [];
        return [.. Reactions.Where(each => each.Reaction != reaction).Append(new(reaction, before.Add(member))).OrderBy(each => each.Reaction)];
    }

    private ImmutableArray<Reacted> Without(Reaction reaction, MemberId member) =>
    [
        .. Reactions
            .Select(each => each.Reaction == reaction ? each with { Members = each.Members.Remove(member) } : each)
            .Where(each => !each.Members.IsEmpty),
    ];
}
