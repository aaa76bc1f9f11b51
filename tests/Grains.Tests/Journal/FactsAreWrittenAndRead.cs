using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using PublicBuyers.Journal;

namespace PublicBuyers.WritePath;

/// <summary>P3: what is written is read; what is not a fact is never taken for one, and never anything but unreadable.</summary>
public sealed class FactsAreWrittenAndRead
{
    private static readonly Config ManyTimes = Config.QuickThrowOnFailure.WithMaxTest(200);

    [Theory]
    [MemberData(nameof(Noun.Names), MemberType = typeof(Noun))]
    public void Every_fact_is_read_as_it_was_written(string name)
    {
        var noun = Noun.Named(name);
        Prop.ForAll<int>(seed => new AnyFact(seed).Of(noun, 10).All(happened => AnyFact.AreSame(noun.Read(AnyFact.Recorded(noun, happened)), happened))).Check(ManyTimes);
    }

    [Theory]
    [MemberData(nameof(Noun.Names), MemberType = typeof(Noun))]
    public void Fields_nobody_knows_are_passed_over(string name)
    {
        var noun = Noun.Named(name);
        Prop.ForAll<int>(seed => new AnyFact(seed).Of(noun, 10).All(happened =>
        {
            var fact = AnyFact.Recorded(noun, happened);
            var payload = JsonNode.Parse(fact.Payload!.Value.Span)!.AsObject();
            payload.Insert(0, "ofALaterVersion", new JsonObject { ["number"] = 1, ["list"] = new JsonArray("x", null, 2) });
            payload.Add("another", null);
            return AnyFact.AreSame(noun.Read(fact with { Payload = Encoding.UTF8.GetBytes(payload.ToJsonString()) }), happened);
        })).Check(ManyTimes);
    }

    [Theory]
    [MemberData(nameof(Noun.Names), MemberType = typeof(Noun))]
    public void A_missing_field_makes_a_fact_unreadable_unless_it_may_be_missing(string name)
    {
        var noun = Noun.Named(name);
        foreach (var happened in new AnyFact(1).Of(noun, 200))
        {
            var fact = AnyFact.Recorded(noun, happened);
            foreach (var field in JsonNode.Parse(fact.Payload!.Value.Span)!.AsObject().Select(each => each.Key).ToArray())
            {
                var less = JsonNode.Parse(fact.Payload!.Value.Span)!.AsObject();
                less.Remove(field);
                if (MayBeMissing(happened.GetType(), field)) noun.Read(fact with { Payload = Encoding.UTF8.GetBytes(less.ToJsonString()) }).ShouldNotBeNull();
                else Should.Throw<UnreadableFactException>(() => noun.Read(fact with { Payload = Encoding.UTF8.GetBytes(less.ToJsonString()) }), $"{fact.Type} without {field}");
            }
        }

        static bool MayBeMissing(Type type, string field)
        {
            var parameter = type.GetConstructors().Single().GetParameters().Single(each => each.Name!.Equals(field, StringComparison.OrdinalIgnoreCase));
            return parameter.HasDefaultValue || Nullable.GetUnderlyingType(parameter.ParameterType) is not null || AnyFact.MayBeNull(parameter);
        }
    }

    [Theory]
    [MemberData(nameof(Noun.Names), MemberType = typeof(Noun))]
    public void The_beginning_of_a_fact_is_unreadable(string name)
    {
        var noun = Noun.Named(name);
        Prop.ForAll<int>(seed => new AnyFact(seed).Of(noun, 3).All(happened =>
        {
            var fact = AnyFact.Recorded(noun, happened);
            return Enumerable.Range(0, fact.Payload!.Value.Length).All(length => IsUnreadable(noun, fact with { Payload = fact.Payload!.Value[..length] }));
        })).Check(ManyTimes.WithMaxTest(30));
    }

    [Theory]
    [MemberData(nameof(Noun.Names), MemberType = typeof(Noun))]
    public void Whatever_bytes_there_are_reading_them_gives_a_fact_or_says_that_it_cannot(string name)
    {
        var noun = Noun.Named(name);
        Prop.ForAll<int, byte[]>((seed, bytes) =>
        {
            var fact = AnyFact.Recorded(noun, new AnyFact(seed).Of(noun, 1).Single());
            var rotten = fact.Payload!.Value.ToArray();
            for (var i = 0; i + 1 < bytes.Length; i += 2) rotten[bytes[i] % rotten.Length] = bytes[i + 1];
            IsUnreadable(noun, fact with { Payload = bytes });
            IsUnreadable(noun, fact with { Payload = rotten });
            return true;
        }).Check(ManyTimes);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("7")]
    [InlineData("\"text\"")]
    [InlineData("""{"number":"seven","markdown":"x"}""")]
    [InlineData("""{"number":7.5,"markdown":"x"}""")]
    [InlineData("""{"number":99999999999999999999,"markdown":"x"}""")]
    [InlineData("""{"number":null,"markdown":"x"}""")]
    [InlineData("""{"number":7,"markdown":null}""")]
    [InlineData("""{"number":7,"markdown":{}}""")]
    [InlineData("""{"number":8,"markdown":"about another post"}""")]
    public void What_is_not_the_fact_it_says_is_unreadable(string payload) =>
        IsUnreadable(Noun.Named("room"), Fact("room.post-edited", 1, payload)).ShouldBeTrue();

    [Theory]
    [InlineData("room.unheard-of", 1)]
    [InlineData("community.founded", 1)]
    [InlineData("room.post-edited", 0)]
    [InlineData("room.post-edited", -1)]
    [InlineData("room.post-edited", 2)]
    public void A_name_or_a_version_nobody_knows_is_unreadable_erased_or_not(string type, int version)
    {
        IsUnreadable(Noun.Named("room"), Fact(type, version, """{"number":7,"markdown":"x"}""")).ShouldBeTrue();
        IsUnreadable(Noun.Named("room"), Fact(type, version, "") with { Payload = null }).ShouldBeTrue();
    }

    [Fact]
    public void An_erased_fact_has_happened() => Noun.Named("room").Read(Fact("room.post-edited", 1, "") with { Payload = null }).ShouldBeNull();

    private static RecordedFact Fact(string type, int version, string payload) =>
        new(1, "room/cpb/general", 1, type, version, "post/7", default, new("ada"), false, Encoding.UTF8.GetBytes(payload));

    private static bool IsUnreadable(Noun noun, RecordedFact fact)
    {
        try
        {
            noun.Read(fact);
            return false;
        }
        catch (UnreadableFactException)
        {
            return true;
        }
    }
}
