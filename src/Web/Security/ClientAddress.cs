using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace PublicBuyers.Security;

/// <summary>What one client is for limits by network address: an IPv4 address, or the /64 network of an IPv6 address.</summary>
/// <remarks>A provider gives a household or an office a whole /64: by single address, one client would have 2⁶⁴ of them.</remarks>
public static class ClientAddress
{
    private const int Ipv6Network = 64;

    /// <summary>The client's, not the proxy's: trusted proxies have been seen through before (<see cref="Entrance"/>).</summary>
    public static string Of(HttpContext http) => Of(http.Connection.RemoteIpAddress);

    public static string Of(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4().ToString();
        if (address.AddressFamily is not AddressFamily.InterNetworkV6) return address.ToString();

        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, Ipv6Network / 8, bytes.Length - (Ipv6Network / 8));
        return $"{new IPAddress(bytes)}/{Ipv6Network}";
    }
}
