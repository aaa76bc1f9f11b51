using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PublicBuyers.Bench.Servers;

/// <summary>A mail server that takes everything and keeps nothing.</summary>
internal static class MailSink
{
    public static async Task<int> Run()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var listening = Listen(listener);
        var code = await ServerProcess.Answer($"http://{listener.LocalEndpoint}");
        listener.Stop();
        await listening;
        return code;
    }

    private static async Task Listen(TcpListener listener)
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
                sessions.Add(Serve(await listener.AcceptTcpClientAsync()));
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private static async Task Serve(TcpClient accepted)
    {
        using var client = accepted;
        client.NoDelay = true;
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        await using var writer = new StreamWriter(client.GetStream(), Encoding.Latin1)
        {
            AutoFlush = true,
            NewLine = "\r\n",
        };
        try
        {
            await writer.WriteLineAsync("220 sink.test");
            while (await reader.ReadLineAsync() is { } command)
            {
                await writer.WriteLineAsync(Answer(command));
                if (!command.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
                    continue;

                while (await reader.ReadLineAsync() is { } line && line != ".") { }
                await writer.WriteLineAsync("250 2.0.0 Taken");
            }
        }
        catch (IOException)
        {
            // The other side has gone.
        }
    }

    private static string Answer(string command) =>
        command.Split(' ', ':')[0].ToUpperInvariant() switch
        {
            "EHLO" => "250-sink.test\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 SMTPUTF8",
            "DATA" => "354 Go on",
            "QUIT" => "221 2.0.0 Bye",
            _ => "250 2.1.0 Well",
        };
}
