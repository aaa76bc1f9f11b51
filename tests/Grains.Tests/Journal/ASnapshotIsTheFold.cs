using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FsCheck;
using FsCheck.Fluent;

namespace PublicBuyers.WritePath;

public sealed class ASnapshotIsTheFold
{
    [Theory]
    [MemberData(nameof(Noun.Names), MemberType = typeof(Noun))]
    public void Restored_in_the_middle_of_any_history_it_ends_the_same(string name)
    {
        var noun = Noun.Named(name);
        Prop.ForAll<int, NonNegativeInt>((seed, after) =>
        {
            var facts = new AnyFact(seed).Recorded(noun, 80);
            return JsonNode.DeepEquals(JsonNode.Parse(noun.FoldOverASnapshot(facts, after.Get % facts.Length)), JsonNode.Parse(noun.Fold(facts)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [Theory]
    [MemberData(nameof(Noun.Names), MemberType = typeof(Noun))]
    public void With_facts_that_were_erased_too(string name)
    {
        var noun = Noun.Named(name);
        Prop.ForAll<int, NonNegativeInt>((seed, after) =>
        {
            var facts = new AnyFact(seed).Recorded(noun, 80).Select((fact, i) => i % 3 == 0 ? fact with { Payload = null } : fact).ToArray();
            return JsonNode.DeepEquals(JsonNode.Parse(noun.FoldOverASnapshot(facts, after.Get % facts.Length)), JsonNode.Parse(noun.Fold(facts)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));
    }

    /// <summary>A property that cannot be set from outside is restored empty, silently; one that is computed is not kept.</summary>
    [Theory]
    [MemberData(nameof(Noun.Names), MemberType = typeof(Noun))]
    public void Everything_in_a_state_is_kept_or_computed(string name)
    {
        var state = Noun.Named(name).StateType;

        state.GetProperties(BindingFlags.Instance | BindingFlags.NonPublic).Where(property => property.Name != "EqualityContract").ShouldBeEmpty();
        state.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.SetMethod is not { IsPublic: true } && property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            .ShouldBeEmpty();
    }
}
