namespace PublicBuyers.Mails;

/// <summary>
/// What the two lanes tell each other about the mail server: that it answers, and that those who sign in want a
/// connection.
/// </summary>
internal sealed class MailDoor
{
    private readonly Lock gate = new();
    private TaskCompletionSource answer = NewSignal();
    private TaskCompletionSource wanted = NewSignal();
    private TaskCompletionSource free = Completed();

    /// <summary>
    /// Completes at the next answer that the server gives to either lane, and when there is room for another
    /// connection.
    /// </summary>
    public Task NextAnswer
    {
        get
        {
            lock (gate)
                return answer.Task;
        }
    }

    /// <summary>Completed while those who sign in want a connection and have none.</summary>
    public Task IsWanted
    {
        get
        {
            lock (gate)
                return wanted.Task;
        }
    }

    /// <summary>Other mail has closed its connection for those who sign in.</summary>
    public bool HasRoom { get; private set; }

    public void Answers()
    {
        TaskCompletionSource before;
        lock (gate)
            (before, answer) = (answer, NewSignal());
        before.TrySetResult();
    }

    /// <summary>For those who sign in.</summary>
    public void Wants(bool wants)
    {
        lock (gate)
        {
            if (wanted.Task.IsCompleted == wants)
                return;

            HasRoom = false;
            if (wants)
            {
                free = NewSignal();
                wanted.TrySetResult();
            }
            else
            {
                wanted = NewSignal();
                free.TrySetResult();
            }
        }
    }

    /// <summary>For other mail, which has closed its connection.</summary>
    public void MakeRoom()
    {
        lock (gate)
            HasRoom = true;
        Answers();
    }

    /// <summary>For other mail.</summary>
    /// <returns>Whether nobody who signs in wants a connection, or not any more within this time.</returns>
    public async Task<bool> IsFree(TimeSpan patience, TimeProvider time, CancellationToken cancel)
    {
        Task waiting;
        lock (gate)
            waiting = free.Task;
        if (waiting.IsCompleted)
            return true;

        await waiting.WaitAsync(patience, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
        return waiting.IsCompleted;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource Completed()
    {
        var completed = NewSignal();
        completed.SetResult();
        return completed;
    }
}
