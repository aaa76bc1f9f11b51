namespace PublicBuyers.Security;

/// <summary>For a log line that anybody could cause as often as they like.</summary>
internal sealed class OnceAMinute(TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private long? taken;

    public bool TryTake()
    {
        lock (gate)
        {
            if (taken is { } last && time.GetElapsedTime(last) < Minute) return false;

            taken = time.GetTimestamp();
            return true;
        }
    }
}
