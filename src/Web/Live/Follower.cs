using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Live;

/// <summary>Follows one stream on behalf of this node: every position once, in order, whatever is lost on the way.</summary>
/// <remarks>The grain tells (fast, one-way, may be lost); a gap, and what the safety net sees, is read from the grain.</remarks>
internal abstract partial class Follower(string stream, ITopicGrain grain, IGrainFactory grains, ILogger logger) : IStreamObserver, IThreadPoolWorkItem
{
    /// <summary>Steps that wait for an earlier one, or to be worked on: with more than these the stream is read instead.</summary>
    private const int MostEarly = 1_024;

    /// <summary>Readings without anything new: the first may have begun before the position was stored, the second has not.</summary>
    private const int MostInVain = 2;

    private readonly SortedList<long, Step> early = [];
    private IStreamObserver? reference;
    private bool working = true;   // not before Start has found out where the stream stands
    private bool astray;
    private Heard? heard;   // what is being told; none while nothing is
    private TaskCompletionSource? moved;   // somebody waits for the next position that is followed

    public string Stream => stream;

    /// <summary>Up to where this node has followed.</summary>
    public StreamPosition At { get; private set; }

    /// <summary>Not while it is still finding out where the stream stands.</summary>
    protected bool HasBegun { get; private set; }

    /// <summary>What grains know this follower by.</summary>
    protected IStreamObserver Reference => reference ?? throw new InvalidOperationException($"'{stream}' is not followed yet.");

    protected Lock Gate { get; } = new();

    public async Task Start()
    {
        reference = grains.CreateObjectReference<IStreamObserver>(this);
        var at = await grain.Watch(reference);
        await Begin(at);
        HasBegun = true;
        Work();
    }

    public virtual async Task Stop()
    {
        if (reference is null) return;

        try
        {
            await grain.Unwatch(reference);
            grains.DeleteObjectReference<IStreamObserver>(reference);
        }
        catch (Exception failure)   // the grain forgets a watcher that does not renew
        {
            LogNotStopped(stream, failure);
        }
    }

    /// <summary>Keeps the grain telling, and notices what it told in vain.</summary>
    public async Task Renew()
    {
        if (reference is null) return;

        if (IsBehind((await grain.Watch(reference)).Position)) ReadOn();
    }

    public bool IsBehind(long head)
    {
        lock (Gate) return !working && (astray || head > At.Position);
    }

