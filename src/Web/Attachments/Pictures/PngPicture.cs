using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text;

namespace PublicBuyers.Attachments.Pictures;

/// <summary>PNG: a chain of chunks, each with its length, its name and a checksum.</summary>
internal static class PngPicture
{
    private const int SignatureLength = 8;

    /// <summary>Length, name and checksum.</summary>
    private const int AroundContent = 12;

    private const int HeaderLength = 13;

    /// <summary>A picture of ten megabytes in the smallest pieces that any program writes.</summary>
    private const int MostChunks = 50_000;

    /// <summary>Pixels, colours, transparency, density and movement. All others are notes.</summary>
    private static readonly FrozenSet<string> Kept = new[]
    {
        "IHDR",
        "PLTE",
        "IDAT",
        "IEND",
        "tRNS",
        "cHRM",
        "gAMA",
        "iCCP",
        "sBIT",
        "sRGB",
        "cICP",
        "mDCV",
        "cLLI",
        "bKGD",
        "hIST",
        "pHYs",
        "sPLT",
        "acTL",
        "fcTL",
        "fdAT",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly uint[] Checksums =
    [
        .. Enumerable
            .Range(0, 256)
            .Select(n =>
                Enumerable.Range(0, 8).Aggregate((uint)n, (c, _) => (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1)
            ),
    ];

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    public static Picture? Read(ReadOnlySpan<byte> file)
    {
        var (chunks, orientation, hasPixels) = (new PartList(), (int?)null, false);
        (uint, uint)? size = null;
        var at = SignatureLength;
        for (var count = 0; count < MostChunks && file.Length - at >= AroundContent; count++)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - AroundContent)
                return null;

            var name = Encoding.ASCII.GetString(file.Slice(at + 4, 4));
            var content = file.Slice(at + 8, (int)length);
            if (name == "IHDR" != (count == 0))
                return null;

            if (Kept.Contains(name))
            {
                if (
                    ChecksumOf(file.Slice(at + 4, 4 + (int)length))
                    != BinaryPrimitives.ReadUInt32BigEndian(file[(at + 8 + (int)length)..])
                )
                    return null;
            }
            else if (char.IsUpper(name[0]))
            {
                return null; // says that it cannot be shown without, and nobody knows it
            }

            if (name == "IHDR")
            {
                if (length != HeaderLength)
                    return null;

                size = (
                    BinaryPrimitives.ReadUInt32BigEndian(content),
                    BinaryPrimitives.ReadUInt32BigEndian(content[4..])
                );
            }
            else if (name == "eXIf")
            {
                orientation ??= Exif.OrientationIn(content);
            }
            else if (Kept.Contains(name))
            {
                chunks.Keep(at, AroundContent + (int)length);
            }

            hasPixels |= name == "IDAT";
            at += AroundContent + (int)length;
            if (name == "IEND")
                return hasPixels
                    ? Picture.Of(
                        "image/png",
                        ".png",
                        size!.Value,
                        orientation ?? Exif.Upright,
                        Whole(chunks, orientation)
                    )
                    : null;
        }

        return null;
    }

    private static PartList Whole(PartList chunks, int? orientation)
    {
        var whole = new PartList();
        whole.Keep(0, SignatureLength + AroundContent + HeaderLength);
        if (orientation is { } turned and not Exif.Upright)
            whole.Put(Chunk("eXIf"u8, Exif.Of(turned)));

        whole.Put(chunks);
        return whole;
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] content)
    {
        byte[] chunk = [0, 0, 0, (byte)content.Length, .. name, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(
            chunk.AsSpan(chunk.Length - 4),
            ChecksumOf(chunk.AsSpan(4, chunk.Length - 8))
        );
        return chunk;
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var each in bytes)
            sum = Checksums[(byte)(sum ^ each)] ^ (sum >> 8);
        return ~sum;
    }
}
