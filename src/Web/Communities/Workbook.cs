using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using ExcelDataReader;

namespace PublicBuyers.Communities;

/// <summary>Rows of an Excel workbook (.xlsx).</summary>
internal static class Workbook
{
    /// <summary>Of all parts of the package together when they are unpacked, in bytes.</summary>
    private const long LargestUnpacked = 32 * 1024 * 1024;

    /// <summary>Rows looked at, empty ones too: a sheet can begin a million rows down.</summary>
    private const int MostLookedAt = 100_000;

    /// <summary>The library asks for this encoding by its number.</summary>
    static Workbook() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static bool IsOne(ReadOnlySpan<byte> file) => file.StartsWith("PK\u0003\u0004"u8);

    /// <summary>Excel 97 to 2003, and every workbook with a password.</summary>
    public static bool IsOldOne(ReadOnlySpan<byte> file) => file is [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..];

    public static Outcome<InvitationTable> Read(ReadOnlyMemory<byte> file)
    {
        try
        {
            return Unpacks(file) ? Rows(file) : new InvitationTableRefusal.WorkbookUnreadable();
        }
        catch (Exception unreadable) when (unreadable is not OutOfMemoryException)
        {
return new InvitationTableRefusal.WorkbookUnreadable();   // the library throws many kinds at a damaged file
        }
    }

    /// <summary>The sizes that a package declares are the most that is unpacked of it.</summary>
    private static bool Unpacks(ReadOnlyMemory<byte> file)
    {
        using var package = new ZipArchive(StreamOf(file), ZipArchiveMode.Read);
        return package.GetEntry("xl/workbook.xml") is not null && package.Entries.Sum(entry => entry.Length) <= LargestUnpacked;
    }

    private static Outcome<InvitationTable> Rows(ReadOnlyMemory<byte> file)
    {
        using var reader = ExcelReaderFactory.CreateOpenXmlReader(StreamOf(file));
        var (rows, unread) = (ImmutableArray.CreateBuilder<TableRow>(), ImmutableArray.CreateBuilder<string>());
        var isFound = false;
        do
        {
            if (isFound || !string.Equals(reader.VisibleState, "visible", StringComparison.Ordinal))
            {
                unread.Add(reader.Name);
                continue;
            }

            isFound = true;
            while (reader.Read())
            {
                if (reader.Depth >= MostLookedAt) return new InvitationTableRefusal.TooManyRows(InvitationTable.MostRows);

                var cells = Enumerable.Range(0, reader.FieldCount).Select(column => Text(reader.GetValue(column)));
                if (InvitationTable.Add(rows, new(reader.Depth + 1, [.. cells])) is { } why) return why;
            }
        }
        while (reader.NextResult());

        return new InvitationTable(rows.ToImmutable(), unread.ToImmutable());
    }

    private static string Text(object? cell) => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "";

    private static MemoryStream StreamOf(ReadOnlyMemory<byte> file) =>
        MemoryMarshal.TryGetArray(file, out var array)
            ? new(array.Array!, array.Offset, array.Count, writable: false)
            : new(file.ToArray(), writable: false);
}
