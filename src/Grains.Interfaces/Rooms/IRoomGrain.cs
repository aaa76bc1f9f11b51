using System.Collections.Immutable;
using PublicBuyers.Live;

namespace PublicBuyers.Rooms;

/// <summary>One community room: what was said, in one order for everybody.</summary>
/// <remarks>Every call that changes the room has been stored when its task completes. Posts are numbered 1, 2, 3 … without gaps; replies are posts too.</remarks>
[Alias("room")]
public interface IRoomGrain : ITopicGrain
{
    /// <summary>Says something, or replies in the thread of <see cref="PostMessage.Thread"/>.</summary>
    [Alias("post")] Task<Outcome<PostNumber>> Post(PostMessage command);

    /// <summary>Changes the text of one's own post. The earlier texts stay readable as its history.</summary>
    [Alias("edit")] Task<Outcome<Done>> Edit(EditPost command);

    /// <summary>Deletes one's own post. A tombstone stays in its place; the text and its history are no longer shown to anybody.</summary>
    [Alias("delete")] Task<Outcome<Done>> Delete(DeletePost command);

    /// <summary>The posts before <paramref name="before"/>, newest last, at most <see cref="RoomLimits.PageSize"/>; zero means the newest.</summary>
    [Alias("page"), ReadOnly] Task<Outcome<PostPage>> Page(MemberId reader, long before, int count);

    /// <summary>A post, the posts of its thread after <paramref name="after"/>, and how to read on. Asked for a reply, answers its thread.</summary>
    [Alias("thread"), ReadOnly] Task<Outcome<ThreadPage>> Thread(MemberId reader, PostNumber number, long after);

    /// <summary>Every text a post has had, first to last. Absent once it is deleted.</summary>
    [Alias("history"), ReadOnly] Task<Outcome<PostHistory>> History(MemberId reader, PostNumber number);

    /// <summary>The community says that a member's standing changed at its version: what the room remembers of it is void.</summary>
    [Alias("forget"), AlwaysInterleave] Task Forget(MemberId member, long version);
}

