using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Bridges;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Moderation;

/// <summary>
/// What a queue lets somebody decide takes effect, whoever it is: every kind of item, by everybody who may.
/// </summary>
public sealed class DecisionsTakeEffect : IAsyncLifetime
{
    private const string Why = "As the rules say.";

    private readonly FakeClock clock = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() =>
        server = await LiveServer.Start(adjust: services => services.AddSingleton<IClock>(clock));

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("moderator")]
    [InlineData("leader")]
    [InlineData("administrator")]
    [InlineData("substitute")]
    public async Task Of_every_kind_of_item(string who)
    {
        var scene = await server.QueueScene();
        var decider = await Decider(scene, who);
        using var http = server.Http(decider);
        using var contact = await http.PostAsJsonAsync(
            $"/api/communities/{scene.Community}/contact", new { requestId =
                "contact", contact = "desk@buyers.example" });
        contact.StatusCode.ShouldBe(HttpStatusCode.NoContent, await contact.Content.ReadAsStringAsync());

        await RequestsToJoin(scene, decider);
        await ReportsAndAppealsOfThem(scene, decider);
        await AppealsOfRestrictions(scene, decider);
        await Submissions(scene, decider);
        await SecondLooks(scene, decider);
    }

    [Fact]
    public async Task Though_the_other_side_of_a_common_thread_keeps_out_who_decided()
    {
        var scene = await server.LinkedCommunities();
        var thread = await server.Opens(scene);
        var post = await server.Says(thread, scene.Ari, "It was Acme");
        var number = await Reports(scene.Bob, thread, post);
        await server.Restricts(scene.Other, scene.Ann, RestrictionKind.Ban);

        await Decides(scene.Ada, scene.Ann, scene.One.Community, number, Verdict.Approved);

        (await Shown(scene.Ari, thread, post)).Hidden!.By.ShouldBe(scene.Ann.Member);
    }

    [Fact]
    public async Task Though_who_decided_moderates_no_more()
    {
        var scene = await server.QueueScene();
        var (author, reporter) = (await scene.Member("Author"), await scene.Member("Reporter"));
        var post = await server.Says(scene.Room, author, "It was Acme");
        var number = await Reports(reporter, scene.Room, post);

        await Decides(scene.Ada, scene.Ben, scene.Community, number, Verdict.Approved, () =>
            scene.Changes(scene.Ben, Role.Member));

        (await Shown(author, scene.Room, post)).Hidden!.By.ShouldBe(scene.Ben.Member);
    }

    private async Task<Person> Decider(QueueScene scene, string who)
    {
        if (who == "administrator")
        {
            var administrator = await server.Stranger();
            QueueScene.Must(await server.Grains.Member(administrator.Member)
                .AppointAdministrator(new() { By = MemberId.System, Request = server.NewRequest() }));
            return administrator;
        }

        var decider = await scene.Member("Deborah");
        await scene.Changes(decider, who == "leader" ? Role.Leader : Role.Moderator);
        if (who == "substitute")
        {
            QueueScene.Must(await server.Grains.Community(scene.Community).AnnounceAbsence(new()
            {
                By = scene.Ben.Member,
                Request = server.NewRequest(),
                From = clock.Now,
                Until = clock.Now.AddDays(7),
                Substitute = decider.Member,
            }));
        }

        return decider;
    }

    private async Task RequestsToJoin(QueueScene scene, Person decider)
    {
        var (admitted, first) = await scene.Asks();
        var (refused, second) = await scene.Asks();
        await Decides(scene.Ada, decider, scene.Community, first, Verdict.Approved);
        await Decides(scene.Ada, decider, scene.Community, second, Verdict.Rejected);

        (await RoleOf(scene, admitted)).ShouldBe(Role.Member);
        (await RoleOf(scene, refused)).ShouldBeNull();

        var appeal = QueueScene.Must(await scene.Queue.Appeal(new()
        {
            By = refused.Member,
            Request = server.NewRequest(),
            Number = new(second),
            Message = "Please.",
        }));
        await Decides(scene.Ada, scene.Ben, scene.Community, appeal.Value, Verdict.Approved);
        (await RoleOf(scene, refused)).ShouldBe(Role.Member);
    }

    private async Task ReportsAndAppealsOfThem(QueueScene scene, Person decider)
    {
        var (author, reporter) = (await scene.Member("Author"), await scene.Member("Reporter"));
        var (one, other) = (await server.Says(
            scene.Room, author, "Of Acme"), await server.Says(scene.Room, author, "Of Ajax"));
        var (first, second) = (await Reports(reporter, scene.Room, one), await Reports(reporter, scene.Room, other));
        await Decides(scene.Ada, decider, scene.Community, first, Verdict.Approved);
        (await Shown(author, scene.Room, one)).Hidden!.By.ShouldBe(decider.Member);

        await Decides(scene.Ada, scene.Ben, scene.Community, second, Verdict.Approved);
        using var http = server.Http(author);
        using var asked = await http.PostAsJsonAsync(
            $"{scene.Api}/items/{second}/appeal", new { requestId = "appeal", message = "It is public." });
        asked.StatusCode.ShouldBe(HttpStatusCode.Created, await asked.Content.ReadAsStringAsync());
        await Decides(scene.Ada, decider, scene.Community, await NumberIn(asked), Verdict.Approved);

        (await Shown(author, scene.Room, other)).Hidden.ShouldBeNull();
    }

    private async Task AppealsOfRestrictions(QueueScene scene, Person decider)
    {
        var community = server.Grains.Community(scene.Community);
        var muted = await scene.Member("Muted");
        QueueScene.Must(await community.Restrict(new()
        {
            By = scene.Ada.Member,
            Request = server.NewRequest(),
            Member = muted.Member,
            Kind = RestrictionKind.Mute,
            Reason = Why,
        }));
        var appeal = QueueScene.Must(await scene.Queue.AppealRestriction(
            new() { By = muted.Member, Request = server.NewRequest(), Message = "Please." }));
        await Decides(scene.Ada, decider, scene.Community, appeal.Value, Verdict.Approved);

        QueueScene.Must(await community.Describe(muted.Member)).MyRestriction.ShouldBeNull();
    }

    private async Task Submissions(QueueScene scene, Person decider)
    {
        var author = await scene.Member("Editor");
        var (approved, first) = await Submits(scene, author);
        await Decides(scene.Ada, decider, scene.Community, first, Verdict.Approved);
        var (returned, second) = await Submits(scene, author);
        await Decides(scene.Ada, decider, scene.Community, second, Verdict.Rejected);

        QueueScene.Must(await approved.Read(author.Member)).Published.ShouldBe(1);
        QueueScene.Must(await returned.Read(author.Member)).Returned!.By.ShouldBe(decider.Member);
    }

    private async Task SecondLooks(QueueScene scene, Person decider)
    {
        await IsOpen(scene);
        await using var watching = await server.Connect(scene.Ada);
        await watching.Enter(scene.Topic);
        var newcomer = await server.Stranger();
        QueueScene.Must(await server.Grains.Community(scene.Community).Join(
            new() { By = newcomer.Member, Request = server.NewRequest() }));
        await watching.Until(it => it.Topic(scene.Topic).Value("arrivals")?.GetRawText() is { } arrivals
            && arrivals.Contains(newcomer.Member.Value, StringComparison.Ordinal));
        using var http = server.Http(scene.Ben);
        using var asked = await http.PostAsJsonAsync(
            $"{scene.Api}/arrivals/{newcomer.Member}", new { requestId = "review", act = "review" });
        asked.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var items = QueueScene.Must(await scene.Queue.Page(
            scene.Ada.Member, new(true, ItemKind.Review, null, 0))).Items;
        await Decides(scene.Ada, decider, scene.Community, items[0].Number.Value, Verdict.Rejected);

        var after = QueueScene.Must(await server.Grains.Community(scene.Community).Describe(newcomer.Member));
        var banned = after.MyRestriction;
        (banned!.Kind, banned.By).ShouldBe((RestrictionKind.Ban, decider.Member));
    }

    private async Task IsOpen(QueueScene scene) =>
        QueueScene.Must(await server.Grains.Community(scene.Community).ChangeSettings(new()
        {
            By = scene.Ada.Member,
            Request = server.NewRequest(),
            Name = "Open",
            Access = PublicBuyers.Communities.Access.Open,
            Goal = "To buy well together.",
        }));

    private async Task<(IPublicationGrain Publication, long Item)> Submits(QueueScene scene, Person author)
    {
        var publication = server.Grains.Publication(new(scene.Community, $"{Guid.NewGuid():n}"));
        await using var watching = await server.Connect(scene.Ada);
        await watching.Enter(scene.Topic);
        QueueScene.Must(await publication.Write(new()
        {
            By = author.Member,
            Request = server.NewRequest(),
            Seen = 0,
            Content = new(PublicationKind.News, "Buying trams", "In short.", "We did.", Classification.Community,
                [], []),
        }));
        QueueScene.Must(await publication.Submit(
            new() { By = author.Member, Request = server.NewRequest(), Version = 1 }));
        JsonElement? item = null;
        await watching.Until(it => (item = OpenSubmission(it)) is not null);
        return (publication, item!.Value.GetProperty("number").GetInt64());

        JsonElement? OpenSubmission(LiveClient client) => Enumerable.Range(1, 100)
            .Select(number => client.Topic(scene.Topic).Item(number))
            .FirstOrDefault(item => item?.GetProperty("kind").GetString() == "submission"
                && item.Value.GetProperty("state").GetString() == "open");
    }

    private async Task<long> Reports(Person reporter, RoomId room, long post)
    {
        using var http = server.Http(reporter);
        using var reported = await http.PostAsJsonAsync(
            $"/api/rooms/{room}/posts/{post}/report", new { requestId =
                $"report-{post}", message = "It names a tenderer." });
        reported.StatusCode.ShouldBe(HttpStatusCode.Created, await reported.Content.ReadAsStringAsync());
        return await NumberIn(reported);
    }

    private async Task Decides(
        Person leader, Person decider, CommunityId community, long number, Verdict verdict, Func<Task>? meanwhile =
            null)
    {
        var queue = server.Grains.Queue(community);
        var version = QueueScene.Must(await queue.Item(leader.Member, new(number))).Item.Version;
        using var http = server.Http(decider);
        using var decided = await http.PostAsJsonAsync(
            $"/api/queues/{community}/items/{number}/decide",
            new { requestId = $"decide-{number}", version, verdict =
                verdict.ToString().ToLowerInvariant(), reason = Why });
        decided.StatusCode.ShouldBe(HttpStatusCode.OK, await decided.Content.ReadAsStringAsync());
        if (meanwhile is not null) await meanwhile();

        var topic = Streams.QueueOf(community);
        await using var watching = await server.Connect(leader);
        await watching.Enter(topic);
        clock.Move(QueueLimits.UndoWindow);
        await watching.Until(
            it => it.Topic(topic).Item(number)?.GetProperty("state").GetString() is null or "settled" or "open");
        var item = QueueScene.Must(await queue.Item(leader.Member, new(number)));
        item.Item.State.ShouldBe(ItemState.Settled, string.Join(", ",
            item.Steps.Select(step => $"{step.Act} {step.Note}")));
    }

    private async Task<Role?> RoleOf(QueueScene scene, Person who) =>
        QueueScene.Must(await server.Grains.Community(scene.Community).Describe(who.Member)).MyRole;

    private async Task<PublicBuyers.Rooms.PostView> Shown(Person reader, RoomId room, long post) =>
        QueueScene.Must(await server.Grains.Room(
            room).Page(reader.Member, 0, 50)).Posts.Single(each => each.Number.Value == post);

    private static async Task<long> NumberIn(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("number").GetInt64();
}
