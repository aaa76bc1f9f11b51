using System.Globalization;
using static PublicBuyers.Storage.OpenJournal;

namespace PublicBuyers.Storage;

/// <summary>F1: killed while it writes, the server has lost nothing that it acknowledged.</summary>
public sealed class KilledMidWrite
{
    private const int Rounds = 5;

    [Fact]
    public async Task Every_acknowledged_fact_is_there_and_the_journal_is_whole()
    {
        await using var open = new OpenJournal();
        await open.Close();
        var acknowledged = new Dictionary<string, long>();

        for (var round = 0; round < Rounds; round++)
        {
            await WriteUntilKilled(open.Path, acknowledged, TimeSpan.FromMilliseconds(Random.Shared.Next(300, 600)));

            open.Open();
            foreach (var (stream, sequence) in acknowledged) (await open.Journal.ReadStream(stream, 0, int.MaxValue - 1)).Length.ShouldBeGreaterThanOrEqualTo((int)sequence, $"round {round}, {stream}");
            open.Verify().Damage.ShouldBeEmpty($"round {round}");
            foreach (var (stream, sequence) in acknowledged)
                (await open.Journal.FindAnswer(Ada, new(string.Create(CultureInfo.InvariantCulture, $"{stream}/{sequence - 1}")))).ShouldNotBeNull();
            await open.Close();
        }

        acknowledged.Values.Sum().ShouldBeGreaterThan(Rounds);
        open.Open();
    }

    private static async Task WriteUntilKilled(string folder, Dictionary<string, long> acknowledged, TimeSpan after)
    {
        using var writer = WriterProcess.Start(folder);
        Task? killing = null;
        while (await writer.StandardOutput.ReadLineAsync() is { } line)
        {
            killing ??= Kill(writer, after);
            if (line.Split(' ') is [var stream, var sequence] && long.TryParse(sequence, CultureInfo.InvariantCulture, out var head)) acknowledged[stream] = head;
        }

        await (killing ?? throw new InvalidOperationException("The writer ended before it wrote anything."));
        await writer.WaitForExitAsync();
    }

    /// <summary>Here the clock is the point: the blow falls at no particular place.</summary>
    private static async Task Kill(System.Diagnostics.Process writer, TimeSpan after)
    {
        await Task.Delay(after);
        writer.Kill();
    }
}
