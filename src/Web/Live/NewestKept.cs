using System.Collections.Concurrent;

namespace PublicBuyers.Live;

/// <summary>Remembers what was worked out lately, within a budget: two generations, of which the older is forgotten as a whole.</summary>
/// <param name="most">What both generations may weigh together.</param>
internal sealed class NewestKept<TKey, TValue>(long most, Func<TKey, TValue, int> weigh) where TKey : notnull
{
    private readonly Lock turning = new();
    private volatile ConcurrentDictionary<TKey, TValue> young = new();
    private volatile ConcurrentDictionary<TKey, TValue> old = new();
    private long weight;

    public TValue Get(TKey key, Func<TKey, TValue> work)
    {
        if (young.TryGetValue(key, out var known)) return known;
        if (!old.TryGetValue(key, out known)) known = work(key);

        Put(key, known);
        return known;
    }

    public bool TryGet(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value) => young.TryGetValue(key, out value) || old.TryGetValue(key, out value);

    public void Put(TKey key, TValue value)
    {
        young[key] = value;
        if (Interlocked.Add(ref weight, weigh(key, value)) <= most / 2) return;

        lock (turning)
        {
            if (weight <= most / 2) return;
            (old, young, weight) = (young, new(), 0);
        }
    }
}
