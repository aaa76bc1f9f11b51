using System.Diagnostics.CodeAnalysis;

namespace PublicBuyers.Storage;

/// <summary>Keeps at most <paramref name="most"/> entries, the recently used ones among them, in two generations: when the young one is full it becomes the old one, and what was old and unused is gone.</summary>
internal sealed class RecentlyUsed<TKey, TValue>(int most) where TKey : notnull
{
    private readonly int generation = Math.Max(1, most / 2);
    private Dictionary<TKey, TValue> young = [];
    private Dictionary<TKey, TValue> old = [];

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (young.TryGetValue(key, out value)) return true;
        if (!old.Remove(key, out value)) return false;

        Put(key, value);
        return true;
    }

    public void Put(TKey key, TValue value)
    {
        if (young.Count >= generation && !young.ContainsKey(key)) (old, young) = (young, []);

        young[key] = value;
    }

    public void Remove(TKey key)
    {
        young.Remove(key);
        old.Remove(key);
    }

    public void Clear()
    {
        young.Clear();
        old.Clear();
    }
}
