using System.Globalization;
using System.Text;
using PublicBuyers.SignIn;

namespace PublicBuyers.Storage;

/// <remarks>Stricter than RFC 5321: no quoted local parts, comments or address literals, which people do not have and attackers do.</remarks>
internal sealed class AddressKeys(Secrets secrets) : IAddressKeys
{
    private const int Longest = 254;
    private const int LongestLocalPart = 64;
    private const int KeyLength = 26;
    private const string AlsoInLocalParts = "!#$%&'*+-/=?^_`{|}~.";

    private static readonly IdnMapping Domains = new() { UseStd3AsciiRules = true };

    public bool TryRead(string? text, out string normalised)
    {
        normalised = "";
        if (text is null || text.Length > 2 * Longest || !IsWellFormed(text)) return false;

        if (text.Trim().Normal().Split('@') is not [var local, var domain]) return false;
        if (!IsLocalPart(local) || !TryReadDomain(domain, out var ascii)) return false;

        var address = $"{local.ToLowerInvariant()}@{ascii}";
        if (Encoding.UTF8.GetByteCount(address) > Longest) return false;

        normalised = address;
        return true;
    }

    public AddressKey KeyOf(string normalised) => new(Base32.Of(secrets.Derive("address", "key", normalised), KeyLength));

    private static bool IsLocalPart(string local) =>
        local.Length is > 0 and <= LongestLocalPart
        && local[0] != '.' && local[^1] != '.' && !local.Contains("..", StringComparison.Ordinal)
        && local.EnumerateRunes().All(rune => rune.IsAscii
            ? char.IsAsciiLetterOrDigit((char)rune.Value) || AlsoInLocalParts.Contains((char)rune.Value, StringComparison.Ordinal)
            : Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);

    private static bool TryReadDomain(string domain, out string ascii)
    {
        ascii = "";
        if (domain.Length == 0 || domain.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))) return false;

        try
        {
            ascii = Domains.GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return false;
        }

        return ascii[^1] != '.';
    }

    /// <summary>A lone surrogate cannot be normalised, nor mailed.</summary>
    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i += char.IsSurrogate(text[i]) ? 2 : 1)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))) return false;
        }

        return true;
    }
}
