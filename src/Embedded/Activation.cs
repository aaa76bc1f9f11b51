using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace PublicBuyers.Embedded;

/// <summary>
/// One grain in memory: what waits for it, what it is doing, and its life from the first call to its end.
/// Others only add to what waits; everything else happens in its turns.
/// </summary>
internal sealed partial class Activation : IGrainContext
{
    /// <summary>Turns begun in a row before their continuations are looked at.</summary>
    private const int BeginningsInARow = 64;

    [ThreadStatic]
    private static Activation? beingMade;

    private readonly Lock gate = new();
    private readonly EmbeddedRuntime runtime;
    private readonly GrainClass made;
    private readonly GrainId id;
    private readonly Turns turns;
    private TurnList waiting;
    private TurnList running;
    private Life life;
    private bool served;
    private Leaving? leaving;
    private long lastUsed;
    private long keepUntil;
    private object? grain;
    private AsyncServiceScope scope;
    private List<GrainTimer>? timers;

    public Activation(EmbeddedRuntime runtime, GrainClass made, GrainId id)
    {
        this.runtime = runtime;
        this.made = made;
        this.id = id;
        turns = new(this);
        lastUsed = runtime.Time.GetTimestamp();
    }

    private enum Life : byte { New, Starting, Active, Ending, Dead }

    /// <summary>The activation whose grain is being constructed on this thread.</summary>
    public static Activation? BeingMade => beingMade;

    public EmbeddedRuntime Runtime => runtime;

    public GrainId GrainId => id;

    public IServiceProvider ActivationServices => scope.ServiceProvider;

    /// <summary>The stored values of the grain, in the order of its constructor.</summary>
    public List<IReadAtActivation> Stored { get; } = [];

    public static Activation Of(IGrainBase grain) =>
        grain.GrainContext as Activation ?? throw new InvalidOperationException($"\"{grain.GetType()}\" was not made by the grain runtime.");

    /// <summary>Takes a turn to begin when it may. <see langword="false"/> if the activation has ended and its identity belongs to another.</summary>
    public bool TryAccept(Turn turn)
    {
        lock (gate)
        {
            if (life is Life.Dead) return false;
            if (waiting.Count >= EmbeddedGrainOptions.MaxWaitingCalls && turn is Call call)
            {
                call.Fail(new InvalidOperationException($"{call} is refused: {waiting.Count} calls wait for this grain already ({nameof(EmbeddedGrainOptions.MaxWaitingCalls)})."));
                return true;
            }

            Line(turn);
        }

        turns.Wake();
        return true;
    }

    /// <summary>Takes back a call that waits.</summary>
    public void Withdraw(Call call)
    {
        lock (gate)
        {
            if (call.On == this && call.Waits) Unline(call);
        }
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default) => _ = Leave(deactivationReason);

    /// <summary>Ends the activation once its running turns have ended.</summary>
    public Task Leave(DeactivationReason why)
    {
        Leaving departure;
        lock (gate)
        {
            if (life is Life.Dead) return Task.CompletedTask;
            departure = leaving ??= new(why);
        }

        turns.Wake();
        return departure.Done.Task;
    }

    public void DelayDeactivation(TimeSpan span) => Volatile.Write(
        ref keepUntil,
        span <= TimeSpan.Zero ? 0 : span == TimeSpan.MaxValue ? long.MaxValue : runtime.Time.GetTimestamp() + (long)(span.TotalSeconds * runtime.Time.TimestampFrequency));

    /// <summary>Whether nobody has needed it for so long, or it is ending already.</summary>
    public bool IsIdle(TimeSpan age)
    {
        lock (gate)
        {
            return leaving is not null || (life is Life.Active && waiting.Count + running.Count == 0
                && runtime.Time.GetElapsedTime(lastUsed) >= age && Volatile.Read(ref keepUntil) <= runtime.Time.GetTimestamp());
        }
    }

