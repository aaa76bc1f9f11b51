namespace PublicBuyers.Testing;

/// <summary>The product's time, which stands still until a test moves it.</summary>
public sealed class FakeClock(DateTimeOffset start) : IClock
{
    /// <summary>When tests begin: a Monday, at noon.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly Lock gate = new();
    private readonly List<(DateTimeOffset Due, TaskCompletionSource Reached)> waiting = [];
    private readonly List<(DateTimeOffset Due, TaskCompletionSource Awaited)> expected = [];
    private DateTimeOffset now = start;

    public FakeClock() : this(Noon) { }

    public DateTimeOffset Now
    {
        get
        {
            lock (gate) return now;
        }
    }

    /// <summary>Moves on, or back, and completes every wait for a time that has come.</summary>
    public void Move(TimeSpan by)
    {
        List<TaskCompletionSource> reached;
        lock (gate)
        {
            now += by;
            reached = [.. waiting.Where(wait => wait.Due <= now).Select(wait => wait.Reached)];
            waiting.RemoveAll(wait => wait.Due <= now);
        }

        foreach (var wait in reached) wait.TrySetResult();
    }

    /// <summary>Completes when somebody waits for exactly this time.</summary>
    public Task IsAwaited(DateTimeOffset due)
    {
        lock (gate)
        {
            if (waiting.Exists(wait => wait.Due == due)) return Task.CompletedTask;

            var awaited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            expected.Add((due, awaited));
            return awaited.Task.WaitAsync(TimeSpan.FromSeconds(60));   // where nobody ever does, the test fails and does not hang
        }
    }

    public async Task Reaches(DateTimeOffset due, CancellationToken cancel)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (due <= now) return;
            waiting.Add((due, reached));
            foreach (var (_, awaited) in expected.Where(each => each.Due == due)) awaited.TrySetResult();
            expected.RemoveAll(each => each.Due == due);
        }

        await reached.Task.WaitAsync(cancel);
    }
}
