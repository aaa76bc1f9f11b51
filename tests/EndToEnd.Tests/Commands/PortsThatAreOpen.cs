using System.Globalization;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>The grains' silo asks nobody who they are: on one machine it lets nobody in.</summary>
public sealed class PortsThatAreOpen : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Are_the_web_s_and_no_other_so_that_two_servers_run_beside_each_other()
    {
        using var one = await ServerProcess.Start(folder.Path, ["--data", folder["one"], "--url", "http://127.0.0.1:0"]);
        using var other = await ServerProcess.Start(folder.Path, ["--data", folder["other"], "--url", "http://127.0.0.1:0"]);

        ListeningPorts(one.Id).ShouldBe([one.Address.Port]);
        ListeningPorts(other.Id).ShouldBe([other.Address.Port]);
        (await one.Stop()).ShouldBe(0);
        (await other.Stop()).ShouldBe(0);
    }

    /// <summary>As the kernel lists them: sockets of this process in the state <c>LISTEN</c> (0A).</summary>
    private static IEnumerable<int> ListeningPorts(int process)
    {
        var sockets = Directory.EnumerateFiles($"/proc/{process}/fd")
            .Select(file => new FileInfo(file).LinkTarget ?? "")
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(target => target[8..^1])
            .ToHashSet(StringComparer.Ordinal);
        return
            from table in new[] { $"/proc/{process}/net/tcp", $"/proc/{process}/net/tcp6" }
            from line in File.ReadLines(table).Skip(1)
            let columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            where columns[3] is "0A" && sockets.Contains(columns[9])
            select int.Parse(columns[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