/// <summary>The n-th post of a room, from 1.</summary>
[GenerateSerializer, Immutable, Alias("post-number"), System.Text.Json.Serialization.JsonConverter(typeof(PostNumberConverter))]
public readonly record struct PostNumber([property: Id(0)] long Value) : IComparable<PostNumber>
{
    public PostNumber Next() => new(Value + 1);

    public int CompareTo(PostNumber other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

public static class RoomLimits
{
    /// <summary>Longest text of a post, in bytes of UTF-8.</summary>
    public const int LongestText = 16 * 1024;

    /// <summary>How deep quotes and lists may nest: more costs more to render than anybody gains by reading it.</summary>
    public const int DeepestNesting = 32;

    /// <summary>The newest posts a room keeps in memory; older ones are read by page.</summary>
    public const int PostsKept = 200;

    /// <summary>The newest changes a room remembers; whoever comes back from before them gets a snapshot.</summary>
    public const int ChangesKept = 500;

    /// <summary>The newest posts in a snapshot.</summary>
    public const int SnapshotPosts = 50;

    public const int PageSize = 50;

    /// <summary>How often one post can be edited.</summary>
    public const int MostEdits = 100;

    /// <summary>How long one thread can get.</summary>
    public const int MostReplies = 1_000;
}

[GenerateSerializer, Immutable, Alias("room.post-message")]
public sealed record PostMessage : Command
{
    [Id(0)] public required string Markdown { get; init; }

    /// <summary>The post whose thread this goes to; a reply to a reply goes to the same thread.</summary>
    [Id(1)] public PostNumber? Thread { get; init; }
}

[GenerateSerializer, Immutable, Alias("room.edit-post")]
public sealed record EditPost : Command
{
    [Id(0)] public required PostNumber Number { get; init; }

    [Id(1)] public required string Markdown { get; init; }
}

[GenerateSerializer, Immutable, Alias("room.delete-post")]
public sealed record DeletePost : Command
{
    [Id(0)] public required PostNumber Number { get; init; }
}

/// <summary>A post as it stands now.</summary>
/// <param name="Markdown">Empty once deleted.</param>
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
}

[GenerateSerializer, Immutable]
public abstract record RoomChange : Change
{
    private RoomChange() { }

    [GenerateSerializer, Immutable, Alias("room.post-put")]
    public sealed record PostPut([property: Id(0)] PostView Post) : RoomChange
    {
        public override string Key => $"post/{Post.Number.Value}";
    }
}

/// <summary>The newest <see cref="RoomLimits.SnapshotPosts"/> posts, oldest first.</summary>
[GenerateSerializer, Immutable, Alias("room.snapshot")]
public sealed record RoomSnapshot([property: Id(0)] RoomId Room, [property: Id(1)] PostNumber Last, [property: Id(2)] ImmutableArray<PostView> Posts) : TopicSnapshot;

/// <param name="At">The position these views are of.</param>
/// <param name="Older">Whether there are posts before the first of these.</param>
[GenerateSerializer, Immutable, Alias("room.post-page")]
public sealed record PostPage([property: Id(0)] StreamPosition At, [property: Id(1)] ImmutableArray<PostView> Posts, [property: Id(2)] bool Older);

/// <param name="After">Pass it to read on; none when this is the end.</param>
[GenerateSerializer, Immutable, Alias("room.thread-page")]
public sealed record ThreadPage([property: Id(0)] StreamPosition At, [property: Id(1)] PostView Root, [property: Id(2)] ImmutableArray<PostView> Replies, [property: Id(3)] long? After);

[GenerateSerializer, Immutable, Alias("room.post-history")]
public sealed record PostHistory([property: Id(0)] PostView Post, [property: Id(1)] ImmutableArray<PostText> Texts);

[GenerateSerializer, Immutable, Alias("room.post-text")]
public sealed record PostText([property: Id(0)] DateTimeOffset At, [property: Id(1)] string Markdown);

/// <summary>Why a room says no.</summary>
public static class RoomRefusal
{
    /// <summary>No such room or post, or not for this reader.</summary>
    [GenerateSerializer, Immutable, Alias("room.absent")]
    public sealed record NotVisible() : Refusal(RefusalKind.Absent, "room.absent");

    [GenerateSerializer, Immutable, Alias("room.text-empty")]
    public sealed record TextEmpty() : Refusal(RefusalKind.Unprocessable, "room.text-empty");

    [GenerateSerializer, Immutable, Alias("room.text-too-long")]
    public sealed record TextTooLong([property: Id(0)] int Bytes, [property: Id(1)] int Most) : Refusal(RefusalKind.Unprocessable, "room.text-too-long");

    [GenerateSerializer, Immutable, Alias("room.text-malformed")]
    public sealed record TextMalformed() : Refusal(RefusalKind.Unprocessable, "room.text-malformed");

    [GenerateSerializer, Immutable, Alias("room.text-too-deep")]
    public sealed record TextTooDeep([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "room.text-too-deep");

    [GenerateSerializer, Immutable, Alias("room.not-yours")]
    public sealed record NotYours() : Refusal(RefusalKind.NotAllowed, "room.not-yours");

    [GenerateSerializer, Immutable, Alias("room.already-deleted")]
    public sealed record AlreadyDeleted([property: Id(0)] DateTimeOffset At) : Refusal(RefusalKind.Conflict, "room.already-deleted");

    [GenerateSerializer, Immutable, Alias("room.thread-full")]
    public sealed record ThreadFull([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "room.thread-full");

    [GenerateSerializer, Immutable, Alias("room.edited-too-often")]
    public sealed record EditedTooOften([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "room.edited-too-often");
}

public sealed class PostNumberConverter : System.Text.Json.Serialization.JsonConverter<PostNumber>
{
    public override PostNumber Read(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(System.Text.Json.Utf8JsonWriter writer, PostNumber value, System.Text.Json.JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);

    public override PostNumber ReadAsPropertyName(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options) =>
        new(long.Parse(reader.GetString()!, System.Globalization.CultureInfo.InvariantCulture));

    public override void WriteAsPropertyName(System.Text.Json.Utf8JsonWriter writer, PostNumber value, System.Text.Json.JsonSerializerOptions options) => writer.WritePropertyName(value.ToString());
}
