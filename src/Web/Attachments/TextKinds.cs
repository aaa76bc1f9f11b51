using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace PublicBuyers.Attachments;

/// <summary>
/// Whether bytes are a text, as programs write them: UTF-8, UTF-16 that says so at its beginning, or one of the
/// older sets of letters, one byte each, that Excel still writes: Windows-1252, 1250, 1251, 1253, Macintosh.
/// </summary>
/// <remarks>
/// What stands in it does not matter. It is given out to be saved, as plain text that no browser takes for anything
/// else.
/// </remarks>
internal static class TextKinds
{
    /// <summary>Tabs, line and page ends, and the sign that ended files once.</summary>
    private static readonly SearchValues<byte> NoText = SearchValues.Create([
        .. Enumerable.Range(0, 32).Except([9, 10, 11, 12, 13, 26]).Select(each => (byte)each),
        0x7F,
    ]);

    public static bool IsText(ReadOnlySpan<byte> bytes) =>
        bytes switch
        {
            [0xFF, 0xFE, .. var rest] => IsUtf16(rest, Encoding.Unicode),
            [0xFE, 0xFF, .. var rest] => IsUtf16(rest, Encoding.BigEndianUnicode),
            _ => Utf8.IsValid(bytes) ? !bytes.Contains((byte)0) : bytes.IndexOfAny(NoText) < 0,
        };

    private static bool IsUtf16(ReadOnlySpan<byte> bytes, Encoding letters)
    {
        if (bytes.Length % 2 != 0)
            return false;

        var strict = Encoding
            .GetEncoding(letters.CodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
            .GetDecoder();
        Span<char> some = stackalloc char[1_024];
        try
        {
            while (!bytes.IsEmpty)
            {
                strict.Convert(bytes, some, flush: true, out var used, out var made, out _);
                if (some[..made].Contains('\0'))
                    return false;

                bytes = bytes[used..];
            }

            return true;
        }
        catch (DecoderFallbackException)
        {
            return false; // half a character
        }
    }
}
