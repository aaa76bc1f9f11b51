using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace PublicBuyers;

/// <summary>What links two communities: their slugs in the order of their letters, a plus between them. One for every two, whoever names them first.</summary>
[GenerateSerializer, Immutable, Alias("bridge-id"), JsonConverter(typeof(IdConverter<BridgeId>))]
public readonly record struct BridgeId([property: Id(0)] string Value) : IId<BridgeId>
{
    public BridgeId(CommunityId one, CommunityId other)
        : this(string.CompareOrdinal(one.Value, other.Value) < 0 ? $"{one.Value}{Mark}{other.Value}" : $"{other.Value}{Mark}{one.Value}")
    {
    }

    public CommunityId One => new(Value[..Value.IndexOf(Mark)]);

    public CommunityId Other => new(Value[(Value.IndexOf(Mark) + 1)..]);

    public ImmutableArray<CommunityId> Communities => [One, Other];

    /// <summary>Stands in no slug; begins the slug of a bridged thread.</summary>
    internal const char Mark = '+';

    public static BridgeId Of(string value) => new(value);

    public bool Links(CommunityId community) => community == One || community == Other;

    public CommunityId OtherThan(CommunityId side) => side == One ? Other : One;

    /// <summary>Where a thread of this bridge is said, which this community opened.</summary>
    public RoomId Thread(CommunityId openedBy, int number) =>
        new(openedBy, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Mark}{OtherThan(openedBy).Value}{Mark}{number}"));

    public override string ToString() => Value;
}
