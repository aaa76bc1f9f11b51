using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace PublicBuyers.Architecture;

/// <summary>Which grain calls which, read from the compiled code.</summary>
/// <remarks>
/// It follows everything a method mentions, whether it is then called or not: what is called from a lambda, through a
/// port, or after an await. Methods that a grain inherits are followed as that grain has them. So it may see a call that
/// is never made; it misses none that is made through the code of these assemblies.
/// </remarks>
internal sealed class CallGraph(params Assembly[] assemblies)
{
    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly Type[] types = [.. assemblies.SelectMany(assembly => assembly.GetTypes())];
    private readonly Dictionary<MethodBase, MethodBase[]> mentioned = [];

    public IEnumerable<Type> Grains => types.Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(Grain)));

    /// <summary>What may be called on a grain from outside, as its class has it.</summary>
    public static IEnumerable<(MethodInfo Declared, MethodInfo Implemented)> Calls(Type grain) =>
        from contract in grain.GetInterfaces()
        where contract.IsAssignableTo(typeof(IGrain)) && contract.Assembly != typeof(IGrain).Assembly
        let map = grain.GetInterfaceMap(contract)
        from pair in map.InterfaceMethods.Zip(map.TargetMethods)
        select pair;

    /// <summary>The calls that a method of this grain may make to grains, its own kind included.</summary>
    public IEnumerable<(Type Grain, MethodInfo Declared, MethodInfo Implemented)> CallsOf(Type grain, MethodInfo method)
    {
        var seen = new HashSet<MethodBase> { method };
        var left = new Stack<MethodBase>(seen);
        var found = new HashSet<(Type, MethodInfo, MethodInfo)>();
        while (left.TryPop(out var next))
        {
            var all = Mentioned(next);
            foreach (var target in all)
            {
                if (IsCallToGrain(target))
                {
                    var held = all.OfType<MethodInfo>().Select(each => each.ReturnType).Where(type => type.IsAssignableTo(target.DeclaringType!)).ToArray();
                    foreach (var other in Grains.Where(other => held.Length == 0 || held.Any(other.IsAssignableTo)))
                        foreach (var call in Calls(other).Where(call => call.Declared == target)) found.Add((other, call.Declared, call.Implemented));
                    continue;
                }

                foreach (var body in Bodies(grain, target))
                    if (seen.Add(body)) left.Push(body);
            }
        }

        return found;
    }

    private static bool IsCallToGrain(MethodBase method) =>
        method.DeclaringType is { IsInterface: true } type && type.IsAssignableTo(typeof(IGrain)) && type.Assembly != typeof(IGrain).Assembly;

    private IEnumerable<MethodBase> Bodies(Type grain, MethodBase method)
    {
        if (method.DeclaringType is not { } declaring) return [];
        if (!method.IsVirtual) return assemblies.Contains(declaring.Assembly) ? [method] : [];
        if (declaring.IsClass && grain.IsAssignableTo(declaring)) return [AsIn(grain, (MethodInfo)method)];

        return declaring.Assembly == typeof(object).Assembly
            ? []
            : types.Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && type.IsAssignableTo(declaring) && !type.IsAssignableTo(typeof(Grain)))
                .Select(type => AsIn(type, (MethodInfo)method)).Where(body => assemblies.Contains(body.DeclaringType!.Assembly));
    }

    private static MethodBase AsIn(Type type, MethodInfo method)
    {
        if (method.DeclaringType!.IsInterface)
        {
            var map = type.GetInterfaceMap(method.DeclaringType);
            var at = Array.IndexOf(map.InterfaceMethods, method.IsGenericMethod ? method.GetGenericMethodDefinition() : method);
            return at < 0 ? method : map.TargetMethods[at];
        }

        var first = method.GetBaseDefinition();
        for (var each = type; each is not null; each = each.BaseType)
            foreach (var own in each.GetMethods(All))
                if (own.IsVirtual && own.Name == method.Name && own.GetBaseDefinition() == first) return own;
        return method;
    }

    private MethodBase[] Mentioned(MethodBase method)
    {
        if (mentioned.TryGetValue(method, out var known)) return known;

        return mentioned[method] = [.. Mentions(method).Concat(StateMachine(method) is { } moves ? Mentions(moves) : []).Distinct()];
    }

    /// <summary>Of an async method or an iterator, where its code went.</summary>
    private static MethodBase? StateMachine(MethodBase method)
    {
        if (method.GetCustomAttribute<StateMachineAttribute>()?.StateMachineType is not { } machine) return null;
        if (machine.ContainsGenericParameters)
            machine = machine.MakeGenericType([.. method.DeclaringType!.GetGenericArguments(), .. method.IsGenericMethod ? method.GetGenericArguments() : []]);
        return machine.GetMethod("MoveNext", All);
    }

    private static IEnumerable<MethodBase> Mentions(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code) yield break;

        var ofType = method.DeclaringType is { IsGenericType: true } declaring ? declaring.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            short value = code[at++];
            if (value == 0xFE) value = unchecked((short)(0xFE00 | code[at++]));
            var operand = OpCodes[value].OperandType;
            if (operand is OperandType.InlineMethod && method.Module.ResolveMethod(BitConverter.ToInt32(code, at), ofType, ofMethod) is { } target) yield return target;

            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }
}
