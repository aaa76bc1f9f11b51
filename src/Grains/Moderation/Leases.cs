namespace PublicBuyers.Moderation;

/// <summary>How long claims last: renewals are kept in memory. After a restart each claim begins its time anew, so that nobody loses what they have open.</summary>
internal sealed class Leases(DateTimeOffset since)
{
    /// <summary>An item has one claim at a time, and the number of open items is bounded.</summary>
    private readonly Dictionary<ItemNumber, (long Fence, DateTimeOffset Until)> renewed = [];

    /// <summary>The claim as it stands; none once its time is over.</summary>
    public Claim? Of(QueueItem? item, DateTimeOffset now) => item?.Claim is { } held && UntilOf(item.Number, held) is var until && until > now ? new(held.By, until, held.Fence) : null;

    public void Renew(ItemNumber number, long fence, DateTimeOffset now) => renewed[number] = (fence, now + QueueLimits.ClaimLasts);

    public void Forget(ItemNumber number) => renewed.Remove(number);

    private DateTimeOffset UntilOf(ItemNumber number, HeldClaim held) =>
        renewed.TryGetValue(number, out var lease) && lease.Fence == held.Fence ? lease.Until : (held.At > since ? held.At : since) + QueueLimits.ClaimLasts;
}
