namespace PublicBuyers.Live;

/// <summary>A request that waits for a topic to move on.</summary>
internal sealed class PollListener(MemberId member) : Listener(member)
{
    private readonly TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when there is something new to read, or the right to read is lost.</summary>
    public Task Moved => moved.Task;

    protected override void Send(OutMessage message) => moved.TrySetResult();

    /// <summary>Nobody asks again for what has no position.</summary>
    protected override bool SendPassing(PassingMessage values) => true;

    protected override void SendGone() => moved.TrySetResult();

    protected override void Overflow() => moved.TrySetResult();
}
