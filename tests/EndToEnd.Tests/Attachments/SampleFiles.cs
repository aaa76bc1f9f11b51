using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

/// <summary>Files as programs make them, and as nobody should.</summary>
internal static class SampleFiles
{
    /// <summary>What a telephone notes about where it was: stands for all that has to go.</summary>
    public const string Place = "GPS 52.2297 N 21.0122 E";

    /// <summary>A whole picture, as far as anybody sees who does not decode it.</summary>
    public static byte[] Png(int width = 640, int height = 480) => Png(width, height, [], []);

    /// <param name="before">Chunks after the header.</param>
    /// <param name="after">Chunks after the pixels.</param>
    public static byte[] Png(
        int width,
        int height,
        (string Name, byte[] Content)[] before,
        (string Name, byte[] Content)[] after
    )
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 0);
        return
        [
            0x89,
            (byte)'P',
            (byte)'N',
            (byte)'G',
            0x0D,
            0x0A,
            0x1A,
            0x0A,
            .. Chunk("IHDR", header),
            .. before.SelectMany(each => Chunk(each.Name, each.Content)),
            .. Chunk("IDAT", Compressed(width, height)),
            .. after.SelectMany(each => Chunk(each.Name, each.Content)),
            .. Chunk("IEND", []),
        ];
    }

    /// <summary>With everything in it that a picture can say about its maker.</summary>
    public static byte[] TellingPng(int orientation) =>
        Png(
            640,
            480,
            [
                ("iCCP", [.. "sRGB\0"u8, 0, .. Squeezed("a profile"u8)]),
                ("eXIf", Tiff(orientation)),
                ("tEXt", [.. "Comment\0"u8, .. Encoding.ASCII.GetBytes(Place)]),
            ],
            [
                ("zTXt", [.. "Raw profile type exif\0"u8, 0, .. Squeezed(Encoding.ASCII.GetBytes(Place))]),
                ("iTXt", [.. "XML:com.adobe.xmp\0\0\0\0\0"u8, .. Encoding.ASCII.GetBytes(Place)]),
                ("tIME", [7, 0xE8, 1, 1, 1, 1, 1]),
                ("prVt", Encoding.ASCII.GetBytes(Place)),
            ]
        );

    public static byte[] Gif(short width, short height) =>
        [
            .. "GIF89a"u8,
            (byte)width,
            (byte)(width >> 8),
            (byte)height,
            (byte)(height >> 8),
            0x80,
            0,
            0,
            0,
            0,
            0,
            255,
            255,
            255,
            .. GifImage,
            0x3B,
        ];

    public static byte[] TellingGif() =>
        [
            .. "GIF89a"u8,
            4,
            0,
            2,
            0,
            0x80,
            0,
            0,
            0,
            0,
            0,
            255,
            255,
            255,
            0x21,
            0xFF,
            11,
            .. "NETSCAPE2.0"u8,
            3,
            1,
            0,
            0,
            0,
            0x21,
            0xFE,
            (byte)Place.Length,
            .. Encoding.ASCII.GetBytes(Place),
            0,
            0x21,
            0xFF,
            11,
            .. "XMP DataXMP"u8,
            (byte)Place.Length,
            .. Encoding.ASCII.GetBytes(Place),
            0,
            0x21,
            0xF9,
            4,
            0,
            10,
            0,
            0,
            0,
            .. GifImage,
            0x3B,
            .. Encoding.ASCII.GetBytes(Place),
        ];

    private static byte[] GifImage => [0x2C, 0, 0, 0, 0, 4, 0, 2, 0, 0, 2, 2, 0x84, 0x51, 0];

    /// <summary>With a comment and a preview before the frame.</summary>
    public static byte[] Jpeg(short width, short height) => Jpeg(width, height, []);

    /// <summary>With everything in it that a picture can say about its maker, and more behind its end.</summary>
    public static byte[] TellingJpeg(int orientation, short width = 800, short height = 600) =>
        [
            .. Jpeg(
                width,
                height,
                [
                    .. Segment(0xE1, [.. "Exif\0\0"u8, .. Tiff(orientation)]),
                    .. Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Encoding.ASCII.GetBytes(Place)]),
                    .. Segment(0xED, [.. "Photoshop 3.0\0"u8, .. Encoding.ASCII.GetBytes(Place)]),
                    .. Segment(0xFE, Encoding.ASCII.GetBytes(Place)),
                    .. Segment(0xE2, [.. "MPF\0"u8, .. Encoding.ASCII.GetBytes(Place)]),
                    .. Segment(0xE2, [.. "ICC_PROFILE\0"u8, 1, 1, .. "a profile"u8]),
                    .. Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 1]),
                    .. Segment(0xE7, Encoding.ASCII.GetBytes(Place)),
                ]
            ),
            .. Encoding.ASCII.GetBytes(Place),
        ];

    public static byte[] WebP(int width, int height) => Riff(Canvas(width, height, 0), WebPPixels(width, height));

    /// <summary>With everything in it that a picture can say about its maker.</summary>
    public static byte[] TellingWebP(int orientation) =>
        Riff(
            Canvas(640, 480, 0x2C),
            RiffChunk("ICCP", "a profile"u8.ToArray()),
            WebPPixels(640, 480),
            RiffChunk("EXIF", Tiff(orientation)),
            RiffChunk("XMP ", Encoding.ASCII.GetBytes(Place))
        );

    public static byte[] Pdf => "%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"u8.ToArray();

    public static byte[] Word(params string[] more) =>
        Office("word/document.xml", WordMain, "<w:document xmlns:w='w'/>", more);

    public static byte[] Sheet(params string[] more) => Office("xl/workbook.xml", SheetMain, "<workbook/>", more);

    public static byte[] Slides(params string[] more) =>
        Office("ppt/presentation.xml", SlidesMain, "<p:presentation xmlns:p='p'/>", more);

    public const string WordMain = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";

    public const string SheetMain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

    public const string SlidesMain =
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml";

    /// <summary>
    /// A package whose main part is of this type. More parts by name; what follows a <c>=</c> is held uncompressed.
    /// </summary>
    public static byte[] Office(string part, string type, string content, params string[] more) =>
        Zip([
            "[Content_Types].xml=" + Types($"<Override PartName='/{part}' ContentType='{type}'/>"),
            "_rels/.rels="
                + Rels(
                    $"<Relationship Id='r' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument' Target='{part}'/>"
                ),
            $"{part}={content}",
            .. more,
        ]);

    public static string Types(string more) =>
        "<?xml version='1.0'?><Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
        + "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/><Default Extension='xml' ContentType='application/xml'/>"
        + more
        + "</Types>";

    public static string Rels(string lines) =>
        $"<?xml version='1.0'?><Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>{lines}</Relationships>";

    public static string Rel(string type, string target, bool outside = false) =>
        $"<Relationship Id='x' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{type}' Target='{target}'{(outside ? " TargetMode='External'" : "")}/>";

    public static byte[] OpenText(params string[] more) =>
        Zip(["mimetype=application/vnd.oasis.opendocument.text", "content.xml", .. more]);

    public static byte[] Zip(params string[] entries) =>
        Zip([
            .. entries.Select(each =>
                each.Split('=', 2) is [var name, var content]
                    ? (name, (byte[]?)Encoding.UTF8.GetBytes(content))
                    : (each, null)
            ),
        ]);

    /// <summary>None: something small, compressed.</summary>
    public static byte[] Zip(IEnumerable<(string Name, byte[]? Content)> entries)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(
                        name,
                        content is null ? CompressionLevel.Fastest : CompressionLevel.NoCompression
                    )
                    .Open();
                entry.Write(content ?? "<x/>"u8.ToArray());
            }
        }

        return file.ToArray();
    }

    /// <summary>Every entry of which says that it holds so many bytes.</summary>
    public static byte[] Saying(byte[] zip, uint unpacked)
    {
        foreach (var entry in Entries(zip))
            BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(entry + 24), unpacked);
        return zip;
    }

    /// <summary>The last entry of which is a symbolic link.</summary>
    public static byte[] Linked(byte[] zip)
    {
        var entry = Entries(zip).Last();
        zip[entry + 5] = 3; // made on Unix
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(entry + 38), 0xA1FFu << 16);
        return zip;
    }

    /// <summary>The end of which says that there are so many entries fewer than there are.</summary>
    public static byte[] Hiding(byte[] zip, int entries)
    {
        var end = zip.AsSpan().LastIndexOf("PK\x5\x6"u8);
        foreach (var at in new[] { 8, 10 })
            BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(end + at), (ushort)(Entries(zip).Count - entries));
        return zip;
    }

    /// <summary>Notes of a camera: which way up, and where it was.</summary>
    public static byte[] Tiff(int orientation) =>
        [
            .. "II*\0"u8,
            8,
            0,
            0,
            0,
            2,
            0,
            0x12,
            1,
            3,
            0,
            1,
            0,
            0,
            0,
            (byte)orientation,
            0,
            0,
            0,
            0x25,
            0x88,
            4,
            0,
            1,
            0,
            0,
            0,
            38,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            .. Encoding.ASCII.GetBytes(Place),
        ];

    private static byte[] Jpeg(short width, short height, byte[] more) =>
        [
            0xFF,
            0xD8,
            .. Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 1, 1, 9, 9, 9]),
            .. Segment(0xFE, [1, 2]),
            .. more,
            0xFF,
            .. Segment(0xDB, new byte[65]),
            .. Segment(
                0xC2,
                [
                    8,
                    (byte)(height >> 8),
                    (byte)height,
                    (byte)(width >> 8),
                    (byte)width,
                    3,
                    1,
                    0x22,
                    0,
                    2,
                    0x11,
                    1,
                    3,
                    0x11,
                    1,
                ]
            ),
            .. Segment(0xC4, new byte[20]),
            .. Segment(0xDA, [1, 1, 0, 0, 63, 0]),
            1,
            2,
            0xFF,
            0,
            3,
            0xFF,
            0xD0,
            4,
            .. Segment(0xDA, [1, 2, 0, 0, 63, 0]),
            5,
            6,
            0xFF,
            0xD9,
        ];

    private static byte[] Segment(byte kind, byte[] content) =>
        [0xFF, kind, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    private static byte[] Chunk(string name, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. content];
        var chunk = new byte[content.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        named.CopyTo(chunk, 4);
        var sum = uint.MaxValue;
        foreach (var each in named)
        {
            sum ^= each;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 1) != 0 ? 0xEDB88320 ^ (sum >> 1) : sum >> 1;
        }

        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), ~sum);
        return chunk;
    }

    /// <summary>Grey pixels of a picture that is small enough to be made; otherwise none.</summary>
    private static byte[] Compressed(int width, int height) =>
        Squeezed(width > 0 && height > 0 && (long)width * height < 1_000_000 ? new byte[(width + 1) * height] : []);

    private static byte[] Squeezed(ReadOnlySpan<byte> content)
    {
        var to = new MemoryStream();
        using (var squeeze = new ZLibStream(to, CompressionLevel.Fastest, leaveOpen: true))
            squeeze.Write(content);
        return to.ToArray();
    }

    private static byte[] Riff(params byte[][] chunks)
    {
        byte[] content = [.. "WEBP"u8, .. chunks.SelectMany(chunk => chunk)];
        return RiffChunk("RIFF", content);
    }

    private static byte[] RiffChunk(string name, byte[] content)
    {
        var chunk = new byte[8 + content.Length + (content.Length & 1)];
        Encoding.ASCII.GetBytes(name).CopyTo(chunk, 0);
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), content.Length);
        content.CopyTo(chunk, 8);
        return chunk;
    }

    private static byte[] Canvas(int width, int height, byte flags) =>
        RiffChunk(
            "VP8X",
            [
                flags,
                0,
                0,
                0,
                (byte)(width - 1),
                (byte)((width - 1) >> 8),
                (byte)((width - 1) >> 16),
                (byte)(height - 1),
                (byte)((height - 1) >> 8),
                (byte)((height - 1) >> 16),
            ]
        );

    private static byte[] WebPPixels(int width, int height)
    {
        var pixels = new byte[6];
        pixels[0] = 0x2F;
        BinaryPrimitives.WriteUInt32LittleEndian(pixels.AsSpan(1), (uint)(width - 1) | ((uint)(height - 1) << 14));
        return RiffChunk("VP8L", pixels);
    }

    private static List<int> Entries(byte[] zip)
    {
        var found = new List<int>();
        for (var at = 0; at < zip.Length - 4; at++)
            if (zip.AsSpan(at, 4).SequenceEqual("PK\x1\x2"u8))
                found.Add(at);
        return found;
    }
}
