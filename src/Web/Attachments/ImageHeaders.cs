using System.Buffers.Binary;

namespace PublicBuyers.Attachments;

/// <summary>Width and height out of the first bytes of an image. Nothing is decoded.</summary>
internal static class ImageHeaders
{
    /// <summary>Segments before the one that says how large a JPEG is: comments, colour profiles, previews.</summary>
    private const int MostSegments = 200;

    private const int Marker = 0xFF;

    public static Content Png(Stream file)
    {
        Span<byte> head = stackalloc byte[24];
        return Fill(file, head) && head[..8].SequenceEqual((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) && head[8..16].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R'])
            ? Of(BinaryPrimitives.ReadUInt32BigEndian(head[16..]), BinaryPrimitives.ReadUInt32BigEndian(head[20..]))
            : Content.Other.One;
    }

    public static Content Gif(Stream file)
    {
        Span<byte> head = stackalloc byte[10];
        return Fill(file, head) && (head[..6].SequenceEqual("GIF87a"u8) || head[..6].SequenceEqual("GIF89a"u8))
            ? Of(BinaryPrimitives.ReadUInt16LittleEndian(head[6..]), BinaryPrimitives.ReadUInt16LittleEndian(head[8..]))
            : Content.Other.One;
    }

    public static Content WebP(Stream file)
    {
        Span<byte> head = stackalloc byte[30];
        if (!Fill(file, head) || !head[..4].SequenceEqual("RIFF"u8) || !head[8..12].SequenceEqual("WEBP"u8)) return Content.Other.One;

        if (head[12..16].SequenceEqual("VP8X"u8)) return Of(1 + UInt24(head[24..]), 1 + UInt24(head[27..]));
        if (head[12..16].SequenceEqual("VP8L"u8) && head[20] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(head[21..]);
            return Of(1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF));
        }

        return head[12..16].SequenceEqual("VP8 "u8) && head[23..26].SequenceEqual((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A])
            ? Of((uint)BinaryPrimitives.ReadUInt16LittleEndian(head[26..]) & 0x3FFF, (uint)BinaryPrimitives.ReadUInt16LittleEndian(head[28..]) & 0x3FFF)
            : Content.Other.One;
    }

    public static Content Jpeg(Stream file)
    {
        Span<byte> start = stackalloc byte[2];
        if (!Fill(file, start) || start[0] != Marker || start[1] != 0xD8) return Content.Other.One;

        Span<byte> segment = stackalloc byte[4];
        Span<byte> frame = stackalloc byte[5];
        for (var segments = 0; segments < MostSegments && Fill(file, segment) && segment[0] == Marker; segments++)
        {
            var kind = segment[1];
            var length = BinaryPrimitives.ReadUInt16BigEndian(segment[2..]);
            if (kind == Marker)
            {
                file.Position -= 3;   // a byte that only fills up
                continue;
            }

            if (length < 2) break;
            if (kind is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return Fill(file, frame) ? Of(BinaryPrimitives.ReadUInt16BigEndian(frame[3..]), BinaryPrimitives.ReadUInt16BigEndian(frame[1..])) : Content.Other.One;
            }

            file.Position += length - 2;
        }

        return Content.Other.One;
    }

    private static Content Of(uint width, uint height) =>
        width is 0 || height is 0 ? Content.Other.One : new Content.Image((int)Math.Min(width, int.MaxValue), (int)Math.Min(height, int.MaxValue));

    private static uint UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | ((uint)bytes[1] << 8) | ((uint)bytes[2] << 16);

    private static bool Fill(Stream file, Span<byte> buffer) => file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) == buffer.Length;
}
