using System.Net;
using System.Net.Sockets;
using Microsoft.Playwright;
using PublicBuyers.Browser.Tests;
using PublicBuyers.Running;

namespace PublicBuyers.Proxies.Tests;

/// <summary>The real server behind a real proxy with TLS, as <c>docs/operations.md</c> says, and a browser that visits it.</summary>
public sealed class ProxiedSite : Site
{
    private readonly Proxy proxy;
    private readonly int front;
    private readonly int most;

    private ProxiedSite(string name, int most)
    {
        this.most = most;
        front = FreePort();
        var plain = FreePort();
        Plain = new($"http://localhost:{plain}");
        proxy = name == "nginx" ? Proxy.Nginx(front, Port, plain) : Proxy.Haproxy(front, Port, plain);
    }

    public override string Url => $"https://localhost:{front}";

    /// <summary>Where the proxy takes plain http.</summary>
    public Uri Plain { get; }

    /// <summary>Where the server listens itself.</summary>
    public Uri Behind => new($"http://127.0.0.1:{Port}");

    /// <param name="name">nginx or haproxy.</param>
    /// <param name="mostRequests">Of one client in a minute.</param>
    public static async Task<ProxiedSite> Start(string name, int mostRequests = 100_000)
    {
        var site = new ProxiedSite(name, mostRequests);
        await site.proxy.Listens(site.front);
        await site.InitializeAsync();
        return site;
    }

    /// <summary>A client with an address of its own, of this machine's many.</summary>
    public HttpClient From(string address) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        ConnectCallback = async (to, cancel) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(IPAddress.Loopback, to.DnsEndPoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    }) { BaseAddress = new(Url) };

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        proxy.Dispose();
    }

    private protected override ServerOptions Adjust(ServerOptions plain) =>
        plain with { BaseUrl = Url, TrustedProxies = ["127.0.0.1"], MostRequestsPerMinute = most };

    /// <summary>The certificate is the test's own.</summary>
    private protected override BrowserNewContextOptions Adjust(BrowserNewContextOptions? wanted) =>
        new(wanted ?? new()) { IgnoreHTTPSErrors = true };
}
