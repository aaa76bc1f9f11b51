using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Moderation;
using PublicBuyers.Mails;
using PublicBuyers.Platform;
using PublicBuyers.Running;
using PublicBuyers.Storage;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Sending;

/// <summary>What one person causes another is bounded, and what is over before it leaves is not sent: in the whole server.</summary>
public sealed class MailOfOnePersonToAnother : IAsyncLifetime
{
    private readonly ScriptedMailServer peer = new();
    private readonly FakeClock clock = new(TimeProvider.System.GetUtcNow());
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start(
        options => options with { Smtp = $"127.0.0.1:{peer.Port}", SmtpTls = SmtpTls.None },
        services => services.AddSingleton<IClock>(clock));

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task Is_five_mails_an_hour_and_one_that_gathers_the_rest()
    {
        var (leader, applicant) = (await server.SignIn("Leader"), await server.SignIn("Applicant"));
        var communities = Enumerable.Range(1, OutboxPace.MostAtOnce + 3).Select(i => new CommunityId($"trams-{i}")).ToList();
        foreach (var community in communities) await Found(community, leader);
        foreach (var community in communities) await Ask(community, applicant);
        await Held(applicant, leader, 3);
        await peer.Holds(OutboxPace.MostAtOnce);

        await Until(async () => (await Desk.State(default)).Waiting == 0);   // what is held does not wait for the server
        (await Desk.State(default)).GivenUp.ShouldBeEmpty();
        clock.Move(OutboxPace.Window);
        await peer.Holds(OutboxPace.MostAtOnce + 1);

        var gathered = peer.Mails[^1];
        gathered.MessageId.ShouldStartWith("<gathered.");
        var text = gathered.Raw.Replace("=\r\n", "", StringComparison.Ordinal);
        communities.Count(community => text.Contains($"{LiveServer.Origin}/communities/{community}/queue/1\r\n", StringComparison.Ordinal)).ShouldBe(3);
        text.ShouldContain("3 more messages in one mail");

        await Found(new("last"), leader);
        await Ask(new("last"), applicant);
        await peer.Holds(OutboxPace.MostAtOnce + 2);
    }

    [Fact]
    public async Task Is_at_most_six_mails_for_thirty_requests_that_are_taken_back()
    {
        var scene = await server.QueueScene();
        var applicant = await server.SignIn("Applicant");
        for (var i = 0; i < 30; i++)
        {
            var number = await scene.Asks(applicant);
            QueueScene.Must(await scene.Queue.Withdraw(new() { By = applicant.Member, Request = server.NewRequest(), Number = new(number) }));
        }

        await Ask(scene.Community, await server.SignIn("Another"));
        await peer.Hears("RCPT TO:<benedict");
        await Until(() => Task.FromResult(peer.Mails.Count(mail => mail.Raw.Contains("Another", StringComparison.Ordinal)) == 2));
        clock.Move(OutboxPace.Window);
        await Ask(scene.Community, await server.SignIn("Third"));
        await Until(() => Task.FromResult(peer.Mails.Count(mail => mail.Raw.Contains("Third", StringComparison.Ordinal)) == 2));

        foreach (var moderator in new[] { scene.Ada, scene.Ben })
        {
            var to = $"<{moderator.Name.ToLowerInvariant()}@example.eu>";
            peer.Mails.Count(mail => mail.Recipient.Contains(to, StringComparison.OrdinalIgnoreCase)).ShouldBeInRange(2, OutboxPace.MostAtOnce + 1 + 2);
        }
    }

    [Fact]
    public async Task Is_at_most_six_mails_for_fifteen_links_that_are_proposed_and_taken_back()
    {
        var (proposer, leader) = (await server.SignIn("Proposer"), await server.SignIn("Leader"));
        await Found(new("from"), proposer);
        await Found(new("to"), leader);
        var bridge = server.Grains.Bridge(new(new("from"), new("to")));
        for (var i = 0; i < 15; i++)
        {
            var room = new RoomId(new CommunityId("from"), "general");
            QueueScene.Must(await bridge.Propose(new() { By = proposer.Member, Request = server.NewRequest(), Side = new("from"), Room = room, Message = "Let us talk" }));
            if (i < 14) QueueScene.Must(await bridge.TakeBack(new() { By = proposer.Member, Request = server.NewRequest(), Side = new("from") }));
        }

        await Until(async () => (await Desk.State(default)).AllGivenUp + peer.Mails.Length + (await Outbox.Held(Pair(proposer, leader), default)).Length == 15);
        clock.Move(OutboxPace.Window);
        await Until(async () => (await Outbox.Held(Pair(proposer, leader), default)).IsEmpty);
        await Until(async () => (await Desk.State(default)).Waiting == 0);

        peer.Mails.Length.ShouldBeInRange(1, OutboxPace.MostAtOnce + 1);
    }

    [Fact]
    public async Task Is_not_sent_once_it_is_over_and_administrators_see_why()
    {
        var scene = await server.QueueScene();
        var (muted, admin) = (await scene.Member("Muted"), await server.SignIn("Ann"));
        await server.Grains.Member(admin.Member).AppointAdministrator(new() { By = MemberId.System, Request = server.NewRequest() });
        peer.Once("RCPT", "451 4.7.1 Greylisted, try again in a minute");
        var again = clock.IsAwaited(clock.Now + MailPatience.First);
        var community = server.Grains.Community(scene.Community);
        QueueScene.Must(await community.Restrict(new()
        {
            By = scene.Ben.Member,
            Request = server.NewRequest(),
            Member = muted.Member,
            Kind = RestrictionKind.Mute,
            Reason = "Loud",
        }));
        await again;

        QueueScene.Must(await community.Lift(new() { By = scene.Ben.Member, Request = server.NewRequest(), Member = muted.Member, Reason = "Quiet" }));
        clock.Move(MailPatience.First);
        await Ask(scene.Community, await server.SignIn("Another"));
        await peer.Holds(3);   // both moderators hear of the request, and Muted that it is over

        peer.Mails.ShouldAllBe(mail => !mail.Raw.Contains("Loud", StringComparison.Ordinal));
        (await Desk.State(default)).GivenUp.ShouldHaveSingleItem().Because.ShouldBe(GivenUpBecause.Over);
        using var browser = Visitor.As(server.Address, admin.Cookie);
        (await browser.Get("/administration")).Html.ShouldContain("What it says was over before it left");
    }

    private IMailDesk Desk => server.Services.GetRequiredService<IMailDesk>();

    private SqliteOutbox Outbox => server.Services.GetRequiredService<SqliteOutbox>();

    private static string Pair(Person by, Person reader) => $"{by.Member}>{reader.Member}";

    private Task Held(Person by, Person reader, int mails) => Until(async () => (await Outbox.Held(Pair(by, reader), default)).Length == mails);

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await holds())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task Found(CommunityId community, Person leader) => QueueScene.Must(await server.Grains.Community(community).Found(new()
    {
        By = MemberId.System,
        Request = server.NewRequest(),
        Name = community.Value,
        Access = PublicBuyers.Communities.Access.OnRequest,
        Goal = "To buy well together.",
        Leader = leader.Member,
    }));

    private async Task Ask(CommunityId community, Person applicant) =>
        QueueScene.Must(await server.Grains.Queue(community).Ask(new() { By = applicant.Member, Request = server.NewRequest(), Message = "May I?" }));
}
