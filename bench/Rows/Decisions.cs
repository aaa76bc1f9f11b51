using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using PublicBuyers.Bench.Load;

namespace PublicBuyers.Bench.Rows;

/// <summary>How long a decision takes to the other moderator's queue, and its effect to the applicant's page, while everybody else is connected; beside a post to all of them.</summary>
internal static class Decisions
{
    private const int PerRound = 60;
    private const double PerSecond = 5;

    public static async Task Measure(Run run)
    {
        var people = run.Quick ? 200 : 1_000;
        Run.Say("Decisions: to the other moderator's screen, and to the applicant's");
        await using var crowd = await Crowds.Ours(run, people, "decisions");
        await crowd.Warm(run);
        await crowd.GrowTo(people);
        var (decisions, effects, posts) = (new List<double[]>(), new List<double[]>(), new List<Round>());
        for (var round = 0; round <= run.Rounds; round++)
        {
            var community = await crowd.Server.Ask(string.Create(CultureInfo.InvariantCulture, $"asked {round} {PerRound}"));
            var (decided, told) = await Decide(crowd, community);
            var posted = await crowd.Steadily(PerSecond, TimeSpan.FromSeconds(PerRound / PerSecond));
            if (round == 0) continue;   // to warm up

            decisions.Add(decided);
            effects.Add(told);
            posts.Add(posted);
        }

        foreach (var (name, share, post) in new (string, double, Func<Round, double>)[] { ("p50", 0.5, each => each.P50), ("p99", 0.99, each => each.P99) })
        {
            var (decided, told, posted) = (decisions.ConvertAll(each => each.At(share)).Median(), effects.ConvertAll(each => each.At(share)).Median(), posts.ConvertAll(each => post(each)).Median());
            run.Report.Add("D", $"a decision to the other moderator's screen, {name}, {people} connected; baseline: a post to all of them", decided, posted, decided / posted, 1, "ms");

            // Two followers stand between, and each takes a breath of 40 ms, so that many facts are one turn: a bound in milliseconds.
            run.Report.Add("D", $"from a decision's effect to the applicant's screen, {name}, in milliseconds", told, posted, told, 250, "ms");
        }
    }

    /// <returns>In milliseconds, sorted: until the other moderator had each decision, from sending it; and until its applicant had it, from when it took effect.</returns>
    private static async Task<(double[] Decided, double[] Told)> Decide(Crowd crowd, string community)
    {
        var (decider, other) = (crowd.Clients[0], crowd.Clients[1]);
        var shown = new ConcurrentDictionary<long, TaskCompletionSource<long>>();
        var told = new ConcurrentDictionary<long, TaskCompletionSource<DateTime>>();
        other.Heard = record =>
        {
            if (record.IndexOf("\"topic\":\"queue/"u8) >= 0 && record.IndexOf("\"state\":\"decided\""u8) >= 0) Of(shown, Client.NumberAfter(record, "\"number\":"u8)).TrySetResult(Stopwatch.GetTimestamp());
        };
        for (var i = 1; i <= PerRound; i++)
        {
            crowd.Clients[1 + i].Heard = record =>
            {
                if (record.IndexOf("\"kind\":\"decided\""u8) >= 0) Of(told, Client.NumberAfter(record, "\"item\":"u8)).TrySetResult(TimeProvider.System.GetUtcNow().UtcDateTime);
            };
        }

        await decider.EnterBeside("queue/" + community);
        await other.EnterBeside("queue/" + community);
        var (took, effects) = (new List<double>(), new List<(long Item, DateTime At)>());
        for (var item = 1L; item <= PerRound; item++)
        {
            var pause = Task.Delay(TimeSpan.FromSeconds(1 / PerSecond));
            var sent = Stopwatch.GetTimestamp();
            effects.Add((item, await decider.Approve(community, item)));
            took.Add(Stopwatch.GetElapsedTime(sent, await Of(shown, item).Task.WaitAsync(TimeSpan.FromSeconds(30))).TotalMilliseconds);
            await pause;
        }

        var followed = new List<double>();
        foreach (var (item, at) in effects) followed.Add(((await Of(told, item).Task.WaitAsync(TimeSpan.FromSeconds(60))) - at).TotalMilliseconds);
        await decider.Leave("queue/" + community);
        await other.Leave("queue/" + community);
        return ([.. took.Order()], [.. followed.Order()]);
    }

    private static TaskCompletionSource<T> Of<T>(ConcurrentDictionary<long, TaskCompletionSource<T>> waiting, long item) => waiting.GetOrAdd(item, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
