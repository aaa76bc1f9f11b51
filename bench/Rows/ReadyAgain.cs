using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace PublicBuyers.Bench.Rows;

/// <summary>Row 12: from <c>kill -9</c> to the first answer, with a long history.</summary>
internal static class ReadyAgain
{
    public static async Task Measure(Run run)
    {
        var facts = run.Quick ? 100_000 : 1_000_000;
        Run.Say($"Row 12: ready after kill -9 with {facts:N0} facts");
        await (await run.Start("fill", "history", facts.ToString(CultureInfo.InvariantCulture))).DisposeAsync();

        var took = new List<double>();
        var server = await run.Start("ours", "history");   // the directories follow what was filled in
        await server.Ask("rooms 8 1");
        for (var i = 0; i < run.Rounds; i++)
        {
            var writing = server.Ask("rooms 8 30");
            await Task.Delay(300);
            var killed = Stopwatch.GetTimestamp();
            await server.Kill();
            await writing.ContinueWith(_ => { }, TaskScheduler.Default);

            server = await run.Start("ours", "history");
            using var http = new HttpClient();
            using var answer = await http.GetAsync(new Uri(server.Address, "/health/ready"));
            if (answer.StatusCode != HttpStatusCode.OK) throw new InvalidOperationException($"Not ready: {answer.StatusCode}");
            took.Add(Stopwatch.GetElapsedTime(killed).TotalSeconds);
            Run.Say($"      {took[^1].Short()} s");
        }

        run.Report.Add("12", $"ready after kill -9 with {facts:N0} facts", took.Median(), double.NaN, took.Median(), 3, "s");
    }
}
