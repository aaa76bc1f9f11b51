using System.Collections.Immutable;
using PublicBuyers.Live;

namespace PublicBuyers.Testing;

/// <summary>Hears every change of a stream, as a web node would.</summary>
public sealed class Listener(Action<StreamChanges>? hearing = null) : IStreamObserver
{
    private readonly Lock gate = new();
    private ImmutableArray<Step> steps = [];
    private TaskCompletionSource heard = NewSignal();

    public ImmutableArray<Step> Steps
    {
        get
        {
            lock (gate) return steps;
        }
    }

    public void Changed(StreamChanges changes)
    {
        hearing?.Invoke(changes);
        TaskCompletionSource signal;
        lock (gate)
        {
            steps = steps.AddRange(changes.Steps);
            (signal, heard) = (heard, NewSignal());
        }

        signal.TrySetResult();
    }

    /// <summary>Completes when the change at this position was heard.</summary>
    public async Task Hears(long position)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (steps.Any(step => step.Position >= position)) return;
                next = heard.Task;
            }

            await next.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
