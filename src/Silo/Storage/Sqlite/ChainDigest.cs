using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PublicBuyers.Storage;

/// <summary>How each fact of a stream seals the one before it.</summary>
/// <remarks>
/// SHA-256 over the digest before, then sequence, version, time, imported, type, subject, member and the salted hash of the payload.
/// The first fact follows the hash of the stream's name. Permanent: changing it makes every journal look damaged.
/// </remarks>
internal static class ChainDigest
{
    public const int Length = SHA256.HashSizeInBytes;
    public const int SaltLength = 16;

    private const int NumbersLength = sizeof(long) + sizeof(int) + sizeof(long) + sizeof(byte);
    private const int OnStack = 512;

    public static byte[] Before(string stream) => SHA256.HashData(Encoding.UTF8.GetBytes("stream:" + stream));

    public static void HashPayload(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> payload, Span<byte> hash)
    {
        var length = salt.Length + payload.Length;
        Span<byte> salted = length <= OnStack ? stackalloc byte[length] : new byte[length];
        salt.CopyTo(salted);
        payload.CopyTo(salted[salt.Length..]);
        SHA256.HashData(salted, hash);
    }

    /// <param name="digest">May be the memory of <paramref name="before"/>.</param>
    public static void Next(
        ReadOnlySpan<byte> before, long sequence, int version, long atTicks, bool imported,
        ReadOnlySpan<byte> type, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> member, ReadOnlySpan<byte> payloadHash, Span<byte> digest)
    {
        var length = Length + NumbersLength + 3 * sizeof(int) + type.Length + subject.Length + member.Length + Length;
        Span<byte> buffer = length <= OnStack ? stackalloc byte[length] : new byte[length];

        var rest = Put(buffer, before);
        BinaryPrimitives.WriteInt64LittleEndian(rest, sequence);
        BinaryPrimitives.WriteInt32LittleEndian(rest[8..], version);
        BinaryPrimitives.WriteInt64LittleEndian(rest[12..], atTicks);
        rest[20] = imported ? (byte)1 : (byte)0;
        rest = PutWithLength(rest[NumbersLength..], type);
        rest = PutWithLength(rest, subject);
        rest = PutWithLength(rest, member);
        Put(rest, payloadHash);

        SHA256.HashData(buffer, digest);
    }

    /// <summary>A short hash of a row that no chain covers: a flipped bit is seen.</summary>
    public static long Seal(string first, string second, string third, string fourth, ReadOnlySpan<byte> blob, long number)
    {
        var most = 4 * sizeof(int) + sizeof(long) + Encoding.UTF8.GetMaxByteCount(first.Length + second.Length + third.Length + fourth.Length) + blob.Length;
        Span<byte> buffer = most <= OnStack * 2 ? stackalloc byte[most] : new byte[most];

        BinaryPrimitives.WriteInt64LittleEndian(buffer, number);
        var rest = buffer[sizeof(long)..];
        foreach (var text in (ReadOnlySpan<string>)[first, second, third, fourth])
        {
            var length = Encoding.UTF8.GetBytes(text, rest[sizeof(int)..]);
            BinaryPrimitives.WriteInt32LittleEndian(rest, length);
            rest = rest[(sizeof(int) + length)..];
        }

        rest = Put(rest, blob);

        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(buffer[..^rest.Length], hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }

    private static Span<byte> Put(Span<byte> target, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(target);
        return target[bytes.Length..];
    }

    private static Span<byte> PutWithLength(Span<byte> target, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, bytes.Length);
        return Put(target[sizeof(int)..], bytes);
    }
}
