using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace PublicBuyers.Embedded;

/// <summary>All grains of this process: finds the one activation of an identity, brings calls to it, and ends it when nobody has called for a while.</summary>
public sealed partial class EmbeddedRuntime : IAsyncDisposable, IDisposable
{
    private readonly ConcurrentDictionary<GrainId, Activation> activations = new();
    private readonly TimeSpan collectionAge;
    private readonly ITimer collecting;
    private readonly ITimer timingOut;
    private readonly Meter meter = new("PublicBuyers.Embedded");
    private volatile bool stopping;
    private volatile bool stopped;

    internal EmbeddedRuntime(IServiceProvider services, EmbeddedGrainOptions options, TimeProvider time, ILogger logger)
    {
        Services = services;
        Time = time;
        Logger = logger;
        ResponseTimeout = options.ResponseTimeout;
        collectionAge = options.CollectionAge;
        Factory = new(this, new(options.Assemblies));
        meter.CreateObservableUpDownCounter("grains.active", () => ActiveGrains, "{grain}", "Grains in memory");
        using (ExecutionContext.SuppressFlow())
        {
            var often = options.ResponseTimeout / 10;
            timingOut = time.CreateTimer(static self => ((EmbeddedRuntime)self!).FailLateCalls(), this, often, often);
            collecting = time.CreateTimer(static self => _ = ((EmbeddedRuntime)self!).CollectIdle(), this, options.CollectionInterval, options.CollectionInterval);
        }
    }

    /// <summary>How many grains are in memory.</summary>
    public int ActiveGrains => activations.Count;

    internal IServiceProvider Services { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal TimeSpan ResponseTimeout { get; }

    internal GrainFactory Factory { get; }

    internal bool HasStopped => stopped;

    /// <summary>Ends the activations that nobody has called for the collection age. The task is complete when they have ended.</summary>
    public Task CollectIdle() =>
        EndAll(activations.Values.Where(activation => activation.IsIdle(collectionAge)), new(DeactivationReasonCode.ActivationIdle, $"Nobody has called for {collectionAge}."));

    /// <summary>Ends every activation, as if it had been idle; the next call starts it again.</summary>
    public Task DeactivateAllAsync() => EndAll(activations.Values, new(DeactivationReasonCode.RuntimeRequested, "All activations are ended."));

    /// <summary>
    /// Lets running turns end, with the calls they make, and then every activation. Calls from outside are refused from the beginning, all calls at the end.
    /// When <paramref name="cancellationToken"/> gives up waiting, what still runs is left to itself.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        stopping = true;
        collecting.Dispose();
        try
        {
            await EndAllUntilNone().WaitAsync(cancellationToken);
            stopped = true;
            await EndAllUntilNone().WaitAsync(cancellationToken); // those a late call made meanwhile; no other can start
        }
        catch (OperationCanceledException)
        {
            LogNotEnded(Logger, activations.Count);
        }

        stopped = true;
        timingOut.Dispose();
        meter.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stopped ? default : new(StopAsync());

    /// <summary>Refuses all calls from now on; activations do not learn of it. To end them, stop.</summary>
    public void Dispose()
    {
        stopping = stopped = true;
        collecting.Dispose();
        timingOut.Dispose();
        meter.Dispose();
    }

    internal static InvalidOperationException HasStoppedBefore(Call call) => new($"{call} is refused: the grains of this process have been stopped.");

    internal bool Refuses(Call call) => stopped || (stopping && call.CausedBy is null);

    /// <summary>Sends a call on its way. What goes wrong arrives in the answer.</summary>
    internal Task Send(GrainClass made, GrainId target, GrainMethod method, object?[] arguments)
    {
        var call = method.NewCall(this, target, arguments);
        if (RefusalOf(call, method, arguments) is { } refusal)
        {
            call.Fail(refusal);
        }
        else
        {
            call.ListenForCancellation();
            Deliver(made, call);
        }

        return method.OneWay ? Task.CompletedTask : call.Answer;
    }

    /// <summary>The activation has ended: its identity is its successor's, or nobody's.</summary>
    internal void Replace(Activation ended, Activation? successor)
    {
        if (successor is not null) activations[ended.GrainId] = successor;
        else activations.TryRemove(KeyValuePair.Create(ended.GrainId, ended));
    }

    private Exception? RefusalOf(Call call, GrainMethod method, object?[] arguments)
    {
        if (Refuses(call)) return HasStoppedBefore(call);
        if (call.Cancelled.IsCancellationRequested) return new OperationCanceledException(call.Cancelled);
        if (method.Refusal(arguments) is { } refusal) return refusal;
        if (Turn.CycleOf(call) is not { } cycle) return null;

        LogCycle(Logger, cycle, call);
        return new InvalidOperationException($"{call} would wait for itself: {cycle}.");
    }

    private void Deliver(GrainClass made, Call call)
    {
        while (!activations.GetOrAdd(call.Target, static (id, known) => new(known.Runtime, known.Made, id), (Runtime: this, Made: made)).TryAccept(call))
        {
            // It has just ended, and has left the directory before saying so.
        }
    }

    private async Task EndAllUntilNone()
    {
        while (!activations.IsEmpty) await EndAll(activations.Values, new(DeactivationReasonCode.ShuttingDown, "The process stops."));
    }

    private static Task EndAll(IEnumerable<Activation> ending, DeactivationReason why) => Task.WhenAll(ending.Select(activation => activation.Leave(why)));

    private void FailLateCalls()
    {
        foreach (var (_, activation) in activations) activation.FailCallsOlderThan(ResponseTimeout);
    }

    [LoggerMessage(6, LogLevel.Error, "The call cycle {Cycle} was broken at {Call}")]
    private static partial void LogCycle(ILogger logger, string cycle, Call call);

    [LoggerMessage(7, LogLevel.Warning, "{Count} grains had not ended when the process stopped")]
    private static partial void LogNotEnded(ILogger logger, int count);
}
