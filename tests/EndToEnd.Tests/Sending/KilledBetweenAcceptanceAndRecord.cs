using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PublicBuyers.Running;
using PublicBuyers.Storage;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;
using Xunit.Abstractions;

namespace PublicBuyers.EndToEnd.Tests.Sending;

/// <summary>F21: the one window in which a mail can be doubled, hit on purpose.</summary>
public sealed class KilledBetweenAcceptanceAndRecord(ITestOutputHelper output)
{
    [Fact]
    public async Task That_mail_is_sent_again_under_its_name_and_no_other_is()
    {
        using var folder = new TemporaryFolder();
        await using var peer = new ScriptedMailServer();
        var port = FreePort();
        var address = new Uri($"http://127.0.0.1:{port}");

        var first = await Start(folder["data"], port, peer.Port);
        await Ask(address, "ada@example.eu");
        output.WriteLine(await Says(first, "was accepted at try"));
        peer.Script = async command =>
        {
            if (command is ScriptedMailServer.LastLine) await Kill(first);
            return null;
        };
        await Ask(address, "ben@example.eu");
        await peer.Holds(2);
        peer.Script = _ => Task.FromResult<string?>(null);

        var second = await Start(folder["data"], port, peer.Port);
        await peer.Holds(3);
        await Ask(address, "cleo@example.eu");
        await peer.Holds(4);
        output.WriteLine(await Says(second, "was accepted at try"));
        await Kill(second);

        peer.Mails.Select(mail => mail.Recipient.Split('<', '>')[1]).ShouldBe(["ada@example.eu", "ben@example.eu", "ben@example.eu", "cleo@example.eu"]);
        peer.Mails[2].MessageId.ShouldBe(peer.Mails[1].MessageId);
        peer.Mails.Select(mail => mail.MessageId).Distinct().Count().ShouldBe(3);
        output.WriteLine("Killed once in the window: 1 double in 3 mails.");
    }

    private static async Task Ask(Uri address, string mailAddress)
    {
        using var browser = new Visitor(address);
        await browser.Ask(mailAddress);
    }

    private static async Task<Process> Start(string data, int port, int mailPort)
    {
        DataFolder.Open(data, TimeProvider.System.GetUtcNow()).Dispose();
        var server = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(ServerOptions).Assembly.Location, "--data", data, "--url", $"http://127.0.0.1:{port}", $"PublicBuyers:Smtp=127.0.0.1:{mailPort}", "PublicBuyers:SmtpTls=None"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        await Says(server, "it listens on");
        return server;
    }

    private static async Task<string> Says(Process server, string words)
    {
        while (await server.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } line)
            if (line.Contains(words, StringComparison.Ordinal)) return line;
        throw new InvalidOperationException($"The server ended without saying \"{words}\".");
    }

    private static async Task Kill(Process server)
    {
        server.Kill();
        await server.WaitForExitAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
