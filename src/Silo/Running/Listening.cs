using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace PublicBuyers.Running;

/// <summary>Where the server listens and is found: what may be configured, and what is said when it cannot be had.</summary>
internal static class Listening
{
    private const string ToListenOn =
        $"to listen on. Give one such as {ServerOptions.DefaultUrl}, or http://0.0.0.0:5080 for every address "
            + $"of this machine.";

    private const string ToBeFoundAt =
        "to be found at. Give the one that people type, such as https://buyers.example: links in mail begin with it.";

    /// <exception cref="ConfigurationException">An address is none, or holds more than scheme, name and port.</exception>
    public static void Check(ServerOptions options)
    {
        foreach (var address in options.Url.Split(';')) Check("Url", address);
        if (options.BaseUrl is { } found) Check("BaseUrl", found);
    }

    /// <summary>
    /// Whether only this machine reaches the address. By the rules of the server that listens: a name other than <c>localhost</c>
    /// listens on every address, whatever it is resolved to.
    /// </summary>
    public static bool IsOnlyThisMachine(string address)
    {
        BindingAddress bound;
        try
        {
            bound = BindingAddress.Parse(address);   // not a Uri: that makes "localhost" of names that are another to Kestrel
        }
        catch (FormatException)
        {
            return false;
        }

        return bound.IsUnixPipe
            || bound.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(bound.Host, out var ip) && IPAddress.IsLoopback(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip));
    }

    /// <summary>Listens everywhere for a moment, so that a start that cannot have its addresses fails before anything else has begun.</summary>
    /// <exception cref="SocketException">An address cannot be had.</exception>
    public static void Try(ServerOptions options)
    {
        foreach (var address in options.Url.Split(';').Select(BindingAddress.Parse).Where(address => !address.IsUnixPipe))
        {
            var ip = address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
                : IPAddress.TryParse(address.Host, out var one) ? one
                : IPAddress.Any;
            using var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(ip, address.Port));
            socket.Listen();
        }
    }

    /// <summary>A sentence for a start that could not have its address; none for any other fault.</summary>
    public static string? WhyNot(Exception fault, ServerOptions? options)
    {
        var where = options?.Url ?? ServerOptions.DefaultUrl;
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case AddressInUseException:
                    return $"{where} is in use: something listens there already. Stop it, or give another address with --url http://localhost:5081.";
                case SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return $"{where} is in use: something listens there already. Stop it, or give another address with --url http://localhost:5081.";
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return $"This user may not listen on {where}. Give a port above 1023 with --url, and let a proxy listen on the lower one.";
                case SocketException { SocketErrorCode: SocketError.AddressNotAvailable }:
                    return $"This machine has no address {where}. Give one of its own with --url, or http://0.0.0.0:5080 for all of them.";
                case SocketException socket:
                    return $"The server cannot listen on {where}: {socket.Message}. Give another address with --url.";
            }
        }

        return null;
    }

    private static void Check(string key, string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            throw new ConfigurationException($"PublicBuyers:{key} is \"{address}\", which is no address "
                + $"{(key == "Url" ? ToListenOn : ToBeFoundAt)}");

        if (uri.AbsolutePath != "/" || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0 || address.AsSpan().IndexOfAny('?', '#') >= 0)
            throw new ConfigurationException($"PublicBuyers:{key} is \"{address}\". It takes scheme, name and port only, without a path or a query: the server has a name to itself. Give {uri.Scheme}://{uri.Authority}");

        var said = KnownNames.AsBrowsersSay(uri);
        if (said != uri.Host)
            throw new ConfigurationException(
                $"PublicBuyers:{key} is \"{address}\". Browsers write that name otherwise: give "
                    + $"{uri.Scheme}://{said}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}");

        var isEverywhere = IPAddress.TryParse(uri.DnsSafeHost, out var ip)
            && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));
        if (key == "BaseUrl" && isEverywhere)
            throw new ConfigurationException($"PublicBuyers:{key} is \"{address}\", which stands for every "
                + $"address of this machine and is no address {ToBeFoundAt}");
    }
}
