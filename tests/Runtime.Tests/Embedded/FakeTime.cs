namespace PublicBuyers.Runtime;

/// <summary>Time that stands until the test moves it; timers that have become due fire within <see cref="Advance"/>.</summary>
public sealed class FakeTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<FakeTimer> timers = [];
    private TimeSpan now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (gate) return now.Ticks;
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        lock (gate) timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        FakeTimer[] due;
        lock (gate)
        {
            now += by;
            due = [.. timers.Where(timer => timer.IsDue(now))];
        }

        foreach (var timer in due) timer.Fire(GetTimestamp());
    }

    private sealed class FakeTimer(FakeTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan next = Timeout.InfiniteTimeSpan;
        private TimeSpan period;

        public bool IsDue(TimeSpan at) => next >= TimeSpan.Zero && next <= at;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            this.period = period;
            next = dueTime < TimeSpan.Zero ? dueTime : TimeSpan.FromTicks(time.GetTimestamp()) + dueTime;
            return true;
        }

        public void Fire(long at)
        {
            next = period > TimeSpan.Zero ? TimeSpan.FromTicks(at) + period : Timeout.InfiniteTimeSpan;
            callback(state);
        }

        public void Dispose()
        {
            lock (time.gate) time.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
