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
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsDeleted => DeletedAt is not null;

    public static string SubjectOf(PostNumber number) => $"post/{number.Value}";

    public static PostNumber NumberIn(string subject) =>
        new(long.Parse(subject.AsSpan("post/".Length), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture));

    public static Post? Fold(IEnumerable<Happened<RoomEvent>> facts) => facts.Aggregate((Post?)null, Apply);

    /// <summary>The post after a fact about it. An erased text leaves a tombstone, an erased deletion deletes; a fact about a post that is not there leaves nothing.</summary>
    public static Post? Apply(Post? post, Happened<RoomEvent> fact) => fact.Event switch
    {
        RoomEvent.PostPosted posted => new(posted.Number, fact.By, fact.At, posted.Markdown, posted.Thread, 0, null, 1, null, null, fact.Sequence),
        null when fact.Type == RoomEvent.Posted => new(NumberIn(fact.Subject), fact.By, fact.At, "", null, 0, null, 1, null, fact.At, fact.Sequence),
        _ when post is null => null,
        RoomEvent.PostEdited edited when !post.IsDeleted => post with { Markdown = edited.Markdown, Revision = post.Revision + 1, EditedAt = fact.At, Changed = fact.Sequence },
        _ when fact.Type == RoomEvent.Deleted => post with { Markdown = "", DeletedAt = fact.At, Changed = fact.Sequence },
        RoomEvent.ReplyAdded => post with { Replies = post.Replies + 1, LastReplyAt = fact.At, Changed = fact.Sequence },
        RoomEvent.ReplyRemoved => post with { Replies = post.Replies - 1, Changed = fact.Sequence },
        _ => post with { Changed = fact.Sequence },
    };

    public PostView View() => new(Number, Author, At, Markdown, Thread, Replies, LastReplyAt, Revision, EditedAt, DeletedAt);
}
