using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.EndToEnd.Tests.Bridges;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Moderation;

/// <summary>From a report to its receipt, of what is said elsewhere than in a room: under a publication, and across a bridge.</summary>
public sealed class ReportingWhatWasSaid : IAsyncLifetime
{
    private const string Said = "It was Acme, for 12,000 a month";

    private const string Why = "Prices are confidential until the award.";

    private readonly FakeClock clock = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start(adjust: services => services.AddSingleton<IClock>(clock));

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_comment_under_a_publication_is_hidden_and_who_reported_it_and_who_wrote_it_are_told()
    {
        var scene = await server.Scene();
        var (leader, author) = (scene.Ada, scene.Ben);
        var reporter = await server.Join(scene.Room, "Reporter");
        await Publishes(leader, scene.Room.Community);
        var id = new PublicationId(scene.Room.Community, $"{Guid.NewGuid():n}");
        QueueScene.Must(await server.Grains.Publication(id).Write(new() { By = author.Member, Request = server.NewRequest(), Seen = 0, Content = new(PublicationKind.News, "Buying trams", "In short.", "We bought them.", Classification.Community, [], []) }));
        QueueScene.Must(await server.Grains.Publication(id).Submit(new() { By = author.Member, Request = server.NewRequest(), Version = 1 }));
        var comment = await server.Says(id.Comments, author, Said);

        await IsReportedAndHidden(id.Comments, comment, scene.Room.Community, $"/communities/{id.Community}/publications/{id.Key}", reporter, author, leader);
    }

    [Fact]
    public async Task A_post_across_a_bridge_goes_to_the_moderators_of_the_community_that_opened_the_thread_whoever_reports_it()
    {
        var scene = await server.LinkedCommunities();
        await Publishes(scene.Ann, scene.One.Community);
        var thread = await server.Opens(scene);
        var post = await server.Says(thread, scene.Ari, Said);

        await IsReportedAndHidden(thread, post, scene.One.Community, $"/communities/{thread}", scene.Bob, scene.Ari, scene.Ann);

        QueueScene.Must(await server.Grains.Queue(scene.Other.Community).Page(scene.Bea.Member, new(Open: true, null, null, 0))).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_one_may_not_read_cannot_be_reported_and_is_answered_as_if_it_were_not_there()
    {
        var scene = await server.LinkedCommunities();
        var thread = await server.Opens(scene);
        var post = await server.Says(thread, scene.Ari, Said);
        using var outsider = server.Http(scene.Eve);

        var closed = await Report(outsider, thread, post);
        var absent = await Report(outsider, thread, post + 100);

        closed.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await closed.Content.ReadAsStringAsync()).ShouldBe(await absent.Content.ReadAsStringAsync());
    }

    private async Task IsReportedAndHidden(RoomId room, long post, CommunityId decidedBy, string page, Person reporter, Person author, Person moderator)
    {
        using var reporting = server.Http(reporter);
        using var writing = server.Http(author);
        var queue = server.Grains.Queue(decidedBy);
        (await reporting.GetStringAsync(page)).ShouldContain(Said);
        WebUtility.HtmlDecode(await reporting.GetStringAsync(page)).ShouldContain($"/communities/{room}/posts/{post}/report");

        var reported = await Report(reporting, room, post);
        reported.StatusCode.ShouldBe(HttpStatusCode.Created, await reported.Content.ReadAsStringAsync());
        var number = (await reported.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("number").GetInt64();
        var item = QueueScene.Must(await queue.Item(moderator.Member, new(number))).Item;
        item.Kind.ShouldBe(ItemKind.Report);
        using (var moderating = server.Http(moderator)) (await moderating.GetStringAsync($"/communities/{decidedBy}/queue/{number}")).ShouldContain(Said);

        QueueScene.Must(await queue.Decide(new() { By = moderator.Member, Request = server.NewRequest(), Number = new(number), Version = item.Version, Verdict = Verdict.Approved, Reason = Why }));
        await Settles(moderator, decidedBy, number);

        (await reporting.GetStringAsync(page)).ShouldNotContain(Said);
        (await reporting.GetStringAsync("/api/me/requests")).ShouldContain(Why);
        var told = await writing.GetStringAsync("/requests");
        told.ShouldContain(Why);
        told.ShouldContain($"/communities/{decidedBy}/requests/{number}/appeal");
        told.ShouldNotContain(reporter.Name);
        told.ShouldContain("Your post was hidden");
        told.ShouldNotContain(">Approved<");
        told.ShouldNotContain("tag approved");
        var mine = await reporting.GetStringAsync("/requests");
        mine.ShouldContain("The post was hidden");
        mine.ShouldNotContain(">Approved<");
        var kind = room.Publication is null ? "post" : "comment";
        await server.Until(author, unread: 1);
        (await writing.GetStringAsync("/notices")).ShouldContain($"hid a {kind} of yours");
    }

    private async Task Settles(Person moderator, CommunityId community, long number)
    {
        await using var watching = await server.Connect(moderator);
        await watching.Enter(Streams.QueueOf(community));
        clock.Move(QueueLimits.UndoWindow);
        await watching.Until(it => it.Topic(Streams.QueueOf(community)).Item(number) is not { } item || item.GetProperty("state").GetString() == "settled");
    }

    private Task<HttpResponseMessage> Report(HttpClient http, RoomId room, long post) =>
        http.PostAsJsonAsync($"/api/rooms/{room}/posts/{post}/report", new { requestId = $"report-{post}", message = "It names a tenderer." });

    private async Task Publishes(Person moderator, CommunityId community) =>
        QueueScene.Must(await server.Grains.Community(community).PublishContact(new() { By = moderator.Member, Request = server.NewRequest(), Contact = "contact@buyers.example" }));
}
