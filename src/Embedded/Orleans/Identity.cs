using PublicBuyers.Embedded;

namespace Orleans.Runtime;

/// <summary>Something that can be called without knowing where it is.</summary>
public interface IAddressable;

/// <summary>One activation, seen from its grain.</summary>
public interface IGrainContext
{
    /// <summary>Which grain this is.</summary>
    GrainId GrainId { get; }

    /// <summary>The services of this activation: scoped ones live as long as it does.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Ends the activation once its running calls have ended.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}

/// <summary>Which grain: its type and its key.</summary>
public readonly struct GrainId : IEquatable<GrainId>
{
    /// <summary>The grain of that type and key.</summary>
    public GrainId(GrainType type, IdSpan key)
    {
        Type = type;
        Key = key;
    }

    /// <summary>The type.</summary>
    public GrainType Type { get; }

    /// <summary>The key.</summary>
    public IdSpan Key { get; }

    /// <summary>The grain of that type and key.</summary>
    public static GrainId Create(string type, string key) => Create(GrainType.Create(type), key);

    /// <summary>The grain of that type and key.</summary>
    public static GrainId Create(GrainType type, string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return new(type, IdSpan.Create(key));
    }

    /// <inheritdoc/>
    public bool Equals(GrainId other) => Key.Equals(other.Key) && Type.Equals(other.Type);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GrainId other && Equals(other);

    // Keys carry their noun as prefix, so that grains of two types hardly ever share one.
    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode();

    /// <summary><c>type/key</c>.</summary>
    public override string ToString() => $"{Type}/{Key}";

    /// <summary>Whether both are the same grain.</summary>
    public static bool operator ==(GrainId left, GrainId right) => left.Equals(right);

    /// <summary>Whether they are two grains.</summary>
    public static bool operator !=(GrainId left, GrainId right) => !left.Equals(right);
}

/// <summary>The name of a grain's type.</summary>
public readonly struct GrainType : IEquatable<GrainType>
{
    /// <summary>The type of that name.</summary>
    public GrainType(IdSpan id) => Value = id;

    /// <summary>The name.</summary>
    public IdSpan Value { get; }

    /// <summary>The type of that name.</summary>
    public static GrainType Create(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        return new(IdSpan.Create(value));
    }

    /// <inheritdoc/>
    public bool Equals(GrainType obj) => Value.Equals(obj.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GrainType other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The name.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A part of an identity.</summary>
public readonly struct IdSpan : IEquatable<IdSpan>
{
    private readonly string? text;

    private IdSpan(string text) => this.text = text;

    /// <summary>The part that reads <paramref name="id"/>.</summary>
    public static IdSpan Create(string id) => new(id);

    /// <inheritdoc/>
    public bool Equals(IdSpan obj) => string.Equals(text, obj.text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IdSpan other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => text is null ? 0 : text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text.</summary>
    public override string ToString() => text ?? "";
}

/// <summary>Values that travel with calls: down to whoever is called, never back.</summary>
public static class RequestContext
{
    /// <summary>The value under that key; <see langword="null"/> if there is none.</summary>
    public static object? Get(string key) => TravellingValues.Current?.GetValueOrDefault(key);

    /// <summary>Sets a value for the calls made from here on.</summary>
    public static void Set(string key, object value) => TravellingValues.Current = (TravellingValues.Current ?? TravellingValues.None).SetItem(key, value);

    /// <summary>Forgets all values for the calls made from here on.</summary>
    public static void Clear() => TravellingValues.Current = null;
}
