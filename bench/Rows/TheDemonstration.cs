using System.Diagnostics;
using System.Net;

namespace PublicBuyers.Bench.Rows;

/// <summary>
/// Rows 17 and 21: the program itself as operators start it, on a demonstration that is there already: how long it takes
/// to its first answer, and what it costs when nobody is there.
/// </summary>
internal static class TheDemonstration
{
    private const string Address = "http://127.0.0.1:5079";

    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    /// <param name="program">A folder that was published; none: what was built beside the bench.</param>
    public static async Task Measure(Run run, string? program)
    {
        var folder = program ?? AppContext.BaseDirectory;
        Run.Say($"Rows 17 and 21: \"{folder}\" on a demonstration");
        await Stop((await Start(folder, run.Folder("demo"))).Process);   // makes it

        var starts = new List<double>();
        for (var i = 0; i < run.Rounds; i++)
        {
            var (process, seconds) = await Start(folder, run.Folder("demo"));
            starts.Add(seconds);
            Run.Say($"      first answer after {seconds.Short()} s");
            if (i == run.Rounds - 1) await AtRest(run, process);
            await Stop(process);
        }

        run.Report.Add("21", "start to first answer, demonstration there already", starts.Median(), double.NaN, starts.Median(), 2, "s");
    }

    private static async Task AtRest(Run run, Process process)
    {
        await Task.Delay(run.Quick ? TimeSpan.FromSeconds(5) : TimeSpan.FromMinutes(1));   // compiled, tidied up
        process.Refresh();
        var (cpu, since) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(run.Quick ? TimeSpan.FromSeconds(5) : TimeSpan.FromMinutes(1));
        process.Refresh();
        var perSecond = (process.TotalProcessorTime - cpu).TotalMilliseconds / Stopwatch.GetElapsedTime(since).TotalSeconds;
        var megabytes = process.WorkingSet64 / 1024d / 1024;
        run.Report.Add("17", "at rest, nobody there: CPU each second", perSecond, double.NaN, perSecond, 4, "ms");
        run.Report.Add("17", "at rest, nobody there: resident memory", megabytes, double.NaN, megabytes, 200, "MB");
    }

    private static async Task<(Process Process, double Seconds)> Start(string folder, string data)
    {
        var began = Stopwatch.GetTimestamp();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "PublicBuyers.Silo.dll"), "--demo", "--data", data, "--url", Address])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };   // read, and not kept
        process.BeginOutputReadLine();
        using var http = new HttpClient { BaseAddress = new(Address) };
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync("/sign-in");
                if (answer.StatusCode is HttpStatusCode.OK) return (process, Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
            catch (HttpRequestException) when (!process.HasExited && Stopwatch.GetElapsedTime(began) < LongestStart)
            {
                await Task.Delay(10);
            }
        }
    }

    private static async Task Stop(Process process)
    {
        using var stopped = process;
        process.Kill();
        await process.WaitForExitAsync();
    }
}
