using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace PublicBuyers.Bench;

/// <summary>What was measured, beside what was promised.</summary>
internal sealed class Report
{
    private readonly List<Line> lines = [];

    public bool IsMet => lines.TrueForAll(line => line.Ratio <= line.Target == !line.AtLeast || line.Ratio == line.Target);

    public void Add(string row, string what, double ours, double baseline, double ratio, double target, string unit, bool atLeast = false)
    {
        var line = new Line(row, what, ours, baseline, ratio, target, unit, atLeast);
        lines.Add(line);
        Run.Say($"  {row,-3} {what}: {ours.Short()} {unit}, baseline {baseline.Short()} → {ratio.Short()} ({line.Verdict})");
    }

    public string AsText()
    {
        var text = new StringBuilder().AppendLine("| # | figure | server | baseline | ratio or value | target | verdict |").AppendLine("|---|---|---|---|---|---|---|");
        foreach (var line in lines)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {line.Row} | {line.What} | {line.Ours.Short()} {line.Unit} | {(double.IsNaN(line.Baseline) ? "" : line.Baseline.Short() + " " + line.Unit)} | {line.Ratio.Short()} | {(line.AtLeast ? "≥" : "≤")} {line.Target.Short()} | {line.Verdict} |");
        return text.ToString();
    }

    public string Keep(Run run, string name)
    {
        var folder = Path.Combine(Here(), "results");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + name + ".md");
        File.WriteAllText(path, $"""
            # Bench of {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC

            {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 30)} GB, .NET {Environment.Version}, {RuntimeInformation.OSArchitecture}; {(run.Quick ? "quick run" : "full run")} of {run.Took.TotalMinutes:F0} minutes.
            Medians of interleaved rounds; the baseline of each line was taken between the rounds of the server. Clients on the same machine, JSON, no TLS, posts of 200 bytes.

            {AsText()}
            """);
        return Path.GetRelativePath(Environment.CurrentDirectory, path);
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    private sealed record Line(string Row, string What, double Ours, double Baseline, double Ratio, double Target, string Unit, bool AtLeast)
    {
        public string Verdict => double.IsNaN(Ratio) ? "not measured"
            : (AtLeast ? Ratio >= Target : Ratio <= Target) ? "met"
            : string.Create(CultureInfo.InvariantCulture, $"missed by {(Target == 0 ? Ratio : Math.Abs(Ratio / Target - 1) * 100):F0}{(Target == 0 ? "" : " %")}");
    }
}
