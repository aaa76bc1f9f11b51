using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;

namespace PublicBuyers.Communities;

/// <summary>A table that somebody sends to invite people: CSV, or the first visible sheet of an Excel workbook.</summary>
/// <param name="Rows">In the order of the file, without empty ones.</param>
/// <param name="UnreadSheets">The names of the workbook's other sheets.</param>
internal sealed record InvitationTable(ImmutableArray<TableRow> Rows, ImmutableArray<string> UnreadSheets)
{
    /// <summary>Of a file, in bytes.</summary>
    public const int Largest = 512 * 1024;

    /// <summary>Of a workbook's sheet empty ones count too; so do typed lines.</summary>
    public const int MostRows = 1_000;

    /// <summary>Of a workbook's sheet empty ones count too.</summary>
    public const int MostColumns = 20;

    public static readonly InvitationTable Empty = new([], []);

    public static readonly Refusal TooLarge = new InvitationTableRefusal.TooLarge(Largest / 1024);

    private static readonly char[] Separators = [';', ',', '\t'];

    private static readonly CsvReaderOptions Options = CsvReaderOptions.Default with
    {
        HasHeader = false,
        TrackLineNumbers = true,
        TrimWhitespace = true,
        MaxRecordSize = 4 * Largest,   // of UTF-8; a letter of Windows-1252 becomes at most three bytes
        FormatProvider = CultureInfo.InvariantCulture,
    };

    /// <summary>Reads the whole file or refuses it as a whole: nobody is left out because a limit was reached.</summary>
    public static Outcome<InvitationTable> Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length > Largest) return TooLarge;
        if (Workbook.IsOne(file.Span)) return Workbook.Read(file);
        if (Workbook.IsOldOne(file.Span)) return new InvitationTableRefusal.OldWorkbook();

        return TextFiles.Read(file.Span) is { } text ? ReadCsv(text) : new InvitationTableRefusal.NotATable();
    }

    /// <summary>
    /// Reads with the separator that the library finds in the first lines, and with the usual ones where another leaves more
    /// addresses alone in their cells: a title above the table, or a comma in every name, leads the library astray.
    /// </summary>
    private static Outcome<InvitationTable> ReadCsv(string text)
    {
        var found = ReadCsv(text, null);
        if (found.IsRefused && found.Refusal is not InvitationTableRefusal.QuoteOpen) return found;
        if (text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase)) return found;

        return Separators.Select(separator => ReadCsv(text, separator)).Prepend(found)
            .MaxBy(read => read.IsRefused ? (-1, 0) : (read.Value.Rows.Sum(row => row.Cells.Count(IsOneAddress)), read.Value.Rows.Sum(row => row.Cells.Length)))!;
    }

    private static Outcome<InvitationTable> ReadCsv(string text, char? separator)
    {
        CsvMalformedReason? malformed = null;
        var rows = ImmutableArray.CreateBuilder<TableRow>();
        var options = Options with { Separator = separator, OnMalformedRecord = record => malformed = record.Reason };
        using var reader = CsvReader.FromText(text, options);
        while (reader.Read())
        {
            var row = new TableRow((int)reader.LineNumber, [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
            if (malformed is CsvMalformedReason.UnterminatedQuote) return new InvitationTableRefusal.QuoteOpen(row.Line);
            if (Add(rows, row) is { } why) return why;
        }

        return new InvitationTable(rows.ToImmutable(), []);
    }

    private static bool IsOneAddress(string cell) => cell.Count(each => each == '@') == 1 && cell.IndexOfAny([.. Separators, '"']) < 0;

    /// <returns>Why the table is refused, if so.</returns>
    internal static Refusal? Add(ImmutableArray<TableRow>.Builder rows, TableRow row)
    {
        if (row.LastColumn < 0) return null;
        if (row.LastColumn >= MostColumns) return new InvitationTableRefusal.TooManyColumns(MostColumns, row.Line);
        if (rows.Count == MostRows) return new InvitationTableRefusal.TooManyRows(MostRows);

        rows.Add(row);
        return null;
    }
}

/// <param name="Line">In the file, from 1; of a sheet its row.</param>
/// <param name="Cells">Trimmed or not; a missing cell is an empty one.</param>
internal sealed record TableRow(int Line, ImmutableArray<string> Cells)
{
    /// <summary>The last cell that holds something; -1 where none does.</summary>
    public int LastColumn { get; } = Array.FindLastIndex([.. Cells], cell => !string.IsNullOrWhiteSpace(cell));
}

/// <summary>Why a table of people to invite is refused as a whole.</summary>
internal static class InvitationTableRefusal
{
    public sealed record TooLarge(int Kilobytes) : Refusal(RefusalKind.Unprocessable, "invitation-table.too-large");

    public sealed record TooManyRows(int Most) : Refusal(RefusalKind.Unprocessable, "invitation-table.too-many-rows");

    public sealed record TooManyColumns(int Most, int Line) : Refusal(RefusalKind.Unprocessable, "invitation-table.too-many-columns");

    /// <summary>Columns of a workbook's sheet, up to the last one that is mentioned, empty or not.</summary>
    public sealed record SheetTooWide(int Most, int Columns) : Refusal(RefusalKind.Unprocessable, "invitation-table.sheet-too-wide");

    public sealed record TooManySheets(int Most) : Refusal(RefusalKind.Unprocessable, "invitation-table.too-many-sheets");

    /// <summary>Several entries can stand in one cell.</summary>
    public sealed record TooManyEntries(int Most) : Refusal(RefusalKind.Unprocessable, "invitation-table.too-many-entries");

    public sealed record TooManyTypedLines(int Most) : Refusal(RefusalKind.Unprocessable, "invitation-table.too-many-typed-lines");

    /// <summary>A quotation mark opens a cell and nothing closes it: the rest of the file would be this one cell.</summary>
    public sealed record QuoteOpen(int Line) : Refusal(RefusalKind.Unprocessable, "invitation-table.quote-open");

    /// <summary>A workbook of Excel 2003 or one with a password.</summary>
    public sealed record OldWorkbook() : Refusal(RefusalKind.Unprocessable, "invitation-table.old-workbook");

    /// <summary>A package that is no workbook, or a damaged one.</summary>
    public sealed record WorkbookUnreadable() : Refusal(RefusalKind.Unprocessable, "invitation-table.workbook-unreadable");

    public sealed record NotATable() : Refusal(RefusalKind.Unprocessable, "invitation-table.not-a-table");
}