    public void FailCallsOlderThan(TimeSpan limit)
    {
        if (waiting.Count + running.Count == 0) return;
        lock (gate)
        {
            for (var turn = waiting.First; turn is not null;)
            {
                var next = turn.After;
                if (TimedOut(turn, limit)) Unline(turn);
                turn = next;
            }

            for (var turn = running.First; turn is not null; turn = turn.After) TimedOut(turn, limit);
        }
    }

    public IGrainTimer StartTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(this, callback, options);
        lock (gate)
        {
            if (life is Life.Ending or Life.Dead) timer.Dispose();
            else (timers ??= []).Add(timer);
        }

        return timer;
    }

    public void Forget(GrainTimer timer)
    {
        lock (gate) timers?.Remove(timer);
    }

    /// <summary>Begins every turn that may run now. Only <see cref="Turns"/> and the end of a turn call it, in the activation's own thread.</summary>
    public void BeginWhatMay()
    {
        var clean = ExecutionContext.Capture()!;
        for (var begun = 0; NextTurn() is { } turn; begun++)
        {
            Begin(turn, clean);
            if (begun < BeginningsInARow) continue;
            turns.Wake();
            return;
        }
    }

    private Turn? NextTurn()
    {
        lock (gate)
        {
            var next = life switch
            {
                Life.New when runtime.HasStopped || waiting.Count == 0 => OwnTurn(Life.Ending, () => Task.CompletedTask, _ => Ended()),
                Life.New => OwnTurn(Life.Starting, Start, Started),
                Life.Active when leaving is null || (!served && waiting.Count > 0) => NextWaiting(), // it ends no sooner than it was of use
                Life.Active when running.Count == 0 => OwnTurn(Life.Ending, End, _ => Ended()),
                _ => null,
            };
            if (next is not null) running.Add(next);
            return next;
        }
    }

    private Turn? NextWaiting()
    {
        var readers = running.Reading;
        var writers = running.Count - running.Reading - running.Interleaving;
        if (writers > 0 && waiting.Interleaving == 0) return null;
        if (readers > 0 && waiting.Interleaving + waiting.Reading == 0) return null;

        for (var turn = waiting.First; turn is not null;)
        {
            var next = turn.After;
            if (turn is Call { Answer.IsCompleted: true }) // cancelled while it was on its way
            {
                Unline(turn);
            }
            else if (turn.Interleaves || (writers == 0 && (readers == 0 || turn.ReadsOnly)))
            {
                Unline(turn);
                served = true;
                return turn;
            }

            turn = next;
        }

        return null;
    }

    // What the first caller waits for, it waits for through this turn; what travels with its call travels on.
    private OwnTurn OwnTurn(Life entered, Func<Task> run, Action<Task> end)
    {
        life = entered;
        var first = entered is Life.Starting ? waiting.First : null;
        return new OwnTurn(run, end) { On = this, CausedBy = first?.CausedBy, Values = first?.Values };
    }

    private void Begin(Turn turn, ExecutionContext clean)
    {
        Turn.Current = turn;
        if (turn.Values is { } values) TravellingValues.Current = values;
        Task done;
        try
        {
            done = turn.Run(grain);
        }
        catch (Exception thrown)
        {
            done = Task.FromException(thrown);
        }

        ExecutionContext.Restore(clean);
        if (done.IsCompleted) Finish(turn, done);
        else _ = FinishWhenDone(turn, done);
    }

    private async Task FinishWhenDone(Turn turn, Task done)
    {
        await done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Finish(turn, done);
        BeginWhatMay();
    }

    private void Finish(Turn turn, Task done)
    {
        lock (gate)
        {
            running.Remove(turn);
            if (turn.KeepsActive) lastUsed = runtime.Time.GetTimestamp();
        }

        if (done.Exception?.InnerException is InconsistentStateException { IsSourceActivation: true } stale)
        {
            stale.IsSourceActivation = false;
            _ = Leave(new(DeactivationReasonCode.ApplicationError, stale, "The stored state has changed elsewhere."));
        }

        turn.End(done);
    }

    private async Task Start()
    {
        using var limit = new CancellationTokenSource(runtime.ResponseTimeout, runtime.Time);
        try
        {
            scope = runtime.Services.CreateAsyncScope();
            grain = Make();
            foreach (var stored in Stored) await stored.ReadStateAsync();
            if (grain is IGrainBase self) await self.OnActivateAsync(limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException late) when (limit.IsCancellationRequested)
        {
            await Dispose();
            throw new TimeoutException($"\"{id.Key}\" was not active within {runtime.ResponseTimeout}.", late);
        }
        catch
        {
            await Dispose();
            throw;
        }
    }

    private object Make()
    {
        beingMade = this;
        try
        {
            return made.Make(this);
        }
        finally
        {
            beingMade = null;
        }
    }

    private void Started(Task done)
    {
        if (done.IsCompletedSuccessfully)
        {
            lock (gate) life = Life.Active;
            return;
        }

        LogNotActivated(runtime.Logger, id, done.Exception?.InnerException);
        List<Turn> failed = [];
        lock (gate)
        {
            while (waiting.First is { } turn) failed.Add(Unline(turn));
            Die(successor: null);
        }

        foreach (var turn in failed) turn.End(done);
    }

    private async Task End()
    {
        using var limit = new CancellationTokenSource(runtime.ResponseTimeout, runtime.Time);
        try
        {
            DropTimers();
            if (grain is IGrainBase self) await self.OnDeactivateAsync(leaving!.Why, limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception exception)
        {
            LogEndedBadly(runtime.Logger, id, exception); // it ends all the same: the next activation must not wait for ever
        }

        await Dispose();
    }

    // Calls that still wait are the next activation's: it has them, in their order, before anyone can find it.
    private void Ended()
    {
        List<Call> refused = [];
        lock (gate)
        {
            Activation? successor = null;
            while (waiting.First is { } turn)
            {
                if (Unline(turn) is not Call call) continue;
                if (runtime.Refuses(call)) refused.Add(call);
                else (successor ??= new(runtime, made, id)).Inherit(call);
            }

            Die(successor);
        }

        foreach (var call in refused) call.Fail(EmbeddedRuntime.HasStoppedBefore(call));
    }

    // Nobody finds a successor before it is published, but whoever cancels the call does, through the call.
    private void Inherit(Call call)
    {
        lock (gate) Line(call);
    }

    private void Die(Activation? successor)
    {
        life = Life.Dead;
        runtime.Replace(this, successor);
        successor?.turns.Wake();
        leaving?.Done.TrySetResult();
    }

    private async Task Dispose()
    {
        DropTimers();
        try
        {
            if (grain is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
            else (grain as IDisposable)?.Dispose();
            await scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            LogEndedBadly(runtime.Logger, id, exception);
        }
    }

    private void DropTimers()
    {
        List<GrainTimer>? dropped;
        lock (gate) (dropped, timers) = (timers, null);
        foreach (var timer in dropped ?? []) timer.Dispose();
    }

    private void Line(Turn turn)
    {
        turn.On = this;
        turn.Waits = true;
        waiting.Add(turn);
    }

    private Turn Unline(Turn turn)
    {
        turn.Waits = false;
        waiting.Remove(turn);
        return turn;
    }

    private bool TimedOut(Turn turn, TimeSpan limit)
    {
        if (turn is not Call { Answer.IsCompleted: false } call || runtime.Time.GetElapsedTime(call.Since) < limit) return false;
        call.Fail(new TimeoutException($"{call} has not answered within {limit}."));
        return true;
    }

    [LoggerMessage(1, LogLevel.Debug, "{Grain} did not activate")]
    private static partial void LogNotActivated(ILogger logger, GrainId grain, Exception? exception);

    [LoggerMessage(2, LogLevel.Error, "{Grain} failed while it ended")]
    private static partial void LogEndedBadly(ILogger logger, GrainId grain, Exception exception);

    private sealed class Leaving(DeactivationReason why)
    {
        public DeactivationReason Why => why;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
