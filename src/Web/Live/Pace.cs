using System.Threading.RateLimiting;

namespace PublicBuyers.Live;

/// <summary>How fast one member may go, on this node, whatever the connection.</summary>
internal sealed class Pace(WebOptions web) : IDisposable
{
    private const int Window = 10;

    private readonly PartitionedRateLimiter<MemberId> commands = Limit(web.MostCommands);
    private readonly PartitionedRateLimiter<MemberId> entries = Limit(web.MostCommands);

    /// <summary>None when it may be done now.</summary>
    public Refusal? Command(MemberId member) => Take(commands, member);

    public Refusal? Entry(MemberId member) => Take(entries, member);

    public void Dispose()
    {
        commands.Dispose();
        entries.Dispose();
    }

    private static Refused.TooFast? Take(PartitionedRateLimiter<MemberId> limiter, MemberId member)
    {
        using var lease = limiter.AttemptAcquire(member);
        if (lease.IsAcquired) return null;

        return new(lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : Window);
    }

    private static PartitionedRateLimiter<MemberId> Limit(int most) => PartitionedRateLimiter.Create<MemberId, MemberId>(member => RateLimitPartition.GetTokenBucketLimiter(member, _ => new()
    {
        TokenLimit = most,
        TokensPerPeriod = Math.Max(1, most / Window),
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    }));
}
