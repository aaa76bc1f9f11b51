using System.Net;
using PublicBuyers.Mails;
using PublicBuyers.Running;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Sending;

/// <summary>Real handshakes, with certificates made here.</summary>
public sealed class EncryptedMail : IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_mails_go_through_one_encrypted_connection(bool isFromStart)
    {
        var tls = isFromStart ? SmtpTls.FromStart : SmtpTls.StartTls;
        using var certificate = authority.Issue();
        await using var peer = new ScriptedMailServer(certificate, isFromStart);
        await using var transport = Transport(peer, tls);

        foreach (var name in new[] { "one", "two", "three" })
            (await transport.Send(Message(name), default)).ShouldBe(new Delivery.Accepted("2.0.0 Taken"));

        peer.Connections.ShouldBe(1);
        peer.Mails.Select(mail => mail.MessageId)
            .ShouldBe(["<one@buyers.example>", "<two@buyers.example>", "<three@buyers.example>"]);
        peer.Commands.Count(command => command is "STARTTLS").ShouldBe(isFromStart ? 0 : 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_certificate_that_nobody_vouches_for_gets_neither_mail_nor_password(bool isFromStart)
    {
        var tls = isFromStart ? SmtpTls.FromStart : SmtpTls.StartTls;
        using var certificate = authority.Issue();
        await using var peer = new ScriptedMailServer(certificate, isFromStart) { Offers = ["AUTH PLAIN"] };
        await using var transport = Transport(peer, tls, isTrusted: false, user: new("us", "hush"));

        var delivery = await transport.Send(Message("one"), default);

        delivery.ShouldBeOfType<Delivery.Away>().Said.ShouldContain("\"CN=127.0.0.1\", by \"CN=Test Authority\"");
        delivery.Said.ShouldContain("is not trusted");
        peer.Commands.ShouldNotContain(command =>
            command.StartsWith("MAIL", StringComparison.Ordinal) || command.StartsWith("AUTH", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused_with_both_names()
    {
        using var certificate = authority.Issue("other.example");
        await using var peer = new ScriptedMailServer(certificate);
        await using var transport = Transport(peer, SmtpTls.StartTls);

        var delivery = await transport.Send(Message("one"), default);

        delivery
            .ShouldBeOfType<Delivery.Away>()
            .Said.ShouldContain("is for \"CN=other.example\" and not for \"127.0.0.1\"");
    }

    [Fact]
    public async Task A_certificate_that_has_ended_is_refused()
    {
        using var certificate = authority.Issue(days: -1);
        await using var peer = new ScriptedMailServer(certificate);
        await using var transport = Transport(peer, SmtpTls.StartTls);

        (await transport.Send(Message("one"), default))
            .ShouldBeOfType<Delivery.Away>()
            .Said.ShouldContain("is not trusted");
        peer.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_password_from_a_file_signs_in_once_for_many_mails_and_only_encrypted()
    {
        using var certificate = authority.Issue();
        await using var peer = new ScriptedMailServer(certificate) { Offers = ["AUTH PLAIN", "8BITMIME"] };
        await folder.WriteSecret("password", "hush\n");
        await File.WriteAllTextAsync(folder["authority.pem"], authority.Pem);
        var options = ServerOptions.Read(
            [
                $"PublicBuyers:Smtp=127.0.0.1:{peer.Port}",
                "PublicBuyers:SmtpUser=us",
                $"PublicBuyers:SmtpPasswordFile={folder["password"]}",
                $"PublicBuyers:SmtpTrustedCertificates={folder["authority.pem"]}",
            ],
            demo: false,
            data: folder["data"],
            url: "http://127.0.0.1:0"
        );
        await using var transport = Mailing.Transports(options, folder["mail"], TimeProvider.System)();

        await transport.Send(Message("one"), default);
        await transport.Send(Message("two"), default);

        peer.Mails.Length.ShouldBe(2);
        var said = peer.Commands.ToList();
        said.Single(command => command.StartsWith("AUTH", StringComparison.Ordinal))
            .ShouldBe("AUTH PLAIN " + Convert.ToBase64String("\0us\0hush"u8));
        said.IndexOf("STARTTLS")
            .ShouldBeLessThan(said.FindIndex(command => command.StartsWith("AUTH", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_whole_server_sends_encrypted_and_signs_its_mail()
    {
        using var certificate = authority.Issue();
        await using var peer = new ScriptedMailServer(certificate);
        await File.WriteAllTextAsync(folder["authority.pem"], authority.Pem);
        await folder.WriteSecret("dkim.pem", DkimKeys.Private);
        await using var server = await LiveServer.Start(options =>
            options with
            {
                Smtp = $"127.0.0.1:{peer.Port}",
                SmtpTrustedCertificates = folder["authority.pem"],
                MailFrom = "us@buyers.example",
                DkimKeyFile = folder["dkim.pem"],
                DkimSelector = "mail",
            }
        );
        using var browser = new Visitor(server.Address);

        await browser.Ask("ada@example.eu");
        await peer.Holds(1);

        peer.Commands.ShouldContain("STARTTLS");
        await DkimKeys.Verify(peer.Mails[0]);
    }

    private SmtpTransport Transport(
        ScriptedMailServer peer,
        SmtpTls tls,
        bool isTrusted = true,
        NetworkCredential? user = null
    ) =>
        new(
            new("127.0.0.1", peer.Port, user, tls) { Trusted = isTrusted ? authority.Trusted : [] },
            TimeProvider.System
        );

    private static MimeKit.MimeMessage Message(string name) =>
        new MailMessages("us@buyers.example", "buyers.example").Of(
            new(name, "ada@example.eu", "A subject", "A text.", "<p>A text.</p>", "en"),
            FakeClock.Noon
        );
}
