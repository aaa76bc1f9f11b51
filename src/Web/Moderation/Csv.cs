namespace PublicBuyers.Moderation;

/// <summary>Rows as RFC 4180 has them, which no spreadsheet takes for anything but text.</summary>
internal static class Csv
{
    /// <summary>So that a spreadsheet reads the names right.</summary>
    public const string Beginning = "\uFEFF";

    public static string Row(params IEnumerable<string> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    /// <summary>What begins like a formula, in full width too, is marked as text.</summary>
    private static string Cell(string text) => $"\"{(text is ['=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '\t' or '\r' or '\n', ..] ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
