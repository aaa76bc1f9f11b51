namespace PublicBuyers.Embedded;

/// <summary>
/// The one logical thread of an activation: runs what the activation has to do and every continuation of it, in order, one at a time,
/// on whichever pool thread is free. <see cref="TaskScheduler.Current"/> is this scheduler throughout, so <see langword="await"/> comes back here.
/// </summary>
internal sealed class Turns(Activation activation) : TaskScheduler, IThreadPoolWorkItem
{
    /// <summary>After this many steps other activations get the pool's thread.</summary>
    public const int StepsInARow = 64;

    private readonly Lock gate = new();
    private readonly Queue<Task?> steps = new(); // null: let the activation begin what waits
    private bool awake;
    private bool willBegin;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Lets the activation look, in its own thread, at what it can begin.</summary>
    public void Wake()
    {
        lock (gate)
        {
            if (willBegin) return;
            willBegin = true;
            steps.Enqueue(null);
            if (awake) return;
            awake = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    protected override void QueueTask(Task task)
    {
        lock (gate)
        {
            steps.Enqueue(task);
            if (awake) return;
            awake = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    // On this scheduler already means in turn already; the outer task of Execute is recognized by its state, which only Execute can give.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && (Current == this || task.AsyncState == this) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (gate) return [.. steps.OfType<Task>()];
    }

    // Made here rather than by the caller, so that the task carries nobody's execution context.
    void IThreadPoolWorkItem.Execute() => new Task(static turns => ((Turns)turns!).TakeSteps(), this).RunSynchronously(this);

    private void TakeSteps()
    {
        for (var taken = 0; taken < StepsInARow; taken++)
        {
            Task? step;
            lock (gate)
            {
                if (!steps.TryDequeue(out step))
                {
                    awake = false;
                    return;
                }

                if (step is null) willBegin = false;
            }

            if (step is null) activation.BeginWhatMay();
            else TryExecuteTask(step);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
