using System.Globalization;
using System.Text;

namespace PublicBuyers.Mails;

/// <summary>What people wrote, made fit for a mail of ours.</summary>
internal static class WordsOfPeople
{
    private static readonly string[] schemes = ["http", "https", "ftp", "mailto", "tel", "sms", "javascript", "data", "file"];

    /// <summary>
    /// For our own sentences and subjects: one line, without marks that turn the direction, and nothing that a mail
    /// program takes for a link.
    /// <c>https://evil.example</c> becomes <c>https[:]//evil[.]example</c>: everybody can see what was written, and
    /// nobody can click on it.
    /// </summary>
    public static string InALine(string written)
    {
        var text = string.Concat(written.Where(letter => !IsInvisible(letter)));
        var line = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            var breaks = letter is '.' or '。' or '．' or '｡' ? IsBeforeADomain(text, i) : letter is ':' or '：' && IsAfterAScheme(text, i);
            if (breaks) line.Append('[').Append(letter).Append(']');
            else line.Append(char.IsControl(letter) || letter is '\u2028' or '\u2029' ? ' ' : letter);
        }

        return line.ToString().Trim();
    }

    /// <summary>For a paragraph of its own: each line is marked as somebody's words.</summary>
    public static string Quoted(string text) =>
        text.Length == 0 ? "" : string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => "> " + line));

    /// <summary>
    /// A letter before the point, and after it a label that could end an address: two characters at least, one of them
    /// a letter.
    /// </summary>
    private static bool IsBeforeADomain(string text, int point)
    {
        if (point == 0 || !char.IsLetterOrDigit(text[point - 1])) return false;

        var label = text.AsSpan(point + 1);
        var length = 0;
        while (length < label.Length && (char.IsLetterOrDigit(label[length]) || label[length] == '-' || char.IsSurrogate(label[length]))) length++;
        return length >= 2 && label[..length].ContainsAnyExcept("0123456789-");
    }

    private static bool IsAfterAScheme(string text, int colon) =>
        text.AsSpan(colon + 1).StartsWith("//") || schemes.Any(scheme => text.AsSpan(0, colon).EndsWith(scheme, StringComparison.OrdinalIgnoreCase));

    /// <summary>Marks of direction and letters without width. Those that join letters of a script stay.</summary>
    private static bool IsInvisible(char letter) =>
        letter is not ('\u200C' or '\u200D') && char.GetUnicodeCategory(letter) is UnicodeCategory.Format;
}
