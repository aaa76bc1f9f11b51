using System.Collections.Concurrent;

namespace PublicBuyers.Engine;

/// <summary>A grain that does what a test asks for, and notes what happens.</summary>
[Alias("tests.tried")]
public interface ITriedGrain : IGrainWithStringKey
{
    /// <summary>Notes that it began, waits until the test lets it end, notes that it ended.</summary>
    [Alias("write")] Task Write(string name);

    /// <inheritdoc cref="Write"/>
    [Alias("read"), ReadOnly] Task Read(string name);

    /// <inheritdoc cref="Write"/>
    [Alias("watch"), AlwaysInterleave] Task Watch(string name);

    [Alias("glance"), AlwaysInterleave] Task Glance();

    [Alias("count")] Task<int> Count();

    [Alias("fail")] Task<int> Fail();

    [Alias("rest")] Task Rest();

    [Alias("scheduler")] Task<bool> KeepsItsScheduler();

    [Alias("tell")] Task Tell(ITriedObserver observer, int times);
}

[Alias("tests.tried-observer")]
public interface ITriedObserver : IGrainObserver
{
    [Alias("hear")] void Hear(int number);
}

[GenerateSerializer, Alias("tests.tried-failure")]
public sealed class TriedFailureException(string key, int code) : Exception($"\"{key}\" failed.")
{
    [Id(0)] public int Code { get; } = code;
}

/// <summary>What test and grain share. Nobody waits on a clock.</summary>
public sealed class Notes
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> noted = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> allowed = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> all = new();

    public IReadOnlyList<string> All => [.. all];

    public void Note(string what)
    {
        all.Enqueue(what);
        Of(noted, what).TrySetResult();
    }

    public Task Until(string what) => Of(noted, what).Task.WaitAsync(LongEnough);

    public Task Allowed(string name) => Of(allowed, name).Task.WaitAsync(LongEnough);

    public void Allow(string name) => Of(allowed, name).TrySetResult();

    private static TaskCompletionSource Of(ConcurrentDictionary<string, TaskCompletionSource> all, string name) =>
        all.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}

internal sealed class TriedGrain(Notes notes) : Grain, ITriedGrain
{
    private int count;

    private string Key => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        notes.Note($"{Key} activates");
        if (Key.EndsWith("broken", StringComparison.Ordinal) && notes.All.Count(note => note == $"{Key} activates") == 1)
            throw new TriedFailureException(Key, 1);
        return Task.CompletedTask;
    }

    public Task Write(string name) => Run(name);

    public Task Read(string name) => Run(name);

    public Task Watch(string name) => Run(name);

    public Task Glance() => Task.CompletedTask;

    public async Task<int> Count()
    {
        var before = count;
        await Task.Yield();
        return count = before + 1;
    }

    public async Task<int> Fail()
    {
        await Task.Yield();
        throw new TriedFailureException(Key, 7);
    }

    public Task Rest()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task<bool> KeepsItsScheduler()
    {
        var scheduler = TaskScheduler.Current;
        await Task.Yield();
        await Task.WhenAll(Branch(), Branch());
        return scheduler != TaskScheduler.Default && TaskScheduler.Current == scheduler;

        static async Task Branch() => await Task.Yield();
    }

    public Task Tell(ITriedObserver observer, int times)
    {
        for (var number = 1; number <= times; number++) observer.Hear(number);
        return Task.CompletedTask;
    }

    private async Task Run(string name)
    {
        notes.Note($"{name} began");
        await notes.Allowed(name);
        notes.Note($"{name} ended");
    }
}
