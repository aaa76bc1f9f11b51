using System.IO.Compression;

namespace PublicBuyers.Attachments.Documents;

/// <summary>
/// What parts begin with that are programs, archives, or files of office programs from before there were packages.
/// </summary>
internal static class Beginnings
{
    private static readonly (byte[] Begins, UnsafeContent Why)[] refused =
    [
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], UnsafeContent.Objects),
        ([.. "{\\rt"u8], UnsafeContent.Objects),
        ([.. "MZ"u8], UnsafeContent.Programs),
        ([0x7F, .. "ELF"u8], UnsafeContent.Programs),
        ([.. "ITSF"u8], UnsafeContent.Programs),
        ([0x4C, 0, 0, 0, 1, 0x14, 2, 0], UnsafeContent.Programs),
        ([.. "Rar!"u8], UnsafeContent.Objects),
        ([.. "7z"u8, 0xBC, 0xAF], UnsafeContent.Objects),
    ];

    /// <param name="isPackage">It is a zip file: a document within the document, or an archive.</param>
    /// <returns>None where there is nothing against how the part begins.</returns>
    public static UnsafeContent? WhyNot(Package package, ZipArchiveEntry part, out bool isPackage)
    {
        Span<byte> head = stackalloc byte[8];
        using (var content = package.Open(part))
            head = head[..content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];

        isPackage = head.StartsWith("PK\x3\x4"u8);
        foreach (var (begins, why) in refused)
            if (head.StartsWith(begins))
                return why;
        return null;
    }
}
