using System.Globalization;
using System.Text;
using MimeKit;

namespace PublicBuyers.Mails;

/// <summary>Mail as it is written on the wire and in files, whichever way it leaves.</summary>
/// <param name="host">Right of the @ in every <c>Message-ID</c>.</param>
internal sealed class MailMessages(string from, string host)
{
    /// <summary>RFC 5322: octets of a line, without its end.</summary>
    public const int LongestLine = 998;

    private const int PlainWord = 60;

    /// <summary>Whether an address of it can only be written where SMTPUTF8 is understood.</summary>
    public static bool IsBeyondAscii(MimeMessage message) =>
        message.From.Concat(message.To).OfType<MailboxAddress>().Any(address => !Ascii.IsValid(address.Address));

    /// <param name="written">The same for each try, as the rest of the mail is.</param>
    /// <exception cref="FormatException">The address is none, or a line would be too long or not stay one.</exception>
    public MimeMessage Of(Mail mail, DateTimeOffset written)
    {
        if (new[] { mail.Subject, mail.MessageId, mail.Language, mail.To }.Any(value => value.Any(char.IsControl)))
            throw new FormatException("A header of this mail would not stay one line.");

        var message = new MimeMessage { Date = written };
        message.From.Add(Mailbox("PublicBuyers", from));
        message.To.Add(Mailbox("", mail.To));
        message.Headers.Replace(Subject(mail.Subject));
        message.Headers.Remove(HeaderId.MessageId);
        message.Headers.Add("Message-ID", $"<{mail.MessageId}@{host}>");
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        // for Exchange and Outlook, which do not heed the standard's
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        message.Headers.Add(HeaderId.ContentLanguage, mail.Language);
        message.Body = new MultipartAlternative { Part("plain", mail.Text), Part("html", mail.Html) };
        message.Prepare(EncodingConstraint.SevenBit);
        Check(message);
        return message;
    }

    /// <summary>
    /// Domains have a form in ASCII, and every mail server understands it. What is left of the @ has none.
    /// </summary>
    private static string WithAsciiDomain(string address)
    {
        var at = address.LastIndexOf('@');
        if (at < 1)
            throw new FormatException($"\"{address}\" is no mail address.");

        try
        {
            return address[..(at + 1)] + new IdnMapping().GetAscii(address[(at + 1)..]);
        }
        catch (ArgumentException none)
        {
            throw new FormatException($"\"{address[(at + 1)..]}\" is no domain that mail could be sent to.", none);
        }
    }

    private static MailboxAddress Mailbox(string name, string address)
    {
        var ascii = WithAsciiDomain(address);
        if (
            !MailboxAddress.TryParse(ascii, out var read)
            || ascii.Any(char.IsWhiteSpace)
            || read.LocalPart != ascii[..ascii.LastIndexOf('@')]
        )
            throw new FormatException($"\"{address}\" is no mail address.");

        read.Name = name;
        return read;
    }

    /// <summary>
    /// A subject is shown as it was typed, whatever it looks like: what could be taken for an encoding is encoded, and
    /// so is what could not be folded.
    /// </summary>
    private static Header Subject(string subject)
    {
        var isPlain =
            subject.Length == 0
            || (
                subject.All(letter => letter is >= ' ' and <= '~')
                && !subject.Contains("=?", StringComparison.Ordinal)
                && subject.Split(' ').All(word => word.Length is > 0 and <= PlainWord)
            );
        var header = new Header(HeaderId.Subject, isPlain ? subject : "");
        if (!isPlain)
            header.SetRawValue(Encoding.ASCII.GetBytes(" " + Encoded(subject) + "\r\n"));
        return header;
    }

    /// <summary>RFC 2047, in words of at most 75 octets, none of which begins or ends within a letter.</summary>
    private static string Encoded(string text)
    {
        const int longest = 45; // octets, which base64 makes 60 letters of
        var words = new List<string>();
        var word = new List<byte>(longest);
        Span<byte> octets = stackalloc byte[4];
        foreach (var letter in text.EnumerateRunes())
        {
            if (word.Count + letter.Utf8SequenceLength > longest)
                End();
            word.AddRange(octets[..letter.EncodeToUtf8(octets)]);
        }

        End();
        return string.Join("\r\n ", words);

        void End()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. word])}?=");
            word.Clear();
        }
    }

    /// <summary>
    /// Lines end in CRLF before they are encoded, as RFC 2045 wants of text: base64 keeps what is in it.
    /// </summary>
    private static TextPart Part(string subtype, string text)
    {
        var part = new TextPart(subtype);
        part.SetText(Encoding.UTF8, text.ReplaceLineEndings("\r\n"));
        return part;
    }

    private static void Check(MimeMessage message)
    {
        using var written = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.International = IsBeyondAscii(message);
        message.Headers.WriteTo(format, written); // bodies are encoded in short lines
        var left = written.GetBuffer().AsSpan(0, (int)written.Length);
        while (!left.IsEmpty)
        {
            var end = left.IndexOf("\r\n"u8);
            var line = end < 0 ? left : left[..end];
            if (line.Length > LongestLine)
                throw new FormatException($"A line of this mail has {line.Length} octets; {LongestLine} is the most.");
            if (line.IndexOfAny((byte)'\r', (byte)'\n') >= 0)
                throw new FormatException("A line of this mail does not end in CRLF.");
            left = end < 0 ? [] : left[(end + 2)..];
        }
    }
}
