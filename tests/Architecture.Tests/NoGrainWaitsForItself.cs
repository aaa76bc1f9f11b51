using System.Reflection;

namespace PublicBuyers.Architecture;

/// <summary>
/// A grain that waits for a grain that waits for the first one stands still until the call times out, after thirty
/// seconds. So no chain of calls may come back to where it began, unless that call may run beside the one that waits.
/// </summary>
public sealed class NoGrainWaitsForItself
{
    private static readonly CallGraph Graph = new(typeof(Journal.IJournal).Assembly, typeof(MemberId).Assembly, typeof(WebOptions).Assembly);

    /// <summary>Between two grains of one kind, in one direction only.</summary>
    private static readonly string[] OneDirection =
    [
        "AddressGrain.Ask → AddressGrain.Count",   // a spelling asks its mailbox, and a mailbox asks nobody
    ];

    /// <summary>What stands in the list and is in the code no more is to be taken out of the list.</summary>
    [Fact]
    public void No_chain_of_calls_comes_back_to_a_grain_that_waits() => Circles(Graph).Order(StringComparer.Ordinal).ShouldBe(OneDirection);

    [Fact]
    public void The_calls_that_are_known_to_exist_are_found()
    {
        var calls = (from grain in Graph.Grains
                     from call in CallGraph.Calls(grain)
                     from next in Graph.CallsOf(grain, call.Implemented)
                     select $"{grain.Name} {next.Grain.Name}.{next.Declared.Name}").ToHashSet(StringComparer.Ordinal);

        calls.ShouldContain("RoomGrain CommunityGrain.Standing");       // through the door of a room, when it is not remembered
        calls.ShouldContain("CommunityGrain RoomGrain.Forget");         // in what follows a commit, by the base class
        calls.ShouldContain("EffectFollowerGrain QueueGrain.Settle");   // through an effect
    }

    private static IEnumerable<string> Circles(CallGraph graph)
    {
        var next = new Dictionary<(Type, MethodInfo), (Type Grain, MethodInfo Declared, MethodInfo Implemented)[]>();
        foreach (var grain in graph.Grains)
            foreach (var start in CallGraph.Calls(grain).Where(call => !RunsBeside(call.Declared)))
            {
                var seen = new HashSet<(Type, MethodInfo)>();
                var left = new Stack<(Type Grain, MethodInfo Method, string Way)>([(grain, start.Implemented, $"{grain.Name}.{start.Declared.Name}")]);
                while (left.TryPop(out var at))
                {
                    if (!next.TryGetValue((at.Grain, at.Method), out var calls)) calls = next[(at.Grain, at.Method)] = [.. graph.CallsOf(at.Grain, at.Method)];
                    foreach (var call in calls.Where(call => call.Declared.GetCustomAttribute<OneWayAttribute>() is null))
                    {
                        var way = $"{at.Way} → {call.Grain.Name}.{call.Declared.Name}";
                        if (call.Grain == grain && !RunsBeside(call.Declared) && !(Reads(start.Declared) && Reads(call.Declared))) yield return way;
                        else if (seen.Add((call.Grain, call.Implemented))) left.Push((call.Grain, call.Implemented, way));
                    }
                }
            }
    }

    private static bool RunsBeside(MethodInfo call) => call.GetCustomAttribute<AlwaysInterleaveAttribute>() is not null;

    private static bool Reads(MethodInfo call) => call.GetCustomAttribute<ReadOnlyAttribute>() is not null;
}
