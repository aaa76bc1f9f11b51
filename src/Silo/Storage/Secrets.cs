using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PublicBuyers.Storage;

internal sealed class Secrets(ReadOnlyMemory<byte> key) : ISecrets
{
    public string Token(string purpose, string name) => Base64Url.EncodeToString(Derive("token", purpose, name));

    public string Code(string purpose, string name, int digits)
    {
        var number = BinaryPrimitives.ReadUInt64BigEndian(Derive("code", purpose, name)) % (ulong)Math.Pow(10, digits);
        return number.ToString("D" + digits, CultureInfo.InvariantCulture);
    }

    /// <summary>Each part with its length in front, so that no two different triples are the same bytes.</summary>
    internal byte[] Derive(string kind, string purpose, string name) =>
        HMACSHA256.HashData(key.Span, Encoding.UTF8.GetBytes($"{kind.Length}:{kind}{purpose.Length}:{purpose}{name.Length}:{name}"));
}
