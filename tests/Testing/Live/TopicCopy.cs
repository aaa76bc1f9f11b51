using System.Collections.Concurrent;
using System.Text.Json;

namespace PublicBuyers.Testing.Live;

/// <summary>A client's copy of one topic: what every key holds, by snapshot and changes, and the newest values without a position.</summary>
public sealed class TopicCopy(string topic)
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, JsonElement> passing = new();
    private SortedDictionary<long, JsonElement> posts = [];
    private SortedDictionary<string, JsonElement> values = new(StringComparer.Ordinal);

    public string Name => topic;

    public long Epoch { get; private set; }

    public long Position { get; private set; } = -1;

    /// <summary>Positions heard of one by one, since the beginning.</summary>
    public long Frames { get; private set; }

    public IReadOnlyList<JsonElement> Posts
    {
        get { lock (gate) return [.. posts.Values]; }
    }

    /// <summary>The newest as a snapshot has them, to compare.</summary>
    public string Newest(int count = 50) => string.Join('\n', Posts.TakeLast(count).Select(post => post.GetRawText()).Append(Value("settings")?.GetRawText() ?? ""));

    /// <summary>What concerns oneself, as a snapshot has it, to compare.</summary>
    public string Concerns()
    {
        lock (gate) return string.Join('\n', values.Select(value => $"{value.Key}: {value.Value.GetRawText()}"));
    }

    /// <summary>The oldest items of a queue that are not over, as a snapshot has them, to compare; a claim as it was renewed last.</summary>
    public string Queue(int count = 100)
    {
        lock (gate)
        {
            var items = values.Where(value => value.Key.StartsWith("item/", StringComparison.Ordinal)).Select(value => value.Value).Where(IsNotOver).OrderBy(NumberOf).Take(count);
            return string.Join('\n', items.Select(item => Renewed(item)).Append(values["counts"].GetRawText()));
        }
    }

    /// <summary>An item of a queue; none where it is not known here.</summary>
    public JsonElement? Item(long number) => Value($"item/{number}");

    /// <summary>What is under a key that is no post; none where there is nothing.</summary>
    public JsonElement? Value(string key)
    {
        lock (gate) return values.TryGetValue(key, out var value) ? value : null;
    }

    public IReadOnlyList<JsonElement> Notices
    {
        get { lock (gate) return [.. values.Where(value => value.Key.StartsWith("notice/", StringComparison.Ordinal)).Select(value => value.Value)]; }
    }

    /// <summary>The newest value of a key without a position; none where there is none, or it is gone.</summary>
    public JsonElement? Passing(string key) => passing.TryGetValue(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>How many posts of a room are unread; none where that is not said, or not any more.</summary>
    public int? Unread(RoomId room) => Passing($"unread/{room.Value}")?.GetProperty("unread").GetInt32();

    public void Enter(JsonElement answer)
    {
        if (answer.GetProperty("refused").ValueKind != JsonValueKind.Null) return;

        lock (gate)
        {
            if (answer.GetProperty("snapshot") is { ValueKind: JsonValueKind.Object } snapshot) Replace(snapshot);
            foreach (var change in answer.GetProperty("changes").EnumerateArray()) Put(change);
            (Epoch, Position) = (answer.GetProperty("epoch").GetInt64(), answer.GetProperty("position").GetInt64());
        }
    }

    /// <returns>Whether it was the next one.</returns>
    public bool Apply(JsonElement frame)
    {
        lock (gate)
        {
            if (frame.GetProperty("epoch").GetInt64() != Epoch || frame.GetProperty("position").GetInt64() != Position + 1) return false;

            foreach (var change in frame.GetProperty("changes").EnumerateArray()) Put(change);
            Position++;
            Frames++;
            return true;
        }
    }

    /// <returns>Whether no value is older than what is here already.</returns>
    public bool Pass(JsonElement frame)
    {
        var inOrder = true;
        foreach (var change in frame.GetProperty("values").EnumerateArray())
        {
            var (key, value) = (change.GetProperty("key").GetString()!, change.GetProperty("put"));
            if (Passing(key) is { } known && key.StartsWith("unread/", StringComparison.Ordinal) && value.ValueKind == JsonValueKind.Object && IsOlder(value, known)) inOrder = false;
            else passing[key] = value;
        }

        return inOrder;
    }

    private void Replace(JsonElement snapshot)
    {
        values = new(StringComparer.Ordinal);
        if (snapshot.TryGetProperty("posts", out var all))
        {
            posts = new(all.EnumerateArray().ToDictionary(NumberOf, post => post));
            values["settings"] = snapshot.GetProperty("settings");
            return;
        }

        if (snapshot.TryGetProperty("items", out var items))
        {
            foreach (var item in items.EnumerateArray()) values[$"item/{NumberOf(item)}"] = item;
            values["counts"] = JsonSerializer.SerializeToElement(new { waiting = snapshot.GetProperty("waiting") });
            return;
        }

        foreach (var notice in snapshot.GetProperty("notices").EnumerateArray()) values[$"notice/{NumberOf(notice)}"] = notice;
        values["counts"] = JsonSerializer.SerializeToElement(new { unread = snapshot.GetProperty("unread"), byRoom = snapshot.GetProperty("byRoom") });
        values["mutes"] = snapshot.GetProperty("mutes");
        passing.Clear();
        foreach (var room in snapshot.GetProperty("rooms").EnumerateArray()) passing[$"unread/{room.GetProperty("room").GetString()}"] = room;
    }

    private void Put(JsonElement change)
    {
        var (key, put) = (change.GetProperty("key").GetString()!, change.GetProperty("put"));
        if (key.StartsWith("post/", StringComparison.Ordinal)) posts[NumberOf(put)] = put;
        else if (put.ValueKind == JsonValueKind.Null) values.Remove(key);
        else values[key] = put;
    }

    private string Renewed(JsonElement item)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(item.GetRawText())!;
        if (node["claim"] is { } claim && Passing($"claim/{NumberOf(item)}") is { } newest && newest.GetProperty("fence").GetInt64() == claim["fence"]!.GetValue<long>()
            && newest.GetProperty("until").GetDateTimeOffset() > claim["until"]!.GetValue<DateTimeOffset>()) node["claim"] = System.Text.Json.Nodes.JsonNode.Parse(newest.GetRawText());
        return node.ToJsonString();
    }

    private static bool IsNotOver(JsonElement item) => item.GetProperty("state").GetString() is not ("settled" or "withdrawn");

    private static bool IsOlder(JsonElement value, JsonElement known) =>
        value.GetProperty("epoch").GetInt64() == known.GetProperty("epoch").GetInt64() && value.GetProperty("position").GetInt64() < known.GetProperty("position").GetInt64();

    private static long NumberOf(JsonElement item) => item.GetProperty("number").GetInt64();
}
