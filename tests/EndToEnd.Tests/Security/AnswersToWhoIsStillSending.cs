using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PublicBuyers.Security;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>Who sends far too much reads why, as any proxy does that passes a request on while it comes.</summary>
public sealed class AnswersToWhoIsStillSending : IAsyncLifetime
{
    private const int Piece = 64 * 1024;

    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("/sign-in", "multipart/form-data; boundary=x", true, "413")]
    [InlineData("/sign-in", "multipart/form-data; boundary=x", false, "413")]
    [InlineData("/sign-in", "application/x-www-form-urlencoded", true, "413")]
    [InlineData("/api/rooms/nowhere/posts", "application/json", true, "40")]
    [InlineData("/sign-in", "text/plain", true, "415")]
    public async Task Are_read_by_a_client_that_sends_all_of_it_first(
        string path,
        string type,
        bool isLengthSaid,
        string status
    )
    {
        const int pieces = 40 * 1024 * 1024 / Piece;
        using var client = await Connect();
        await client.Say(Head(path, type, isLengthSaid ? (long)pieces * Piece : null));
        for (var i = 0; i < pieces; i++)
            await client.Send(isLengthSaid);

        (await client.Answer()).ShouldStartWith($"HTTP/1.1 {status}");
    }

    /// <summary>Anybody can do that, and proxies do: it is nobody's fault.</summary>
    [Fact]
    public async Task Who_resets_the_connection_leaves_no_line_in_the_log()
    {
        var log = new LogLines();
        await using (var quiet = await LiveServer.Start(adjust: services => services.AddSingleton<ILoggerProvider>(log)))
        {
            foreach (var said in new[] { "", "GET /sign-in HTTP/1.1\r\nHost: nowhere\r\n\r\n", "POST /sign-in HTTP/1.1\r\nHost" })
                for (var i = 0; i < 10; i++)
                {
                    using var client = new TcpClient { LingerState = new(enable: true, seconds: 0) };
                    await client.ConnectAsync(quiet.Address.Host, quiet.Address.Port);
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(said));
                }
        }

        log.All.ShouldNotContain(line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Names_the_limit()
    {
        using var client = await Connect();
        await client.Say(Head("/sign-in", "multipart/form-data; boundary=x", 40 * 1024 * 1024));
        for (var i = 0; i < 40 * 1024 * 1024 / Piece; i++)
            await client.Send(isLengthSaid: true);

        (await client.Whole()).ShouldContain("256");
    }

    [Fact]
    public async Task But_no_connection_is_kept_for_who_sends_without_end()
    {
        using var client = await Connect();
        await client.Say(Head("/sign-in", "multipart/form-data; boundary=x", long.MaxValue));
        var sent = 0L;
        await Should.ThrowAsync<IOException>(async () =>
        {
            for (; sent < 2 * LingeringClose.MostBytes; sent += Piece)
                await client.Send(isLengthSaid: true);
        });

        sent.ShouldBeGreaterThan(LingeringClose.MostBytes / 2);
    }

    private static string Head(string path, string type, long? length) =>
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type}\r\n"
        + (length is { } known ? $"Content-Length: {known}\r\n\r\n" : "Transfer-Encoding: chunked\r\n\r\n");

    private async Task<Client> Connect()
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(server.Address.Host, server.Address.Port);
        return new(socket);
    }

    private sealed class Client(TcpClient socket) : IDisposable
    {
        private static readonly byte[] piece = new byte[Piece];

        private static readonly byte[] chunk = [.. Encoding.ASCII.GetBytes($"{Piece:x}\r\n"), .. piece, .. "\r\n"u8];

        public ValueTask Say(string text) => socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));

        public ValueTask Send(bool isLengthSaid) => socket.GetStream().WriteAsync(isLengthSaid ? piece : chunk);

        public async Task<string> Answer()
        {
            using var reader = new StreamReader(socket.GetStream(), leaveOpen: true);
            return (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60))).ShouldNotBeNull();
        }

        public async Task<string> Whole()
        {
            using var reader = new StreamReader(socket.GetStream(), leaveOpen: true);
            return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }

        public void Dispose() => socket.Dispose();
    }
}
