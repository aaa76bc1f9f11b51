using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using PublicBuyers.Mails;
using PublicBuyers.Platform;
using PublicBuyers.Running;
using PublicBuyers.Storage;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Sending;

/// <summary>
/// What concerns one mail stops that mail only, and who signs in never waits behind other mail. The clock stands still
/// in all of this.
/// </summary>
public sealed class OneMailStopsOnlyItself
{
    private readonly FakeClock clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Six_sign_ins_with_an_address_that_the_mail_server_cannot_take_stop_nobody_else_s()
    {
        await using var peer = new ScriptedMailServer { Offers = ["8BITMIME"] };
        await using var server = await Start(peer);
        for (var each = 0; each < 6; each++)
            await Ask(server, $"zoë{each}@example.org");

        await Ask(server, "ada@example.eu");
        await peer.Holds(1);

        peer.Mails[0].Recipient.ShouldContain("<ada@example.eu>");
        peer.Commands.ShouldNotContain(command => command.Contains("@example.org", StringComparison.Ordinal));
        var state = await Once(server, state => state.Waiting is 0 && state.AllGivenUp is 6);
        state.GivenUp.Length.ShouldBe(6);
        state.GivenUp.ShouldAllBe(mail =>
            mail.Because == GivenUpBecause.Refused && mail.Said.Contains("SMTPUTF8", StringComparison.Ordinal)
        );
        state.Stopped.ShouldBeEmpty();
    }

    [Fact]
    public async Task In_the_mail_folder_an_address_of_any_alphabet_is_written_and_one_that_is_none_stops_nobody()
    {
        await using var server = await Start(peer: null);
        await Deliver(server, "none", "ada@@x y");
        await Deliver(server, "any", "zoë@bücher.example");
        await Deliver(server, "plain", "ada@example.eu");

        (await Settled(server))
            .GivenUp.ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(
                mail => mail.MessageId.ShouldBe("none"),
                mail => mail.Because.ShouldBe(GivenUpBecause.CannotBeSent),
                mail => mail.Said.ShouldNotBeEmpty()
            );
        var folder = server.Services.GetRequiredService<DataFolder>().MailFolder;
        Directory.GetFiles(folder).Select(Path.GetFileName).ShouldBe(["any.eml", "plain.eml"], ignoreOrder: true);
        (await MimeMessage.LoadAsync(Path.Combine(folder, "any.eml")))
            .To.Mailboxes.Single()
            .Address.ShouldBe("zoë@bücher.example");
    }

    [Fact]
    public async Task Who_signs_in_does_not_wait_for_other_mail_that_is_being_sent()
    {
        await using var peer = new ScriptedMailServer();
        var slow = new TaskCompletionSource<string?>();
        peer.Script = command =>
            command.Contains("<slow@", StringComparison.Ordinal) ? slow.Task : Task.FromResult<string?>(null);
        await using var server = await Start(peer);
        await Deliver(server, "one", "slow@example.eu");
        await peer.Hears("RCPT TO:<slow@");

        await Ask(server, "ada@example.eu");
        await peer.Holds(1);

        peer.Mails[0].MessageId.ShouldStartWith("<sign-in.");
        slow.SetResult(null);
        await peer.Holds(2);
    }

