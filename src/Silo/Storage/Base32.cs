namespace PublicBuyers.Storage;

/// <summary>Bytes as <c>a–z</c> and <c>2–7</c>: safe in addresses and file names, and nobody mistakes one letter for another.</summary>
internal static class Base32
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The first <paramref name="length"/> letters; there must be bits enough for them.</summary>
    public static string Of(ReadOnlySpan<byte> bytes, int length)
    {
        Span<char> text = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            var bit = i * 5;
            var pair = (bytes[bit / 8] << 8) | (bit / 8 + 1 < bytes.Length ? bytes[bit / 8 + 1] : 0);
            text[i] = Letters[(pair >> (11 - bit % 8)) & 31];
        }

        return new string(text);
    }
}
