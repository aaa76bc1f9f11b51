using System.Diagnostics;
using System.Globalization;
using PublicBuyers.Journal;

namespace PublicBuyers.Storage;

/// <summary>This assembly as a program of its own: it writes to a data folder and says what was acknowledged, until it is killed.</summary>
internal static class WriterProcess
{
    private const int Appenders = 8;

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [var folder]) return 1;

        using var held = DataFolder.Open(folder, TimeProvider.System.GetUtcNow());
        await using var journal = new SqliteJournal(held);
        await Task.WhenAll(Enumerable.Range(0, Appenders).Select(number => Write(journal, "room/killed/" + number)));
        return 0;
    }

    public static Process Start(string folder) => Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(WriterProcess).Assembly.Location, folder])
    {
        RedirectStandardOutput = true,
        UseShellExecute = false,
    })!;

    private static async Task Write(SqliteJournal journal, string stream)
    {
        var head = (await journal.ReadStream(stream, 0, int.MaxValue - 1)).Length;
        while (true)
        {
            var fact = new NewFact("test.written", 1, "post/1", new byte[200]);
            var answer = new RequestAnswer(new("ada"), new(string.Create(CultureInfo.InvariantCulture, $"{stream}/{head}")), stream, "body", new byte[20]);
            var stored = await journal.Append(new Append(stream, head, [fact], new("ada"), DateTimeOffset.UnixEpoch, [], answer));
            head = (int)((AppendResult.Stored)stored).Sequence;
            await Console.Out.WriteLineAsync($"{stream} {head}");
        }
    }
}