    [Fact]
    public async Task Who_signs_in_does_not_wait_for_other_mail_that_is_wanted_later()
    {
        await using var peer = new ScriptedMailServer();
        peer.Script = command =>
            Task.FromResult(command.Contains("<later", StringComparison.Ordinal) ? "451 4.7.1 Later" : null);
        await using var server = await Start(peer);
        var again = clock.IsAwaited(clock.Now + MailPatience.First);
        for (var each = 0; each < 20; each++)
            await Deliver(server, $"later{each}", $"later{each}@example.eu");
        await again;

        await Ask(server, "ada@example.eu");
        await Deliver(server, "other", "ben@example.eu");
        await peer.Holds(2);

        peer.Mails.ShouldContain(mail => mail.Recipient.Contains("<ada@", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mail_at_which_the_server_breaks_off_waits_and_no_other_does()
    {
        await using var peer = new ScriptedMailServer();
        peer.Script = command =>
            Task.FromResult(command.Contains("<breaks", StringComparison.Ordinal) ? ScriptedMailServer.HangsUp : null);
        await using var server = await Start(peer);
        for (var each = 0; each < 6; each++)
            await Ask(server, $"breaks{each}@example.org");
        await peer.Hears("RCPT TO:<breaks");

        await Ask(server, "ada@example.eu");
        await peer.Holds(1);

        peer.Mails[0].Recipient.ShouldContain("<ada@example.eu>");
    }

    [Fact]
    public async Task A_pause_ends_as_soon_as_the_server_answers_anybody()
    {
        await using var peer = new ScriptedMailServer();
        peer.Once(ScriptedMailServer.Connects, "421 4.3.2 Not now");
        await using var server = await Start(peer);
        var pause = clock.IsAwaited(clock.Now + MailPatience.Pause(1));
        await Deliver(server, "one", "ben@example.eu");
        await pause;
        (await server.Services.GetRequiredService<IMailDesk>().State(default)).LastSaid.ShouldContain("Not now");

        await Ask(server, "ada@example.eu");
        await peer.Holds(2);

        peer.Mails.Select(mail => mail.MessageId).ShouldContain("<one@publicbuyers.test>");
    }

    [Fact]
    public void No_pause_is_longer_than_half_a_minute() =>
        Enumerable.Range(1, 1000).Select(MailPatience.Pause).Max().ShouldBe(TimeSpan.FromSeconds(30));

    [Fact]
    public async Task Where_one_connection_is_all_there_is_it_is_for_who_signs_in()
    {
        await using var peer = new ScriptedMailServer { MostConnections = 1 };
        await using var server = await Start(peer);
        await Deliver(server, "one", "ben@example.eu");
        await peer.Holds(1); // and the connection is kept for the next

        await Ask(server, "ada@example.eu");
        await peer.Holds(2);

        peer.Mails[1].Recipient.ShouldContain("<ada@example.eu>");
    }

    [Fact]
    public async Task A_server_that_drops_the_connection_after_every_third_mail_gets_each_mail_once()
    {
        await using var peer = new ScriptedMailServer
        {
            MailsPerConnection = 3,
            Offers = ["PIPELINING", "8BITMIME", "SMTPUTF8"],
        };
        await using var server = await Start(peer);
        var names = Enumerable.Range(0, 20).Select(each => $"mail{each}").ToList();
        foreach (var name in names)
            await Deliver(server, name, "ben@example.eu");
        await peer.Holds(names.Count);

        (await Settled(server)).GivenUp.ShouldBeEmpty();
        peer.Mails.Select(mail => mail.MessageId).ShouldBe(names.Select(name => $"<{name}@publicbuyers.test>"));
        peer.Connections.ShouldBe(7);
    }

    [Fact]
    public async Task What_cannot_be_written_is_given_up_with_its_reason_and_shown_to_administrators()
    {
        await using var peer = new ScriptedMailServer();
        await using var server = await Start(peer);
        var admin = await server.SignIn("Ann");
        await server
            .Grains.Member(admin.Member)
            .AppointAdministrator(new() { By = MemberId.System, Request = server.NewRequest() });
        var mailbox = server.Services.GetRequiredService<IMailbox>();
        var writer = server.Services.GetRequiredService<IMailWriter>();
        var broken = writer.SignIn(
            "template",
            "ada@example.eu",
            "en",
            new("key"),
            "token",
            code: "1",
            clock.Now.AddMinutes(15)
        ); // a code has six digits

        await mailbox.Deliver(broken, default);
        await mailbox.Deliver(Mail("address", "ada@" + new string('x', 80) + ".eu"), default);
        await mailbox.Deliver(Mail(new string('x', 1_000), "ada@example.eu"), default);
        await mailbox.Deliver(
            Mail("long", "ada@example.eu") with
            {
                Text = new string('x', SqliteOutbox.LongestMail),
            },
            default
        );
        await mailbox.Deliver(Mail("line", "ada@example.eu") with { Subject = "A\r\nBcc: eve@evil.example" }, default);
        await Deliver(server, "fine", "ben@example.eu");
        await peer.Holds(1);

        peer.Mails[0].MessageId.ShouldBe("<fine@publicbuyers.test>");
        var state = await Settled(server);
        state.GivenUp.Length.ShouldBe(5);
        state.GivenUp.ShouldAllBe(mail => mail.Because == GivenUpBecause.CannotBeSent && mail.Said.Length > 0);
        using var administrator = Visitor.As(server.Address, admin.Cookie);
        (await administrator.Get("/administration")).Html.ShouldSatisfyAllConditions(
            page => page.ShouldContain("This server could not write or send this mail."),
            page => page.ShouldContain("It could not be written:")
        );
    }

    private async Task<LiveServer> Start(ScriptedMailServer? peer) =>
        await LiveServer.Start(
            options =>
                peer is null ? options : options with { Smtp = $"127.0.0.1:{peer.Port}", SmtpTls = SmtpTls.None },
            services => services.AddSingleton<IClock>(clock)
        );

    private static async Task Ask(LiveServer server, string address)
    {
        using var browser = new Visitor(server.Address);
        await browser.Ask(address);
    }

    private static Mail Mail(string name, string to) => new(name, to, "A subject", "A text.", "<p>A text.</p>", "en");

    private static Task Deliver(LiveServer server, string name, string to) =>
        server.Services.GetRequiredService<IMailbox>().Deliver(Mail(name, to), default);

    /// <summary>Once nothing waits: what the mail server holds is recorded a little later.</summary>
    private static Task<MailState> Settled(LiveServer server) => Once(server, state => state.Waiting is 0);

    /// <summary>A mail of somebody who signs in may come to the outbox after the answer to them: then nothing waits yet.</summary>
    private static async Task<MailState> Once(LiveServer server, Func<MailState, bool> isSo)
    {
        var desk = server.Services.GetRequiredService<IMailDesk>();
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var state = await desk.State(enough.Token);
        for (; !isSo(state); state = await desk.State(enough.Token)) await Task.Yield();
        return state;
    }
}
