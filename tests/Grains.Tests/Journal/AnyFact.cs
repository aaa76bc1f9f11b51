using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;

namespace PublicBuyers.WritePath;

/// <summary>Facts of any type, made by chance out of their constructors. The same seed makes the same facts.</summary>
internal sealed class AnyFact(int seed)
{
    private static readonly string[] Letters = ["a", "Z", "0", " ", "\"", "\\", "/", "\n", "<", "é", "ж", "η", "👩‍👧", "\u2028", "{", "}"];

    private readonly Random chance = new(seed);

    public Fact Of(Type type)
    {
        var constructor = type.GetConstructors().Single();
        return (Fact)constructor.Invoke([.. constructor.GetParameters().Select(Value)]);
    }

    public IEnumerable<Fact> Of(Noun noun, int count)
    {
        var types = noun.Facts.Select(fact => fact.Type).OrderBy(type => type.Name, StringComparer.Ordinal).ToArray();
        return Enumerable.Range(0, count).Select(_ => Of(types[chance.Next(types.Length)]));
    }

    public RecordedFact[] Recorded(Noun noun, int count) => [.. Of(noun, count).Select((happened, i) => Recorded(noun, happened, i + 1))];

    public static RecordedFact Recorded(Noun noun, Fact happened, long sequence = 1)
    {
        var written = noun.Write(happened);
        return new(sequence, noun.Name + "/x", sequence, written.Type, written.Version, written.Subject, FakeClock.Noon.AddSeconds(sequence), new("ada"), false, written.Payload);
    }

    /// <summary>Member by member: lists are compared by what is in them.</summary>
    public static bool AreSame(Fact? one, Fact other) =>
        one?.GetType() == other.GetType()
        && other.GetType().GetProperties().All(property => (property.GetValue(one), property.GetValue(other)) switch
        {
            (IEnumerable some, IEnumerable others) when some is not string => some.Cast<object>().SequenceEqual(others.Cast<object>()),
            var (some, others) => Equals(some, others) || System.Text.Json.JsonSerializer.Serialize(some, FactJson.Options) == System.Text.Json.JsonSerializer.Serialize(others, FactJson.Options),
        });

    private object? Value(ParameterInfo parameter) => MayBeNull(parameter) && chance.Next(3) == 0 ? null : Value(parameter.ParameterType);

    /// <summary>A reference that may be none; values that may be are told by their types.</summary>
    public static bool MayBeNull(ParameterInfo parameter) => !parameter.ParameterType.IsValueType && new NullabilityInfoContext().Create(parameter).WriteState is NullabilityState.Nullable;

    private object? Value(Type type) => type switch
    {
        _ when Nullable.GetUnderlyingType(type) is { } some => chance.Next(3) == 0 ? null : Value(some),
        _ when type == typeof(string) => Text(),
        _ when type == typeof(int) => chance.Next(-5, 300),
        _ when type == typeof(long) => (long)chance.Next(1, 300),
        _ when type == typeof(bool) => chance.Next(2) == 0,
        _ when type == typeof(DateTimeOffset) => FakeClock.Noon.AddTicks(chance.NextInt64(TimeSpan.TicksPerDay)),
        _ when type == typeof(DateOnly) => new DateOnly(2026, 1, 1).AddDays(chance.Next(365)),
        _ when type == typeof(TimeOnly) => new TimeOnly(chance.Next(24), chance.Next(60)),
        { IsEnum: true } => Enum.GetValues(type).GetValue(chance.Next(Enum.GetValues(type).Length)),
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) => Several(type.GetGenericArguments()[0]),
        _ when type == typeof(Mention) => new Mention(chance.Next(100), chance.Next(2, 20), (MemberId?)Value(typeof(MemberId?)), chance.Next(2) == 0),
        _ when type == typeof(Attachment) => new Attachment(new($"file-{chance.Next(20)}"), Text(), "image/png", chance.Next(1, 300), (int?)Value(typeof(int?)), (int?)Value(typeof(int?))),
        _ when type == typeof(RoomId) => new RoomId(new CommunityId("cpb"), $"room-{chance.Next(20)}"),
        { IsValueType: true } when type.GetConstructors().SingleOrDefault(each => each.GetParameters() is [var only] && (only.ParameterType == typeof(string) || only.ParameterType == typeof(long))) is { } wrap =>
            wrap.Invoke([wrap.GetParameters()[0].ParameterType == typeof(long) ? (long)chance.Next(1, 300) : $"id-{chance.Next(20)}"]),
        { IsClass: true } when type.Assembly != typeof(string).Assembly && type.GetConstructors() is [var only] => only.Invoke([.. only.GetParameters().Select(Value)]),
        _ => throw new NotSupportedException($"A fact has a {type}: say here how to make one."),
    };

    private object Several(Type type)
    {
        var some = Array.CreateInstance(type, chance.Next(1, 4));   // none is written as null
        for (var i = 0; i < some.Length; i++) some.SetValue(Value(type), i);
        return typeof(ImmutableCollectionsMarshal).GetMethod(nameof(ImmutableCollectionsMarshal.AsImmutableArray))!.MakeGenericMethod(type).Invoke(null, [some])!;
    }

    private string Text()
    {
        var text = new StringBuilder();
        for (var left = chance.Next(12); left > 0; left--) text.Append(Letters[chance.Next(Letters.Length)]);
        return text.ToString();
    }
}
