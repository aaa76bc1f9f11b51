using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>B5: who sends a request drop by drop holds a connection for a while, and nobody up.</summary>
public sealed class SlowRequests
{
    [Fact]
    public async Task A_request_whose_headers_never_end_is_ended_and_others_are_served_meanwhile()
    {
        await using var server = await LiveServer.Start(adjust: services => services.PostConfigure<KestrelServerOptions>(kestrel => kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1)));
        var drips = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Drip(server.Address)));
        using var http = server.Http(null);

        (await http.GetAsync("/health/ready")).IsSuccessStatusCode.ShouldBeTrue();

        foreach (var drip in drips)
        {
            (await Rest(drip)).ShouldStartWith("HTTP/1.1 408");
            drip.Dispose();
        }
    }

    private static async Task<TcpClient> Drip(Uri address)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "));
        return connection;
    }

    private static async Task<string> Rest(TcpClient connection)
    {
        using var reader = new StreamReader(connection.GetStream());
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
