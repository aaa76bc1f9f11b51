using System.Buffers.Binary;

namespace PublicBuyers.Attachments.Pictures;

/// <summary>JPEG: a chain of segments, between some of which the compressed picture lies.</summary>
internal static class JpegPicture
{
    /// <summary>Tables, scans, colour profiles and notes. More than this no camera or program writes.</summary>
    private const int MostSegments = 10_000;

    private const byte Marker = 0xFF;
    private const byte StartOfImage = 0xD8;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;
    private const byte FirstOfApplications = 0xE0;
    private const byte LastOfApplications = 0xEF;
    private const byte Comment = 0xFE;

    /// <summary>Density and version, without the preview that may follow.</summary>
    private const int JfifLength = 16;

    public static bool Begins(ReadOnlySpan<byte> file) => file is [Marker, StartOfImage, Marker, ..];

    public static Picture? Read(ReadOnlySpan<byte> file)
    {
        var walk = new Walk();
        return walk.Through(file) && walk.HasScan && walk.Size is { } size
            ? Picture.Of("image/jpeg", ".jpg", size, walk.Orientation ?? Exif.Upright, walk.WithOrientation())
            : null;
    }

    /// <summary>One way through the segments of a file.</summary>
    private sealed class Walk
    {
        private readonly PartList start = new();
        private readonly PartList rest = new();

        public (uint Width, uint Height)? Size { get; private set; }

        public int? Orientation { get; private set; }

        public bool HasScan { get; private set; }

        /// <returns>Whether the picture's end was reached.</returns>
        public bool Through(ReadOnlySpan<byte> file)
        {
            start.Keep(0, 2);
            var at = 2;
            for (var segments = 0; segments < MostSegments; segments++)
            {
                while (at + 1 < file.Length && file[at] == Marker && file[at + 1] == Marker)
                    at++; // bytes that only fill up
                if (at + 2 > file.Length || file[at] != Marker)
                    return false;

                var kind = file[at + 1];
                if (kind == EndOfImage)
                {
                    rest.Keep(at, 2);
                    return true;
                }

                if (at + 4 > file.Length)
                    return false;

                var length = 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
                if (length < 4 || at + length > file.Length || !Take(file.Slice(at, length), kind, at))
                    return false;

                at += length;
                if (kind == StartOfScan)
                    at = PastScan(file, at);
            }

            return false;
        }

        /// <summary>
        /// The whole file, with the way up said where a reader looks for it: first, or after the density.
        /// </summary>
        public PartList WithOrientation()
        {
            if (Orientation is { } turned and not Exif.Upright)
            {
                byte[] notes = [.. "Exif\0\0"u8, .. Exif.Of(turned)];
                start.Put([Marker, 0xE1, 0, (byte)(2 + notes.Length), .. notes]);
            }

            start.Put(rest);
            return start;
        }

        private bool Take(ReadOnlySpan<byte> segment, byte kind, int at)
        {
            switch (kind)
            {
                case >= FirstOfApplications and <= LastOfApplications:
                    TakeApplication(segment, kind, at);
                    return true;
                case Comment:
                    return true;
                case >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC):
                    if (segment.Length < 9)
                        return false;

                    // A second frame would be another picture, and its size another size.
                    if (Size is not null)
                        return false;

                    Size = (
                        BinaryPrimitives.ReadUInt16BigEndian(segment[7..]),
                        BinaryPrimitives.ReadUInt16BigEndian(segment[5..])
                    );
                    break;
                case StartOfScan:
                    if (Size is null)
                        return false;

                    HasScan = true;
                    break;
                case 0xC4 or 0xCC or (>= 0xDB and <= 0xDD):
                    break; // tables, and what restarts them
                default:
                    return false; // no reader of JPEG knows it, or it does not stand between segments
            }

            rest.Keep(at, segment.Length);
            return true;
        }

        /// <summary>Colours depend on three of these. The others are notes.</summary>
        private void TakeApplication(ReadOnlySpan<byte> segment, byte kind, int at)
        {
            var content = segment[4..];
            if (kind == 0xE0 && content.StartsWith("JFIF\0"u8) && segment.Length >= 2 + JfifLength)
            {
                start.Put([Marker, kind, 0, JfifLength, .. segment.Slice(4, JfifLength - 4), 0, 0]);
            }
            else if (kind == 0xE1 && content.StartsWith("Exif\0\0"u8))
            {
                Orientation ??= Exif.OrientationIn(content[6..]);
            }
            else if (
                (kind == 0xE2 && content.StartsWith("ICC_PROFILE\0"u8))
                || (kind == 0xEE && content.StartsWith("Adobe"u8))
            )
            {
                rest.Keep(at, segment.Length);
            }
        }

        /// <summary>Compressed bytes end at a marker that is neither an escaped byte nor a restart.</summary>
        private int PastScan(ReadOnlySpan<byte> file, int from)
        {
            var at = from;
            while (at < file.Length)
            {
                var next = file[at..].IndexOf(Marker);
                if (next < 0 || at + next + 1 >= file.Length)
                {
                    at = file.Length;
                    break;
                }

                at += next;
                if (file[at + 1] is not (0 or (>= 0xD0 and <= 0xD7)))
                    break;

                at += 2;
            }

            if (at > from)
                rest.Keep(from, at - from);
            return at;
        }
    }
}
