using System.Net;
using System.Text;

namespace PublicBuyers.Rooms;

/// <summary>The beginning of a post in plain text, of the markup made for it.</summary>
internal static class Excerpt
{
    public const int Longest = 140;

    public static string Of(string html)
    {
        var text = new StringBuilder();
        var inTag = false;
        foreach (var letter in html)
        {
            if (letter is '<' or '>') inTag = letter == '<';
            else if (!inTag && (!char.IsWhiteSpace(letter) || (text.Length > 0 && text[^1] != ' '))) text.Append(char.IsWhiteSpace(letter) ? ' ' : letter);
        }

        var plain = WebUtility.HtmlDecode(text.ToString()).Trim();
        if (plain.Length <= Longest) return plain;

        var end = char.IsHighSurrogate(plain[Longest - 2]) ? Longest - 2 : Longest - 1;
        return plain[..end].TrimEnd() + "…";
    }
}
