using System.Collections.Immutable;
using PublicBuyers.Live;

namespace PublicBuyers.Testing;

/// <summary>Hears every change of a stream, as a web node would. Telling may overtake itself on the way: it is put in order by position.</summary>
public sealed class Listener(Action<StreamChanges>? hearing = null) : IStreamObserver
{
    private readonly Lock gate = new();
    private ImmutableSortedDictionary<long, Step> steps = ImmutableSortedDictionary<long, Step>.Empty;
    private TaskCompletionSource heard = NewSignal();

    /// <summary>The position it listens from.</summary>
    public long After { get; set; }

    public ImmutableArray<Step> Steps
    {
        get
        {
            lock (gate) return [.. steps.Values];
        }
    }

    public void Changed(StreamChanges changes)
    {
        hearing?.Invoke(changes);
        TaskCompletionSource signal;
        lock (gate)
        {
            foreach (var step in changes.Steps) steps = steps.Add(step.Position, step);
            (signal, heard) = (heard, NewSignal());
        }

        signal.TrySetResult();
    }

    /// <summary>The values without a position, as they came.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<Change> Passed { get; } = [];

    public void Passing(PassingValues values)
    {
        foreach (var value in values.Values) Passed.Enqueue(value);
        TaskCompletionSource signal;
        lock (gate) (signal, heard) = (heard, NewSignal());
        signal.TrySetResult();
    }

    /// <summary>Completes when such a value was heard.</summary>
    public Task Passes(Predicate<Change> value) => Until(() => Passed.Any(each => value(each)));

    /// <summary>Completes when everything up to this position was heard.</summary>
    public Task Hears(long position) => Until(() => steps.Keys.Count(heardOf => heardOf > After && heardOf <= position) == position - After);

    /// <summary>Completes when the change at this position was heard, whatever was not before it.</summary>
    public Task HearsOf(long position) => Until(() => steps.ContainsKey(position));

    private async Task Until(Func<bool> holds)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (holds()) return;
                next = heard.Task;
            }

            await next.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
