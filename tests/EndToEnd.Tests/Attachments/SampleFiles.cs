using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

/// <summary>Files as programs make them, and as nobody should.</summary>
internal static class SampleFiles
{
    public static byte[] Png(int width = 640, int height = 480)
    {
        var file = new byte[64];
        new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R' }.CopyTo(file, 0);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        return file;
    }

    public static byte[] Gif(short width, short height) => [.. "GIF89a"u8, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0, 0, 0];

    /// <summary>With a comment and a thumbnail's segment before the frame.</summary>
    public static byte[] Jpeg(short width, short height) =>
    [
        0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xFF, 0xFE, 0, 4, 1, 2, 0xFF, 0xFF,
        0xC2, 0, 17, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xFF, 0xD9,
    ];

    public static byte[] WebP(int width, int height) =>
    [
        .. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0,
        (byte)(width - 1), (byte)((width - 1) >> 8), (byte)((width - 1) >> 16), (byte)(height - 1), (byte)((height - 1) >> 8), (byte)((height - 1) >> 16),
    ];

    public static byte[] Pdf => "%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"u8.ToArray();

    public static byte[] Word(params string[] more) => Zip(["[Content_Types].xml", "word/document.xml", .. more]);

    public static byte[] Sheet(params string[] more) => Zip(["[Content_Types].xml", "xl/workbook.xml", .. more]);

    public static byte[] OpenText(params string[] more) => Zip(["mimetype=application/vnd.oasis.opendocument.text", "content.xml", .. more]);

    /// <summary>Entries by name; what follows a <c>=</c> is held uncompressed.</summary>
    public static byte[] Zip(params string[] entries)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var each in entries)
            {
                var (name, content) = each.Split('=') is [var before, var after] ? (before, after) : (each, "<x/>");
                using var entry = zip.CreateEntry(name, each.Contains('=') ? CompressionLevel.NoCompression : CompressionLevel.Fastest).Open();
                entry.Write(Encoding.ASCII.GetBytes(content));
            }
        }

        return file.ToArray();
    }

    /// <summary>Every entry of which says that it holds so many bytes.</summary>
    public static byte[] Saying(byte[] zip, uint unpacked)
    {
        foreach (var entry in Entries(zip)) BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(entry + 24), unpacked);
        return zip;
    }

    /// <summary>The last entry of which is a symbolic link.</summary>
    public static byte[] Linked(byte[] zip)
    {
        var entry = Entries(zip).Last();
        zip[entry + 5] = 3;   // made on Unix
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(entry + 38), 0xA1FFu << 16);
        return zip;
    }

    private static List<int> Entries(byte[] zip)
    {
        var found = new List<int>();
        for (var at = 0; at < zip.Length - 4; at++) if (zip.AsSpan(at, 4).SequenceEqual("PK\x1\x2"u8)) found.Add(at);
        return found;
    }
}
