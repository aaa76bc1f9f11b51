using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PublicBuyers.Rooms;
using PublicBuyers.Search;

namespace PublicBuyers.Journal;

/// <summary>Wakes the follower grains when something was committed, and the clock's when something is due. Every node has one; the grains are one each in the cluster.</summary>
internal sealed partial class FollowerDriver(IGrainFactory grains, IJournal journal, IClock clock, TimeProvider time, IDirectoryRows directories, IPostRows posts, IEnumerable<IEffect> effects, ILogger<FollowerDriver> log) : IHostedService, IDisposable
{
    /// <summary>Time between two rounds of one follower: a burst of commits is one page to it, and what follows still follows at once for a person.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(40);

    /// <summary>After a failure, and for what another node was told.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>What can wait, such as the time of a community's last post and the words of a new one, waits so long for more of its kind, or until somebody waits for it.</summary>
    private static readonly TimeSpan Lull = TimeSpan.FromSeconds(1);

    private const int PageOfFacts = 500;

    private readonly CancellationTokenSource stopping = new();
    private readonly Troubles troubles = new();
    private Task running = Task.CompletedTask;

    /// <summary>The first round is awaited: a follower that has never run takes its place at the head before anybody can make a fact.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var followers = Followers().ToArray();
        var reached = await Task.WhenAll(followers.Select(follower => follower.MayLag ? Task.FromResult(0L) : follower.Grain.CatchUp()));
        var behind = followers.Zip(reached).Where(each => !each.First.MayLag).Min(each => each.Second);
        foreach (var follower in followers) follower.SeeUpTo(behind);   // one that lags goes on without gathering
        running = Task.WhenAll([.. followers.Zip(reached, Follow), Look(followers, behind), AttendTheClock()]);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await running;
    }

    public void Dispose() => stopping.Dispose();

    private IEnumerable<Followed> Followers()
    {
        var directory = new Followed(grains.GetGrain<IDirectoryFollowerGrain>("directory/0"), fact => !fact.Stream.StartsWith("room/", StringComparison.Ordinal), Lull);
        directories.WhenAwaited(directory.Hurry);
        yield return directory;

        var index = new Followed(grains.GetGrain<IPostIndexFollowerGrain>("post-index/0"), fact => PostIndex.Concerns(fact.Type) && fact.Type != RoomEvent.Posted, Lull, mayLag: true);
        posts.WhenAwaited(index.Hurry);
        yield return index;

        foreach (var effect in effects)
            foreach (var partition in Enumerable.Range(0, effect.Partitions))
                yield return new(
                    grains.GetGrain<IEffectFollowerGrain>($"effect/{effect.Name}/{partition}"),
                    fact => effect.Concerns(fact.Type) && StableHash.Partition(fact.Stream, effect.Partitions) == partition && effect.Concerns(fact));
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

    private async Task SomethingFor(Followed follower, long position)
    {
        var needed = follower.Needed(position).WaitAsync(stopping.Token);
        await (follower.Patience is { } patience ? await Task.WhenAny(needed, SomethingAfter(position, patience)) : needed);
    }

    private async Task SomethingAfter(long position, TimeSpan patience)
    {
        await journal.WaitBeyond(position, stopping.Token);
        await Task.Delay(patience, time, stopping.Token);
    }

    /// <summary>Looks at each fact once, for all followers: one of many wakes up for a commit, and the others only for what is theirs.</summary>
    private Task Look(Followed[] followers, long position) => Rounds(async () =>
    {
        await journal.WaitBeyond(position, stopping.Token);
        try
        {
            var page = await journal.ReadAll(position, PageOfFacts, stopping.Token);
            foreach (var follower in followers) follower.See(page);
            if (page is [.., var last]) position = last.Position;
            if (page.Length == PageOfFacts) return;
        }
        catch (CorruptStreamException damaged) when (damaged.Position > position)
        {
            foreach (var follower in followers) follower.SeeDamaged(damaged.Position);
            position = damaged.Position;
        }

        await Task.Delay(Breath, time, stopping.Token);
    });

    private Task AttendTheClock()
    {
        var clockFollower = grains.GetGrain<IClockFollowerGrain>("clock/0");
        return Rounds(async () =>
        {
            var (seen, known) = (await journal.LastPosition(stopping.Token), await journal.NextDue(stopping.Token));
            var next = await clockFollower.Attend();
            var now = clock.Now;
            if (next is { } overdue && overdue <= now)
            {
                await Task.Delay(Breath, time, stopping.Token);
                return;
            }

            // Something nearer may come to be due meanwhile.
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
            var due = next is { } at ? clock.Reaches(at, either.Token) : Task.Delay(Timeout.Infinite, either.Token);
            await Task.WhenAny(due, AnotherDue(known, isAllWell: next == known, seen, either.Token));
            await either.CancelAsync();
            await Task.Delay(Breath, time, stopping.Token);
        });
    }

    /// <summary>Looks after each commit, a breath apart; hardly any changes what is due. While something fails, the next of all says nothing of the others.</summary>
    private async Task AnotherDue(DateTimeOffset? known, bool isAllWell, long seen, CancellationToken cancel)
    {
        do
        {
            await journal.WaitBeyond(seen, cancel);
            await Task.Delay(Breath, time, cancel);
            seen = await journal.LastPosition(cancel);
        }
        while (isAllWell && await journal.NextDue(cancel) == known);
    }

    private async Task Rounds(Func<Task> round)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await round();
                if (troubles.OverAfter(round) is > 0 and var failures) LogGoesOn(failures);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failed)
            {
                if (troubles.IsNew(round, failed))
                    LogRoundFailed(failed is NotStoredException ? null : failed, failed.Message);
                await Task.WhenAny(Task.Delay(Patience, time, stopping.Token));
            }
        }
    }

    /// <param name="fault">None where the words say all.</param>
    [LoggerMessage(
        1104,
        LogLevel.Warning,
        "A follower of the journal failed. It is tried every second; further failures of this kind are counted "
            + "and not logged: {Why}")]
    private partial void LogRoundFailed(Exception? fault, string why);

    [LoggerMessage(1109, LogLevel.Information, "All followers of the journal go on, after {Failures} failures")]
    private partial void LogGoesOn(long failures);
}
