namespace PublicBuyers.Moderation;

/// <summary>How long claims last: renewals are kept in memory. After a restart each claim begins its time anew, so that nobody loses what they have open.</summary>
internal sealed class Leases(DateTimeOffset since)
{
    private readonly Dictionary<(ItemNumber Number, long Fence), DateTimeOffset> renewed = [];

    /// <summary>The claim as it stands; none once its time is over.</summary>
    public Claim? Of(QueueItem? item, DateTimeOffset now) => item?.Claim is { } held && UntilOf(item.Number, held) is var until && until > now ? new(held.By, until, held.Fence) : null;

    public void Renew(ItemNumber number, long fence, DateTimeOffset now)
    {
        // An item has one claim at a time, and the number of open items is bounded.
        foreach (var earlier in renewed.Keys.Where(key => key.Number == number && key.Fence != fence).ToArray()) renewed.Remove(earlier);
        renewed[(number, fence)] = now + QueueLimits.ClaimLasts;
    }

    public void Forget(ItemNumber number)
    {
        foreach (var key in renewed.Keys.Where(key => key.Number == number).ToArray()) renewed.Remove(key);
    }

    private DateTimeOffset UntilOf(ItemNumber number, HeldClaim held) =>
        renewed.TryGetValue((number, held.Fence), out var until) ? until : (held.At > since ? held.At : since) + QueueLimits.ClaimLasts;
}
