using System.Diagnostics;
using System.Globalization;

namespace PublicBuyers.Bench.Servers;

/// <summary>How fast single rows can be committed one after the other.</summary>
internal static class BareLoop
{
    public static Task<int> Run(string data)
    {
        var journal = new BareJournal(Path.Combine(Directory.CreateDirectory(data).FullName, "bare.db"));
        var text = new string('x', 200);
        return ServerProcess.Answer("http://127.0.0.1", question =>
        {
            var (began, rows, lasts) = (Stopwatch.GetTimestamp(), 0, double.Parse(question[1], CultureInfo.InvariantCulture));
            for (; Stopwatch.GetElapsedTime(began).TotalSeconds < lasts; rows++) journal.Add(text);
            return Task.FromResult((rows / Stopwatch.GetElapsedTime(began).TotalSeconds).ToString(CultureInfo.InvariantCulture));
        });
    }
}
