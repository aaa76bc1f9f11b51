using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text;

namespace PublicBuyers.Attachments.Documents;

/// <summary>The table of contents at the end of a zip file, as office programs read it. Nothing is unpacked.</summary>
/// <param name="Names">Of the entries, as written.</param>
/// <param name="Unpacked">What the entries say they hold together, in bytes.</param>
/// <param name="IsAsSaid">There are as many entries as the file says, each once, and nothing stands behind
/// them.</param>
/// <param name="HasLinks">Some entry stands for another file.</param>
internal sealed record ZipDirectory(
    FrozenSet<string> Names,
    long Unpacked,
    bool IsAsSaid,
    bool IsEncrypted,
    bool HasLinks
)
{
    private const int EndLength = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int EntryLength = 46;
    private const int LocalLength = 30;
    private const int MostEntries = 10_000;
    private const int LongestDirectory = 2 * 1024 * 1024;

    /// <summary>A document of ten megabytes that unpacks to more was made to hurt.</summary>
    private const long MostUnpacked = 1024L * 1024 * 1024;

    private const int LongestName = 255; // in bytes, as file systems count

    private const int Encrypted = 1;

    private const int Unix = 3;
    private const int KindOfFile = 0xF000;
    private const int Link = 0xA000;

    /// <summary>What runs, makes something else run, or holds what nobody looked at.</summary>
    private static readonly FrozenSet<string> Programs = new[]
    {
        ".exe",
        ".dll",
        ".com",
        ".scr",
        ".bat",
        ".cmd",
        ".ps1",
        ".vbs",
        ".vbe",
        ".js",
        ".jse",
        ".wsf",
        ".hta",
        ".msi",
        ".jar",
        ".lnk",
        ".reg",
        ".sh",
        ".html",
        ".htm",
        ".svg",
        ".cpl",
        ".pif",
        ".chm",
        ".zip",
        ".7z",
        ".rar",
        ".gz",
        ".tar",
        ".cab",
        ".iso",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// No macros by name, no programs, no links or paths that lead out, no bomb, and nothing hidden from the table.
    /// </summary>
    public bool IsSafe => IsAsSaid && !IsEncrypted && !HasLinks && Unpacked <= MostUnpacked && Names.All(IsSafeName);

    /// <summary>None: it is no zip file, or not one that anybody makes of a document.</summary>
    public static ZipDirectory? Read(Stream file)
    {
        Span<byte> head = stackalloc byte[4];
        file.Position = 0;
        if (
            file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length
            || !head.SequenceEqual("PK\x3\x4"u8)
            || End(file) is not var (end, endsAt)
        )
            return null;

        var entries = BinaryPrimitives.ReadUInt16LittleEndian(end.AsSpan(10));
        var start = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(16));
        if (entries is 0 || start >= endsAt || endsAt - start > LongestDirectory)
            return null;

        var directory = new byte[endsAt - start];
        file.Position = start;
        return file.ReadAtLeast(directory, directory.Length, throwOnEndOfStream: false) == directory.Length
            ? Read(directory, entries)
            : null;
    }

    /// <summary>What the first entry holds, if it has this name and was not compressed.</summary>
    public static string? FirstStored(Stream file, string name)
    {
        Span<byte> local = stackalloc byte[LocalLength];
        file.Position = 0;
        if (
            file.ReadAtLeast(local, local.Length, throwOnEndOfStream: false) < local.Length
            || !local[..4].SequenceEqual("PK\x3\x4"u8)
        )
            return null;

        var (method, size) = (
            BinaryPrimitives.ReadUInt16LittleEndian(local[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(local[22..])
        );
        var (nameLength, extraLength) = (
            BinaryPrimitives.ReadUInt16LittleEndian(local[26..]),
            BinaryPrimitives.ReadUInt16LittleEndian(local[28..])
        );
        if (method != 0 || extraLength != 0 || nameLength != name.Length || size is 0 or > 100)
            return null;

        Span<byte> rest = stackalloc byte[(int)(nameLength + size)];
        return
            file.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false) == rest.Length
            && Encoding.ASCII.GetString(rest[..nameLength]) == name
            ? Encoding.ASCII.GetString(rest[nameLength..])
            : null;
    }

    /// <summary>
    /// Every entry there is, whatever their number is said to be: office programs go on as long as entries follow.
    /// </summary>
    private static ZipDirectory? Read(ReadOnlySpan<byte> rest, int said)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var (count, unpacked, encrypted, links, isTwice) = (0, 0L, false, false, false);
        for (; rest.StartsWith("PK\x1\x2"u8); count++)
        {
            if (rest.Length < EntryLength || count == MostEntries)
                return null;

            encrypted |= (BinaryPrimitives.ReadUInt16LittleEndian(rest[8..]) & Encrypted) != 0;
            links |=
                rest[5] == Unix && ((BinaryPrimitives.ReadUInt32LittleEndian(rest[38..]) >> 16) & KindOfFile) == Link;
            unpacked += BinaryPrimitives.ReadUInt32LittleEndian(rest[24..]);
            var name = BinaryPrimitives.ReadUInt16LittleEndian(rest[28..]);
            var length =
                EntryLength
                + name
                + BinaryPrimitives.ReadUInt16LittleEndian(rest[30..])
                + BinaryPrimitives.ReadUInt16LittleEndian(rest[32..]);
            if (rest.Length < length)
                return null;

            isTwice |= !names.Add(Encoding.UTF8.GetString(rest.Slice(EntryLength, name)));
            rest = rest[length..];
        }

        // What may follow says only where the end is, in files that could have been larger.
        var isEnd = rest.IsEmpty || rest.StartsWith("PK\x6\x6"u8);
        return new(
            names.ToFrozenSet(StringComparer.OrdinalIgnoreCase),
            unpacked,
            isEnd && count == said && !isTwice,
            encrypted,
            links
        );
    }

    private static (byte[] Record, long At)? End(Stream file)
    {
        var tail = new byte[Math.Min(file.Length, EndLength + LongestComment)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        for (var at = tail.Length - EndLength; at >= 0; at--)
        {
            if (
                tail.AsSpan(at, 4).SequenceEqual("PK\x5\x6"u8)
                && at + EndLength + BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 20)) == tail.Length
            )
                return (tail[at..(at + EndLength)], file.Length - tail.Length + at);
        }

        return null;
    }

    /// <summary>As written, and as it reads where somebody undoes the escapes in it.</summary>
    private static bool IsSafeName(string name) =>
        IsSafePath(name) && (!name.Contains('%', StringComparison.Ordinal) || IsSafePath(Uri.UnescapeDataString(name)));

    private static bool IsSafePath(string name) =>
        name.Length > 0
        && Encoding.UTF8.GetByteCount(name) <= LongestName
        && !name.Contains("vbaProject", StringComparison.OrdinalIgnoreCase)
        && !name.Contains("vbaData", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("Basic/", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("Dialogs/", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("Scripts/", StringComparison.OrdinalIgnoreCase)
        && !Programs.Contains(Path.GetExtension(name.TrimEnd(' ', '.'))) // Windows leaves these off
        && name.IndexOfAny(['\\', ':', '\uFFFD']) < 0
        && !name.Any(char.IsControl)
        && !name.StartsWith('/')
        && Array.TrueForAll(
            name.Split('/'),
            part => part is not (".." or ".") && !FileNames.IsDevice(part.Split('.')[0].TrimEnd())
        );
}
