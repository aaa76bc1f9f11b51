namespace PublicBuyers.Storage;

internal sealed class SystemClock(TimeProvider time) : IClock
{
    /// <summary>The wall clock may be set while we wait: nobody sleeps longer than this without looking at it again.</summary>
    private static readonly TimeSpan LongestNap = TimeSpan.FromMinutes(1);

    public DateTimeOffset Now => time.GetUtcNow();

    public async Task Reaches(DateTimeOffset due, CancellationToken cancel)
    {
        for (var left = due - Now; left > TimeSpan.Zero; left = due - Now)
            await Task.Delay(left < LongestNap ? left : LongestNap, time, cancel);
    }
}
