using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace PublicBuyers.Rooms;

/// <summary>The beginning of a post in plain text, of the markup made for it.</summary>
internal static partial class Excerpt
{
    public const int Longest = 140;

    /// <summary>Cut between characters as people see them.</summary>
    public static string Of(string html)
    {
        var text = Blank().Replace(WebUtility.HtmlDecode(Tag().Replace(html, static tag => Inline().IsMatch(tag.Value) ? "" : " ")), " ").Trim();
        if (text.Length <= Longest) return text;

        var upto = 0;
        for (var next = StringInfo.GetNextTextElementLength(text); upto + next < Longest; next = StringInfo.GetNextTextElementLength(text, upto)) upto += next;
        return text[..upto].TrimEnd() + "…";
    }

    [GeneratedRegex("<[^>]*>", RegexOptions.NonBacktracking)]
    private static partial Regex Tag();

    [GeneratedRegex("^</?(a|strong|em|code|span|bdi)[ >]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Inline();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Blank();
}
