using PublicBuyers.Bench.Load;

namespace PublicBuyers.Bench.Rows;

/// <summary>Row 10: one client stops reading; what the others notice of it.</summary>
internal static class StalledReader
{
    private const int Members = 20;
    private const int Bytes = 15_000;
    private const double PerSecond = 60;

    public static async Task Measure(Run run)
    {
        Run.Say("Row 10: one client stops reading");
        await using var crowd = await Crowds.Ours(run, Members + 1);
        await crowd.Warm(run);
        await crowd.GrowTo(Members);
        await crowd.Steadily(PerSecond, run.Round / 4, Bytes);

        var (quiet, disturbed, cut) = (new List<double>(), new List<double>(), 0);
        for (var i = 0; i < run.Rounds; i++)
        {
            quiet.Add((await crowd.Steadily(PerSecond, run.Round, Bytes)).P99);

            await using var stalled = new Client(crowd);
            await stalled.Connect(crowd.Server.Address, (await Crowds.Cookies(run, "ours"))[Members], buffer: 4 * 1024);
            await stalled.Enter("room/" + crowd.Room);
            stalled.StopReading();
            disturbed.Add((await crowd.Steadily(PerSecond, run.Round + run.Round, Bytes)).P99);
            if (crowd.Clients.Any(client => client.Ended.IsCompleted || client.Gaps > 0)) throw new InvalidOperationException("A client that reads was cut, or missed something.");

            stalled.Drop();
            await stalled.Ended;
            if (stalled.Gaps > 0) cut++;
        }

        run.Report.Add("10", "p99 of the others once one client stops reading", disturbed.Median(), quiet.Median(), disturbed.Zip(quiet, (with, without) => with - without).Median(), 50, "ms");
    }
}
