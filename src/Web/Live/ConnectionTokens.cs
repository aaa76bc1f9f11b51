using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace PublicBuyers.Live;

/// <summary>Makes the token of a negotiated connection worth something to the session that negotiated it, and to nobody else.</summary>
/// <remarks>SignalR takes whoever knows a token for the connection's owner. Here the session is sealed into what the client is given; nothing has to be remembered.</remarks>
internal sealed class ConnectionTokens
{
    private const int SealLength = 32;

    private readonly byte[] key = RandomNumberGenerator.GetBytes(SealLength);   // no connection outlives the process

    /// <summary>SignalR's token, with the session's seal on it.</summary>
    public string Seal(string token, SessionId session) => token + "." + SealOf(token, session);

    /// <summary>No, where another session negotiated it, or nobody.</summary>
    public bool TryOpen(string? given, SessionId session, [NotNullWhen(true)] out string? token)
    {
        token = null;
        if (given?.LastIndexOf('.') is not { } dot || dot < 0) return false;

        var said = Encoding.UTF8.GetBytes(given[(dot + 1)..]);
        if (!CryptographicOperations.FixedTimeEquals(said, Encoding.ASCII.GetBytes(SealOf(given[..dot], session)))) return false;

        token = given[..dot];
        return true;
    }

    private string SealOf(string token, SessionId session) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{session.Value} {token}")))[..SealLength];
}
