using System.Buffers.Binary;

namespace PublicBuyers.Attachments.Pictures;

/// <summary>GIF: a screen, and blocks made of pieces of at most 255 bytes.</summary>
internal static class GifPicture
{
    /// <summary>Six letters, and the screen.</summary>
    private const int HeaderLength = 13;

    /// <summary>Where it lies on the screen, how large it is, and its colours.</summary>
    private const int ImageLength = 10;

    private const byte Extension = 0x21;
    private const byte Image = 0x2C;
    private const byte End = 0x3B;
    private const byte Control = 0xF9;
    private const byte Application = 0xFF;

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8);

    public static Picture? Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderLength)
            return null;

        var parts = new PartList();
        var at = HeaderLength + ColoursOf(file[10]);
        parts.Keep(0, at);
        uint width = BinaryPrimitives.ReadUInt16LittleEndian(file[6..]),
            height = BinaryPrimitives.ReadUInt16LittleEndian(file[8..]);
        (int Start, int Length)? control = null;
        var hasImage = false;
        while (at < file.Length)
        {
            var start = at;
            switch (file[at])
            {
                case End when hasImage:
                    parts.Keep(at, 1);
                    return Picture.Of("image/gif", ".gif", (width, height), Exif.Upright, parts);

                case Extension when at + 2 < file.Length && PastPieces(file, at + 2) is { } past:
                    at = past;
                    var kind = file[start + 1];
                    if (kind == Control)
                        control = (start, at - start);
                    else if (kind == Application && Repeats(file[(start + 2)..at]))
                        parts.Keep(start, at - start);
                    break;

                case Image
                    when at + ImageLength + 1 < file.Length
                        && PastPieces(file, at + ImageLength + ColoursOf(file[at + 9]) + 1) is { } past:
                    if (!hasImage)
                    {
                        // Browsers make the screen as large as the first image.
                        width = Math.Max(
                            width,
                            (uint)(
                                BinaryPrimitives.ReadUInt16LittleEndian(file[(at + 1)..])
                                + BinaryPrimitives.ReadUInt16LittleEndian(file[(at + 5)..])
                            )
                        );
                        height = Math.Max(
                            height,
                            (uint)(
                                BinaryPrimitives.ReadUInt16LittleEndian(file[(at + 3)..])
                                + BinaryPrimitives.ReadUInt16LittleEndian(file[(at + 7)..])
                            )
                        );
                    }

                    if (control is var (from, length))
                        parts.Keep(from, length);
                    (control, hasImage, at) = (null, true, past);
                    parts.Keep(start, at - start);
                    break;

                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>How often it moves, and no more than that.</summary>
    private static bool Repeats(ReadOnlySpan<byte> pieces) =>
        pieces is [11, .. var name, 3, 1, _, _, 0]
        && (name.SequenceEqual("NETSCAPE2.0"u8) || name.SequenceEqual("ANIMEXTS1.0"u8));

    private static int ColoursOf(byte flags) => (flags & 0x80) != 0 ? 3 * (2 << (flags & 7)) : 0;

    /// <summary>After the empty piece that ends them; none where the file ends before.</summary>
    private static int? PastPieces(ReadOnlySpan<byte> file, int at)
    {
        while (at < file.Length)
        {
            var length = file[at];
            at += 1 + length;
            if (length == 0)
                return at;
        }

        return null;
    }
}
