using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PublicBuyers.Inbox;
using PublicBuyers.Moderation;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Live;

/// <summary>How everything is written for browsers, on the hub and over HTTP alike.</summary>
public static class Wire
{
    public const string Changes = "changes";
    public const string Passing = "passing";
    public const string Gone = "gone";

    /// <summary>Nothing that people send nests deeper.</summary>
    private const int DeepestJson = 16;

    public static readonly JsonSerializerOptions Json = Configure(new(JsonSerializerDefaults.Web));

    /// <remarks>Markup is not escaped twice: JSON is never put into a page, and is served with <c>nosniff</c>.</remarks>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = DeepestJson;
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(RefuseNullElements);
        return options;
    }

    /// <summary>No list that somebody sends holds null. The annotations of a list's elements are not looked at otherwise.</summary>
    private static void RefuseNullElements(JsonTypeInfo type)
    {
        if (type.Kind is not JsonTypeInfoKind.Enumerable || type.ElementType is not { IsValueType: false }) return;

        type.OnDeserialized = static list =>
        {
            if (list is not System.Collections.IEnumerable all || list is System.Collections.ICollection { Count: 0 }) return;
            foreach (var each in all)
            {
                if (each is null) throw new JsonException("A list holds null.");
            }
        };
    }
}

/// <summary>JSON that was written once and is sent many times.</summary>
[JsonConverter(typeof(RawJsonConverter))]
public readonly record struct RawJson(ReadOnlyMemory<byte> Utf8)
{
    public static RawJson Of<T>(T value) => new(JsonSerializer.SerializeToUtf8Bytes(value, Wire.Json));
}

/// <summary>What a reader has under <paramref name="Key"/> is replaced by <paramref name="Put"/>; by null, taken away.</summary>
public sealed record ChangeWire(string Key, RawJson Put);

/// <summary>One position of a topic. A reader at the position before applies it; any other reader enters again.</summary>
public sealed record ChangesFrame(string Topic, long Epoch, long Position, ImmutableArray<ChangeWire> Changes);

/// <summary>Values without a position: the last of each key counts, and one that is lost is not missed for long.</summary>
public sealed record PassingFrame(string Topic, ImmutableArray<ChangeWire> Values);

/// <summary>The reader may read the topic no longer, and drops what it has of it.</summary>
public sealed record GoneFrame(string Topic);

/// <summary>The newest posts, oldest first.</summary>
public sealed record RoomSnapshotWire(RoomId Room, long Last, ImmutableArray<RawJson> Posts, RoomSettingsWire Settings);

/// <summary>Who has the room open: how many, and the first of them.</summary>
public sealed record HereWire(int Count, ImmutableArray<MemberCard> Members);

/// <param name="More">How many type besides.</param>
public sealed record TypingWire(ImmutableArray<MemberCard> Members, int More);

/// <summary>How many posts of a room its reader has not read, as of a position of the room.</summary>
/// <param name="Mark">The last post read. A value with an earlier mark, or of an earlier position, is out of date.</param>
public sealed record UnreadWire(RoomId Room, long Epoch, long Position, long Mark, int Unread, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Muted)
{
    internal static string KeyOf(RoomId room) => $"unread/{room.Value}";

    internal ChangeWire AsChange() => new(KeyOf(Room), RawJson.Of(this));
}

/// <summary>Something a member was told, with the names it is shown with.</summary>
/// <param name="RoomName">Empty, like the excerpt, where the reader may read the room no longer.</param>
/// <param name="Excerpt">Of the post as it stands now.</param>
/// <param name="Word">Which sentence says it: <c>mention</c>, <c>decided-access-request-approved</c>.</param>
/// <param name="Href">Where it leads.</param>
public sealed record NoticeWire(
    long Number, NoticeKind Kind, RoomId? Room, string RoomName, CommunityId Community, string CommunityName, long? Post, long? Thread, MemberCard By, DateTimeOffset At, Reaction? Reaction, bool IsRead, string Excerpt,
    string Word, string Href, long? Item = null, Verdict? Verdict = null);

/// <param name="ByRoom">Mentions and replies among the unread, by room.</param>
public sealed record CountsWire(int Unread, ImmutableSortedDictionary<string, int> ByRoom);

/// <param name="Notices">The newest, newest first.</param>
/// <param name="Rooms">All rooms of the member.</param>
/// <param name="Rail">The version of the rail that lists them; another one comes under the key <c>rail</c>.</param>
public sealed record MeSnapshotWire(ImmutableArray<RawJson> Notices, int Unread, ImmutableSortedDictionary<string, int> ByRoom, Mutes Mutes, ImmutableArray<UnreadWire> Rooms, string Rail);

/// <summary>What was missed, as the last change of each key, or a snapshot in place of everything. No <c>changes</c> frame of the topic is sent before this answer, and the first one after it is of the next position.</summary>
public sealed record Entered(string Topic, long Epoch, long Position, RawJson? Snapshot, ImmutableArray<ChangeWire> Changes, RefusalWire? Refused)
{
    /// <summary>Values without a position, for who asks and waits: nothing brings them otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<ChangeWire>? Passing { get; init; }

    /// <summary>Hears of what happens once this answer is written.</summary>
    [JsonIgnore]
    internal Listener? Listener { get; init; }

    [JsonIgnore]
    internal Refusal? Refusal { get; private init; }

    internal static Entered No(string topic, Refusal why) => new(topic, 0, -1, null, [], RefusalWire.Of(why)) { Refusal = why };
}

/// <summary>The answer of a command, or why not.</summary>
public sealed record Answer<T>(T? Value, RefusalWire? Refused)
{
    internal static Answer<T> Of(Outcome<T> outcome) => outcome.Refusal is { } why ? new(default, RefusalWire.Of(why)) : new(outcome.Value, null);
}

public sealed record RefusalWire(string Code, RefusalKind Kind, int Status, string Detail, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter)
{
    internal static RefusalWire Of(Refusal why) => new(why.Code, why.Kind, Refusals.StatusOf(why.Kind), RefusalWords.Of(why), Refusals.RetryAfter(why));
}

internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return RawJson.Of(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) => writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
}
