namespace PublicBuyers.Storage;

/// <summary>The newest position on disk, and a bell for who waits beyond one.</summary>
internal sealed class CommitSignal
{
    private readonly Lock gate = new();
    private TaskCompletionSource? bell;
    private long position;

    public long Position => Volatile.Read(ref position);

    public void Advance(long to)
    {
        TaskCompletionSource? ring;
        lock (gate)
        {
            if (to <= position) return;

            position = to;
            (ring, bell) = (bell, null);
        }

        ring?.SetResult();
    }

    public async Task WaitBeyond(long seen, CancellationToken cancel)
    {
        while (Position <= seen)
        {
            Task next;
            lock (gate)
            {
                if (position > seen) return;

                next = (bell ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await next.WaitAsync(cancel);
        }
    }
}
