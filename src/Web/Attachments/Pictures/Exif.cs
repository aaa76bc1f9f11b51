using System.Buffers.Binary;

namespace PublicBuyers.Attachments.Pictures;

/// <summary>The one thing of a camera's notes that is kept: which way up the picture is.</summary>
internal static class Exif
{
    public const int Upright = 1;

    private const int HeaderLength = 8;
    private const int EntryLength = 12;
    private const ushort OrientationTag = 0x0112;
    private const ushort ShortType = 3;

    /// <summary>Which way up, 1 to 8; <see cref="Upright"/> where the notes do not say, or cannot be read.</summary>
    /// <param name="tiff">From its byte order on.</param>
    public static int OrientationIn(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < HeaderLength)
            return Upright;

        var isLittle = tiff[..4].SequenceEqual("II*\0"u8);
        if (!isLittle && !tiff[..4].SequenceEqual("MM\0*"u8))
            return Upright;

        var start = isLittle
            ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..])
            : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (start > tiff.Length - 2)
            return Upright;

        var entries = tiff[(int)start..];
        var count = Short(entries, isLittle);
        entries = entries[2..];
        for (; count > 0 && entries.Length >= EntryLength; count--, entries = entries[EntryLength..])
        {
            if (Short(entries, isLittle) != OrientationTag)
                continue;

            var value = Short(entries[8..], isLittle);
            return Short(entries[2..], isLittle) == ShortType && value is >= 1 and <= 8 ? value : Upright;
        }

        return Upright;
    }

    /// <summary>Notes that say the way up and nothing else.</summary>
    public static byte[] Of(int orientation) =>
        [
            .. "MM\0*"u8,
            0,
            0,
            0,
            HeaderLength,
            0,
            1,
            OrientationTag >> 8,
            OrientationTag & 0xFF,
            0,
            (byte)ShortType,
            0,
            0,
            0,
            1,
            0,
            (byte)orientation,
            0,
            0,
            0,
            0,
            0,
            0,
        ];

    /// <summary>Width is shown as height.</summary>
    public static bool IsOnItsSide(int orientation) => orientation is >= 5 and <= 8;

    private static ushort Short(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
