using System.Text;

namespace PublicBuyers;

/// <summary>Mail and web addresses in a line of text, as mail programs would make links of them.</summary>
internal static class NameAddresses
{
    /// <summary>Dots of other scripts, which browsers read as dots.</summary>
    private static readonly char[] Dots = ['\u3002', '\uFF0E', '\uFF61', '\u2024'];

    private static readonly char[] Around = ['(', ')', '<', '>', '[', ']', '{', '}', '"', '\'', '«', '»', '“', '”', '„', ',', ';', '!', '?', '…'];

    private static readonly string[] Schemes = ["mailto:", "tel:", "javascript:", "data:", "file:"];

    /// <summary>Whether a word of it is an address.</summary>
    public static bool HasOne(string text) => Words(text).Any(IsAddress);

    /// <summary>Whether it is one address and nothing more.</summary>
    public static bool IsOne(string text) => Words(text) is [var only] && IsAddress(only);

    private static string[] Words(string text)
    {
        var plain = text.Normal(NormalizationForm.FormKC);
        foreach (var dot in Dots) plain = plain.Replace(dot, '.');
        return plain.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool IsAddress(string word)
    {
        var trimmed = word.Trim(Around).TrimEnd('.', ':');
        if (trimmed.Contains("://", StringComparison.Ordinal) || trimmed.StartsWith("//", StringComparison.Ordinal)) return true;
        if (Schemes.Any(scheme => trimmed.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))) return true;
        if (trimmed.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < trimmed.Length - 1) return true;
        if (trimmed.StartsWith("www.", StringComparison.OrdinalIgnoreCase)) return true;

        return IsHost(trimmed.Split('/', '?', '#', ':')[0]);
    }

    /// <summary>A name in the domain name system. <c>A.Li</c> is an initial and a surname.</summary>
    private static bool IsHost(string text)
    {
        if (text.Split('.') is not [.., var before, var top] labels || labels.Any(label => label.Length == 0)) return false;
        if (!labels.All(label => label.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_'))) return false;

        var isInitial = labels.Length == 2 && before.Length == 1 && char.IsUpper(before[0]) && char.IsUpper(top[0]);
        return !isInitial && NameData.TopLevelDomains.Contains(top.ToLowerInvariant());
    }
}
