using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using PublicBuyers.Commands;
using PublicBuyers.Running;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>The unit that docs/operations.md offers is one that systemd reads, and runs this program as it is.</summary>
public sealed class TheServiceUnit : IDisposable
{
    private const string Program = "/opt/publicbuyers/PublicBuyers.Silo";
    private const string Data = "/var/lib/publicbuyers/data";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Starts_the_server_on_the_folder_that_the_document_makes()
    {
        var start = Unit().Split('\n').Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal));
        var documented = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "operations.md"));
        documented.ShouldContain($"{Program} init --data {Data}");
        start.ShouldContain($"{Program} ");
        start.ShouldContain($"--data {Data}");

        // By its own words, on a folder that is not there: they are understood, and refused for that reason only.
        var words = start.Split(' ')[1..].Select(word => word == Data ? folder["data"] : word);
        var environment = Unit().Split('\n').Where(line => line.StartsWith("Environment=", StringComparison.Ordinal))
            .Select(line => line.Split('=')).Select(parts => (parts[1], parts[2]));
        var (code, _, errors) = await ServerProcess.Run(folder.Path, words, [.. environment, ("PublicBuyers__Url", "http://127.0.0.1:0")]);
        code.ShouldBe(ExitCodes.Refused);
        errors.ShouldContain($"\"{folder["data"]}\" does not exist");
    }

    [Fact]
    public async Task Is_read_by_systemd_without_a_warning()
    {
        if (!File.Exists("/usr/bin/systemd-analyze")) return;   // then the other test has to do

        var here = Path.ChangeExtension(typeof(ServerOptions).Assembly.Location, null);
        await File.WriteAllTextAsync(
            folder["publicbuyers.service"],
            Unit().Replace(Program, here, StringComparison.Ordinal).Replace("=publicbuyers\n", "=root\n", StringComparison.Ordinal));

        using var verify = Process.Start(new ProcessStartInfo("systemd-analyze", ["verify", folder["publicbuyers.service"]])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var said = await verify.StandardError.ReadToEndAsync() + await verify.StandardOutput.ReadToEndAsync();
        await verify.WaitForExitAsync();

        verify.ExitCode.ShouldBe(0, said);
        said.ShouldBeEmpty();
    }

    [Fact]
    public async Task Hears_when_the_server_is_ready_that_it_answers_and_when_it_stops()
    {
        if (OperatingSystem.IsWindows()) return;

        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(folder["notify"]));
        var said = Channel.CreateUnbounded<string>();
        using var over = new CancellationTokenSource();
        var listening = Listen(systemd, said.Writer, over.Token);   // as systemd does, or the server would wait for it
        using var server = await ServerProcess.Start(
            folder.Path,
            ["serve", "--data", folder["data"], "--url", "http://127.0.0.1:0"],
            ("NOTIFY_SOCKET", folder["notify"]),
            ("WATCHDOG_USEC", "200000"));

        await Hears(said.Reader, "READY=1");
        await Hears(said.Reader, "WATCHDOG=1");
        (await server.Stop()).ShouldBe(0);
        await Hears(said.Reader, "STOPPING=1");
        await over.CancelAsync();
        await listening;
        Unit().ShouldContain("Type=notify");
    }

    private static async Task Listen(Socket systemd, ChannelWriter<string> said, CancellationToken over)
    {
        var message = new byte[256];
        try
        {
            while (true)
                said.TryWrite(Encoding.UTF8.GetString(message, 0, await systemd.ReceiveAsync(message, over)));
        }
        catch (OperationCanceledException)
        {
            said.Complete();
        }
    }

    private static async Task Hears(ChannelReader<string> said, string state)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!(await said.ReadAsync(patience.Token)).Contains(state, StringComparison.Ordinal)) { }
    }

    private static string Unit() => File.ReadAllText(Path.Combine(Root(), "docs", "systemd", "publicbuyers.service"));

    private static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "PublicBuyers.sln"))) at = Path.GetDirectoryName(at)!;
        return at;
    }
}
