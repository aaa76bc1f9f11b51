using System.Diagnostics;
using System.Globalization;

namespace PublicBuyers.Bench.Servers;

/// <summary>The other side of <see cref="Child"/>: a server that says where it listens, and then answers questions line by line.</summary>
internal static class ServerProcess
{
    public static Task<int> Run(string kind, string[] given) => kind switch
    {
        "ours" => OurServer.Run(given[0], given.Contains("--loud")),
        "fill" => OurServer.Fill(given[0], int.Parse(given[1], CultureInfo.InvariantCulture)),
        "bare" => BareServer.Run(null),
        "bare-durable" => BareServer.Run(given[0]),
        "mail" => MailBench.Run(given[0]),
        "mail-sink" => MailSink.Run(),
        "loop" => BareLoop.Run(given[0]),
        _ => throw new ArgumentException($"\"{kind}\" is no server.", nameof(kind)),
    };

    public static void Say(string answer)
    {
        Console.Out.WriteLine(Child.Answer + answer);
        Console.Out.Flush();
    }

    public static async Task<int> Answer(string address, Func<string[], Task<string>>? answer = null)
    {
        Say(address);
        while (await Console.In.ReadLineAsync() is { } question)
        {
            Say(question switch
            {
                "cpu" => Environment.CpuUsage.TotalTime.TotalMicroseconds.ToString("F0", CultureInfo.InvariantCulture),
                "memory" => Memory(),
                "compiled" => System.Runtime.JitInfo.GetCompiledMethodCount().ToString(CultureInfo.InvariantCulture),
                _ when answer is not null => await answer(question.Split(' ')),
                _ => throw new ArgumentException($"\"{question}\" is no question.", nameof(answer)),
            });
        }

        return 0;   // the bench has gone
    }

    private static string Memory()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return string.Create(CultureInfo.InvariantCulture, $"{GC.GetTotalMemory(forceFullCollection: false)} {Process.GetCurrentProcess().WorkingSet64}");
    }
}
