using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.EndToEnd.Tests.Attachments;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.EndToEnd.Tests.Moderation;
using PublicBuyers.Live;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.Search;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Publications;

/// <summary>B35: what is for fewer from now on is gone for the others, from pages, lists, feeds, searches, notices and open connections.</summary>
public sealed class MovingAmongReaders(OneServer one) : IClassFixture<OneServer>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly LiveServer server = one.Server;

    [Theory]
    [InlineData(Classification.Public, Classification.Hosts)]
    [InlineData(Classification.Community, Classification.Hosts)]
    [InlineData(Classification.Community, Classification.Participants)]
    public async Task A_reader_of_before_has_it_nowhere_any_more(Classification before, Classification after)
    {
        var people = await People.In(server);
        var (id, file) = await people.Published(before);
        var (room, reader) = (id.Comments, people.Reader);
        await server.Says(room, people.Author, "A quibblewort for comparison");
        await server.Mentions(room, people.Author, reader, "have you seen a quibblewort?");
        await server.Until(reader, unread: 1);
        await Settled();
        using var http = server.Http(reader);
        var pages = new[] { $"/communities/{id.Community}/publications/{id.Key}", $"/communities/{id.Community}/publications/{id.Key}/files/{file}", $"/api/communities/{id.Community}/publications/{id.Key}", $"/api/rooms/{room}/posts", $"/api/rooms/{room}/posts/1", $"/api/rooms/{room}/posts/1/history", $"/api/rooms/{room}/members?name=a", $"/api/live/room/{room}" };
        foreach (var page in pages) (await http.GetAsync(page)).StatusCode.ShouldBe(HttpStatusCode.OK, page);
        (await Finds(http, id)).ShouldBe((true, true, true));
        await using var reading = await server.Connect(reader);
        await using var staying = await server.Connect(people.Leader);
        await reading.Enter(room.Topic());
        await reading.Enter(TopicName.Me);
        reading.Topic(TopicName.Me).Notices.ShouldHaveSingleItem().GetProperty("excerpt").GetString().ShouldNotBeNull().ShouldContain("quibblewort");
        await staying.Enter(room.Topic());
        var waiting = await http.Waits(room, reader, server);

        await people.Publishes(id, after, seen: 1);
        await reading.Until(it => it.Gone.Contains(room.Topic()), Soon);
        await reading.Until(it => it.Topic(TopicName.Me).Notices.Count == 0);
        await server.Says(room, people.Author, "Among ourselves");
        await staying.Until(it => it.Topic(room.Topic()).Posts.Count == 3);
        await Settled();

        (await waiting.WaitAsync(Soon)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        reading.Received.ShouldNotContain(frame => frame.Contains("Among ourselves"));
        (await reading.Enter(room.Topic())).GetProperty("refused").GetProperty("status").GetInt32().ShouldBe(404);
        foreach (var page in pages) (await http.GetAsync(page)).StatusCode.ShouldBe(HttpStatusCode.NotFound, page);
        (await Finds(http, id)).ShouldBe((false, false, false));
        (await http.GetStringAsync("/search?q=quibblewort")).ShouldNotContain("class=\"hit");

        await using var fresh = await server.Connect(reader);
        await fresh.Enter(TopicName.Me);
        fresh.Topic(TopicName.Me).Notices.ShouldBeEmpty();
        QueueScene.Must(await server.Grains.Inbox(reader.Member).Page(reader.Member, 0)).Unread.ShouldBe(0);
        foreach (var page in new[] { "/api/me/notices", "/notices", "/", $"/communities/{id.Community}", $"/communities/{id.Community}/publications" }) (await http.GetStringAsync(page)).ShouldNotContain("quibblewort", Case.Insensitive, page);
    }

    [Fact]
    public async Task Whoever_kept_a_copy_is_told_by_no_condition_that_it_is_still_good()
    {
        var people = await People.In(server);
        var (id, file) = await people.Published(Classification.Public);
        using var anybody = server.Http(null);
        var kept = new Dictionary<string, (EntityTagHeaderValue? Tag, DateTimeOffset? Since)>();
        foreach (var path in new[] { $"/communities/{id.Community}/publications/{id.Key}", $"/communities/{id.Community}/publications/{id.Key}/files/{file}", $"/communities/{id.Community}/publications.atom" })
        {
            using var answer = await anybody.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            kept[path] = (answer.Headers.ETag, answer.Content.Headers.LastModified);
            (answer.Headers.CacheControl?.NoCache is true || answer.Headers.CacheControl?.NoStore is true).ShouldBeTrue(path);
        }

        await people.Publishes(id, Classification.Community, seen: 1);

        foreach (var (path, (tag, since)) in kept)
        {
            using var again = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfModifiedSince = since } };
            if (tag is not null) again.Headers.IfNoneMatch.Add(tag);
            using var answer = await anybody.SendAsync(again);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }

        (await anybody.GetStringAsync("/publications.atom")).ShouldNotContain(id.Key);
        (await anybody.GetStringAsync("/publications?q=quibblewort")).ShouldNotContain(id.Key);
    }

    private async Task Settled()
    {
        await server.Services.GetRequiredService<IPostSearch>().Settled(CancellationToken.None);
        await server.Services.GetRequiredService<IPublications>().Settled(CancellationToken.None);
    }

    /// <summary>As a publication, as what is commented, and in its community's list.</summary>
    private static async Task<(bool, bool, bool)> Finds(HttpClient http, PublicationId id)
    {
        return (await Has("/api/publications?q=quibblewort", "publications"), await Has("/api/search?q=quibblewort", "hits"), await Has($"/api/communities/{id.Community}/publications", "publications"));

        async Task<bool> Has(string path, string list) => (await http.GetFromJsonAsync<JsonElement>(path)).GetProperty(list).EnumerateArray().Any(entry => entry.GetRawText().Contains(id.Key, StringComparison.Ordinal));
    }

    private sealed record People(LiveServer Server, Person Leader, Person Author, Person Reader, Person Participant, RoomId Room)
    {
        public static async Task<People> In(LiveServer server)
        {
            var (room, leader, author) = await server.Scene();
            return new(server, leader, author, await server.Join(room, "Reader"), await server.Join(room, "Participant"), room);
        }

        public async Task<(PublicationId Id, AttachmentId File)> Published(Classification classification)
        {
            var id = new PublicationId(Room.Community, $"{Guid.NewGuid():n}");
            using var http = Server.Http(Author);
            using var body = new ByteArrayContent(SampleFiles.Png());
            using var answer = await http.PostAsync($"/api/rooms/{id.Comments}/attachments?name=plan.png", body);
            var card = await answer.Content.ReadFromJsonAsync<JsonElement>();
            var file = new Attachment(new(card.GetProperty("id").GetString()!), "plan.png", "image/png", card.GetProperty("bytes").GetInt64(), 640, 480);
            await Publishes(id, classification, 0, file);
            return (id, file.Id);
        }

        /// <summary>In an open community, where nobody has to decide.</summary>
        public async Task Publishes(PublicationId id, Classification classification, int seen, params Attachment[] files)
        {
            var kept = seen == 0 ? files : [.. QueueScene.Must(await Server.Grains.Publication(id).Read(Author.Member)).Content.Attachments];
            QueueScene.Must(await Server.Grains.Publication(id).Write(new()
            {
                By = Author.Member,
                Request = Server.NewRequest(),
                Seen = seen,
                Content = new(PublicationKind.News, "Buying a quibblewort", "In short.", "About it.", classification, classification is Classification.Participants ? [Participant.Member] : [], [.. kept]),
            }));
            QueueScene.Must(await Server.Grains.Publication(id).Submit(new() { By = Author.Member, Request = Server.NewRequest(), Version = seen + 1 })).IsPublished.ShouldBeTrue();
        }
    }
}
