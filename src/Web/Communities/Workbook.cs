using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using ExcelDataReader;
using PublicBuyers.Attachments.Documents;

namespace PublicBuyers.Communities;

/// <summary>Rows of an Excel workbook (.xlsx).</summary>
internal static class Workbook
{
    /// <summary>Of all parts of the package together when they are unpacked, in bytes.</summary>
    private const long LargestUnpacked = 16 * 1024 * 1024;

    /// <summary>The library reads a sheet whole to learn its width, and several sheets can be one part of the package.</summary>
    private const int MostSheets = 20;

    /// <summary>The library asks for this encoding by its number.</summary>
    static Workbook() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static bool IsOne(ReadOnlySpan<byte> file) => file.StartsWith("PK\u0003\u0004"u8);

    /// <summary>Excel 97 to 2003, and every workbook with a password.</summary>
    public static bool IsOldOne(ReadOnlySpan<byte> file) => file is [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..];

    public static Outcome<InvitationTable> Read(ReadOnlyMemory<byte> file)
    {
        try
        {
            return Unpacks(file) is { } largest ? Rows(file, largest) : new InvitationTableRefusal.WorkbookUnreadable();
        }
        catch (Exception unreadable) when (unreadable is not OutOfMemoryException)
        {
            return new InvitationTableRefusal.WorkbookUnreadable();   // the library throws many kinds at a damaged file
        }
    }

    /// <summary>
    /// The sizes that a package declares are the most that is unpacked of it. The library keeps every element that is
    /// open and every name it has met; so all markup is measured first.
    /// </summary>
    /// <returns>Of the largest part, in bytes; none: it is no workbook, or too large.</returns>
    private static long? Unpacks(ReadOnlyMemory<byte> file)
    {
        using var package = new ZipArchive(StreamOf(file), ZipArchiveMode.Read);
        if (package.GetEntry("xl/workbook.xml") is null || package.Entries.Sum(entry => entry.Length) > LargestUnpacked)
            return null;

        var budget = new ReadingBudget();
        foreach (var entry in package.Entries)
            Markup.Measure(entry.Open(), budget);
        return package.Entries.Max(entry => entry.Length);
    }

    private static Outcome<InvitationTable> Rows(ReadOnlyMemory<byte> file, long largestPart)
    {
        using var reader = ExcelReaderFactory.CreateOpenXmlReader(StreamOf(file));
        if (reader.ResultsCount > MostSheets || reader.ResultsCount * largestPart > LargestUnpacked)
            return new InvitationTableRefusal.TooManySheets(MostSheets);

        var (rows, unread) = (ImmutableArray.CreateBuilder<TableRow>(), ImmutableArray.CreateBuilder<string>());
        var (isFound, letters) = (false, 0L);
        do
        {
            if (isFound || !string.Equals(reader.VisibleState, "visible", StringComparison.Ordinal))
            {
                unread.Add(reader.Name);
                continue;
            }

            isFound = true;

            // Before a row is made: a row has as many cells as the widest, and a sheet can begin a million rows down.
            if (reader.FieldCount > InvitationTable.MostColumns)
                return new InvitationTableRefusal.SheetTooWide(InvitationTable.MostColumns, reader.FieldCount);

            while (reader.Read())
            {
                if (reader.Depth >= InvitationTable.MostRows) return new InvitationTableRefusal.TooManyRows(InvitationTable.MostRows);

                var row = new TableRow(reader.Depth + 1, [.. Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))]);
                letters += row.Cells.Sum(cell => cell.Length);   // many cells can share one text of the package
                if (letters > InvitationTable.Largest) return InvitationTable.TooLarge;
                if (InvitationTable.Add(rows, row) is { } why) return why;
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
