using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Commands;
using PublicBuyers.Mails;
using PublicBuyers.Moderation;
using PublicBuyers.Platform;
using PublicBuyers.Running;
using PublicBuyers.Storage;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Sending;

/// <summary>F21: the whole server, and a mail server on a real socket that does what mail servers do.</summary>
public sealed class SendingMail : IAsyncLifetime
{
    private readonly ScriptedMailServer peer = new();
    private readonly FakeClock clock = new(TimeProvider.System.GetUtcNow());
    private readonly SemaphoreSlim recorded = new(0);
    private readonly MeterListener meter = new();
    private LiveServer server = null!;

    public async Task InitializeAsync()
    {
        server = await LiveServer.Start(
            options => options with { Smtp = $"127.0.0.1:{peer.Port}", SmtpTls = SmtpTls.None, SupportAddress = "help@buyers.example" },
            services => services.AddSingleton<IClock>(clock));

        // What the mail server holds is recorded a little later, and measured then.
        var meters = server.Services.GetRequiredService<IMeterFactory>();
        meter.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "publicbuyers.mail.window" && instrument.Meter.Scope == meters) listener.EnableMeasurementEvents(instrument);
        };
        meter.SetMeasurementEventCallback<double>((_, _, _, _) => recorded.Release());
        meter.Start();
    }

    public async Task DisposeAsync()
    {
        meter.Dispose();
        await server.DisposeAsync();
        await peer.DisposeAsync();
        recorded.Dispose();
    }

    private IMailDesk Desk => server.Services.GetRequiredService<IMailDesk>();

    [Fact]
    public async Task Who_asks_for_a_link_gets_it_through_the_mail_server()
    {
        using var browser = new Visitor(server.Address);

        await browser.Ask("ada@example.eu");
        await peer.Holds(1);

        var mail = peer.Mails[0];
        mail.Recipient.ShouldContain("<ada@example.eu>");
        mail.MessageId.ShouldMatch("^<sign-in\\..+@publicbuyers\\.test>$");
        Directory.GetFiles(server.Services.GetRequiredService<DataFolder>().MailFolder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Told_again_after_it_was_sent_nothing_is_sent()
    {
        await Deliver("one");
        await Deliver("two");
        await peer.Holds(2);
        await Deliver("one");
        clock.Move(TimeSpan.FromDays(20));
        await Deliver("one");
        await Deliver("three");
        await peer.Holds(3);

        Names().ShouldBe(["one", "two", "three"]);
    }

    [Fact]
    public async Task Who_greylists_gets_the_same_mail_again_later()
    {
        peer.Once("RCPT", "451 4.7.1 Greylisted, try again in a minute");
        var again = clock.IsAwaited(clock.Now + MailPatience.First);
        await Deliver("one");
        await again;

        (await Desk.State(default)).LastSaid.ShouldContain("Greylisted");
        clock.Move(MailPatience.First);
        await peer.Holds(1);
        await Deliver("two");
        await peer.Holds(2);

        Names().ShouldBe(["one", "two"]);
    }

    [Theory]
    [InlineData(ScriptedMailServer.LastLine)]
    [InlineData(ScriptedMailServer.FirstLine)]
    [InlineData("MAIL")]
    [InlineData("EHLO")]
    public async Task A_connection_that_breaks_off_loses_and_doubles_nothing(string when)
    {
        peer.Once(when, ScriptedMailServer.HangsUp);
        var again = clock.IsAwaited(clock.Now + (when is "EHLO" ? MailPatience.Pause(1) : MailPatience.First));
        await Deliver("one");
        await again;

        clock.Move(MailPatience.First);
        await peer.Holds(1);
        await Deliver("two");
        await peer.Holds(2);

        Names().ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task An_address_that_is_refused_is_stopped_shown_and_lifted()
    {
        var (ada, admin) = (await server.SignIn("Ada"), await server.SignIn("Ann"));
        await server.Grains.Member(admin.Member).AppointAdministrator(new() { By = MemberId.System, Request = server.NewRequest() });
        peer.Script = command => Task.FromResult(command.Contains("<ada@", StringComparison.Ordinal) ? "550 5.1.1 <ada@example.eu> unknown here" : null);

        await Deliver("one", to: "ada@example.eu");
        await Deliver("two");
        (await recorded.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        await Deliver("three", to: "ada@example.eu");

        var state = await Desk.State(default);
        state.Waiting.ShouldBe(0);
        state.Stopped.ShouldHaveSingleItem().Address.ShouldBe("ada@example.eu");
        state.GivenUp.Select(mail => (mail.MessageId, mail.Because)).ShouldBe([("one", GivenUpBecause.AddressRefused), ("three", GivenUpBecause.AddressStopped)], ignoreOrder: true);
        state.GivenUp.ShouldAllBe(mail => !mail.Said.Contains("ada@", StringComparison.Ordinal));
        Doctor().ShouldContain(line => line.Contains("Stopped: ada@example.eu", StringComparison.Ordinal) && line.Contains("unknown here", StringComparison.Ordinal));
        using var hers = Visitor.As(server.Address, ada.Cookie);
        (await hers.Get("/profile")).Html.ShouldSatisfyAllConditions(page => page.ShouldContain("unknown here"), page => page.ShouldContain("help@buyers.example"));

        peer.Script = _ => Task.FromResult<string?>(null);
        using var browser = new Visitor(server.Address);
        await browser.Ask("ada@example.eu");
        await peer.Holds(2);   // who asks to sign in is tried

        (await hers.Get("/administration")).Status.ShouldBe(HttpStatusCode.NotFound);
        using var administrator = Visitor.As(server.Address, admin.Cookie);
        (await administrator.Submit("/administration", "/administration/mail/lift")).Status.ShouldBe(HttpStatusCode.SeeOther);
        await Deliver("four", to: "ada@example.eu");
        await peer.Holds(3);

        Names()[2].ShouldBe("four");
        (await hers.Get("/profile")).Html.ShouldNotContain("unknown here");
    }

    [Theory]
    [InlineData(ScriptedMailServer.LastLine, "554 5.6.0 Not this one")]
    [InlineData("RCPT", "550 5.7.1 Relaying denied")]
    [InlineData("RCPT", "552 5.2.2 Mailbox full")]
    public async Task A_mail_that_is_refused_is_given_up_and_its_address_is_not(string when, string answer)
    {
        peer.Once(when, answer);
        await Deliver("one");
        await Deliver("two");
        await peer.Holds(1);

        Names().ShouldBe(["two"]);
        var state = await Desk.State(default);
        state.GivenUp.ShouldHaveSingleItem().ShouldSatisfyAllConditions(mail => mail.MessageId.ShouldBe("one"), mail => mail.Because.ShouldBe(GivenUpBecause.Refused), mail => mail.Said.ShouldContain(answer[4..]));
        state.Stopped.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_no_server_takes_in_three_days_is_given_up()
    {
        peer.Script = command => Task.FromResult(command.Contains("<full@", StringComparison.Ordinal) ? "452 4.2.2 No room" : null);
        var again = clock.IsAwaited(clock.Now + MailPatience.First);
        await Deliver("one", to: "full@example.eu");
        await again;

        clock.Move(MailPatience.InAll);
        await Deliver("two");
        await peer.Holds(1);

        var given = (await Desk.State(default)).GivenUp.ShouldHaveSingleItem();
        (given.MessageId, given.Because).ShouldBe(("one", GivenUpBecause.NotAcceptedInTime));
    }

    [Fact]
    public async Task A_slow_server_holds_up_nobody_but_the_mail()
    {
        var slow = new TaskCompletionSource<string?>();
        peer.Script = command => command.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase) ? slow.Task : Task.FromResult<string?>(null);
        await Deliver("one");
        await peer.Hears("RCPT");

        using var browser = new Visitor(server.Address);
        await browser.Ask("ada@example.eu");
        await Deliver("two");
        (await Desk.State(default)).Waiting.ShouldBeGreaterThanOrEqualTo(2);
        slow.SetResult(null);
        await peer.Holds(3);

        Names().Count(name => name is "one" or "two").ShouldBe(2);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_left()
    {
        peer.Script = command => command.StartsWith("DATA", StringComparison.OrdinalIgnoreCase) ? new TaskCompletionSource<string?>().Task : Task.FromResult<string?>(null);

        await using var transport = Transport(SmtpTls.None, patience: TimeSpan.FromMilliseconds(300));

        var delivery = await transport.Send(Message("one"), default).WaitAsync(TimeSpan.FromSeconds(30));

        delivery.ShouldBeOfType<Delivery.Broken>().Said.ShouldContain("No acceptance");
    }

    [Fact]
    public async Task Nothing_is_said_in_clear_where_encryption_is_wanted()
    {
        await using var transport = Transport(SmtpTls.StartTls);

        var delivery = await transport.Send(Message("one"), default);

        delivery.ShouldBeOfType<Delivery.Away>().Said.ShouldContain("does not offer STARTTLS");
        peer.Commands.ShouldNotContain(command => command.StartsWith("MAIL", StringComparison.OrdinalIgnoreCase) || command.StartsWith("AUTH", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_wrong_password_gives_up_no_mail_and_is_said_nowhere()
    {
        peer.Script = command => Task.FromResult(
            command.StartsWith("EHLO", StringComparison.OrdinalIgnoreCase) ? "250-mail.test\r\n250 AUTH LOGIN"
            : command.StartsWith("AUTH", StringComparison.OrdinalIgnoreCase) || command == Convert.ToBase64String("us"u8) ? "334 UGFzc3dvcmQ6"
            : command == Convert.ToBase64String("wrong"u8) ? "535 5.7.8 Not you"
            : null);
        await using var transport = Transport(SmtpTls.None, new("us", "wrong"));

        var delivery = await transport.Send(Message("one"), default);

        peer.Commands.ShouldContain(Convert.ToBase64String("wrong"u8));
        delivery.ShouldBeOfType<Delivery.Away>().Said.ShouldContain("Not you");
        delivery.Said.ShouldNotContain("wrong");
    }

    [Theory]
    [InlineData("530 5.7.0 Sign in first")]
    [InlineData("535 5.7.8 Not you")]
    [InlineData("550 5.1.8 No mail from there")]
    [InlineData("550 Sender refused")]
    public async Task What_is_said_to_every_sender_gives_up_no_mail(string toMail)
    {
        peer.Script = command => Task.FromResult(command.StartsWith("MAIL", StringComparison.OrdinalIgnoreCase) ? toMail : null);
        await using var transport = Transport(SmtpTls.None);

        (await transport.Send(Message("one"), default)).ShouldBeOfType<Delivery.Broken>();
    }

    [Fact]
    public async Task Letters_of_every_alphabet_are_in_addresses()
    {
        await Deliver("one", to: "żaneta@example.eu");
        await peer.Holds(1);

        Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(peer.Mails[0].Recipient)).ShouldContain("<żaneta@example.eu>");
    }

    [Fact]
    public async Task Names_add_no_headers()
    {
        var writer = server.Services.GetRequiredService<IMailWriter>();
        var mailbox = server.Services.GetRequiredService<IMailbox>();
        await mailbox.Deliver(writer.Waiting("one", "ada@example.eu", "en", "Buses\r\nBcc: eve@example.eu\r\n\r\nBody", new(new("buses"), new(1)), ItemKind.AccessRequest, "Eve\nBcc: eve@example.eu", "Hello\r\n.\r\nRCPT TO:<eve@example.eu>"), default);
        await mailbox.Deliver(Mail("two") with { Subject = "Buses\r\nBcc: eve@example.eu" }, default);
        await Deliver("three");
        await peer.Holds(2);

        Names().ShouldBe(["one", "three"]);
        peer.Mails[0].Headers.ShouldNotContain(header => header.StartsWith("Bcc", StringComparison.OrdinalIgnoreCase));
        peer.Mails[0].Raw.Replace("\r\n", "", StringComparison.Ordinal).IndexOfAny(['\r', '\n']).ShouldBe(-1);
        peer.Commands.ShouldNotContain(command => command.Contains("eve@", StringComparison.Ordinal));
        (await Desk.State(default)).GivenUp.ShouldHaveSingleItem().MessageId.ShouldBe("two");
    }

    private SmtpTransport Transport(SmtpTls tls, NetworkCredential? user = null, TimeSpan? patience = null) =>
        new(new("127.0.0.1", peer.Port, user, tls) { Patience = patience ?? TimeSpan.FromSeconds(30) }, TimeProvider.System);

    private static MimeKit.MimeMessage Message(string name) => new MailMessages("us@buyers.example", "buyers.example").Of(Mail(name), FakeClock.Noon);

    private static Mail Mail(string name, string to = "ben@example.eu") => new(name, to, "A subject", "A text.", "<p>A text.</p>", "en");

    private Task Deliver(string name, string to = "ben@example.eu") => server.Services.GetRequiredService<IMailbox>().Deliver(Mail(name, to), default);

    private List<string> Names() => [.. peer.Mails.Select(mail => mail.MessageId.Trim('<', '>').Split('@')[0])];

    private IEnumerable<string> Doctor() =>
        DoctorCommand.Examine(() => ServerOptions.Read([], demo: false, server.Services.GetRequiredService<DataFolder>().Root, url: "http://127.0.0.1:0")).Select(finding => finding.ToString());
}
