using System.Net;
using System.Net.Http.Json;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.EndToEnd.Tests.Moderation;
using PublicBuyers.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.Running;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Sending;

/// <summary>B14: whatever people write of themselves and of others, a mail has the headers we give it, and a feed the elements.</summary>
public sealed class LinesThatWouldBeHeaders : IAsyncLifetime
{
    private const string Injected = "x\r\nBcc: eve@evil.example\r\n\r\n.\r\nRCPT TO:<eve@evil.example>";

    private static readonly string[] headers = ["From", "To", "Date", "Subject", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language", "Content-Type", "MIME-Version", "Content-Transfer-Encoding"];

    private readonly ScriptedMailServer peer = new();
    private readonly FakeClock clock = new(TimeProvider.System.GetUtcNow());
    private LiveServer server = null!;
    private QueueScene scene = null!;

    public async Task InitializeAsync()
    {
        server = await LiveServer.Start(options => options with { Smtp = $"127.0.0.1:{peer.Port}", SmtpTls = SmtpTls.None }, services => services.AddSingleton<IClock>(clock));
        scene = await server.QueueScene();
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task No_name_message_or_reason_adds_a_header_to_a_mail()
    {
        var (applicant, restricted, author) = (await server.Stranger(), await scene.Member("Restricted"), await scene.Member("Author"));
        foreach (var person in new[] { applicant, scene.Ada, scene.Ben, author }) await Calls(person, $"{person.Name}\r\nBcc: eve");
        await scene.Settled();

        var number = await scene.Asks(applicant, Injected);   // to Ada and Ben
        await peer.Holds(2);
        await scene.Decides(scene.Ben, number, Verdict.Rejected, Injected);   // to the applicant
        clock.Move(QueueLimits.UndoWindow);
        await peer.Holds(3);
        QueueScene.Must(await server.Grains.Community(scene.Community).Restrict(new() { By = scene.Ben.Member, Request = server.NewRequest(), Member = restricted.Member, Kind = RestrictionKind.Mute, Reason = Injected }));
        await peer.Holds(4);
        QueueScene.Must(await server.Grains.Community(scene.Community).Invite(new() { By = scene.Ada.Member, Request = server.NewRequest(), Addresses = ["new@example.eu"] }));
        await peer.Holds(5);
        QueueScene.Must(await server.Grains.Community(scene.Community).ChangeSettings(new() { By = scene.Ada.Member, Request = server.NewRequest(), Name = "Open\u2028Bcc: eve", Access = PublicBuyers.Communities.Access.Open, Goal = "To buy." }));
        var publication = new PublicationId(scene.Community, $"{Guid.NewGuid():n}");
        QueueScene.Must(await server.Grains.Publication(publication).Write(new() { By = author.Member, Request = server.NewRequest(), Seen = 0, Content = new(PublicationKind.News, "Trams\u2028Bcc: eve@evil.example", Injected, Injected, Classification.Public, [], []) }));
        QueueScene.Must(await server.Grains.Publication(publication).Submit(new() { By = author.Member, Request = server.NewRequest(), Version = 1 }));   // to Ada and Ben
        await peer.Holds(7);
        QueueScene.Must(await server.Grains.Publication(publication).Withdraw(new() { By = scene.Ada.Member, Request = server.NewRequest(), Reason = Injected }));   // to the author
        await peer.Holds(8);

        foreach (var mail in peer.Mails)
        {
            mail.Headers.Select(header => header.Split(':')[0]).ShouldBeSubsetOf(headers);
            mail.Headers.Select(header => header.Split(':')[0]).ShouldBeUnique();
            mail.Raw.Replace("\r\n", "", StringComparison.Ordinal).IndexOfAny(['\r', '\n']).ShouldBe(-1);
        }

        peer.Commands.ShouldNotContain(command => command.Contains("eve@", StringComparison.Ordinal));
        var recipients = peer.Commands.Where(command => command.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase));
        recipients.Count().ShouldBe(8, string.Join('\n', recipients));
    }

    [Theory]
    [InlineData("\r\nBcc: eve")]
    [InlineData("\nx")]
    [InlineData("\rx")]
    [InlineData("\u0085x")]
    [InlineData("\u001b[31mx")]
    [InlineData("\u007fx")]
    public async Task What_stands_in_a_line_is_one(string more)
    {
        using var leader = server.Http(scene.Ada);
        var community = $"/api/communities/{scene.Community}";
        foreach (var (path, body) in new (string, object)[]
        {
            ($"{community}/settings", new { requestId = "1", name = "Buses" + more, access = "onRequest", goal = "To buy." }),
            ($"{community}/settings", new { requestId = "2", name = "Buses", access = "onRequest", goal = "To buy." + more }),
            ($"{community}/settings", new { requestId = "3", name = "Buses", access = "onRequest", goal = "To buy.", contact = "desk@example.eu" + more }),
            ($"{community}/contact", new { requestId = "4", contact = "ada@example.eu" + more }),
            ($"{community}/invitations", new { requestId = "5", addresses = new[] { "new@example.eu" + more } }),
            ($"{community}/publications", new { requestId = "6", kind = "news", title = "Trams" + more, summary = "", markdown = "About trams.", classification = "public" }),
        }) (await leader.PostAsJsonAsync(path, body)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, path);

        (await server.Grains.Community(scene.Community).OpenRoom(new() { By = scene.Ada.Member, Request = server.NewRequest(), Slug = "trams", Name = "Trams" + more })).IsRefused.ShouldBeTrue();
        await Calls(scene.Ada, "Ada" + more, isRefused: more.Any(letter => char.IsControl(letter) && !char.IsWhiteSpace(letter)));
    }

    [Fact]
    public async Task A_feed_has_the_elements_we_give_it_and_each_name_and_title_in_one_line()
    {
        await Calls(scene.Ben, "Ben\r\n<uri>evil</uri>");
        QueueScene.Must(await server.Grains.Community(scene.Community).ChangeSettings(new() { By = scene.Ada.Member, Request = server.NewRequest(), Name = "\"><id>evil</id>\u2028", Access = PublicBuyers.Communities.Access.Open, Goal = "To buy." }));
        var publication = new PublicationId(scene.Community, $"{Guid.NewGuid():n}");
        QueueScene.Must(await server.Grains.Publication(publication).Write(new() { By = scene.Ben.Member, Request = server.NewRequest(), Seen = 0, Content = new(PublicationKind.News, "]]></title><id>evil</id>", "A\r\n<entry/>", "Text.", Classification.Public, [], []) }));
        QueueScene.Must(await server.Grains.Publication(publication).Submit(new() { By = scene.Ben.Member, Request = server.NewRequest(), Version = 1 }));
        await scene.Settled();
        using var http = server.Http(null);

        using var answer = await http.GetAsync($"/communities/{scene.Community}/publications.atom");
        var feed = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;

        answer.Headers.Concat(answer.Content.Headers).ShouldAllBe(header => header.Value.All(value => !value.Contains("evil", StringComparison.Ordinal)));
        feed.Descendants().Select(element => element.Name.LocalName).Distinct().Order().ShouldBe(["author", "category", "entry", "id", "link", "name", "published", "summary", "title", "updated"]);
        feed.Descendants().Count(element => element.Name.LocalName == "entry").ShouldBe(1);
        feed.Descendants().Where(element => element.Name.LocalName is "name" or "title").ShouldAllBe(element => !element.Value.Contains('\n') && !element.Value.Contains('\r'));
        feed.Descendants().Single(element => element.Name.LocalName == "name").Value.ShouldBe("Ben <uri>evil</uri>");
    }

    /// <summary>A name is tidied: white space of whatever kind is a space. What else cannot be seen is refused.</summary>
    private async Task Calls(Person person, string name, bool isRefused = false)
    {
        var answer = await server.Grains.Member(person.Member).ChangeProfile(new() { By = person.Member, Request = server.NewRequest(), Name = name, Organisation = name, Language = "en", TimeZone = "Europe/Brussels" });

        answer.IsRefused.ShouldBe(isRefused);
        QueueScene.Must(await server.Grains.Member(person.Member).Profile()).ShouldSatisfyAllConditions(profile => profile.Name.Any(char.IsControl).ShouldBeFalse(), profile => profile.Organisation.Any(char.IsControl).ShouldBeFalse());
    }
}
