using System.Diagnostics;
using System.Net.WebSockets;
using PublicBuyers.Bench.Load;

namespace PublicBuyers.Bench.Rows;

/// <summary>Row 11: the server is killed and started again, and everybody comes back by position.</summary>
internal static class ComingBack
{
    private const int Missed = 20;

    public static async Task Measure(Run run)
    {
        var members = run.Quick ? 500 : 2_000;
        Run.Say($"Row 11: {members} clients come back after a restart");

        var (ready, back) = (new List<double>(), new List<double>());
        for (var i = 0; i < (run.Quick ? 1 : run.Rounds); i++)
        {
            var (up, all, lost) = await Once(run, members);
            ready.Add(up);
            back.Add(all);
            Run.Say($"      ready after {up.Short()} s, all {members} caught up {all.Short()} s later, {lost} with a gap");
            if (lost > 0) run.Report.Add("11", "clients with a gap", lost, double.NaN, lost, 0, "");
        }

        run.Report.Add("11", $"{members} clients back and caught up, from the moment the server listens", back.Median(), double.NaN, back.Median(), 5, "s");
        run.Report.Add("11", $"{members} clients back and caught up, from the kill", back.Zip(ready, (later, up) => later + up).Median(), double.NaN, back.Zip(ready, (later, up) => later + up).Median(), 5, "s");
    }

    private static async Task<(double Ready, double Back, int Lost)> Once(Run run, int members)
    {
        await using var crowd = await Crowds.Ours(run, members, "many");
        await crowd.GrowTo(members);
        await crowd.Steadily(20, TimeSpan.FromSeconds(1));

        // They lose the network, miss something, and then the server is gone too.
        foreach (var client in crowd.Clients) client.Drop();
        foreach (var client in crowd.Clients) await client.Ended;
        await crowd.Server.Ask($"post {Missed}");
        var before = crowd.Clients.Select(client => client.Position).ToArray();

        var killed = Stopwatch.GetTimestamp();
        await crowd.Server.Kill();
        await using var again = await run.Start("ours", "many");
        var ready = Stopwatch.GetElapsedTime(killed).TotalSeconds;

        var cookies = await Crowds.Cookies(run, "many");
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(crowd.Clients.Select((client, i) => ComeBack(client, again.Address, cookies[i], crowd.Room!)));
        var back = Stopwatch.GetElapsedTime(began).TotalSeconds;

        var lost = crowd.Clients.Where((client, i) => client.Gaps > 0 || client.Position != before[i] + Missed).Count();
        foreach (var client in crowd.Clients) client.Drop();
        await again.DisposeAsync();
        return (ready, back, lost);
    }

    /// <summary>As the browser's part does: half a second at first, never in step with the others.</summary>
    private static async Task ComeBack(Client client, Uri server, string cookie, string room)
    {
        for (var pause = 0.5; ; pause *= 2)
        {
            await Task.Delay(TimeSpan.FromSeconds(pause * (0.5 + (Random.Shared.NextDouble() / 2))));
            try
            {
                await client.Connect(server, cookie);
                await client.Enter("room/" + room);
                return;
            }
            catch (WebSocketException)
            {
                // Later.
            }
        }
    }
}
