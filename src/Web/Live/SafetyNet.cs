using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Live;

/// <summary>Notices what grains told in vain: asks which streams moved, once for the whole node, and has those read that this node has not followed.</summary>
internal sealed partial class SafetyNet(Followers followers, IStreamHeads heads, Unread unread, TimeProvider time, ILogger<SafetyNet> logger) : BackgroundService
{
    private static readonly TimeSpan Looks = TimeSpan.FromMilliseconds(500);

    /// <summary>For what is on its way: it is no gap yet.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Renews = TopicLimits.WatchedFor / 3;

    private const int MostFacts = 5_000;

    /// <summary>No journal gets so far.</summary>
    private const long Furthest = 1L << 48;

    private readonly Troubles troubles = new();
    private long? upto;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Looks);
        var renewed = time.Ticking;

        while (await timer.WaitForNextTickAsync(stopping))
        {
            try
            {
                await Look(stopping);
                if (troubles.OverAfter(this) is > 0 and var failures) LogWorksAgain(failures);
                if (time.Ticking - renewed < Renews.TotalMilliseconds) continue;

                renewed = time.Ticking;
                await followers.Sweep();
                foreach (var follower in followers.All()) await follower.Renew();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)   // the next look sees the same streams again
            {
                if (troubles.IsNew(this, failure)) LogFailed(failure);
            }
        }
    }

    private async Task Look(CancellationToken stopping)
    {
        var all = followers.All();
        upto ??= await Newest(stopping);   // what came before, followers read when they begin
        var moved = await heads.MovedSince(upto.Value, MostFacts, stopping);
        unread.Moved(moved, stream => followers.Find<Follower>(stream) is not null);

        var behind = all.Where(follower => IsBehind(follower, moved)).ToList();
        if (behind.Count > 0) await Task.Delay(Grace, stopping);
        foreach (var follower in behind)
        {
            if (IsBehind(follower, moved)) follower.ReadOn();
        }

        upto = moved.Upto;
    }

    /// <summary>Positions have no gaps: after every one but the newest something stands.</summary>
    private async Task<long> Newest(CancellationToken stopping)
    {
        var (low, high) = (0L, Furthest);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if ((await heads.MovedSince(middle, 1, stopping)).Upto > middle) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static bool IsBehind(Follower follower, MovedStreams moved) => follower.IsBehind(moved.Heads.GetValueOrDefault(follower.Stream));

    [LoggerMessage(
        3031,
        LogLevel.Warning,
        "Could not look for changes that this node was not notified of. It is tried every half second; further "
            + "failures are counted and not logged")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(3032, LogLevel.Information, "Looking for changes works again, after {Failures} failures")]
    private partial void LogWorksAgain(long failures);
}
