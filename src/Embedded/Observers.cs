using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Orleans;

namespace PublicBuyers.Embedded;

/// <summary>A reference to an observer; generated classes add its interface. Whoever tells it never waits, and never learns what it threw.</summary>
[SuppressMessage("Design", "MA0053", Justification = "Generated proxies derive from it.")]
internal class ObserverReference : DispatchProxy
{
    private static readonly ConcurrentDictionary<Type, ImmutableDictionary<MethodInfo, MethodInvoker>> interfaces = new();

    private Mailbox mailbox = null!;
    private ImmutableDictionary<MethodInfo, MethodInvoker> methods = null!;

    public static ObserverReference To(EmbeddedRuntime runtime, Type observerInterface, IGrainObserver observer)
    {
        var reference = (ObserverReference)Create(observerInterface, typeof(ObserverReference));
        reference.methods = interfaces.GetOrAdd(observerInterface, VoidMethodsOf);
        reference.mailbox = new(runtime, observer);
        return reference;
    }

    public void Delete() => mailbox.Close();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        mailbox.Put(methods[targetMethod!], args ?? []);
        return null;
    }

    private static ImmutableDictionary<MethodInfo, MethodInvoker> VoidMethodsOf(Type observerInterface)
    {
        var all = observerInterface.GetInterfaces().Append(observerInterface).SelectMany(type => type.GetMethods()).ToArray();
        if (all.FirstOrDefault(method => method.ReturnType != typeof(void)) is { } awaited)
            throw new NotSupportedException($"{observerInterface.Name}.{awaited.Name} is not void: nobody waits for an observer.");

        return all.ToImmutableDictionary(method => method, MethodInvoker.Create);
    }
}

/// <summary>What one observer has yet to be told, in order. It holds the observer weakly: one that nobody else holds is told nothing.</summary>
internal sealed partial class Mailbox(EmbeddedRuntime runtime, IGrainObserver observer) : IThreadPoolWorkItem
{
    /// <summary>An observer that is further behind loses what comes next; it finds the gap by position.</summary>
    public const int MaxUntold = 10_000;

    private readonly WeakReference<IGrainObserver> observer = new(observer);
    private readonly Queue<(MethodInvoker Method, object?[] Arguments, ImmutableDictionary<string, object>? Values)> untold = new();
    private bool telling;
    private bool closed;

    public void Put(MethodInvoker method, object?[] arguments)
    {
        lock (untold)
        {
            if (closed || runtime.HasStopped) return;
            if (untold.Count == MaxUntold)
            {
                LogFull(runtime.Logger, MaxUntold);
                return;
            }

            untold.Enqueue((method, arguments, TravellingValues.Current));
            if (telling) return;
            telling = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Close()
    {
        lock (untold)
        {
            closed = true;
            untold.Clear();
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var told = 0; told < Turns.StepsInARow; told++)
        {
            (MethodInvoker Method, object?[] Arguments, ImmutableDictionary<string, object>? Values) next;
            lock (untold)
            {
                if (!untold.TryDequeue(out next))
                {
                    telling = false;
                    return;
                }
            }

            Tell(next.Method, next.Arguments, next.Values);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Tell(MethodInvoker method, object?[] arguments, ImmutableDictionary<string, object>? values)
    {
        if (!observer.TryGetTarget(out var alive)) return;
        TravellingValues.Current = values;
        try
        {
            method.Invoke(alive, arguments.AsSpan());
        }
        catch (Exception exception)
        {
            LogThrown(runtime.Logger, alive.GetType(), exception);
        }
        finally
        {
            TravellingValues.Current = null;
        }
    }

    [LoggerMessage(4, LogLevel.Debug, "The observer {Observer} threw; nobody learns of it")]
    private static partial void LogThrown(ILogger logger, Type observer, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "An observer is {Count} messages behind and loses the next")]
    private static partial void LogFull(ILogger logger, int count);
}
