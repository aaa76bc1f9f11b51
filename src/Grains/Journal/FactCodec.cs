using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PublicBuyers.Journal;

/// <summary>How facts, answers and snapshots are written. Reading is tolerant of a field it does not know, and not of one that is missing.</summary>
/// <remarks>A parameter added to a fact later has a default value: older facts do not have the field.</remarks>
internal static class FactJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutTheSubject, LeaveOutTheEmpty, Require } },
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // never inside HTML; keeps Greek and Bulgarian readable and small
    };

    /// <summary>Whether the payload has a field, given as <c>"name":</c>, without reading the payload. No text looks like one: quotes in it are escaped.</summary>
    public static bool Has(RecordedFact fact, ReadOnlySpan<byte> field) => fact.Payload is { } payload && payload.Span.IndexOf(field) >= 0;

    // It stands in a column of its own; the attribute on the property that is overridden says nothing about the one that overrides it.
    private static void LeaveOutTheSubject(JsonTypeInfo type)
    {
        if (type.Type.IsAssignableTo(typeof(Fact)) && type.Properties.FirstOrDefault(property => property.AttributeProvider is PropertyInfo { Name: nameof(Fact.Subject) }) is { } subject)
            type.Properties.Remove(subject);
    }

    // What a command or a state has none of is not written, and is empty when read. A command that was sent before there was such a list has the same hash as one sent after.
    private static void LeaveOutTheEmpty(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property is { AssociatedParameter: null, IsRequired: false, PropertyType: { IsValueType: true, IsGenericType: true } list } && list.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
            {
                var none = Activator.CreateInstance(list);
                property.ShouldSerialize = (_, some) => !Equals(some, none) && some is not System.Collections.ICollection { Count: 0 };
            }
        }
    }

    // Without this a missing text is read as null, and a missing number as 0. Only a null is never written.
    private static void Require(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            if (property.AssociatedParameter is { HasDefaultValue: false, IsNullable: false }) property.IsRequired = true;
    }
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
        if (fact.Version < 1 || fact.Version > shape.Version)
            throw new UnreadableFactException(fact, $"it has version {fact.Version} of \"{fact.Type}\"; this version of the server reads 1 to {shape.Version}");

        return new(fact.Sequence, fact.At, fact.By, fact.Type, fact.Subject, fact.Payload is { } payload ? Event(shape, fact, payload) : null);
    }

    private static TEvent Event(Shape shape, RecordedFact fact, ReadOnlyMemory<byte> payload)
    {
        try
        {
            var happened = fact.Version == shape.Version
                ? JsonSerializer.Deserialize(payload.Span, shape.Type, FactJson.Options)
                : Upcast(shape, fact.Version, JsonNode.Parse(payload.Span)).Deserialize(shape.Type, FactJson.Options);
            if (happened is not TEvent read) throw new JsonException("it is null");   // only what was erased has no event
            if (read.Subject != fact.Subject) throw new JsonException($"it is about \"{read.Subject}\" and was stored as about \"{fact.Subject}\"");

            return read;
        }
        catch (Exception broken)
        {
            // Whatever a payload does to its reader: the stream is read-only, and nothing else happens.
            throw new UnreadableFactException(fact, $"its payload is not a \"{fact.Type}\": {broken.Message}");
        }
    }

    private static JsonObject Upcast(Shape shape, int from, JsonNode? payload)
    {
        var node = payload?.AsObject() ?? throw new JsonException("it is null");
        for (var version = from; version < shape.Version; version++) node = shape.Upcast!(version, node);
        return node;
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
[GenerateSerializer, Alias("unreadable-fact")]
internal sealed class UnreadableFactException(RecordedFact fact, string why)
    : Exception($"Fact {fact.Sequence} of stream \"{fact.Stream}\" cannot be read: {why}.")
{
    [Id(0)] public long Sequence { get; } = fact.Sequence;

    [Id(1)] public string Reason { get; } = why;
}
