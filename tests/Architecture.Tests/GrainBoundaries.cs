using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using PublicBuyers.Journal;

namespace PublicBuyers.Architecture;

/// <summary>What crosses a grain boundary cannot be changed by who holds it, and has permanent names: only then do both runtimes do the same with it.</summary>
public sealed class GrainBoundaries
{
    private static readonly Assembly[] Assemblies = [typeof(MemberId).Assembly, typeof(IJournal).Assembly];

    private static readonly Type[] Types = [.. Assemblies.SelectMany(assembly => assembly.GetTypes())];

    private static readonly Type[] GrainInterfaces = [.. Types.Where(type => type.IsInterface && type.IsAssignableTo(typeof(IGrain)))];

    private static readonly Type[] ObserverInterfaces = [.. Types.Where(type => type.IsInterface && type.IsAssignableTo(typeof(IGrainObserver)))];

    private static readonly ImmutableHashSet<Type> Plain =
    [
        typeof(string), typeof(bool), typeof(int), typeof(long), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(DayOfWeek), typeof(TimeSpan), typeof(CancellationToken),
    ];

    private static readonly ImmutableHashSet<Type> Generic = [typeof(Nullable<>), typeof(ImmutableArray<>), typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>), typeof(Outcome<>)];

    [Fact]
    public void Grains_and_observers_have_permanent_names()
    {
        GrainInterfaces.ShouldNotBeEmpty();
        GrainInterfaces.Concat(ObserverInterfaces).Where(type => !HasAlias(type)).ShouldBeEmpty();
        GrainInterfaces.Concat(ObserverInterfaces).SelectMany(type => type.GetMethods()).Where(method => !HasAlias(method)).Select(NameOf).ShouldBeEmpty();
        foreach (var type in GrainInterfaces.Concat(ObserverInterfaces))
            type.GetInterfaces().Append(type).SelectMany(each => each.GetMethods()).Select(AliasOf).ShouldBeUnique();
    }

    [Fact]
    public void Calls_are_awaited_and_observers_are_not()
    {
        GrainInterfaces.SelectMany(type => type.GetMethods()).Where(method => !method.ReturnType.IsAssignableTo(typeof(Task))).Select(NameOf).ShouldBeEmpty();
        ObserverInterfaces.SelectMany(type => type.GetMethods()).Where(method => method.ReturnType != typeof(void)).Select(NameOf).ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_that_crosses_can_be_changed_or_loses_its_name()
    {
        var wrong = new List<string>();
        var seen = new HashSet<Type>();
        foreach (var method in GrainInterfaces.Concat(ObserverInterfaces).SelectMany(type => type.GetMethods()))
        {
            foreach (var parameter in method.GetParameters()) Cross(parameter.ParameterType, NameOf(method));
            if (method.ReturnType.IsGenericType) Cross(method.ReturnType.GenericTypeArguments[0], NameOf(method));
        }

        wrong.Distinct().ShouldBeEmpty();
        seen.Count.ShouldBeGreaterThan(50);

        void Cross(Type type, string by)
        {
            if (!seen.Add(type) || Plain.Contains(type) || ObserverInterfaces.Contains(type)) return;
            if (type.IsGenericType && Generic.Contains(type.GetGenericTypeDefinition()))
            {
                foreach (var argument in type.GenericTypeArguments) Cross(argument, by);
                return;
            }

            if (!Assemblies.Contains(type.Assembly)) wrong.Add($"{by}: {type} is not ours, and nobody says that it never changes");
            else wrong.AddRange(WrongWith(type));

            foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(IsKept)) Cross(property.PropertyType, $"{type.Name}.{property.Name}");
            foreach (var derived in Types.Where(each => each.BaseType == type)) Cross(derived, type.Name);
        }
    }

    [Fact]
    public void Names_on_the_wire_are_each_somebodys_own() =>
        Types.Where(HasAlias).Select(AliasOf).ShouldBeUnique();

    [Fact]
    public void Exceptions_of_ours_arrive_as_what_they_are() =>
        Types.Where(type => type.IsAssignableTo(typeof(Exception))).SelectMany(WrongWith).ShouldBeEmpty();

    private const string Rewrite = "WRITE_WIRE_NAMES";

    [Fact]
    public void Names_on_the_wire_are_permanent()
    {
        var file = Path.Combine(Repository.Root, "tests", "Architecture.Tests", "wire-names.txt");
        var now = WireNames().ToArray();
        if (Environment.GetEnvironmentVariable(Rewrite) == "1") File.WriteAllText(file, string.Join('\n', now) + "\n");

        var then = File.ReadAllText(file).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        then.Except(now, StringComparer.Ordinal).ShouldBeEmpty("A name that was ever on a wire or on a disk stays; a type may gain members, never lose or renumber them.");
        now.Except(then, StringComparer.Ordinal).ShouldBeEmpty($"Run this test once with {Rewrite}=1 set, look at the difference, and commit it.");
    }

    [Fact]
    public void Every_refusal_has_a_code_of_its_own()
    {
        var refusals = Types.Where(type => type.IsAssignableTo(typeof(Refusal)) && !type.IsAbstract).Select(type => ((Refusal)Make(type)).Code).ToArray();

        refusals.Length.ShouldBeGreaterThan(20);
        refusals.ShouldBeUnique();
        refusals.ShouldAllBe(code => Code.IsMatch(code));
    }

    private static readonly System.Text.RegularExpressions.Regex Code = new("^[a-z]+([-.][a-z]+)*$", System.Text.RegularExpressions.RegexOptions.NonBacktracking | System.Text.RegularExpressions.RegexOptions.ExplicitCapture);

    /// <summary>Interfaces with their methods, types, facts with their versions.</summary>
    private static IEnumerable<string> WireNames() =>
        GrainInterfaces.Concat(ObserverInterfaces).SelectMany(type => type.GetMethods().Select(method => $"call {AliasOf(type)} {AliasOf(method)}"))
            .Concat(Types.Where(type => HasAlias(type) && !type.IsInterface).Select(type => $"type {AliasOf(type)}({string.Join(", ", Ids(type))})"))
            .Concat(Types.Select(type => type.GetCustomAttribute<Journal.FactAttribute>()).OfType<Journal.FactAttribute>().Select(fact => $"fact {fact.Name} {fact.Version}"))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Ids(Type type) => KeptIn(type).Select(property => (property.GetCustomAttribute<IdAttribute>()?.Id, property.Name)).Order().Select(each => $"{each.Id} {each.Name}");

    private static IEnumerable<string> WrongWith(Type type)
    {
        if (type.GetCustomAttribute<GenerateSerializerAttribute>() is null) yield return $"{type}: no [GenerateSerializer]";
        if (type.IsEnum) yield break;
        if (!type.IsAbstract && !HasAlias(type)) yield return $"{type}: no [Alias]";
        if (type is { IsClass: true, IsAbstract: false, IsSealed: false }) yield return $"{type}: not sealed";
        if (type.IsValueType && type.GetCustomAttribute<IsReadOnlyAttribute>() is null) yield return $"{type}: not readonly";

        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public)) yield return $"{type}.{field.Name}: a public field";
        foreach (var property in KeptIn(type))
        {
            if (property.GetCustomAttribute<IdAttribute>() is null) yield return $"{type}.{property.Name}: no [Id]";
            if (property.SetMethod is { } set && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))) yield return $"{type}.{property.Name}: can be set";
        }

        foreach (var twice in KeptIn(type).Select(property => property.GetCustomAttribute<IdAttribute>()?.Id).OfType<uint>().GroupBy(id => id).Where(id => id.Count() > 1)) yield return $"{type}: two [Id({twice.Key})]";
    }

    private static IEnumerable<PropertyInfo> KeptIn(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Where(IsKept);

    /// <summary>It has a field behind it: it is not worked out of others.</summary>
    private static bool IsKept(PropertyInfo property) =>
        property.DeclaringType!.GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic) is not null;

    private static bool HasAlias(MemberInfo member) => member.IsDefined(typeof(AliasAttribute), inherit: false);

    private static string AliasOf(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? $"({member.Name})";

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    private static object Make(Type type)
    {
        var constructor = type.GetConstructors().Single();
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null)]);
    }
}