    /// <summary>Reads from the grain what has not arrived.</summary>
    public void ReadOn()
    {
        lock (Gate)
        {
            astray = true;
            if (working) return;
            working = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>
    /// Completes once this node has followed the stream up to <paramref name="committed"/> at least. What the grain has stored
    /// and this node has not been told of yet is read from the grain.
    /// </summary>
    /// <exception cref="InvalidOperationException">The grain does not know of that position any more.</exception>
    protected async Task Reach(StreamPosition committed)
    {
        for (var inVain = 0; ; inVain++)
        {
            StreamPosition before;
            Task next;
            bool isIdle;
            lock (Gate)
            {
                if (HasReached(committed)) return;
                if (inVain == MostInVain)
                    throw new InvalidOperationException($"'{stream}' is at {At} and was at {committed} before.");

                moved ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                (before, next, isIdle) = (At, moved.Task, !working);
            }

            if (isIdle) ReadOn();   // otherwise the work that is under way reads on before it ends
            await next;
            if (At != before) inVain = -1;
        }
    }

    private bool HasReached(StreamPosition committed) => At.Epoch == committed.Epoch && At.Position >= committed.Position;

    void IStreamObserver.Changed(StreamChanges changes)
    {
        lock (Gate)
        {
            if (HasBegun && changes.Epoch != At.Epoch) astray = true;
            else Keep(changes.Steps);

            heard ??= new(Stopwatch.GetTimestamp(), Activity.Current?.Context);
            if (working) return;
            working = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IStreamObserver.Passing(PassingValues values) => Pass(values);

    void IThreadPoolWorkItem.Execute() => _ = Pump();

    /// <summary>Where the stream stands when following begins. Calls <see cref="Advance"/>.</summary>
    protected abstract Task Begin(StreamPosition at);

    protected abstract Task Apply(IReadOnlyList<Step> steps);

    /// <summary>What happened in a gap, as one: without its single steps.</summary>
    protected abstract Task Apply(Catchup missed);

    /// <summary>The stream is not the one that was followed, or too far ahead: everything known of it is void.</summary>
    protected abstract Task StartOver(Catchup snapshot);

    /// <summary>Values that have no position, in any order with what has.</summary>
    protected virtual void Pass(PassingValues values)
    {
    }

    /// <summary>Under <see cref="Gate"/>, together with whatever else is true from here on.</summary>
    protected void Advance(StreamPosition at)
    {
        At = at;
        while (early.Count > 0 && early.GetKeyAtIndex(0) <= at.Position) early.RemoveAt(0);
    }

    private void Keep(IEnumerable<Step> steps)
    {
        foreach (var step in steps)
        {
            if (step.Position > At.Position) early[step.Position] = step;
        }

        if (early.Count <= MostEarly) return;
        early.Clear();
        astray = true;
    }

    private void Work()
    {
        lock (Gate) working = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>One at a time. All that has come meanwhile is taken at once: under load frames leave together, without a timer.</summary>
    private async Task Pump()
    {
        try
        {
            while (Take(out var steps))
            {
                if (steps.Count > 0) await Deliver(steps);
                else await CatchUp();

                Waiting()?.SetResult();
            }
        }
        catch (Exception failure)   // the safety net comes back to it
        {
            LogAstray(stream, failure);
            lock (Gate) (astray, working) = (true, false);
            Waiting()?.SetException(failure);
        }
    }

    private async Task Deliver(List<Step> steps)
    {
        Heard? first;
        lock (Gate) (first, heard) = (heard, null);

        // of those that are told at once, the trace of the first goes on here
        using var step = first?.Trace is { } trace
            ? Telemetry.Traces.StartActivity("deliver", ActivityKind.Consumer, trace)
            : null;
        await Apply(steps);
        if (first is { } began) Telemetry.Deliveries.Record(Telemetry.Since(began.At));
    }

    private TaskCompletionSource? Waiting()
    {
        lock (Gate)
        {
            var waiting = moved;
            moved = null;
            return waiting;
        }
    }

    /// <param name="steps">Those that follow; none when something is missing in between.</param>
    private bool Take(out List<Step> steps)
    {
        steps = [];
        lock (Gate)
        {
            if (!astray)
            {
                while (early.Count > steps.Count && early.GetKeyAtIndex(steps.Count) == At.Position + steps.Count + 1) steps.Add(early.GetValueAtIndex(steps.Count));
                if (early.Count == 0) working = astray = moved is not null;   // what somebody waits for is read
            }

            if (!working || astray) heard = null;   // nothing is left to tell, or it is read and not told

            return working;
        }
    }

    private async Task CatchUp()
    {
        var from = At;
        lock (Gate) astray = false;

        await grain.Watch(reference!);
        var missed = await grain.Since(from.Epoch, from.Position);
        LogGap(stream, from.Position, missed.At.Position);
        if (missed.At != from) Telemetry.Healed.Add(1);

        if (missed.Snapshot is null && missed.At.Position - from.Position > MostEarly) missed = await grain.Since(0, -1);

        if (missed.Snapshot is not null || missed.At.Epoch != from.Epoch) await StartOver(missed);
        else if (missed.At.Position > from.Position) await Apply(missed);
        else lock (Gate) early.Clear();   // told of what the grain itself does not know: not of this history
    }

    /// <param name="At">A time stamp of <see cref="Stopwatch"/>.</param>
    private readonly record struct Heard(long At, ActivityContext? Trace);

    [LoggerMessage(3011, LogLevel.Debug, "{Stream} was read from {From} to {Upto}: nobody had told")]
    private partial void LogGap(string stream, long from, long upto);

    [LoggerMessage(3012, LogLevel.Error, "{Stream} could not be followed and will be tried again")]
    private partial void LogAstray(string stream, Exception failure);

    [LoggerMessage(3014, LogLevel.Warning, "Values passing through {Stream} could not be shown")]
    protected partial void LogNotPassed(string stream, Exception failure);

    [LoggerMessage(3013, LogLevel.Debug, "{Stream} could not be told that nobody listens")]
    private partial void LogNotStopped(string stream, Exception failure);
}
