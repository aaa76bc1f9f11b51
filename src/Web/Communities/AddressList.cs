using System.Collections.Immutable;
using System.Text.RegularExpressions;
using PublicBuyers.SignIn;

namespace PublicBuyers.Communities;

/// <summary>
/// What people typed or sent as a table, cell by cell: every cell that holds something is an address, is said not to be one, or is in
/// a column that was left out because no cell of it holds an address. Nothing is passed over in silence.
/// </summary>
/// <param name="Cells">Addresses and what should have been one, in the order they were written.</param>
/// <param name="LeftOut">Columns that hold names and the like.</param>
/// <param name="Headings">The table's first row, where it names the columns; else 0.</param>
/// <param name="UnreadSheets">The names of a workbook's other sheets.</param>
public sealed partial record AddressList(
    ImmutableArray<ListedCell> Cells, ImmutableArray<LeftOutColumn> LeftOut, int Headings, ImmutableArray<string> UnreadSheets)
{
    /// <summary>What is typed has as many lines and entries at most as a table has rows and cells; both together too.</summary>
    public const int MostLines = InvitationTable.MostRows, MostEntries = InvitationTable.MostRows * InvitationTable.MostColumns;

    private static readonly char[] Separators = [',', ';', '\t', '|', '\r', '\n'];

    /// <summary>Normalised, each once, in the order they were written.</summary>
    public ImmutableArray<string> Addresses { get; } =
        [.. Cells.Select(cell => cell.Address).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>Reads the whole list or refuses it as a whole, and stops where a limit is reached.</summary>
    internal static Outcome<AddressList> Read(string typed, InvitationTable table, IAddressKeys keys)
    {
        var cells = ImmutableArray.CreateBuilder<ListedCell>();
        var line = 0;
        foreach (var written in typed.AsSpan().TrimEnd().EnumerateLines())
        {
            if (++line > MostLines) return new InvitationTableRefusal.TooManyTypedLines(MostLines);

            var left = MostEntries - cells.Count;
            var parts = Parts(written.ToString(), left + 1);
            if (parts.Length > left) return new InvitationTableRefusal.TooManyEntries(MostEntries);

            foreach (var part in parts) cells.Add(new(false, line, part, AddressOf(part, keys)));
        }

        var headings = HeadingsOf(table);
        var rows = headings is null ? table.Rows : table.Rows.RemoveAt(0);
        var columns = Columns(rows, keys);
        foreach (var cell in rows.SelectMany(row => CellsOf(row, columns, keys)))
        {
            if (cells.Count == MostEntries) return new InvitationTableRefusal.TooManyEntries(MostEntries);

            cells.Add(cell);
        }

        var leftOut = columns
            .Where(column => !column.HasAddress && column.Beside > 0)
            .Select(column => new LeftOutColumn(column.Index + 1, headings?.Cells.ElementAtOrDefault(column.Index)?.Trim() ?? "", column.Beside));
        return new AddressList(cells.ToImmutable(), [.. leftOut], headings?.Line ?? 0, table.UnreadSheets);
    }

    /// <summary>The first row, where it has no address and one of its cells is what such columns are called.</summary>
    private static TableRow? HeadingsOf(InvitationTable table) =>
        table.Rows is [var first, ..]
        && !first.Cells.Any(cell => cell.Contains('@', StringComparison.Ordinal)) && first.Cells.Any(cell => Heading().IsMatch(cell.Trim()))
            ? first
            : null;

    private static ImmutableArray<Column> Columns(ImmutableArray<TableRow> rows, IAddressKeys keys)
    {
        var (withAddress, beside) = (new HashSet<int>(), new Dictionary<int, int>());
        foreach (var row in rows)
        {
            var found = Filled(row).Where(column => AddressesIn(row.Cells[column], keys).Any()).ToHashSet();
            withAddress.UnionWith(found);
            if (found.Count == 0) continue;

            foreach (var column in Filled(row).Where(column => !row.Cells[column].Contains('@', StringComparison.Ordinal)))
                beside[column] = beside.GetValueOrDefault(column) + 1;
        }

        return [.. Enumerable.Range(0, InvitationTable.MostColumns).Select(i => new Column(i, withAddress.Contains(i), beside.GetValueOrDefault(i)))];
    }

    private static IEnumerable<ListedCell> CellsOf(TableRow row, ImmutableArray<Column> columns, IAddressKeys keys)
    {
        var hasAddress = Filled(row).Any(column => AddressesIn(row.Cells[column], keys).Any());
        foreach (var column in Filled(row))
        {
            var text = row.Cells[column];
            var isLeftOut = hasAddress && !columns[column].HasAddress && !text.Contains('@', StringComparison.Ordinal);
            if (isLeftOut) continue;

            if (AddressOf(text, keys) is { } whole)
            {
                yield return new(true, row.Line, text.Trim(), whole);
                continue;
            }

            // Several in one cell, or a name beside an address: what looks like an address counts, and what does not is its name.
            var parts = Parts(text).Where(part => part.Contains('@', StringComparison.Ordinal)).ToList();
            if (parts.Count == 0) parts.Add(text.Trim());
            foreach (var part in parts) yield return new(true, row.Line, part, AddressOf(part, keys));
        }
    }

    private static IEnumerable<int> Filled(TableRow row) =>
        Enumerable.Range(0, row.LastColumn + 1).Where(column => !string.IsNullOrWhiteSpace(row.Cells[column]));

    private static IEnumerable<string> AddressesIn(string text, IAddressKeys keys) =>
        AddressOf(text, keys) is { } whole ? [whole] : Parts(text).Select(part => AddressOf(part, keys)).OfType<string>();

    /// <summary>
    /// A separator within a quoted name is part of the name: <c>"Müller, Dora" &lt;dora@example.eu&gt;</c>. Addresses with
    /// only spaces between them are several.
    /// </summary>
    private static string[] Parts(string text, int most = int.MaxValue)
    {
        return [.. QuotedName().Replace(text, "<")
            .Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .SelectMany(part => part.Count(each => each == '@') > 1 && !part.Contains('<', StringComparison.Ordinal)
                ? part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                : [part])
            .Take(most)];
    }

    /// <summary>An address that mail can reach: <c>alice@example</c>, whose ending is missing, is none. Nor is what holds a separator.</summary>
    private static string? AddressOf(string text, IAddressKeys keys) =>
        Bare(text) is var bare && bare.IndexOfAny(Separators) < 0
        && keys.TryRead(bare, out var normalised)
        && normalised.IndexOf('.', normalised.IndexOf('@', StringComparison.Ordinal)) > 0
            ? normalised
            : null;

    /// <summary>The address of <c>Dana Novák &lt;dana@example.eu&gt;</c>.</summary>
    private static string Bare(string text) =>
        WithoutExtras(text.LastIndexOf('<') is >= 0 and var open && text.IndexOf('>', open) is > 0 and var close
            ? text[(open + 1)..close]
            : text);

    /// <summary>Without what programs and people put around an address: <c>mailto:</c> before it, a full stop after it.</summary>
    private static string WithoutExtras(string text)
    {
        var bare = text.Trim();
        if (bare.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)) bare = bare["mailto:".Length..];
        return bare.EndsWith('.') ? bare[..^1] : bare;
    }

    [GeneratedRegex("\"[^\"]*\"\\s*<", RegexOptions.NonBacktracking)]
    private static partial Regex QuotedName();

    /// <summary>What a column of addresses is called in the languages of the Union: a first row without such a word is data.</summary>
    [GeneratedRegex(
        @"\A((your |work |business )?(e-?mail|mail|courriel|correo|eposta|e-post)[ -]?(adress|adresse|address|addresses|adresses|adressen|electr[oó]nico)?"
        + @"|(adresse|adresses|address|addresses|indirizzo|direcci[oó]n|adres|endere[cç]o)( (de |d['’]|di |do )?(e-?mail|mail|courriel|correo|[eé]lectroniques?|electr[oó]nico))?"
        + @"|m[eé]l|posta elettronica|имейл|ηλεκτρονικ[οό] ταχυδρομε[ιί]ο)\z",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    /// <param name="Beside">Cells without an address, in rows that have one elsewhere.</param>
    private sealed record Column(int Index, bool HasAddress, int Beside);
}

/// <summary>One address, or one text where an address should be.</summary>
/// <param name="InTable">False: typed.</param>
/// <param name="Line">From 1, in what was typed or in the file.</param>
/// <param name="Address">Normalised; none: it is no address.</param>
public sealed record ListedCell(bool InTable, int Line, string Text, string? Address)
{
    /// <summary>Characters of a text that is shown again.</summary>
    public const int LongestShown = 80;

    /// <summary>The text in one line, cut where it is too long.</summary>
    public string Shown
    {
        get
        {
            var line = string.Concat(Text.Select(each => char.IsControl(each) ? ' ' : each));
            if (line.Length <= LongestShown) return line;

            var end = char.IsHighSurrogate(line[LongestShown - 1]) ? LongestShown - 1 : LongestShown;
            return line[..end] + "…";
        }
    }
}

/// <summary>A column without an address: names and the like.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Heading">What the first row calls it; may be empty.</param>
/// <param name="Cells">That hold something.</param>
public sealed record LeftOutColumn(int Number, string Heading, int Cells);
