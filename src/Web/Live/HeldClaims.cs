using PublicBuyers.Moderation;

namespace PublicBuyers.Live;

/// <summary>The queue items that one connection looks at: given up when it ends.</summary>
internal sealed class HeldClaims
{
    /// <summary>With more, the one held longest is forgotten: it ends by itself.</summary>
    public const int Most = 32;

    private readonly Lock gate = new();
    private readonly List<(ItemId Item, long Fence)> held = [];

    public void Keep(ItemId item, long fence)
    {
        lock (gate)
        {
            held.RemoveAll(each => each.Item == item);
            if (held.Count == Most) held.RemoveAt(0);
            held.Add((item, fence));
        }
    }

    public void Drop(ItemId item)
    {
        lock (gate) held.RemoveAll(each => each.Item == item);
    }

    public List<(ItemId Item, long Fence)> TakeAll()
    {
        lock (gate)
        {
            List<(ItemId, long)> all = [.. held];
            held.Clear();
            return all;
        }
    }
}
