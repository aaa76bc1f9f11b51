using System.Collections.Immutable;
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

    /// <summary>What can wait, such as the time of a community's last post, waits so long for more of its kind.</summary>
    private static readonly TimeSpan Lull = TimeSpan.FromMilliseconds(250);

    /// <summary>Facts that are nothing to a follower and that it is spared: after so many it moves its place on.</summary>
    private const int MostPassedOver = 500;

    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    /// <summary>The first round is awaited: a follower that has never run takes its place at the head before anybody can make a fact.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var followers = Followers().ToArray();
        var reached = await Task.WhenAll(followers.Select(follower => follower.IsUrgent is null ? Task.FromResult(0L) : follower.Grain.CatchUp()));
        running = Task.WhenAll([.. followers.Zip(reached, Follow), AttendTheClock()]);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await running;
    }

    public void Dispose() => stopping.Dispose();

    private IEnumerable<Followed> Followers()
    {
        yield return new(grains.GetGrain<IDirectoryFollowerGrain>("directory/0"), fact => !fact.Stream.StartsWith("room/", StringComparison.Ordinal), Lull);
        yield return new(grains.GetGrain<IPostIndexFollowerGrain>("post-index/0"), IsUrgent: null, Lull);

        foreach (var effect in effects)
            foreach (var partition in Enumerable.Range(0, effect.Partitions))
                yield return new(
                    grains.GetGrain<IEffectFollowerGrain>($"effect/{effect.Name}/{partition}"),
                    fact => effect.Concerns(fact.Type) && StableHash.Partition(fact.Stream, effect.Partitions) == partition,
                    Patience: null);
    }

    private Task Follow(Followed follower, long position)
    {
        return Rounds(async () =>
        {
            await SomethingFor(follower, position);
            var reached = await follower.Grain.CatchUp();
            if (reached == position) await Task.Delay(Patience, time, stopping.Token);   // something fails and is tried again
            position = reached;
            await Task.Delay(Breath, time, stopping.Token);
        });
    }

    /// <summary>Completes when there is work for the follower after its position. Most facts are nothing to most followers, and are looked at here without waking one.</summary>
    private async Task SomethingFor(Followed follower, long position)
    {
        if (follower.IsUrgent is not { } isUrgent)
        {
            await journal.WaitBeyond(position, stopping.Token);
            await Task.Delay(Lull, time, stopping.Token);
            return;
        }

        Task? lull = null;
        for (var looked = position; looked - position < MostPassedOver;)
        {
            if (await NextPage(looked) is not { } page || page.Any(isUrgent)) return;
            if (page is [.., var last]) looked = last.Position;
            if (looked > position && follower.Patience is { } patience) lull ??= Task.Delay(patience, time, stopping.Token);

            var more = journal.WaitBeyond(looked, stopping.Token);
            if (lull is null) await more;
            else if (await Task.WhenAny(lull, more) == lull) return;
        }
    }

    /// <summary>None where a fact is damaged: the follower knows how to go on behind it.</summary>
    private async Task<ImmutableArray<RecordedFact>?> NextPage(long after)
    {
        try
        {
            return await journal.ReadAll(after, MostPassedOver, stopping.Token);
        }
        catch (CorruptStreamException)
        {
            return null;
        }
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

    /// <param name="IsUrgent">The follower is to see this fact at once; none where it never has to, and need not have caught up before the server serves.</param>
    /// <param name="Patience">It sees everything else within this time; none where everything else is nothing to it.</param>
    private sealed record Followed(IFollowerGrain Grain, Func<RecordedFact, bool>? IsUrgent, TimeSpan? Patience);

    [LoggerMessage(1104, LogLevel.Warning, "A follower's round failed; it goes on in a second")]
    private partial void LogRoundFailed(Exception why);
}
