using System.Globalization;

namespace PublicBuyers.Bench;

internal static class Figures
{
    public static double Median(this IEnumerable<double> values) => values.ToArray().At(0.5);

    public static double At(this double[] values, double part)
    {
        if (values.Length == 0) return double.NaN;

        Array.Sort(values);
        var place = part * (values.Length - 1);
        var (low, high) = ((int)Math.Floor(place), (int)Math.Ceiling(place));
        return values[low] + ((values[high] - values[low]) * (place - low));
    }

    public static string Short(this double value) => value switch
    {
        double.NaN => "-",
        >= 1_000 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        _ => value.ToString("F2", CultureInfo.InvariantCulture),
    };
}

/// <summary>How busy the machine is with other things: rounds that others disturbed are told from quiet ones.</summary>
internal sealed class Machine
{
    private readonly (double Busy, double Total) then = Now();

    /// <summary>Processor time that neither these processes nor idleness had, as a share of the machine.</summary>
    public double Foreign(double ownSeconds)
    {
        var now = Now();
        var total = now.Total - then.Total;
        return total <= 0 ? 0 : Math.Max(0, (now.Busy - then.Busy - ownSeconds) / total);
    }

    private static (double Busy, double Total) Now()
    {
        if (!File.Exists("/proc/stat")) return (0, 0);

        const double TicksPerSecond = 100;
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(text => double.Parse(text, CultureInfo.InvariantCulture) / TicksPerSecond).ToArray();
        return (ticks.Sum() - ticks[3] - ticks[4], ticks.Sum());
    }
}
