namespace PublicBuyers.Browser.Tests;

/// <summary>The real time, and ahead of it by as much as the tests did not want to wait.</summary>
internal sealed class HurriedClock : IClock
{
    private static readonly TimeSpan longestNap = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan ahead;

    public DateTimeOffset Now
    {
        get
        {
            lock (gate) return TimeProvider.System.GetUtcNow() + ahead;
        }
    }

    public void Move(TimeSpan by)
    {
        TaskCompletionSource before;
        lock (gate)
        {
            ahead += by;
            (before, moved) = (moved, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        before.SetResult();
    }

    public async Task Reaches(DateTimeOffset due, CancellationToken cancel)
    {
        while (true)
        {
            TimeSpan left;
            Task next;
            lock (gate) (left, next) = (due - (TimeProvider.System.GetUtcNow() + ahead), moved.Task);
            if (left <= TimeSpan.Zero) return;

            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(next, Task.Delay(left < longestNap ? left : longestNap, TimeProvider.System, either.Token));
            await either.CancelAsync();
            cancel.ThrowIfCancellationRequested();
        }
    }
}
