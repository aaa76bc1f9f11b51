using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Journal;

/// <summary>Wakes the follower grains when something was committed, and the clock's when something is due. Every node has one; the grains are one each in the cluster.</summary>
internal sealed partial class FollowerDriver(IGrainFactory grains, IJournal journal, IClock clock, TimeProvider time, IEnumerable<IEffect> effects, ILogger<FollowerDriver> log) : IHostedService, IDisposable
{
    /// <summary>Time between two rounds of one follower: a burst of commits is one page to it, and what follows still follows at once for a person.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(40);

    /// <summary>After a failure, and for what another node was told.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    /// <summary>The first round is awaited: a follower that has never run takes its place at the head before anybody can make a fact.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var followers = Followers().ToArray();
        await Task.WhenAll(followers.Select(follower => follower.CatchUp()));
        running = Task.WhenAll([.. followers.Select(Follow), AttendTheClock()]);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await running;
    }

    public void Dispose() => stopping.Dispose();

    private IEnumerable<IFollowerGrain> Followers()
    {
        yield return grains.GetGrain<IDirectoryFollowerGrain>("directory/0");

        foreach (var effect in effects)
            for (var partition = 0; partition < effect.Partitions; partition++)
                yield return grains.GetGrain<IEffectFollowerGrain>($"effect/{effect.Name}/{partition}");
    }

    private Task Follow(IFollowerGrain follower)
    {
        var position = 0L;
        return Rounds(async () =>
        {
            var head = await journal.LastPosition(stopping.Token);
            if (head == position) await journal.WaitBeyond(position, stopping.Token);

            var reached = await follower.CatchUp();
            if (reached == position) await Task.Delay(Patience, time, stopping.Token);   // something fails and is tried again
            position = reached;
            await Task.Delay(Breath, time, stopping.Token);
        });
    }

    private Task AttendTheClock()
    {
        var clockFollower = grains.GetGrain<IClockFollowerGrain>("clock/0");
        return Rounds(async () =>
        {
            var seen = await journal.LastPosition(stopping.Token);
            var next = await clockFollower.Attend();
            var now = clock.Now;
            if (next is { } overdue && overdue <= now)
            {
                await Task.Delay(Breath, time, stopping.Token);
                return;
            }

            // Something nearer may come to be due meanwhile: look again after each commit, a breath apart.
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
            var due = next is { } at ? clock.Reaches(at, either.Token) : Task.Delay(Timeout.Infinite, either.Token);
            var commit = journal.WaitBeyond(seen, either.Token);
            await Task.WhenAny(due, commit);
            await either.CancelAsync();
            await Task.Delay(Breath, time, stopping.Token);
        });
    }

    private async Task Rounds(Func<Task> round)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await round();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failed)
            {
                LogRoundFailed(failed);
                await Task.WhenAny(Task.Delay(Patience, time, stopping.Token));
            }
        }
    }

    [LoggerMessage(1104, LogLevel.Warning, "A follower's round failed; it goes on in a second")]
    private partial void LogRoundFailed(Exception why);
}
