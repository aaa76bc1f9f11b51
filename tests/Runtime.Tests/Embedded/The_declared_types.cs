using System.Reflection;
using PublicBuyers.Embedded;

namespace PublicBuyers.Runtime;

/// <summary>The embedded runtime declares Orleans' types; here they are compared with the real ones, as published.</summary>
public sealed class The_declared_types
{
    // Declared by other assemblies of Orleans, which cannot be restored alone.
    private static readonly string[] notInOrleansAbstractions =
    [
        "Orleans.AliasAttribute",
        "Orleans.GenerateSerializerAttribute",
        "Orleans.IdAttribute",
        "Orleans.ImmutableAttribute",
        "Orleans.GrainState`1",
        "Orleans.IGrainState`1",
        "Orleans.Runtime.IPersistentState`1",
        "Orleans.Runtime.PersistentStateAttribute",
        "Orleans.Storage.IGrainStorage",
        "Orleans.Storage.InconsistentStateException",
    ];

    private static readonly IReadOnlyDictionary<string, Shown> real = Surface.Of(
        typeof(The_declared_types).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "OrleansAbstractions").Value!);

    private static readonly IReadOnlyDictionary<string, Shown> declared = Surface.Of(typeof(EmbeddedRuntime).Assembly.Location)
        .Where(type => type.Key.StartsWith("Orleans.", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);

    public static TheoryData<string> Checked => [.. declared.Keys.Except(notInOrleansAbstractions).Order()];

    [Theory]
    [MemberData(nameof(Checked))]
    public void Are_those_of_Orleans(string type)
    {
        real.Keys.ShouldContain(type);
        declared[type].Kind.ShouldBe(real[type].Kind);
        declared[type].Lines.Except(real[type].Lines).ShouldBeEmpty();
    }

    [Fact]
    public void Are_all_checked_but_those_that_cannot_be()
    {
        notInOrleansAbstractions.Except(declared.Keys).ShouldBeEmpty();
        notInOrleansAbstractions.Intersect(real.Keys).ShouldBeEmpty();
        Checked.Count.ShouldBeGreaterThan(20);
    }
}
