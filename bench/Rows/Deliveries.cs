using PublicBuyers.Bench.Load;

namespace PublicBuyers.Bench.Rows;

/// <summary>Rows 1 to 3: what a post costs at 20 posts a second, by how many hear it.</summary>
internal static class Deliveries
{
    private const double PerSecond = 20;

    private static readonly (int Members, double Target)[] Sizes = [(100, 1.3), (500, 1.05), (1_000, 1.0)];

    public static async Task Measure(Run run)
    {
        Run.Say("Rows 1-3: CPU per delivery, fixed cost and latency at 20 posts a second");
        await using var ours = await Crowds.Ours(run, Sizes[^1].Members);
        await using var bare = await Crowds.Bare(run, "bare");
        await using var durable = await Crowds.Bare(run, "bare-durable");
        Crowd[] all = [ours, bare, durable];

        foreach (var crowd in all) await crowd.Warm(run);

        var alone = await Rounds(run, all, 1);
        var size = Array.Empty<Pair[]>();
        foreach (var (members, target) in Sizes)
        {
            var rounds = await Rounds(run, members == 500 ? all : [ours, bare], members);
            size = [.. size, rounds];
            run.Report.Add("1", $"CPU per delivery, N = {members}", rounds.Select(round => round.Ours.PerDelivery).Median(), rounds.Select(round => round.Bare.PerDelivery).Median(), Quiet(rounds).Select(round => round.Ours.PerDelivery / round.Bare.PerDelivery).Median(), target, "µs");
        }

        // CPU(N) = F + s·N: s from 500 members, which hardly know F; F from one member, who hardly knows s.
        var half = size[1];
        var slope = half.Select(round => round.Ours.PerDelivery).Median();
        var bareSlope = half.Select(round => round.Durable!.PerDelivery).Median();
        var fix = Quiet(alone).Select(round => round.Ours.PerPost).Median() - slope;
        var bareFix = Quiet(alone).Select(round => round.Durable!.PerPost).Median() - bareSlope;
        run.Report.Add("2", "fixed cost F of a post, against the bare durable hub", fix, bareFix, fix / bareFix, 2, "µs");

        foreach (var ((members, _), rounds) in Sizes.Zip(size))
        {
            run.Report.Add("3", $"latency p50, N = {members}", rounds.Select(round => round.Ours.P50).Median(), rounds.Select(round => round.Bare.P50).Median(), Quiet(rounds).Select(round => round.Ours.P50 / round.Bare.P50).Median(), 1.2, "ms");
            run.Report.Add("3", $"latency p99, N = {members}", rounds.Select(round => round.Ours.P99).Median(), rounds.Select(round => round.Bare.P99).Median(), Quiet(rounds).Select(round => round.Ours.P99 / round.Bare.P99).Median(), 1.5, "ms");
        }
    }

    private static async Task<Pair[]> Rounds(Run run, Crowd[] crowds, int members)
    {
        foreach (var crowd in crowds) await crowd.GrowTo(members);
        foreach (var crowd in crowds) await crowd.Rest(run, () => crowd.Steadily(PerSecond, run.Round / 2));

        var rounds = new List<Pair>();
        for (var i = 0; i < run.Rounds; i++)
        {
            var taken = new List<Round>();
            foreach (var crowd in crowds) taken.Add(await crowd.Steadily(PerSecond, run.Round));
            rounds.Add(new(taken[0], taken[1], taken.ElementAtOrDefault(2)));
            Run.Say($"      N = {members}: {string.Join("  ", taken.Select(round => $"{round.PerPost.Short()} µs/post {round.PerDelivery.Short()} µs/delivery {round.P50.Short()}/{round.P99.Short()} ms"))}  (others {taken.Max(round => round.Foreign):P0})");
        }

        return [.. rounds];
    }

    /// <summary>Without the rounds in which others had more of the machine than usual.</summary>
    private static IEnumerable<Pair> Quiet(Pair[] rounds)
    {
        var usual = Math.Max(0.1, rounds.Select(round => round.Foreign).Median());
        return rounds.Where(round => round.Foreign <= usual);
    }

    private sealed record Pair(Round Ours, Round Bare, Round? Durable)
    {
        public double Foreign => Math.Max(Ours.Foreign, Math.Max(Bare.Foreign, Durable?.Foreign ?? 0));
    }
}
