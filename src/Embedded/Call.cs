using Orleans.Runtime;

namespace PublicBuyers.Embedded;

/// <summary>One call of one grain method, and the caller's promise.</summary>
internal abstract class Call(GrainMethod method, GrainId target, object?[] arguments, CancellationToken cancelled) : Turn
{
    private object?[] arguments = arguments;
    private CancellationTokenRegistration listening;

    public GrainId Target => target;

    /// <summary>What the caller awaits.</summary>
    public abstract Task Answer { get; }

    /// <summary>When it was sent.</summary>
    public long Since { get; init; }

    public CancellationToken Cancelled => cancelled;

    public override bool ReadsOnly => method.ReadsOnly;

    public override bool Interleaves => method.Interleaves;

    protected override bool IsAwaited => CausedBy is not null && !Answer.IsCompleted;

    public override Task Run(object? grain) => method.Run(grain!, arguments);

    public void ListenForCancellation()
    {
        if (cancelled.CanBeCanceled) listening = cancelled.UnsafeRegister(static (call, token) => ((Call)call!).Cancel(token), this);
    }

    public override void End(Task done)
    {
        base.End(done);
        if (done.IsCompletedSuccessfully) Succeed(done);
        else Fail(ExceptionOf(done));
        arguments = []; // whoever still holds this turn in an execution context holds no more than the turn
    }

    /// <summary>Fails the caller; a method that is running runs on.</summary>
    public void Fail(Exception exception)
    {
        TryFail(exception);
        listening.Unregister();
    }

    public override string ToString() => $"{method} of \"{target.Key}\"";

    protected abstract void TryFail(Exception exception);

    protected abstract void TrySucceed(Task done);

    private void Succeed(Task done)
    {
        TrySucceed(done);
        listening.Unregister();
    }

    private void Cancel(CancellationToken token)
    {
        TryFail(new OperationCanceledException(token));
        On?.Withdraw(this);
    }

    // A cancelled task shows its exception only by throwing it; what a method threw must arrive as it was.
    private static Exception ExceptionOf(Task done)
    {
        if (done.Exception?.InnerException is { } exception) return exception;
        try
        {
            done.GetAwaiter().GetResult();
            throw new InvalidOperationException("A task that did not fail has no exception.");
        }
        catch (OperationCanceledException cancellation)
        {
            return cancellation;
        }
    }
}

/// <summary>A call that answers with a <typeparamref name="T"/>; of <see cref="Nothing"/> if it only ends.</summary>
internal sealed class Call<T>(GrainMethod method, GrainId target, object?[] arguments, CancellationToken cancelled) : Call(method, target, arguments, cancelled)
{
    // The caller goes on elsewhere: it must not run inside the grain's turn.
    private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task Answer => answer.Task;

    protected override void TryFail(Exception exception) => answer.TrySetException(exception);

    protected override void TrySucceed(Task done) => answer.TrySetResult(done is Task<T> { Result: var result } ? result : default!);
}

/// <summary>The answer of a method that has none.</summary>
internal readonly struct Nothing;
