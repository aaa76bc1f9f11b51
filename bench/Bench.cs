using System.Globalization;
using PublicBuyers.Bench.Rows;

namespace PublicBuyers.Bench;

/// <summary>Runs the rows that were asked for, prints their figures and keeps them in <c>bench/results</c>.</summary>
internal static class Bench
{
    private const string Help = """
        Measures the server against its baselines, each in a process of its own.

          dotnet run --project bench -c Release                  rows 1-5, 7, 10-12, growth as 13, mentions as 14, decisions as 15, hidden as 16, at rest 17, mail as 18, start 21 (about 25 minutes)
          dotnet run --project bench -c Release -- --quick       shorter rounds, a tenth of the facts (under 2 minutes)
          dotnet run --project bench -c Release -- --only 1,5    these rows
          dotnet run --project bench -c Release -- --faults      F1: kill -9 under load, 200 rounds (--faults 20: so many)
          dotnet run --project bench -c Release -- --no-file     print only
          dotnet run --project bench -c Release -- --only 17,21 --published DIR   a folder that was published
        """;

    private static readonly (int[] Numbers, Func<Run, Task> Measure)[] All =
    [
        ([1, 2, 3], Deliveries.Measure),
        ([4], EightInFlight.Measure),
        ([5], ManyRooms.Measure),
        ([7], IdleMemory.Measure),
        ([10], StalledReader.Measure),
        ([11], ComingBack.Measure),
        ([12], ReadyAgain.Measure),
        ([13], Growth.Measure),
        ([14], Mentions.Measure),
        ([15], Decisions.Measure),
        ([16], HiddenOrAbsent.Measure),
        ([17, 21], run => TheDemonstration.Measure(run, run.Published)),
        ([18], Mailing.Measure),
    ];

    public static async Task<int> Run(string[] args)
    {
        if (args.Contains("--help"))
        {
            Console.WriteLine(Help);
            return 0;
        }

        var wanted = After(args, "--only") is { } only ? [.. only.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))] : All.SelectMany(row => row.Numbers).ToHashSet();
        await using var run = new Run(args.Contains("--quick"), After(args, "--published"));

        if (args.Contains("--faults")) await Killed.Measure(run, int.TryParse(After(args, "--faults"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 200);
        else
        {
            foreach (var (_, measure) in All.Where(row => row.Numbers.Any(wanted.Contains))) await measure(run);
        }

        Console.WriteLine();
        Console.WriteLine(run.Report.AsText());
        if (!args.Contains("--no-file")) Console.WriteLine($"Kept in {run.Report.Keep(run, args.Contains("--faults") ? "-faults" : "")}");
        return run.Report.IsMet ? 0 : 1;
    }

    private static string? After(string[] args, string option) => Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
}
