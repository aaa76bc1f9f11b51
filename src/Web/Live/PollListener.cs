namespace PublicBuyers.Live;

/// <summary>A request that waits for a topic to move on.</summary>
internal sealed class PollListener(MemberId member) : Listener(member)
{
    private readonly TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when there is something new to read, or the right to read is lost.</summary>
    public Task Moved => moved.Task;

    protected override void Send(OutMessage message) => moved.TrySetResult();

    /// <summary>Nobody asks again for what has no position, save for what its answer holds: <see cref="Feeds.ForPolls"/>.</summary>
    protected override bool SendPassing(PassingMessage values)
    {
        if (values.Values.Any(value => value.Key == RoomFeed.ClosedKey || value.Key.StartsWith(Feed.NameKey, StringComparison.Ordinal))) moved.TrySetResult();
        return true;
    }

    /// <summary>It is in the answer already.</summary>
    protected override void Greet(PassingMessage values)
    {
    }

    protected override void SendGone() => moved.TrySetResult();

    protected override void Overflow() => moved.TrySetResult();
}
