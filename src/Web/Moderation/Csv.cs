using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace PublicBuyers.Moderation;

/// <summary>Rows that a spreadsheet opens in columns, and takes for nothing but text.</summary>
/// <remarks>
/// A first line <c>sep=;</c> was the other way: Excel obeys it everywhere, but then no longer believes the mark that says UTF-8, so
/// that names lose their accents; and every other program takes the line for data.
/// </remarks>
/// <param name="separator">Between two cells: a comma, or a semicolon where the comma separates decimals.</param>
internal sealed class Csv(char separator)
{
    /// <summary>Tells a spreadsheet that the text is UTF-8.</summary>
    public const string Beginning = "\uFEFF";

    /// <summary>
    /// The separator that the reader's spreadsheet expects. It follows the region of their computer, which nobody tells us: the language
    /// that they read here and the first one that their browser asks for are the best signs of it.
    /// </summary>
    public static Csv For(HttpRequest request, Words words)
    {
        var asked = request.GetTypedHeaders().AcceptLanguage.MaxBy(each => each.Quality ?? 1)?.Value.Value;
        return new(HasDecimalComma(words.Culture) || (asked is not null && CultureOf(asked) is { } culture && HasDecimalComma(culture)) ? ';' : ',');
    }

    public string Row(params IEnumerable<string> cells) => string.Join(separator, cells.Select(Cell)) + "\r\n";

    private static bool HasDecimalComma(CultureInfo culture) => culture.NumberFormat.NumberDecimalSeparator == ",";

    private static CultureInfo? CultureOf(string tag)
    {
        try
        {
            return CultureInfo.GetCultureInfo(tag);
        }
        catch (CultureNotFoundException)
        {
            return null;
        }
    }

    /// <summary>What begins like a formula, in full width too, is marked as text.</summary>
    private static string Cell(string text)
    {
        var isFormula = text is ['=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '\t' or '\r' or '\n', ..];
        return $"\"{(isFormula ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
