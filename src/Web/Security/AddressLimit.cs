using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PublicBuyers.Live;

namespace PublicBuyers.Security;

/// <summary>One address has so many connections, whether anything is said over them or not. Trusted proxies hold those of everybody and are not counted.</summary>
public static class AddressLimit
{
    /// <summary>Before TLS, so that a connection that is one too many costs nothing.</summary>
    public static void UseAddressLimit(this ListenOptions listen, IServiceProvider services)
    {
        var web = services.GetRequiredService<WebOptions>();
        var open = services.GetRequiredService<TcpConnections>();
        listen.Use(next => async connection =>
        {
            if (connection.RemoteEndPoint is not IPEndPoint { Address: var from } || IsTrusted(web, from))
            {
                await next(connection);
                return;
            }

            var address = ClientAddress.Of(from);
            if (!open.TryAdd(address))
            {
                connection.Abort(new("Too many connections from one address."));
                return;
            }

            try
            {
                await next(connection);
            }
            finally
            {
                open.Remove(address);
            }
        });
    }

    internal static bool IsTrusted(WebOptions web, IPAddress? address)
    {
        if (address is null) return false;

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return web.TrustedProxies.Any(proxy => proxy.Contains(plain));
    }
}

/// <summary>How many connections each address has below HTTP.</summary>
internal sealed partial class TcpConnections(WebOptions web, TimeProvider time, ILogger<TcpConnections> logger)
{
    private readonly Lock gate = new();
    private readonly Counts<string> addresses = new(web.MostConnectionsPerAddress);
    private readonly OnceAMinute due = new(time);

    public bool TryAdd(string address)
    {
        lock (gate)
        {
            if (!addresses.IsFull(address))
            {
                addresses.Add(address);
                return true;
            }
        }

        if (due.TryTake()) LogFull(address, web.MostConnectionsPerAddress);
        return false;
    }

    public void Remove(string address)
    {
        lock (gate) addresses.Remove(address);
    }

    [LoggerMessage(3113, LogLevel.Warning, "{Address} has {Most} connections open and got no further one. If it is a proxy, add it to PublicBuyers:TrustedProxies; or raise PublicBuyers:MostConnectionsPerAddress.")]
    private partial void LogFull(string address, int most);
}
