using System.Buffers.Binary;
using System.Text;

namespace PublicBuyers.Attachments.Pictures;

/// <summary>WebP: chunks in a RIFF file, with a first one that says which others come.</summary>
internal static class WebPPicture
{
    /// <summary>"RIFF", a length, "WEBP".</summary>
    private const int HeaderLength = 12;

    private const int ChunkHeader = 8;

    /// <summary>Of the first chunk of a file with more than pixels.</summary>
    private const int CanvasLength = 10;

    /// <summary>Where a frame lies, how large it is and how long it is shown.</summary>
    private const int FrameLength = 16;

    private const int MostChunks = 10_000;

    private const byte HasExif = 0x08;
    private const byte HasXmp = 0x04;

    public static bool Begins(ReadOnlySpan<byte> file) =>
        file.Length >= HeaderLength && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);

    public static Picture? Read(ReadOnlySpan<byte> file)
    {
        var length = (long)BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8;
        if (length > file.Length || length < HeaderLength)
            return null;

        var (walk, kept) = (new Walk(), new PartList());
        if (
            !walk.Through(file[..(int)length], HeaderLength, kept, isFrame: false)
            || !walk.HasPixels
            || (walk.Canvas ?? walk.Largest) is not { } size
        )
            return null;

        // Where the canvas says less than the pixels do, the larger counts.
        if (walk.Largest is { } largest)
            size = (Math.Max(size.Width, largest.Width), Math.Max(size.Height, largest.Height));

        var orientation = walk.Orientation is { } turned && walk.Canvas is not null ? turned : Exif.Upright;

        // The note stays for programs that follow it. Chromium shows a WebP as it is stored: that is its size.
        return Picture.Of(
            "image/webp",
            ".webp",
            size,
            Exif.Upright,
            Whole(file, kept, walk.Canvas is not null, orientation)
        );
    }

    private static PartList Whole(ReadOnlySpan<byte> file, PartList kept, bool hasCanvas, int orientation)
    {
        var chunks = new PartList();
        if (hasCanvas)
        {
            byte[] canvas = [.. file.Slice(HeaderLength, ChunkHeader + CanvasLength)];
            canvas[ChunkHeader] = (byte)(
                (canvas[ChunkHeader] & ~(HasExif | HasXmp)) | (orientation == Exif.Upright ? 0 : HasExif)
            );
            chunks.Put(canvas);
        }

        chunks.Put(kept);
        if (orientation != Exif.Upright)
            chunks.Put(Chunk("EXIF"u8, Exif.Of(orientation)));

        var whole = new PartList();
        whole.Put([.. "RIFF"u8, .. LittleEndian(4 + chunks.Length), .. "WEBP"u8]);
        whole.Put(chunks);
        return whole;
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] content) =>
        [.. name, .. LittleEndian(content.Length), .. content];

    private static byte[] LittleEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static uint UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | ((uint)bytes[1] << 8) | ((uint)bytes[2] << 16);

    private sealed class Walk
    {
        private int chunks;

        public (uint Width, uint Height)? Canvas { get; private set; }

        /// <summary>Of what has pixels.</summary>
        public (uint Width, uint Height)? Largest { get; private set; }

        public int? Orientation { get; private set; }

        public bool HasPixels { get; private set; }

        /// <returns>Whether every chunk is there to its end.</returns>
        public bool Through(ReadOnlySpan<byte> file, int at, PartList kept, bool isFrame)
        {
            while (at < file.Length)
            {
                if (file.Length - at < ChunkHeader || ++chunks > MostChunks)
                    return false;

                var length = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
                if (length > file.Length - at - ChunkHeader)
                    return false;

                // A chunk of odd length is filled up, though not by everybody at the end of a file.
                var padded = Math.Min(ChunkHeader + (int)length + (int)(length & 1), file.Length - at);
                if (
                    !Take(
                        file,
                        Encoding.ASCII.GetString(file.Slice(at, 4)),
                        file.Slice(at + ChunkHeader, (int)length),
                        at,
                        padded,
                        kept,
                        isFrame
                    )
                )
                    return false;

                at += padded;
            }

            return true;
        }

        private bool Take(
            ReadOnlySpan<byte> file,
            string name,
            ReadOnlySpan<byte> content,
            int at,
            int padded,
            PartList kept,
            bool isFrame
        )
        {
            switch (name)
            {
                case "VP8X" when !isFrame:
                    if (at != HeaderLength || content.Length != CanvasLength)
                        return false;

                    Canvas = (1 + UInt24(content[4..]), 1 + UInt24(content[7..]));
                    return true;
                case "VP8 " or "VP8L":
                    if (SizeOf(name, content) is not { } size)
                        return false;

                    Largest = Largest is { } before
                        ? (Math.Max(before.Width, size.Width), Math.Max(before.Height, size.Height))
                        : size;
                    HasPixels = true;
                    break;
                case "ANMF" when !isFrame:
                    return TakeFrame(file, content.Length, at, kept);
                case "EXIF":
                    Orientation ??= Exif.OrientationIn(content.StartsWith("Exif\0\0"u8) ? content[6..] : content);
                    return true;
                case "ALPH":
                case "ICCP" or "ANIM" when !isFrame:
                    break;
                default:
                    return true; // a note
            }

            kept.Keep(at, padded);
            if (padded < ChunkHeader + content.Length + (content.Length & 1))
                kept.Put(0);
            return true;
        }

        private bool TakeFrame(ReadOnlySpan<byte> file, int length, int at, PartList kept)
        {
            var inside = new PartList();
            var start = at + ChunkHeader;
            if (length < FrameLength || !Through(file[..(start + length)], start + FrameLength, inside, isFrame: true))
                return false;

            kept.Put([.. "ANMF"u8, .. LittleEndian(FrameLength + inside.Length)]);
            kept.Keep(start, FrameLength);
            kept.Put(inside);
            return true;
        }

        private static (uint Width, uint Height)? SizeOf(string name, ReadOnlySpan<byte> content)
        {
            if (name == "VP8L")
            {
                if (content.Length < 5 || content[0] != 0x2F)
                    return null;

                var bits = BinaryPrimitives.ReadUInt32LittleEndian(content[1..]);
                return (1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF));
            }

            return content.Length >= 10 && content[3..6].SequenceEqual((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A])
                ? (
                    (uint)BinaryPrimitives.ReadUInt16LittleEndian(content[6..]) & 0x3FFF,
                    (uint)BinaryPrimitives.ReadUInt16LittleEndian(content[8..]) & 0x3FFF
                )
                : null;
        }
    }
}
