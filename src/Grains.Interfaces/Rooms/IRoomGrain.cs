using System.Collections.Immutable;
using PublicBuyers.Live;
using PublicBuyers.Moderation;

namespace PublicBuyers.Rooms;

/// <summary>One community room: what was said, in one order for everybody.</summary>
/// <remarks>Every call that changes the room has been stored when its task completes. Posts are numbered 1, 2, 3 … without gaps; replies are posts too.</remarks>
[Alias("room")]
public interface IRoomGrain : ITopicGrain
{
    /// <summary>Says something, or replies in the thread of <see cref="PostMessage.Thread"/>.</summary>
    /// <remarks>Posts do not wait for each other's commit: those that come while one is under way are decided in the order they came, and stored together.</remarks>
    [Alias("post"), AlwaysInterleave] Task<Outcome<Posted>> Post(PostMessage command);

    /// <summary>Changes the text of one's own post. The earlier texts stay readable as its history. Tells only who was not mentioned in it before.</summary>
    [Alias("edit")] Task<Outcome<Posted>> Edit(EditPost command);

    /// <summary>Deletes one's own post, or as a moderator anybody's, with a reason. A tombstone stays in its place; the text and its history are no longer shown to anybody.</summary>
    [Alias("delete")] Task<Outcome<Done>> Delete(DeletePost command);

    /// <summary>Adds or takes back one's reaction to a post. Done already: no effect.</summary>
    [Alias("react")] Task<Outcome<Done>> React(ReactToPost command);

    /// <summary>Pins a post, or takes the pin away. Moderators only.</summary>
    [Alias("pin")] Task<Outcome<Done>> Pin(PinPost command);

    /// <summary>Hides a post from everybody but moderators, or shows it again; both with a reason. Moderators only. The post stays, with its history, so that the decision can be looked into and undone.</summary>
    [Alias("hide")] Task<Outcome<Done>> Hide(HidePost command);

    /// <summary>Closes a thread to further replies, or opens it again; both with a reason. Moderators only, and moderators may still reply.</summary>
    [Alias("lock")] Task<Outcome<Done>> Lock(LockThread command);

    /// <summary>Sets how long a member waits between two posts; zero ends it. Moderators only, and moderators need not wait.</summary>
    [Alias("slow-down")] Task<Outcome<Done>> SlowDown(SetSlowMode command);

    /// <summary>The posts before <paramref name="before"/>, newest last, at most <see cref="RoomLimits.PageSize"/>; zero means the newest.</summary>
    [Alias("page"), ReadOnly] Task<Outcome<PostPage>> Page(MemberId reader, long before, int count);

    /// <summary>The posts after <paramref name="after"/>, oldest first, at most <see cref="RoomLimits.PageSize"/>.</summary>
    [Alias("page-after"), ReadOnly] Task<Outcome<PostPage>> PageAfter(MemberId reader, long after, int count);

    /// <summary>The number of the first post at or after a time; of the last post where none is so late; zero in an empty room.</summary>
    [Alias("number-at"), ReadOnly] Task<Outcome<PostNumber>> NumberAt(MemberId reader, DateTimeOffset at);

    /// <summary>These posts as they stand now, at most <see cref="RoomLimits.PageSize"/>, in the order asked for. What is not there, deleted or hidden is left out.</summary>
    [Alias("posts"), ReadOnly] Task<Outcome<ImmutableArray<PostView>>> Posts(MemberId reader, ImmutableArray<PostNumber> numbers);

    /// <summary>
    /// A file of a post. Absent once the post is deleted, and for who may not read the room. Of a hidden post only to
    /// moderators, who may read that too.
    /// </summary>
    [Alias("attachment"), ReadOnly] Task<Outcome<Attachment>> Attachment(MemberId reader, PostNumber number, AttachmentId file);

    /// <summary>
    /// A post as it was at a sequence of the room, and as it is. None where there was no such post, or it was erased.
    /// For the server's own use: hand nothing of it on unchecked.
    /// </summary>
    [Alias("then-and-now"), ReadOnly] Task<PostThenAndNow?> ThenAndNow(PostNumber number, long sequence);

