using System.Security.Cryptography;
using System.Text;
using PublicBuyers.SignIn;

namespace PublicBuyers.Testing;

/// <summary>Identities that are the same each time: the first is <c>aaaaaaaaaaaaaaab</c>.</summary>
public sealed class KnownIds : INewIds
{
    private const string Digits = "abcdefghijklmnopqrstuvwxyz234567";

    private long last;

    public string Next()
    {
        var number = Interlocked.Increment(ref last);
        return string.Create(16, number, static (text, left) =>
        {
            for (var i = text.Length - 1; i >= 0; i--, left /= 32) text[i] = Digits[(int)(left % 32)];
        });
    }
}

/// <summary>Secrets that a test can work out for itself.</summary>
public sealed class KnownSecrets : ISecrets
{
    public string Token(string purpose, string name) =>
        Convert.ToBase64String(Hash(purpose, name)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public string Code(string purpose, string name, int digits) =>
        string.Concat(Hash(purpose, name).Take(digits).Select(each => each % 10));

    private static byte[] Hash(string purpose, string name) => SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}/{name}"));
}

/// <summary>Keys that show their address: <c>ada.at.example.eu</c>.</summary>
public sealed class PlainAddressKeys : IAddressKeys
{
    public bool TryRead(string? text, out string normalised)
    {
        normalised = (text ?? "").Trim().ToLowerInvariant();
        return normalised.Split('@') is [{ Length: > 0 }, { Length: > 0 }];
    }

    public AddressKey KeyOf(string normalised) => new(normalised.Replace("@", ".at.", StringComparison.Ordinal));
}
