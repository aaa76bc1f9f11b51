using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using PublicBuyers.Storage;

namespace PublicBuyers.Bench.Rows;

/// <summary>F1: killed in the middle of writing, again and again; whatever was acknowledged is there.</summary>
internal static class Killed
{
    public static async Task Measure(Run run, int rounds)
    {
        Run.Say($"F1: kill -9 under load, {rounds} rounds");
        var acknowledged = new Dictionary<string, HashSet<long>>(StringComparer.Ordinal);
        var (lost, count) = (0, 0);
        for (var i = 1; i <= rounds; i++)
        {
            await using var server = await run.Start("ours", "killed", "--loud");
            using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(300 + Random.Shared.Next(300)));
            var reading = Task.Run(async () =>
            {
                var said = new List<string>();
                while (await server.TryRead() is { } line) said.Add(line);
                return said;
            });
            await Task.Delay(Timeout.Infinite, late.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            await server.Kill();
            foreach (var line in await reading)
            {
                if (line.Split(' ') is not [var room, var number]) continue;
                if (!acknowledged.TryGetValue(room, out var numbers)) acknowledged[room] = numbers = [];
                numbers.Add(long.Parse(number, CultureInfo.InvariantCulture));
                count++;
            }

            if (i % 20 != 0 && i != rounds) continue;
            lost = await Lost(run.Folder("killed"), acknowledged);
            Run.Say($"      after {i} rounds: {count} acknowledged, {lost} lost");
        }

        run.Report.Add("F1", $"acknowledged posts lost in {rounds} kills ({count.ToString("N0", CultureInfo.InvariantCulture)} acknowledged)", lost, double.NaN, lost, 0, "");
    }

    /// <summary>Throws where the journal has a gap or a digest that does not fit.</summary>
    private static async Task<int> Lost(string folder, Dictionary<string, HashSet<long>> acknowledged)
    {
        var missing = acknowledged.ToDictionary(room => "room/" + room.Key, room => new HashSet<long>(room.Value), StringComparer.Ordinal);
        using (var data = DataFolder.Open(folder, TimeProvider.System.GetUtcNow()))
        {
            if (Verification.Of(data.Layout) is { IsWhole: false } damaged) throw new InvalidOperationException(damaged.Damage[0].ToString());

            await using var journal = new SqliteJournal(data, NullLogger<SqliteJournal>.Instance);
            for (long at = 0; ;)
            {
                var page = await journal.ReadAll(at, 1_000);
                if (page.IsEmpty) break;

                foreach (var fact in page)
                {
                    if (fact.Type == "room.post-posted" && missing.TryGetValue(fact.Stream, out var numbers)) numbers.Remove(long.Parse(fact.Subject["post/".Length..], CultureInfo.InvariantCulture));
                }

                at = page[^1].Position;
            }
        }

        return missing.Values.Sum(numbers => numbers.Count);
    }
}