    /// <summary>What moderators did in this room, newest first, at most <see cref="RoomLimits.PageSize"/> before the position <paramref name="before"/>; zero means from the newest. It goes back <see cref="RoomLimits.ActsKept"/> acts. To everybody who may read the room.</summary>
    [Alias("acts"), ReadOnly] Task<Outcome<ImmutableArray<ModerationAct>>> Acts(MemberId reader, long before);

    /// <summary>How many members <c>@room</c> in a post would reach. To moderators only.</summary>
    [Alias("reach"), ReadOnly] Task<Outcome<int>> Reach(MemberId reader);

    /// <summary>What unread counts are worked out from. For the server's own use: hand nothing of it on unchecked.</summary>
    [Alias("tally"), ReadOnly] Task<RoomTally> Tally();

    /// <summary>Whom a fact of this room concerns, as things stand now: the effect that tells them asks. For the server's own use.</summary>
    [Alias("concerned"), ReadOnly] Task<Concerned> Concerned(long sequence);

    /// <summary>A post, 1 to <see cref="RoomLimits.PageSize"/> posts of its thread after <paramref name="after"/>, and how to read on. Asked for a reply, answers its thread.</summary>
    [Alias("thread"), ReadOnly]
    Task<Outcome<ThreadPage>> Thread(MemberId reader, PostNumber number, long after, int most = RoomLimits.PageSize);

    /// <summary>Every text a post has had, first to last. Absent once it is deleted; while it is hidden, to moderators only.</summary>
    [Alias("history"), ReadOnly] Task<Outcome<PostHistory>> History(MemberId reader, PostNumber number);

    /// <summary>The door of this room, which is not its community, lets in others than before. From the server only: who listens is looked at again.</summary>
    [Alias("move-door")] Task<Outcome<Done>> MoveDoor(MoveDoor command);

    /// <summary>The community says that a member's standing changed at its version: what the room remembers of it is void.</summary>
    [Alias("forget"), AlwaysInterleave] Task Forget(MemberId member, long version);

    /// <summary>The same of everybody: at <paramref name="version"/> the community was closed, or opened again.</summary>
    [Alias("forget-everybody"), AlwaysInterleave] Task ForgetEverybody(long version);
}

