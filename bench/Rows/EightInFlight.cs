namespace PublicBuyers.Bench.Rows;

/// <summary>Row 4: what a delivery costs when posts come faster than they can be sent on one by one.</summary>
internal static class EightInFlight
{
    private const int Members = 500;

    public static async Task Measure(Run run)
    {
        Run.Say("Row 4: CPU per delivery with eight posts in flight");
        await using var ours = await Crowds.Ours(run, Members);
        await using var bare = await Crowds.Bare(run, "bare");
        foreach (var crowd in new[] { ours, bare })
        {
            await crowd.Warm(run);
            await crowd.GrowTo(Members);
            await crowd.InFlight(8, run.Round / 4);
        }

        await Measure(run, ours, bare, "of one author", 1, 1.5);
        await Measure(run, ours, bare, "of eight authors", 8, 1);
    }

    private static async Task Measure(Run run, Load.Crowd ours, Load.Crowd bare, string whose, int authors, double target)
    {
        var rounds = new List<(Load.Round Ours, Load.Round Bare)>();
        for (var i = 0; i < run.Rounds; i++)
        {
            var round = (Ours: await ours.InFlight(8, run.Round, authors), Bare: await bare.InFlight(8, run.Round, authors));
            rounds.Add(round);
            Run.Say($"      {round.Ours.PerDelivery.Short()} µs ({(round.Ours.Deliveries / round.Ours.Took.TotalSeconds).Short()}/s)  {round.Bare.PerDelivery.Short()} µs ({(round.Bare.Deliveries / round.Bare.Took.TotalSeconds).Short()}/s)  (others {Math.Max(round.Ours.Foreign, round.Bare.Foreign):P0})");
        }

        run.Report.Add("4", $"CPU per delivery, eight posts {whose} in flight, N = {Members}", rounds.Select(round => round.Ours.PerDelivery).Median(), rounds.Select(round => round.Bare.PerDelivery).Median(), rounds.Select(round => round.Ours.PerDelivery / round.Bare.PerDelivery).Median(), target, "µs");
    }
}
