using PublicBuyers.Journal;

namespace PublicBuyers.Storage;

/// <summary>How far a view has followed the journal, by partition, and who waits for it.</summary>
internal sealed class FollowedUpTo(IJournal journal, TimeProvider time, long[] positions)
{
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(2);

    private readonly Lock bells = new();
    private TaskCompletionSource? bell;
    private Action<long> hurry = static _ => { };

    public long this[int partition] => Volatile.Read(ref positions[partition]);

    public void Move(int partition, long position)
    {
        Volatile.Write(ref positions[partition], position);
        TaskCompletionSource? ring;
        lock (bells) (ring, bell) = (bell, null);
        ring?.SetResult();
    }

    public void WhenAwaited(Action<long> follower) => hurry = follower;

    /// <summary>Completes when every partition has followed what was stored before the call, or after two seconds.</summary>
    public async Task Settled(CancellationToken cancel)
    {
        var target = await journal.LastPosition(cancel);
        if (HasReached(target, out _)) return;

        hurry(target);
        using var late = new CancellationTokenSource(SettlesWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            while (!HasReached(target, out var next)) await next.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Two seconds are over: the reader gets the view as it is.
        }
    }

    private bool HasReached(long target, out Task next)
    {
        lock (bells)
        {
            next = (bell ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            return Array.TrueForAll(positions, position => position >= target);
        }
    }
}
