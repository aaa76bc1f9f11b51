using System.Text;
using MimeKit;
using PublicBuyers.Mails;
using PublicBuyers.Moderation;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Sending;

/// <summary>A mail read back is the mail that was meant, whatever names, subjects and texts hold.</summary>
public sealed class MailsOnTheWire
{
    private static readonly string[] headers =
    [
        "Auto-Submitted",
        "Content-Language",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
        "X-Auto-Response-Suppress",
    ];

    private static readonly string[] pieces =
    [
        "a",
        "Trams",
        " ",
        "  ",
        "\t",
        "\r\n",
        "\n",
        "\r",
        "\n\n",
        "\0",
        "\u0007",
        "\u001b[31m",
        "\u007f",
        "\u0085",
        "\u2028",
        "\u2029",
        "\f",
        "é",
        "ż",
        "Привет",
        "采购",
        "🚋",
        "👩‍👩‍👧",
        "\u202e",
        "\u200b",
        "\ufeff",
        "e\u0301\u0301\u0301",
        "\ud800",
        "\udc00",
        "=?utf-8?Q?evil?=",
        "=?utf-8?B?",
        "?=",
        "=20",
        "=",
        ".",
        "\n.\n",
        "\r\n..\r\n",
        "\nFrom me",
        ":",
        ";",
        ",",
        "\"",
        "\\",
        "<",
        ">",
        "(",
        ")",
        "@",
        "Bcc: eve@evil.example",
        "\r\nBcc: eve@evil.example\r\n\r\n",
        "https://evil.example/",
        "{by}",
        "{community}",
        "%0d%0a",
        "&amp;",
        "</p>",
    ];

    private readonly MailMessages messages = new("us@buyers.example", "buyers.example");

    [Fact]
    public async Task Random_names_subjects_and_texts_come_back_as_they_were_meant()
    {
        var random = new Random(Fuzz.Seed);
        for (var round = 0; round < Fuzz.Rounds(inASuite: 500); round++)
        {
            var (subject, text, html) = (InOneLine(Some(random)), Some(random), Some(random));
            await ComesBack(new("one", "ada@example.eu", subject, text, html, "en"), round);
        }
    }

    [Fact]
    public async Task Random_names_and_reasons_fill_our_mails_and_add_no_header()
    {
        var random = new Random(Fuzz.Seed);
        var writer = new MailWriter(new("https://buyers.example"), "help@buyers.example");
        for (var round = 0; round < Fuzz.Rounds(inASuite: 300); round++)
        {
            var language = random.Next(2) == 0 ? "en" : "fr";
            await ComesBack(
                writer.Waiting(
                    "one",
                    "ada@example.eu",
                    language,
                    Some(random),
                    new(new("trams"), new(1)),
                    ItemKind.AccessRequest,
                    Some(random),
                    Some(random)
                ),
                round
            );
        }
    }

    [Fact]
    public async Task Random_addresses_are_refused_or_are_the_one_recipient()
    {
        var random = new Random(Fuzz.Seed);
        for (var round = 0; round < Fuzz.Rounds(inASuite: 500); round++)
        {
            var address = $"{Some(random, 3)}@{(random.Next(3) == 0 ? Some(random, 3) : "bücher.example")}";
            MimeMessage message;
            try
            {
                message = messages.Of(
                    new("one", address, "A subject", "A text.", "<p>A text.</p>", "en"),
                    FakeClock.Noon
                );
            }
            catch (Exception refused) when (refused is FormatException or ArgumentException)
            {
                continue;
            }

            var back = (await Written(message, Said(round, address)))
                .To.Mailboxes.ShouldHaveSingleItem(Said(round, address))
                .Address;
            back[..back.LastIndexOf('@')].ShouldBe(address[..address.LastIndexOf('@')], Said(round, address));
        }
    }

