namespace PublicBuyers.Live;

/// <summary>Time that only goes forward, for what is kept for a while.</summary>
internal static class Milliseconds
{
    extension(TimeProvider time)
    {
        /// <summary>Milliseconds since some moment before this process began.</summary>
        public long Ticking => (long)time.GetElapsedTime(0).TotalMilliseconds;
    }
}
