using System.Reflection;
using System.Text.RegularExpressions;
using PublicBuyers.Journal;

namespace PublicBuyers.Architecture;

public sealed partial class GrainClasses
{
    private static readonly Type[] Classes = [.. typeof(IJournal).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(Grain)))];

    [Fact]
    public void Nobody_outside_touches_a_grain()
    {
        Classes.Length.ShouldBeGreaterThan(5);
        Classes.Where(type => type.IsPublic || !type.IsSealed).ShouldBeEmpty();
    }

    [Fact]
    public void A_grain_is_called_what_it_is() => Classes.ShouldAllBe(type => type.Name.EndsWith("Grain", StringComparison.Ordinal));

    [Fact]
    public void A_persistent_state_is_called_as_its_noun()
    {
        var states = Classes.SelectMany(type => type.GetConstructors().Single().GetParameters()
            .Select(parameter => parameter.GetCustomAttribute<PersistentStateAttribute>()).OfType<PersistentStateAttribute>()
            .Select(state => (Grain: type.Name, state.StateName, state.StorageName))).ToArray();

        states.ShouldNotBeEmpty();
        states.ShouldAllBe(state => state.StateName.Replace("-", "", StringComparison.Ordinal) + "grain" == state.Grain.ToLowerInvariant() && state.StorageName == "snapshots");
    }

    [Fact]
    public void Every_key_has_a_prefix_and_a_slash()
    {
        var names = typeof(Streams).GetMethods(BindingFlags.Static | BindingFlags.Public)
            .Select(method => (string)method.Invoke(null, [Id(method.GetParameters().Single().ParameterType)])!)
            .Concat(typeof(Streams).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => (string)field.GetValue(null)!))
            .ToArray();

        names.Length.ShouldBeGreaterThan(4);
        names.ShouldAllBe(name => Key().IsMatch(name));
        names.Select(name => name.Split('/')[0]).ShouldBeUnique();

        static object Id(Type type) => type.GetConstructor([typeof(string)])!.Invoke(["some/one"]);
    }

    [Fact]
    public void No_grain_is_got_by_a_key_made_up_on_the_spot()
    {
        var wrong =
            from file in Repository.Sources("src")
            from Match call in GetGrain().Matches(file.Text)
            let key = call.Groups["key"].Value
            where !key.StartsWith("Streams.", StringComparison.Ordinal) && !key.Contains('/', StringComparison.Ordinal) && key is not ("stream" or "fact.Stream" or "topic.Stream")
            select $"{file}: {call.Value}";

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Rules_wait_for_nothing_and_know_no_clock()
    {
        var rules = Repository.Sources("src/Grains", "*Rules.cs");

        rules.Length.ShouldBeGreaterThan(3);
        foreach (var file in rules)
            foreach (var word in new[] { "await ", "async ", "Task<", "IClock", "ILogger", "Random", "IJournal" })
                file.Text.Contains(word, StringComparison.Ordinal).ShouldBeFalse($"{file} says \"{word}\"");
    }

    [GeneratedRegex(@"^[a-z]+(-[a-z]+)*/.+\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Key();

    [GeneratedRegex(@"GetGrain<[A-Za-z]+>\((?<key>[^)]*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex GetGrain();
}
