using System.Net;
using System.Net.Sockets;
using System.Text;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>
/// A demonstration that listens on loopback is for this machine, also where a proxy on this machine brings others
/// there.
/// </summary>
public sealed class ADemonstrationBehindAProxy : IAsyncLifetime
{
    private LiveServer server = null!;

    public async Task InitializeAsync() =>
        server = await LiveServer.Start(options => options with { Demo = true, BaseUrl = "http://localhost:5080" });

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("X-Forwarded-For", "192.0.2.7")]
    [InlineData("X-Forwarded-Host", "demo.buyers.example")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Real-IP", "192.0.2.7")]
    [InlineData("Forwarded", "for=192.0.2.7;proto=https")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("Host", "demo.buyers.example")]
    [InlineData("Host", "192.0.2.1:5080")]
    [InlineData("Host", "localhost.buyers.example")]
    [InlineData("Origin", "https://demo.buyers.example")]
    public async Task Answers_403_with_the_setting_that_would_allow_it(string header, string value)
    {
        foreach (var path in new[] { "/sign-in", "/", "/api/search", "/site.css", "/nowhere" })
        {
            var (status, body) = await Ask(path, [(header, value)]);
            status.ShouldStartWith("HTTP/1.1 403", customMessage: path);
            body.ShouldContain("PublicBuyers:DemonstrationOnPublicAddress=true");
        }
    }

    [Fact]
    public async Task Answers_403_to_http_1_0_as_some_proxies_speak() =>
        (await Ask("/sign-in", [], version: "1.0")).Status.ShouldContain(" 403");

    [Theory]
    [InlineData("Host", "localhost:5080")]
    [InlineData("Host", "127.0.0.1:5080")]
    [InlineData("Host", "[::1]:5080")]
    [InlineData("Origin", "http://localhost:5080")]
    [InlineData("Origin", "null")]
    [InlineData("Referer", "https://www.example.eu/about-buyers")]
    public async Task Answers_this_machine_as_ever(string header, string value) =>
        (await Ask("/sign-in", [(header, value)])).Status.ShouldStartWith("HTTP/1.1 200");

    [Fact]
    public async Task Answers_probes_by_any_name() =>
        (await Ask("/health/live", [("Host", "10.0.0.5")])).Status.ShouldStartWith("HTTP/1.1 200");

    [Fact]
    public async Task That_may_be_public_answers_everybody()
    {
        await using var open = await LiveServer.Start(options =>
            options with
            {
                Demo = true,
                DemonstrationOnPublicAddress = true,
                BaseUrl = "http://demo.buyers.example",
            }
        );

        var (status, _) = await Ask(
            "/sign-in",
            [("Host", "demo.buyers.example"), ("X-Forwarded-For", "192.0.2.7")],
            open
        );

        status.ShouldStartWith("HTTP/1.1 200");
    }

    /// <summary>As it is written, which no client library would do with each of these headers.</summary>
    private async Task<(string Status, string Body)> Ask(
        string path,
        (string Name, string Value)[] headers,
        LiveServer? at = null,
        string version = "1.1"
    )
    {
        var address = (at ?? server).Address;
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        var host = headers.Any(header => header.Name == "Host") ? "" : "Host: localhost\r\n";
        var given = string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"));
        var asked = $"GET {path} HTTP/{version}\r\n{host}{given}Connection: close\r\n\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(asked));

        using var reader = new StreamReader(socket.GetStream());
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (answer.Split('\r')[0], WebUtility.HtmlDecode(answer));
    }
}
