using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace PublicBuyers.Embedded;

/// <summary>A timer whose ticks are turns. The next tick is counted from the end of the last, so that ticks never overlap or pile up.</summary>
internal sealed partial class GrainTimer : IGrainTimer
{
    private readonly Lock gate = new();
    private readonly Activation activation;
    private readonly Func<CancellationToken, Task> callback;
    private readonly GrainTimerCreationOptions options;
    private readonly CancellationTokenSource disposed = new();
    private readonly ITimer timer;
    private TimeSpan next;
    private TimeSpan period;
    private bool ticking;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        this.activation = activation;
        this.callback = callback;
        this.options = options;
        using (ExecutionContext.SuppressFlow()) // ticks belong to no call
        {
            timer = activation.Runtime.Time.CreateTimer(static self => ((GrainTimer)self!).BeginTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        Change(options.DueTime, options.Period);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime);
        Check(period);
        lock (gate)
        {
            this.period = period;
            next = dueTime;
            if (!ticking) timer.Change(dueTime, Timeout.InfiniteTimeSpan); // otherwise the end of the tick does it
        }
    }

    public void Dispose()
    {
        disposed.Cancel();
        timer.Dispose();
        activation.Forget(this);
    }

    private static void Check(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromMilliseconds(uint.MaxValue - 1));
    }

    private void BeginTick()
    {
        lock (gate)
        {
            if (ticking || disposed.IsCancellationRequested) return;
            ticking = true;
            next = period;
        }

        activation.TryAccept(new Tick(this));
    }

    private void EndTick()
    {
        lock (gate)
        {
            ticking = false;
            timer.Change(next, Timeout.InfiniteTimeSpan); // a disposed timer does not mind
        }
    }

    [LoggerMessage(3, LogLevel.Warning, "A timer of {Grain} failed; it goes on")]
    private static partial void LogTickFailed(ILogger logger, GrainId grain, Exception? exception);

    private sealed class Tick(GrainTimer timer) : Turn
    {
        public override bool Interleaves => timer.options.Interleave;

        public override bool KeepsActive => timer.options.KeepAlive;

        public override Task Run(object? grain) => timer.disposed.IsCancellationRequested ? Task.CompletedTask : timer.callback(timer.disposed.Token);

        public override void End(Task done)
        {
            base.End(done);
            if (done.IsFaulted) LogTickFailed(timer.activation.Runtime.Logger, timer.activation.GrainId, done.Exception.InnerException);
            timer.EndTick();
        }
    }
}
