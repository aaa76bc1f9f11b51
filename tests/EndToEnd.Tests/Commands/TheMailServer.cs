using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Commands;
using PublicBuyers.Communities;
using PublicBuyers.Running;
using PublicBuyers.Storage;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>What <c>doctor</c> and <c>mail-test</c> say of the mail server.</summary>
public sealed class TheMailServer : IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly TemporaryFolder folder = new();

    public TheMailServer() => File.WriteAllText(folder["authority.pem"], authority.Pem);

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task The_doctor_says_how_it_is_encrypted_until_when_and_who_signed_in()
    {
        using var certificate = authority.Issue();
        await using var peer = new ScriptedMailServer(certificate) { Offers = ["AUTH PLAIN", "SMTPUTF8"] };

        var findings = await Examine(peer, "PublicBuyers:SmtpUser=us", "PublicBuyers:SmtpPassword=hush", Trusting);

        findings.ShouldAllBe(finding => finding.Remedy == null);
        Text(findings).ShouldContain("encrypted by STARTTLS (Tls1");
        Text(findings)
            .ShouldContain(
                $"Certificate for \"CN=127.0.0.1\", by \"CN=Test Authority\", valid until {certificate.NotAfter.Year}"
            );
        Text(findings).ShouldContain("Signed in as \"us\".");
        Text(findings).ShouldContain("every alphabet");
        Text(findings).ShouldNotContain("hush");
        Text(findings)
            .ShouldContain(
                "Takes mail from \"buyers@buyers.example\" to \"buyers@buyers.example\", " + "\"help@buyers.example\""
            );
        peer.Commands.TakeLast(2).ShouldBe(["RSET", "QUIT"]);
        peer.Commands.ShouldNotContain(command => command.StartsWith("DATA", StringComparison.Ordinal));
        peer.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_doctor_says_what_a_server_without_smtputf8_cannot_take()
    {
        await using var peer = new ScriptedMailServer { Offers = [] };

        Text(await Examine(peer, "PublicBuyers:SmtpTls=None")).ShouldContain("Lacks SMTPUTF8");
    }

    [Fact]
    public async Task The_doctor_wants_a_certificate_renewed_before_it_ends()
    {
        using var certificate = authority.Issue(days: 5);
        await using var peer = new ScriptedMailServer(certificate);

        (await Examine(peer, Trusting))
            .Select(finding => finding.Remedy)
            .OfType<string>()
            .ShouldHaveSingleItem()
            .ShouldContain("renew");
    }

    [Fact]
    public async Task The_doctor_names_a_certificate_that_is_not_trusted_and_what_to_do()
    {
        using var certificate = authority.Issue();
        await using var peer = new ScriptedMailServer(certificate);

        (await Examine(peer)).ShouldHaveSingleItem().Remedy.ShouldNotBeNull().ShouldContain("SmtpTrustedCertificates");
    }

    [Fact]
    public async Task The_doctor_says_what_to_set_where_encryption_is_not_offered_or_begins_otherwise()
    {
        using var certificate = authority.Issue();
        await using var plain = new ScriptedMailServer();

        (await Examine(plain)).ShouldHaveSingleItem().Remedy.ShouldNotBeNull().ShouldContain("FromStart");
        (await Examine(plain, "PublicBuyers:SmtpTls=FromStart"))
            .ShouldHaveSingleItem()
            .Remedy.ShouldNotBeNull()
            .ShouldContain("StartTls for 587");
    }

    [Fact]
    public async Task The_doctor_says_that_user_and_password_are_not_accepted()
    {
        using var certificate = authority.Issue();
        await using var peer = new ScriptedMailServer(certificate) { Offers = ["AUTH PLAIN"] };
        peer.Script = command =>
            Task.FromResult(command.StartsWith("AUTH", StringComparison.Ordinal) ? "535 5.7.8 Not you" : null);

        var finding = (
            await Examine(peer, "PublicBuyers:SmtpUser=us", "PublicBuyers:SmtpPassword=hush", Trusting)
        ).ShouldHaveSingleItem();

        finding.Found.ShouldContain("Not you");
        finding.Remedy.ShouldNotBeNull().ShouldContain("SmtpUser");
    }

    [Fact]
    public async Task The_doctor_says_that_a_server_cannot_encrypt_for_now()
    {
        using var certificate = authority.Issue();
        await using var peer = new ScriptedMailServer(certificate);
        peer.Script = command => Task.FromResult(command is "STARTTLS" ? "454 4.7.0 TLS not available" : null);

        var finding = (await Examine(peer, Trusting)).ShouldHaveSingleItem();

        finding.Found.ShouldEndWith("cannot encrypt for now, so nothing was said to it: 4.7.0 TLS not available.");
        finding.Remedy.ShouldNotBeNull().ShouldContain("tried again");
    }

    [Theory]
    [InlineData(ScriptedMailServer.Connects, "421 4.7.0 Too many", "does not serve this machine for now: 4.7.0 Too many.")]
    [InlineData(ScriptedMailServer.Connects, "554 5.7.1 Go away", "refuses this machine: 5.7.1 Go away.")]
    [InlineData("AUTH", "454 4.7.0 Later", "cannot check user and password for now: 454: 4.7.0 Later.")]
    [InlineData("AUTH", "535 5.7.8 Not you.", "does not accept the user and password: 535: 5.7.8 Not you.")]
    public async Task The_doctor_tells_what_is_for_now_from_what_is_for_good(string command, string answer, string said)
    {
        await using var peer = new ScriptedMailServer { Offers = ["AUTH PLAIN"] };
        peer.Script = given => Task.FromResult(given.StartsWith(command, StringComparison.Ordinal) ? answer : null);

        var findings = await Examine(
            peer, "PublicBuyers:SmtpTls=None", "PublicBuyers:SmtpUser=us", "PublicBuyers:SmtpPassword=hush");

        findings.ShouldHaveSingleItem().Found.ShouldEndWith(said);
    }

    [Theory]
    [InlineData("550 5.1.1 No such user")]
    [InlineData("550 No such user")]
    public async Task The_doctor_notes_a_sender_without_a_mailbox_and_wants_nothing_mended(string answer)
    {
        await using var peer = new ScriptedMailServer();
        peer.Script = given =>
            Task.FromResult(given.StartsWith("RCPT TO:<buyers@", StringComparison.Ordinal) ? answer : null);

        var findings = await Examine(peer, "PublicBuyers:SmtpTls=None");

        findings.ShouldAllBe(finding => finding.Remedy == null);
        findings.Where(each => each.IsNote).ShouldHaveSingleItem().ToString()
            .ShouldMatch("^  note  mail server  The sender \"buyers@buyers\\.example\" has no mailbox there: .*" + $"{answer}\\.$");
        Text(findings).ShouldContain("to \"help@buyers.example\" (asked only");
    }

    [Theory]
    [InlineData(
        "MAIL",
        "550 5.7.1 Sender not allowed",
        "Refuses mail from \"buyers@buyers.example\". It " + "answered: 550 5.7.1 Sender",
        "MailFrom"
    )]
    [InlineData(
        "MAIL",
        "553 Not yours",
        "Refuses mail from \"buyers@buyers.example\". It answered: 553 Not " + "yours",
        "MailFrom"
    )]
    [InlineData(
        "RCPT",
        "550 5.7.1 Relaying denied",
        "to \"buyers@buyers.example\". It answered: 550 5.7.1 " + "Relaying",
        "relaying"
    )]
    [InlineData(
        "RCPT TO:<help@",
        "554 Relay access denied",
        "to \"help@buyers.example\". It answered: " + "554",
        "relaying"
    )]
    [InlineData("MAIL", "530 5.7.0 Authentication required", "It answered: 530 5.7.0", "SmtpUser")]
    [InlineData("RCPT", "451 4.7.1 Greylisted", "would try again. It answered: 451 4.7.1 Greylisted", null)]
    [InlineData("MAIL", "452 4.3.1 Full", "would try again. It answered: 452 4.3.1 Full", null)]
    [InlineData("RCPT", ScriptedMailServer.HangsUp, "broke off when asked", "operator")]
    public async Task The_doctor_says_that_our_mail_would_not_be_taken_and_what_the_server_answered(
        string command,
        string answer,
        string said,
        string? remedy
    )
    {
        await using var peer = new ScriptedMailServer();
        peer.Script = given => Task.FromResult(given.StartsWith(command, StringComparison.Ordinal) ? answer : null);

        var findings = await Examine(peer, "PublicBuyers:SmtpTls=None");

        Text(findings).ShouldContain(said);
        Text(findings).ShouldNotContain("Takes mail from");
        if (remedy is null)
            findings.ShouldAllBe(finding => finding.Remedy == null);
        else
            string.Join(' ', findings.Select(finding => finding.Remedy)).ShouldContain(remedy);
        if (answer.Length > 0)
            peer.Commands.ShouldContain("RSET");
    }

    [Fact]
    public async Task The_doctor_asks_for_an_administrator_s_address_too()
    {
        var server = await LiveServer.Start();
        var ada = await server.SignIn("Ada");
        (
            await server
                .Grains.Member(ada.Member)
                .AppointAdministrator(new() { By = MemberId.System, Request = server.NewRequest() })
        ).IsRefused.ShouldBeFalse();
        await server.Services.GetRequiredService<ICommunityDirectory>().Settled(default);

        MailTrial? stopped = null;
        await using var again = await server.Restart(whileStopped: data => stopped = Trial(data));

        stopped.ShouldNotBeNull().To.ShouldBe(["buyers@buyers.example", "ada@example.eu"]);

        static MailTrial Trial(string data) =>
            MailTrial.Of(
                new()
                {
                    DataFolder = data,
                    MailFrom = "buyers@buyers.example",
                    SupportAddress = "help@localhost",
                }
            );
    }

    [Theory]
    [InlineData("publicbuyers@localhost")]
    [InlineData("buyers@mail")]
    [InlineData("buyers@server.localdomain")]
    [InlineData("buyers@buyers.invalid")]
    public async Task The_doctor_wants_a_sender_whose_domain_is_one(string sender)
    {
        await using var peer = new ScriptedMailServer();
        var all = await DoctorCommand.ExamineAll(
            () =>
                Read([
                    $"PublicBuyers:Smtp=127.0.0.1:{peer.Port}",
                    "PublicBuyers:SmtpTls=None",
                    $"PublicBuyers:MailFrom={sender}",
                ]),
            default
        );

        var finding = all.Single(finding => finding.About == "sender");
        finding.Found.ShouldContain(sender);
        finding.Remedy.ShouldNotBeNull().ShouldContain("MailFrom");
        all.Single(finding => finding.About == "support").Remedy.ShouldNotBeNull().ShouldContain("SupportAddress");
    }

    [Fact]
    public async Task The_doctor_waits_for_no_server_for_long()
    {
        await using var peer = new ScriptedMailServer();
        peer.Script = command => new TaskCompletionSource<string?>().Task;
        var server = new PublicBuyers.Mails.SmtpServer("127.0.0.1", peer.Port, null, SmtpTls.None);

        var findings = await MailServerFindings
            .Of(
                server,
                new("buyers@buyers.example", ["help@buyers.example"]),
                FakeClock.Noon,
                TimeSpan.FromMilliseconds(300),
                default
            )
            .WaitAsync(TimeSpan.FromSeconds(30));

        findings.ShouldHaveSingleItem().Remedy.ShouldNotBeNull().ShouldContain("PublicBuyers:Smtp");
    }

    [Fact]
    public async Task A_test_mail_says_what_the_server_answered()
    {
        await using var peer = new ScriptedMailServer();
        peer.Once(ScriptedMailServer.LastLine, "250 2.0.0 Queued as 42");

        var (code, output, _) = await Test(
            "ada@example.eu",
            $"PublicBuyers:Smtp=127.0.0.1:{peer.Port}",
            "PublicBuyers:SmtpTls=None"
        );

        code.ShouldBe(ExitCodes.Done);
        output.ShouldContain("took the mail to \"ada@example.eu\". It answered: 2.0.0 Queued as 42");
        peer.Mails.ShouldHaveSingleItem().Read().To.Mailboxes.Single().Address.ShouldBe("ada@example.eu");
    }

    [Theory]
    [InlineData(
        "ada@example.eu",
        "550 5.1.1 Nobody here",
        "refuses the mail to \"ada@example.eu\". 550 5.1.1 Nobody here"
    )]
    [InlineData("ada@example.eu", "451 4.7.1 Greylisted", "would try again. It answered: 451 4.7.1 Greylisted")]
    [InlineData("ada@example.eu", "421 4.3.2 Closing", "was not sent. 421 4.3.2 Closing. Run `doctor`")]
    [InlineData("ada@example.eu", "421 4.3.2 Closing.", "was not sent. 421 4.3.2 Closing. Run `doctor`")]
    [InlineData("nobody", "250 Well", "\"nobody\" is no mail address.")]
    public async Task A_test_mail_that_is_not_taken_says_why(string address, string answer, string said)
    {
        await using var peer = new ScriptedMailServer();
        peer.Once("RCPT", answer);

        var (code, _, errors) = await Test(
            address,
            $"PublicBuyers:Smtp=127.0.0.1:{peer.Port}",
            "PublicBuyers:SmtpTls=None"
        );

        code.ShouldBe(ExitCodes.Refused);
        errors.ShouldContain(said);
        errors.TrimEnd().ShouldEndWith(".");
        if (address != "nobody")
            errors.ShouldContain($"\"127.0.0.1:{peer.Port}\"", customMessage: "which server it was");
    }

    /// <summary>A server that says nothing is given up after a minute, and nobody has to wonder meanwhile.</summary>
    [Fact]
    public async Task A_test_mail_that_waits_says_so_and_then_that_it_was_given_up()
    {
        await using var peer = new ScriptedMailServer();
        peer.Script = _ => new TaskCompletionSource<string?>().Task;
        var time = new FiredTimers();
        await using var output = new Lines();
        using var errors = new StringWriter();

        var sending = MailTestCommand.Send(
            "ada@example.eu",
            () => Read([$"PublicBuyers:Smtp=127.0.0.1:{peer.Port}", "PublicBuyers:SmtpTls=None"]),
            time,
            output,
            errors,
            default
        );

        (await output.Next()).ShouldBe(
            $"Sending a mail to \"ada@example.eu\" through \"127.0.0.1:{peer.Port}\", for 60 s at most …");
        foreach (var left in new[] { 50, 40 })
        {
            time.Fire(TimeSpan.FromSeconds(10));
            (await output.Next()).ShouldBe($"No answer yet; waiting for {left} s more …");
        }

        sending.IsCompleted.ShouldBeFalse();
        time.Fire(TimeSpan.FromMinutes(1));
        (await sending.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBe(ExitCodes.Refused);
        errors.ToString().ShouldStartWith($"The mail server \"127.0.0.1:{peer.Port}\" did not accept the mail within 60 s.");
    }

    [Fact]
    public async Task A_test_mail_without_a_mail_server_is_written_to_the_mail_folder()
    {
        (await Test("ada@example.eu")).Code.ShouldBe(ExitCodes.Refused, "there is no data folder");
        Directory.Exists(folder["data"]).ShouldBeFalse();
        DataFolder.Open(folder["data"], TimeProvider.System.GetUtcNow()).Dispose();

        var (code, output, _) = await Test("ada@example.eu");

        code.ShouldBe(ExitCodes.Done);
        output.ShouldContain("The mail folder");
        Directory.GetFiles(Path.Combine(folder["data"], "mail"), "mail-test.*.eml").ShouldHaveSingleItem();
    }

    private static readonly string[] Ours =
    [
        "PublicBuyers:MailFrom=buyers@buyers.example",
        "PublicBuyers:SupportAddress=help@buyers.example",
    ];

    private string Trusting => $"PublicBuyers:SmtpTrustedCertificates={folder["authority.pem"]}";

    private async Task<List<DoctorCommand.Finding>> Examine(ScriptedMailServer peer, params string[] settings)
    {
        var findings = await DoctorCommand.ExamineAll(
            () => Read([$"PublicBuyers:Smtp=127.0.0.1:{peer.Port}", .. Ours, .. settings]),
            default
        );
        return [.. findings.Where(finding => finding.About == "mail server")];
    }

    private ServerOptions Read(string[] settings) =>
        ServerOptions.Read(settings, demo: false, folder["data"], url: "http://127.0.0.1:0");

    private static string Text(IEnumerable<DoctorCommand.Finding> findings) => string.Join('\n', findings);

    private async Task<(int Code, string Output, string Errors)> Test(string address, params string[] settings)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await MailTestCommand.Send(
            address,
            () => Read(settings),
            TimeProvider.System,
            output,
            errors,
            default
        );
        return (code, output.ToString(), errors.ToString());
    }

    /// <summary>Timers that end when the test says so, and not before.</summary>
    private sealed class FiredTimers : TimeProvider
    {
        private readonly ConcurrentQueue<(TimeSpan Due, Action Ends)> timers = [];

        public void Fire(TimeSpan due) => timers.Where(each => each.Due == due).ToList().ForEach(each => each.Ends());

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            timers.Enqueue((dueTime, () => callback(state)));
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Output that a test reads line by line, as it comes.</summary>
    private sealed class Lines : StringWriter
    {
        private readonly Channel<string> written = Channel.CreateUnbounded<string>();

        public override Task WriteLineAsync(string? value)
        {
            written.Writer.TryWrite(value ?? "");
            return Task.CompletedTask;
        }

        public Task<string> Next() => written.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
    }
}
