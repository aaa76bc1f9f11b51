using System.Collections.Frozen;
using System.Reflection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace PublicBuyers.Embedded;

/// <summary>One method of a grain interface: how it is run, and how its calls behave.</summary>
internal abstract class GrainMethod
{
    private readonly MethodInfo method;
    private readonly MethodInvoker invoker;
    private readonly int token;
    private readonly int[] observers;

    protected GrainMethod(MethodInfo method)
    {
        var parameters = method.GetParameters();
        this.method = method;
        invoker = MethodInvoker.Create(method);
        token = Array.FindIndex(parameters, parameter => parameter.ParameterType == typeof(CancellationToken));
        observers = [.. parameters.Where(parameter => parameter.ParameterType.IsAssignableTo(typeof(IGrainObserver))).Select(parameter => parameter.Position)];
        ReadsOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        Interleaves = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        OneWay = method.IsDefined(typeof(OneWayAttribute));
    }

    public bool ReadsOnly { get; }

    public bool Interleaves { get; }

    public bool OneWay { get; }

    /// <summary>Every method of a grain interface, with those it inherits.</summary>
    public static FrozenDictionary<MethodInfo, GrainMethod> AllOf(Type grainInterface) =>
        grainInterface.GetInterfaces().Append(grainInterface).SelectMany(type => type.GetMethods()).Where(method => !method.IsStatic).ToFrozenDictionary(method => method, For);

    public abstract Call NewCall(EmbeddedRuntime runtime, GrainId target, object?[] arguments);

    public Task Run(object grain, object?[] arguments) =>
        (Task?)invoker.Invoke(grain, arguments.AsSpan()) ?? throw new InvalidOperationException($"{this} returned null instead of a task.");

    /// <summary>A plain object would be a stranger on another machine; it is refused here too.</summary>
    public Exception? Refusal(object?[] arguments)
    {
        foreach (var observer in observers)
        {
            if (arguments[observer] is not (null or ObserverReference))
                return new NotSupportedException($"{this} takes a reference made by {nameof(IGrainFactory.CreateObjectReference)}, not the object \"{arguments[observer]}\" itself.");
        }

        return null;
    }

    public override string ToString() => $"{method.DeclaringType!.Name}.{method.Name}";

    protected CancellationToken TokenIn(object?[] arguments) => token < 0 ? default : (CancellationToken)arguments[token]!;

    private static GrainMethod For(MethodInfo method)
    {
        var answers = method.ReturnType == typeof(Task) ? typeof(Nothing)
            : method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == typeof(Task<>) ? method.ReturnType.GenericTypeArguments[0]
            : null;
        if (answers is null || method.IsGenericMethodDefinition)
            throw new NotSupportedException($"{method.DeclaringType!.Name}.{method.Name} cannot be a grain's method: it returns Task or Task<T> and has no type parameter of its own.");

        return (GrainMethod)Activator.CreateInstance(typeof(GrainMethod<>).MakeGenericType(answers), method)!;
    }
}

/// <summary>A method that answers with a <typeparamref name="T"/>.</summary>
internal sealed class GrainMethod<T>(MethodInfo method) : GrainMethod(method)
{
    public override Call NewCall(EmbeddedRuntime runtime, GrainId target, object?[] arguments) => new Call<T>(this, target, arguments, TokenIn(arguments))
    {
        CausedBy = OneWay ? null : Turn.Current,
        Values = TravellingValues.Current,
        Since = runtime.Time.GetTimestamp(),
    };
}
