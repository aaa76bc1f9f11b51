using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace PublicBuyers.Journal;

/// <summary>How facts, answers and snapshots are written. Reading is tolerant: a field it does not know is passed over.</summary>
internal static class FactJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // never inside HTML; keeps Greek and Bulgarian readable and small
    };
}

/// <summary>An event whose shape has changed: turns the payload of an older version into the next one's.</summary>
internal interface IUpcast
{
    static abstract JsonObject Upcast(int from, JsonObject payload);
}

/// <summary>Events of one noun to facts and back. The list of names is the list of nested records with <see cref="FactAttribute"/>.</summary>
internal static class FactCodec<TEvent> where TEvent : Fact
{
    private delegate JsonObject Upcaster(int from, JsonObject payload);

    private sealed record Shape(Type Type, string Name, int Version, Upcaster? Upcast);

    private static readonly FrozenDictionary<string, Shape> ByName = Shapes().ToFrozenDictionary(shape => shape.Name);
    private static readonly FrozenDictionary<Type, Shape> ByType = ByName.Values.ToFrozenDictionary(shape => shape.Type);

    public static IEnumerable<(string Name, int Version, Type Type)> All => ByName.Values.Select(shape => (shape.Name, shape.Version, shape.Type));

    public static NewFact Write(TEvent happened)
    {
        var shape = ByType[happened.GetType()];
        return new(shape.Name, shape.Version, happened.Subject, JsonSerializer.SerializeToUtf8Bytes(happened, shape.Type, FactJson.Options));
    }

    public static bool Knows(string type) => ByName.ContainsKey(type);

    /// <summary>Reads a fact of this version or an older one.</summary>
    /// <exception cref="UnreadableFactException">The fact is of a later version of the server, or its payload is not what its type says.</exception>
    public static Happened<TEvent> Read(RecordedFact fact)
    {
        if (!ByName.TryGetValue(fact.Type, out var shape))
            throw new UnreadableFactException(fact, $"this version of the server does not know facts of type \"{fact.Type}\"");
        if (fact.Version > shape.Version)
            throw new UnreadableFactException(fact, $"it has version {fact.Version} of \"{fact.Type}\"; this version of the server reads up to {shape.Version}");

        return new(fact.Sequence, fact.At, fact.By, fact.Type, fact.Subject, fact.Payload is { } payload ? Event(shape, fact, payload) : null);
    }

    private static TEvent Event(Shape shape, RecordedFact fact, ReadOnlyMemory<byte> payload)
    {
        try
        {
            if (fact.Version == shape.Version) return (TEvent)JsonSerializer.Deserialize(payload.Span, shape.Type, FactJson.Options)!;

            var node = JsonNode.Parse(payload.Span)!.AsObject();
            for (var version = fact.Version; version < shape.Version; version++) node = shape.Upcast!(version, node);
            return (TEvent)node.Deserialize(shape.Type, FactJson.Options)!;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or NotSupportedException or KeyNotFoundException)
        {
            throw new UnreadableFactException(fact, $"its payload is not a \"{fact.Type}\": {broken.Message}");
        }
    }

    private static IEnumerable<Shape> Shapes() =>
        from type in typeof(TEvent).GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic)
        let fact = type.GetCustomAttribute<FactAttribute>()
        where fact is not null
        select new Shape(type, fact.Name, fact.Version, fact.Version == 1 ? null : UpcasterOf(type));

    private static Upcaster UpcasterOf(Type type) =>
        type.GetMethod(nameof(IUpcast.Upcast), BindingFlags.Public | BindingFlags.Static)?.CreateDelegate<Upcaster>()
        ?? throw new InvalidOperationException($"\"{type.Name}\" has a version above 1 and no way to read the older ones; let it implement {nameof(IUpcast)}.");
}

/// <summary>A fact that this version of the server cannot read. Its stream becomes read-only; no other stream notices.</summary>
internal sealed class UnreadableFactException(RecordedFact fact, string why)
    : Exception($"Fact {fact.Sequence} of stream \"{fact.Stream}\" cannot be read: {why}.")
{
    public long Sequence { get; } = fact.Sequence;

    public string Reason { get; } = why;
}