/// <summary>The n-th post of a room, from 1.</summary>
[GenerateSerializer, Immutable, Alias("post-number"), System.Text.Json.Serialization.JsonConverter(typeof(PostNumberConverter))]
public readonly record struct PostNumber([property: Id(0)] long Value) : IComparable<PostNumber>
{
    public PostNumber Next() => new(Value + 1);

    public int CompareTo(PostNumber other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

[GenerateSerializer, Immutable, Alias("room.post-message")]
public sealed record PostMessage : Command
{
    [Id(0)] public required string Markdown { get; init; }

    /// <summary>The post whose thread this goes to; a reply to a reply goes to the same thread.</summary>
    [Id(1)] public PostNumber? Thread { get; init; }

    /// <summary>In order of <see cref="Mention.Start"/>, not overlapping. Whoever sends it has left out what stands in code, quotes and addresses.</summary>
    [Id(2)] public ImmutableArray<Mention> Mentions { get; init; } = [];

    /// <summary>Uploaded by the author for this room. Whoever sends it has looked them up.</summary>
    [Id(3)] public ImmutableArray<Attachment> Attachments { get; init; } = [];
}

/// <summary>Somebody meant by a stretch of a post's text, such as <c>@Ada Byron</c>. The name shown is the member's own, as it is when it is shown.</summary>
/// <param name="Start">Of the <c>@</c>, in UTF-16 code units of the Markdown.</param>
/// <param name="Length">The <c>@</c> included.</param>
/// <param name="Member">None: everybody in the room (<c>@room</c>).</param>
/// <param name="Silent">Named without being told.</param>
[GenerateSerializer, Immutable, Alias("room.mention")]
public sealed record Mention([property: Id(0)] int Start, [property: Id(1)] int Length, [property: Id(2)] MemberId? Member, [property: Id(3)] bool Silent = false);

/// <summary>The answer to posting and editing.</summary>
/// <param name="Unreached">People mentioned whom nobody told, because they cannot read this room, or there are none such: the two cannot be told apart.</param>
[GenerateSerializer, Immutable, Alias("room.posted"), System.Text.Json.Serialization.JsonConverter(typeof(PostedConverter))]
public sealed record Posted([property: Id(0)] PostNumber Number, [property: Id(1)] int Unreached = 0);

/// <summary>The ways to react. Shown as a word with an icon.</summary>
[GenerateSerializer]
public enum Reaction
{
    Agree,
    Thanks,
    Useful,
    Curious,
    Done,
    Disagree,
}

[GenerateSerializer, Immutable, Alias("room.edit-post")]
public sealed record EditPost : Command
{
    [Id(0)] public required PostNumber Number { get; init; }

    [Id(1)] public required string Markdown { get; init; }

    /// <summary>As in <see cref="PostMessage.Mentions"/>: all of the new text's.</summary>
    [Id(2)] public ImmutableArray<Mention> Mentions { get; init; } = [];
}

[GenerateSerializer, Immutable, Alias("room.delete-post")]
public sealed record DeletePost : Command
{
    [Id(0)] public required PostNumber Number { get; init; }

    /// <summary>Why, where a moderator deletes somebody else's post: required then, and shown.</summary>
    [Id(1)] public string? Reason { get; init; }
}

[GenerateSerializer, Immutable, Alias("room.react-to-post")]
public sealed record ReactToPost : Command
{
    [Id(0)] public required PostNumber Number { get; init; }

    [Id(1)] public required Reaction Reaction { get; init; }

    /// <summary>False: takes it back.</summary>
    [Id(2)] public required bool Reacts { get; init; }
}

[GenerateSerializer, Immutable, Alias("room.pin-post")]
public sealed record PinPost : Command
{
    [Id(0)] public required PostNumber Number { get; init; }

    [Id(1)] public required bool Pinned { get; init; }
}

[GenerateSerializer, Immutable, Alias("room.hide-post")]
public sealed record HidePost : Command
{
    [Id(0)] public required PostNumber Number { get; init; }

    [Id(1)] public required bool Hidden { get; init; }

    /// <summary>1 to <see cref="RoomLimits.LongestReason"/> characters; shown in the post's place.</summary>
    [Id(2)] public required string Reason { get; init; }

    /// <summary>
    /// Which clearing this is part of (<see cref="Communities.Clearing.Act"/>). Showing as part of one shows the post only
    /// if that one hid it.
    /// </summary>
    [Id(3)] public long? Clearing { get; init; }

    /// <summary>
    /// In whose queue that was decided; none: in the room itself. Whether <see cref="Command.By"/> may decide it was asked
    /// there. Set by an effect of the server, never read from a request.
    /// </summary>
    [Id(4)] public CommunityId? Queue { get; init; }

    /// <summary>With <see cref="Queue"/>: by which item. The author can appeal the decision there.</summary>
    [Id(5)] public ItemNumber? Item { get; init; }
}

[GenerateSerializer, Immutable, Alias("room.lock-thread")]
public sealed record LockThread : Command
{
    /// <summary>Any post of the thread.</summary>
    [Id(0)] public required PostNumber Number { get; init; }

    [Id(1)] public required bool Locked { get; init; }

    [Id(2)] public required string Reason { get; init; }
}

[GenerateSerializer, Immutable, Alias("room.set-slow-mode")]
public sealed record SetSlowMode : Command
{
    /// <summary>Between two posts of one member; 0 to <see cref="RoomLimits.LongestSlowMode"/>.</summary>
    [Id(0)] public required int Seconds { get; init; }

    [Id(1)] public required string Reason { get; init; }
}

[GenerateSerializer, Immutable, Alias("room.move-door")]
public sealed record MoveDoor : Command;

/// <summary>What a moderator did, and why.</summary>
[GenerateSerializer, Immutable, Alias("room.act")]
public sealed record Act([property: Id(0)] MemberId By, [property: Id(1)] DateTimeOffset At, [property: Id(2)] string Reason);

/// <summary>A post as it stands now.</summary>
/// <param name="Markdown">Empty once deleted, and while hidden.</param>
/// <param name="Thread">The post it replies to; none for a post that stands by itself.</param>
/// <param name="Replies">Replies in its thread that are not deleted.</param>
/// <param name="Revision">1 at first, one more with each edit.</param>
[GenerateSerializer, Immutable, Alias("room.post-view")]
public sealed record PostView(
    [property: Id(0)] PostNumber Number,
    [property: Id(1)] MemberId Author,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] string Markdown,
    [property: Id(4)] PostNumber? Thread,
    [property: Id(5)] int Replies,
    [property: Id(6)] DateTimeOffset? LastReplyAt,
    [property: Id(7)] int Revision,
    [property: Id(8)] DateTimeOffset? EditedAt,
    [property: Id(9)] DateTimeOffset? DeletedAt)
{
    public bool IsDeleted => DeletedAt is not null;

    /// <summary>Deleted or hidden: no text, no files, no mentions, no reactions.</summary>
    public bool IsWithheld => IsDeleted || Hidden is not null;

    [Id(10)] public ImmutableArray<Mention> Mentions { get; init; } = [];

    [Id(11)] public ImmutableArray<Attachment> Attachments { get; init; } = [];

    /// <summary>In the order of <see cref="Reaction"/>; none without anybody.</summary>
    [Id(12)] public ImmutableArray<Reacted> Reactions { get; init; } = [];

    /// <summary>None: not pinned. The reason is empty.</summary>
    [Id(13)] public Act? Pinned { get; init; }

    [Id(14)] public Act? Hidden { get; init; }

    /// <summary>Of a post that begins a thread: no more replies.</summary>
    [Id(15)] public Act? Locked { get; init; }

    /// <summary>Set where a moderator deleted it.</summary>
    [Id(16)] public Act? Removed { get; init; }

    /// <summary>The number of its thread's newest reply; none without replies.</summary>
    [Id(17)] public PostNumber? LastReply { get; init; }
}

/// <param name="Members">Who reacted so, first to last.</param>
[GenerateSerializer, Immutable, Alias("room.reacted")]
public sealed record Reacted([property: Id(0)] Reaction Reaction, [property: Id(1)] ImmutableArray<MemberId> Members);

/// <summary>What holds for the room as a whole.</summary>
/// <param name="SlowSeconds">Between two posts of one member; zero where nobody waits.</param>
/// <param name="SlowedBy">Who set it so and why; none where it was never set.</param>
/// <param name="Pinned">The pinned posts, in the order of pinning.</param>
[GenerateSerializer, Immutable, Alias("room.settings")]
public sealed record RoomSettings([property: Id(0)] int SlowSeconds, [property: Id(1)] Act? SlowedBy, [property: Id(2)] ImmutableArray<PostNumber> Pinned);

/// <summary>One thing a moderator did in a room, for its log.</summary>
/// <param name="Position">Of the fact; pass the last one to read on.</param>
/// <param name="Kind">The fact's permanent name, such as <c>room.post-hidden</c>.</param>
/// <param name="Post">None where it was about the room as a whole.</param>
/// <param name="Seconds">Of slow mode.</param>
[GenerateSerializer, Immutable, Alias("room.moderation-act")]
public sealed record ModerationAct([property: Id(0)] long Position, [property: Id(1)] string Kind, [property: Id(2)] Act Act, [property: Id(3)] PostNumber? Post, [property: Id(4)] int? Seconds);

/// <summary>What unread counts of a room are worked out from, at <paramref name="At"/>: the newest posts that count, oldest first. Deleted and hidden posts do not.</summary>
/// <param name="Last">The newest post, whether it counts or not.</param>
/// <param name="From">Every post from this number on that counts is in <paramref name="Posts"/>.</param>
/// <param name="OlderChanged">Moves when a post before <paramref name="From"/> was deleted, hidden or shown: what was counted of them is void.</param>
[GenerateSerializer, Immutable, Alias("room.tally")]
public sealed record RoomTally(
    [property: Id(0)] StreamPosition At,
    [property: Id(1)] PostNumber Last,
    [property: Id(2)] PostNumber From,
    [property: Id(3)] ImmutableArray<CountedPost> Posts,
    [property: Id(4)] long OlderChanged);

[GenerateSerializer, Immutable, Alias("room.counted-post")]
public readonly record struct CountedPost([property: Id(0)] PostNumber Number, [property: Id(1)] MemberId Author, [property: Id(2)] PostNumber? Thread, [property: Id(3)] DateTimeOffset At);

[GenerateSerializer, Immutable]
public abstract record RoomChange : Change
{
    private RoomChange() { }

    [GenerateSerializer, Immutable, Alias("room.post-put")]
    public sealed record PostPut([property: Id(0)] PostView Post) : RoomChange
    {
        public override string Key => $"post/{Post.Number.Value}";
    }

    [GenerateSerializer, Immutable, Alias("room.settings-put")]
    public sealed record SettingsPut([property: Id(0)] RoomSettings Settings) : RoomChange
    {
        public override string Key => "settings";
    }

    /// <summary>For the server's own use: whoever listens is asked for again at the door.</summary>
    [GenerateSerializer, Immutable, Alias("room.door-moved")]
    public sealed record DoorMoved : RoomChange
    {
        public override string Key => "door";
    }
}

/// <summary>The newest <see cref="RoomLimits.SnapshotPosts"/> posts, oldest first.</summary>
[GenerateSerializer, Immutable, Alias("room.snapshot")]
public sealed record RoomSnapshot([property: Id(0)] RoomId Room, [property: Id(1)] PostNumber Last, [property: Id(2)] ImmutableArray<PostView> Posts, [property: Id(3)] RoomSettings Settings) : TopicSnapshot;

/// <param name="At">The position these views are of.</param>
/// <param name="Moderates">Whether the reader is a moderator of the room.</param>
/// <param name="Older">Whether there are posts before the first of these.</param>
/// <param name="Newer">Whether there are posts after the last of these.</param>
[GenerateSerializer, Immutable, Alias("room.post-page")]
public sealed record PostPage([property: Id(0)] StreamPosition At, [property: Id(1)] ImmutableArray<PostView> Posts, [property: Id(2)] bool Older, [property: Id(3)] bool Newer, [property: Id(4)] RoomSettings Settings, [property: Id(5)] bool Moderates)
{
    /// <summary>The reader is a newcomer until then, and writes as one; none for who is not.</summary>
    [Id(6)] public DateTimeOffset? NewUntil { get; init; }
}

/// <param name="After">Pass it to read on; none when this is the end.</param>
[GenerateSerializer, Immutable, Alias("room.thread-page")]
public sealed record ThreadPage([property: Id(0)] StreamPosition At, [property: Id(1)] PostView Root, [property: Id(2)] ImmutableArray<PostView> Replies, [property: Id(3)] long? After, [property: Id(4)] bool Moderates)
{
    /// <summary>The reader is a newcomer until then, and writes as one; none for who is not.</summary>
    [Id(5)] public DateTimeOffset? NewUntil { get; init; }
}

[GenerateSerializer, Immutable, Alias("room.post-history")]
public sealed record PostHistory([property: Id(0)] PostView Post, [property: Id(1)] ImmutableArray<PostText> Texts)
{
    /// <summary>Its files, of a hidden post too.</summary>
    [Id(2)] public ImmutableArray<Attachment> Files { get; init; } = [];
}

[GenerateSerializer, Immutable, Alias("room.post-text")]
public sealed record PostText([property: Id(0)] DateTimeOffset At, [property: Id(1)] string Markdown);

public sealed class PostNumberConverter : System.Text.Json.Serialization.JsonConverter<PostNumber>
{
    public override PostNumber Read(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(System.Text.Json.Utf8JsonWriter writer, PostNumber value, System.Text.Json.JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);

    public override PostNumber ReadAsPropertyName(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options) =>
        new(long.Parse(reader.GetString()!, System.Globalization.CultureInfo.InvariantCulture));

    public override void WriteAsPropertyName(System.Text.Json.Utf8JsonWriter writer, PostNumber value, System.Text.Json.JsonSerializerOptions options) => writer.WritePropertyName(value.ToString());
}

/// <summary>Answers of before mentions were a bare number, and are remembered for 30 days.</summary>
public sealed class PostedConverter : System.Text.Json.Serialization.JsonConverter<Posted>
{
    public override Posted Read(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options)
    {
        if (reader.TokenType == System.Text.Json.JsonTokenType.Number) return new(new(reader.GetInt64()));

        using var answer = System.Text.Json.JsonDocument.ParseValue(ref reader);
        return new(new(answer.RootElement.GetProperty("number").GetInt64()), answer.RootElement.GetProperty("unreached").GetInt32());
    }

    public override void Write(System.Text.Json.Utf8JsonWriter writer, Posted value, System.Text.Json.JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("number", value.Number.Value);
        writer.WriteNumber("unreached", value.Unreached);
        writer.WriteEndObject();
    }
}
