using System.Collections.Concurrent;
using System.Diagnostics;
using PublicBuyers.Bench.Load;
using PublicBuyers.Bench.Servers;

namespace PublicBuyers.Bench.Rows;

/// <summary>How long a mention takes to the open page of the person mentioned, who is elsewhere on the site.</summary>
internal static class Mentions
{
    private const int People = 100;
    private const int PerRound = 100;

    public static async Task Measure(Run run)
    {
        Run.Say("Mentions: from sending to the person's open page");
        await using var crowd = await Crowds.Ours(run, People, "mentions");
        await crowd.GrowTo(1);
        var members = await File.ReadAllLinesAsync(OurServer.MembersOf(run.Folder("mentions")));
        var cookies = await Crowds.Cookies(run, "mentions");
        var told = new ConcurrentDictionary<long, TaskCompletionSource<double>>();
        var elsewhere = new List<Client>();
        for (var i = 1; i < People; i++)
        {
            var client = new Client(crowd) { Noticed = stamp => { if (told.TryRemove(stamp, out var waits)) waits.TrySetResult(Stopwatch.GetElapsedTime(stamp).TotalMilliseconds); } };
            await client.Connect(crowd.Server.Address, cookies[i]);
            await client.EnterMe();
            elsewhere.Add(client);
        }

        var (p50, p99) = (new List<double>(), new List<double>());
        for (var round = 0; round <= run.Rounds; round++)
        {
            var took = new List<double>();
            for (var i = 0; i < PerRound; i++)
            {
                var stamp = Stopwatch.GetTimestamp();
                var waits = told[stamp] = new(TaskCreationOptions.RunContinuationsAsynchronously);
                await crowd.Clients[0].Mention(OurServer.Room, members[1 + (i % (People - 1))], stamp);
                took.Add(await waits.Task.WaitAsync(TimeSpan.FromSeconds(30)));
            }

            if (round == 0) continue;   // to warm up
            double[] sorted = [.. took.Order()];
            p50.Add(sorted.At(0.5));
            p99.Add(sorted.At(0.99));
        }

        run.Report.Add("M", $"a mention to its person's open page, p50, {People} connected", p50.Median(), double.NaN, p50.Median(), 1_000, "ms");
        run.Report.Add("M", "a mention to its person's open page, p99", p99.Median(), double.NaN, p99.Median(), 1_000, "ms");
        foreach (var client in elsewhere) await client.DisposeAsync();
    }
}