    [Theory]
    [InlineData("=?utf-8?Q?=42=63=63?=: not what it says")]
    [InlineData("A =?utf-8?B?ZXZpbA==?= name")]
    [InlineData("Demande d’accès à « Achats durables » par Zoë")]
    [InlineData("two  spaces")]
    public async Task A_subject_is_shown_as_it_was_typed(string subject)
    {
        var message = messages.Of(
            new("one", "ada@example.eu", subject, "A text.", "<p>A text.</p>", "en"),
            FakeClock.Noon
        );

        (await Written(message, subject)).Subject.ShouldBe(subject);
    }

    [Fact]
    public async Task Machines_are_told_not_to_answer_and_the_date_says_its_zone()
    {
        var message = await Written(
            messages.Of(new("one", "ada@example.eu", "A subject", "A text.", "<p>A text.</p>", "en"), FakeClock.Noon),
            ""
        );

        message.Headers["Auto-Submitted"].ShouldBe("auto-generated");
        message.Headers["X-Auto-Response-Suppress"].ShouldBe("All");
        message.Headers["Date"].ShouldBe("Mon, 02 Mar 2026 12:00:00 +0000");
        message.MessageId.ShouldBe("one@buyers.example");
    }

    [Fact]
    public void Text_in_base64_has_no_bare_line_feed()
    {
        var message = messages.Of(
            new("one", "ada@example.eu", "A subject", "Привет\nвсем\n", "<p>Привет</p>\n<p>всем</p>", "en"),
            FakeClock.Noon
        );

        foreach (var part in message.BodyParts.OfType<TextPart>())
        {
            using var content = new MemoryStream();
            part.Content!.DecodeTo(content);
            part.ContentTransferEncoding.ShouldBe(ContentEncoding.Base64);
            Encoding
                .UTF8.GetString(content.ToArray())
                .Replace("\r\n", "", StringComparison.Ordinal)
                .ShouldNotContain("\n");
        }
    }

    private async Task ComesBack(Mail mail, int round)
    {
        var said = Said(round, $"{mail.Subject}|{mail.Text}");
        var message = messages.Of(mail, FakeClock.Noon);
        var back = await Written(message, said);

        back.Headers.Concat(back.Body!.Headers)
            .Select(header => header.Field)
            .Order(StringComparer.Ordinal)
            .ToArray()
            .ShouldBe(headers, customMessage: said);
        back.Subject.ShouldBe(Encodable(mail.Subject).Trim(), said);
        Lines(back.TextBody!).ShouldBe(Lines(mail.Text), said);
        Lines(back.HtmlBody!).ShouldBe(Lines(mail.Html), said);
        back.To.Mailboxes.ShouldHaveSingleItem(said).Address.ShouldBe("ada@example.eu", said);
    }

    /// <summary>As the library reads it that wrote it not.</summary>
    private static async Task<MimeMessage> Written(MimeMessage message, string said)
    {
        using var written = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.International = MailMessages.IsBeyondAscii(message);
        await message.WriteToAsync(format, written);
        var lines = Encoding.Latin1.GetString(written.ToArray()).Split("\r\n");
        lines.ShouldAllBe(
            line => line.Length <= MailMessages.LongestLine && !line.Contains('\n') && !line.Contains('\r'),
            said
        );
        written.Position = 0;
        return await MimeMessage.LoadAsync(written);
    }

    private static string Some(Random random, int most = 12)
    {
        var text = string.Concat(
            Enumerable.Range(0, random.Next(1, most)).Select(_ => pieces[random.Next(pieces.Length)])
        );
        return random.Next(20) == 0 ? text + new string('x', random.Next(3_000)) : text;
    }

    private static string InOneLine(string text) => string.Concat(text.Where(letter => !char.IsControl(letter)));

    /// <summary>Half a letter is no letter.</summary>
    private static string Encodable(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string Lines(string text) => Encodable(text.ReplaceLineEndings("\r\n"));

    private static string Said(int round, string input) =>
        $"seed {Fuzz.Seed}, round {round}: {Convert.ToBase64String(Encoding.Unicode.GetBytes(input))}";
}
