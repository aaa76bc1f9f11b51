using System.Collections.Concurrent;

namespace PublicBuyers.Runtime;

/// <summary>What test and grains share: scenes that happen, doors that the test opens. Nobody waits on a clock.</summary>
public sealed class Stage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> scenes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> doors = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> happened = new();

    public IReadOnlyList<string> Happened => [.. happened];

    public int TimesOf(string scene) => happened.Count(one => one == scene);

    public void Happens(string scene)
    {
        happened.Enqueue(scene);
        Of(scenes, scene).TrySetResult();
    }

    public Task Until(string scene) => Of(scenes, scene).Task.WaitAsync(Patience);

    public Task Door(string door) => Of(doors, door).Task;

    public void Open(string door) => Of(doors, door).TrySetResult();

    private static TaskCompletionSource Of(ConcurrentDictionary<string, TaskCompletionSource> all, string name) =>
        all.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
