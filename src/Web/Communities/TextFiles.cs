using System.Buffers.Binary;
using System.Text;

namespace PublicBuyers.Communities;

/// <summary>Reads the text of a file that says nothing about its encoding.</summary>
internal static class TextFiles
{
    /// <summary>As many bytes show which byte of a UTF-16 letter is zero.</summary>
    private const int LookedAt = 1_024;

    private static readonly Encoding StrictUtf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, true);

    /// <summary>Western European Windows, in which Excel saves "CSV" where nothing else was chosen.</summary>
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>Reads UTF-8, UTF-16 and Windows-1252, each with or without a byte order mark.</summary>
    /// <returns>The text without the mark; none where it holds control characters, which no text does.</returns>
    public static string? Read(ReadOnlySpan<byte> bytes)
    {
        var text = Decode(bytes);
        return text.Any(each => char.IsControl(each) && each is not ('\t' or '\r' or '\n')) ? null : text;
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8)) return Encoding.UTF8.GetString(bytes[3..]);
        if (bytes is [0xFF, 0xFE, .. var little]) return Encoding.Unicode.GetString(little);
        if (bytes is [0xFE, 0xFF, .. var big]) return Encoding.BigEndianUnicode.GetString(big);
        if (Utf16Without(bytes) is { } encoding) return encoding.GetString(bytes);

        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Windows1252.GetString(bytes);
        }
    }

    /// <summary>UTF-16 without a mark: separators and addresses have a zero in every letter, always on the same side.</summary>
    private static Encoding? Utf16Without(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % 2 != 0) return null;

        var (ascii, asciiSwapped, letters) = (0, 0, Math.Min(bytes.Length, LookedAt) / 2);
        for (var i = 0; i < letters; i++)
        {
            var letter = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]);
            if (letter is > 0 and < 0x80) ascii++;
            if (BinaryPrimitives.ReverseEndianness(letter) is > 0 and < 0x80) asciiSwapped++;
        }

        return 2 * ascii > letters ? Encoding.Unicode : 2 * asciiSwapped > letters ? Encoding.BigEndianUnicode : null;
    }
}
