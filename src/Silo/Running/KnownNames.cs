using System.Net;
using System.Net.Sockets;

namespace PublicBuyers.Running;

/// <summary>
/// Origins, hosts and proxies of the settings: each has to be one that a request can really come with.
/// </summary>
internal static class KnownNames
{
    private const string Wildcard = "*.";

    /// <summary>In place of an address: listening there is listening on each.</summary>
    private static readonly IPAddress[] EachAddress = [IPAddress.Any, IPAddress.IPv6Any];

    /// <exception cref="ConfigurationException">An entry can match nothing.</exception>
    public static void Check(ServerOptions options)
    {
        foreach (var origin in options.AllowedOrigins)
            if (WhyNoOrigin(origin) is { } why)
                throw Wrong(origin, nameof(options.AllowedOrigins), why);

        foreach (var host in options.AllowedHosts)
            if (WhyNoHost(host) is { } why)
                throw Wrong(host, nameof(options.AllowedHosts), why);

        foreach (var proxy in options.TrustedProxies)
            if (TryReadNetwork(proxy) is null)
                throw Wrong(
                    proxy,
                    nameof(options.TrustedProxies),
                    IsEverybody(proxy)
                        ? "is every address: then all clients would be believed what they say of themselves. Give "
                            + "the addresses that your proxies connect from, such as 127.0.0.1."
                        : "is no address and no network. Give one such as 127.0.0.1 or 10.1.0.0/16."
                );
    }

    /// <summary>Meant as every address: <c>0.0.0.0/0</c>, <c>::/0</c>, <c>0.0.0.0</c>, <c>*</c>.</summary>
    public static bool IsEverybody(string text) =>
        text == "*"
        || (IPAddress.TryParse(text, out var address) && EachAddress.Contains(address))
        || (text.Split('/') is [var first, "0"] && IPAddress.TryParse(first, out _));

    /// <summary>
    /// Everybody is no network: whoever believes everybody believes what clients say of themselves. Short forms are not
    /// read:
    /// <c>10.1</c> would be 10.0.0.1. An IPv4 address within IPv6 is read as IPv4.
    /// </summary>
    public static IPNetwork? TryReadNetwork(string text)
    {
        if (TryReadAddress(text) is { } address)
            return new(address, address.GetAddressBytes().Length * 8);

        return
            text.Split('/') is [var first, _]
            && TryReadAddress(first) is not null
            && IPNetwork.TryParse(text, out var network)
            && network.PrefixLength > 0
            && !network.BaseAddress.IsIPv4MappedToIPv6
            ? network
            : null;
    }

    /// <summary>As a browser names a host: letters beyond a–z are written otherwise.</summary>
    public static string AsBrowsersSay(Uri address) =>
        address.HostNameType is UriHostNameType.Dns ? address.IdnHost : address.Host;

    private static IPAddress? TryReadAddress(string text)
    {
        if (!IPAddress.TryParse(text, out var address) || text.Contains('[', StringComparison.Ordinal))
            return null;
        if (address.AddressFamily is AddressFamily.InterNetwork)
            return address.ToString() == text && !address.Equals(IPAddress.Any) ? address : null;

        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
            : address.Equals(IPAddress.IPv6Any) ? null
            : address;
    }

    private static string? WhyNoOrigin(string origin)
    {
        if (
            !Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https")
            || uri.HostNameType is UriHostNameType.Basic or UriHostNameType.Unknown
            || uri.Port == 0
        )
            return "is no origin. Give scheme and name, and a port only where it is not the usual one: "
                + "https://buyers.example.";

        var said = $"{uri.Scheme}://{AsBrowsersSay(uri)}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}";
        return said.Equals(origin, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"can match nothing: browsers name an origin by scheme, name and unusual port only. Write {said}";
    }

    private static string? WhyNoHost(string host)
    {
        var name = host.StartsWith(Wildcard, StringComparison.Ordinal) ? host[Wildcard.Length..] : host;
        var kind = Uri.CheckHostName(name);
        if (kind is UriHostNameType.Dns)
        {
            var said = AsBrowsersSay(new Uri("http://" + name));
            return said.Equals(name, StringComparison.OrdinalIgnoreCase)
                ? null
                : $"can match nothing: browsers write that name otherwise. Write {host[..^name.Length]}{said}";
        }

        var isAddress =
            kind is UriHostNameType.IPv4
                ? IPAddress.Parse(name).ToString() == name
                : kind is UriHostNameType.IPv6 && name.StartsWith('[');
        return isAddress && name == host
            ? null
            : "is no name of a host. Give the name alone, without scheme, port or path: buyers.example, or "
                + "*.buyers.example.";
    }

    private static ConfigurationException Wrong(string value, string key, string why) =>
        new($"\"{value}\" in PublicBuyers:{key} {why}");
}
