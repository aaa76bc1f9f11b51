namespace PublicBuyers.Mails;

/// <summary>One lane's news for the others: the mail server answers.</summary>
internal sealed class ServerNews
{
    private TaskCompletionSource next = NewSignal();

    /// <summary>Completes at the next answer that the server gives to anybody.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    public void Answers() => Interlocked.Exchange(ref next, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
