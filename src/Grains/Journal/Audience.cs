using PublicBuyers.Live;

namespace PublicBuyers.Journal;

/// <summary>Who watches a stream: one observer for each web node, forgotten when it does not renew.</summary>
internal sealed class Audience(TimeProvider time)
{
    private readonly Dictionary<IStreamObserver, long> watchers = [];

    public bool IsEmpty => watchers.Count == 0;

    public void Watch(IStreamObserver observer)
    {
        if (!watchers.ContainsKey(observer) && watchers.Count >= TopicLimits.MostWatchers) ForgetLongestSilent();
        watchers[observer] = time.GetTimestamp();
    }

    public void Unwatch(IStreamObserver observer) => watchers.Remove(observer);

    public void Tell(StreamChanges changes)
    {
        if (watchers.Count == 0) return;

        foreach (var (observer, renewed) in watchers.ToArray())
        {
            if (time.GetElapsedTime(renewed) > TopicLimits.WatchedFor) watchers.Remove(observer);
            else observer.Changed(changes);
        }
    }

    public void Pass(PassingValues values)
    {
        foreach (var observer in watchers.Keys) observer.Passing(values);
    }

    private void ForgetLongestSilent() => watchers.Remove(watchers.MinBy(watcher => watcher.Value).Key);
}
