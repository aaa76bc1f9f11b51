using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AngleSharp.Html.Parser;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Attachments;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Publications;

/// <summary>P6 on pages: every classification, everybody, and every page, count, feed and file that could tell of a publication.</summary>
public sealed partial class ReadingPublications(OneServer one) : IClassFixture<OneServer>
{
    private static readonly XNamespace atom = "http://www.w3.org/2005/Atom";

    private readonly LiveServer server = one.Server;

    [Theory]
    [InlineData(Classification.Public, "anybody elsewhere suspended member participant author moderator leader")]
    [InlineData(Classification.Members, "elsewhere suspended member participant author moderator leader")]
    [InlineData(Classification.Community, "member participant author moderator leader")]
    [InlineData(Classification.Participants, "participant author moderator leader")]
    [InlineData(Classification.Hosts, "author moderator leader")]
    public async Task Is_on_the_pages_of_whom_it_is_classified_for_and_nowhere_else(Classification classification, string readers)
    {
        var people = await People.In(server);
        var word = $"dredger{Guid.NewGuid():n}"[..20];
        var (id, file) = await people.PublishedWithFile(classification, $"Buying a {word}");
        await server.Says(id.Comments, people.Author, $"Which {word} did you buy?");
        var nothing = new PublicationId(id.Community, new string('0', id.Key.Length));

        foreach (var (name, person) in people.All)
        {
            using var http = server.Http(person);
            var reads = readers.Split(' ').Contains(name);
            var comments = reads && name is not ("anybody" or "elsewhere" or "suspended");

            var page = await Ask(http, PathOf(id));
            page.Status.ShouldBe(reads ? HttpStatusCode.OK : HttpStatusCode.NotFound, name);
            page.Main.Contains($"Which {word}", StringComparison.Ordinal).ShouldBe(comments, $"{name}: comments");
            page.Main.Contains("class=\"composer\"", StringComparison.Ordinal).ShouldBe(comments, $"{name}: composer");
            var away = await Ask(http, $"{PathOf(id)}/files/{file}");
            away.Status.ShouldBe(reads ? HttpStatusCode.OK : HttpStatusCode.NotFound, $"{name}: file");
            if (!reads)
            {
                page.Main.Replace(id.Key, nothing.Key, StringComparison.Ordinal).ShouldBe((await Ask(http, PathOf(nothing))).Main, name);
                away.Main.Replace(id.Key, nothing.Key, StringComparison.Ordinal).ShouldBe((await Ask(http, $"{PathOf(nothing)}/files/{file}")).Main, $"{name}: file");
            }

            foreach (var list in new[] { $"/publications?q={word}", $"/communities/{id.Community}/publications", $"/communities/{id.Community}/publications?kind=news&q={word[..^2]}" })
            {
                var listed = await Ask(http, list);
                listed.Main.Contains(id.Key, StringComparison.Ordinal).ShouldBe(reads, $"{name}: {list}");
                Regex.IsMatch(listed.Main, "1 publication( found)?<", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture).ShouldBe(reads, $"{name}: {list}");
                listed.Status.ShouldBe(reads || person is not null || list.StartsWith("/publications", StringComparison.Ordinal) ? HttpStatusCode.OK : HttpStatusCode.NotFound, $"{name}: {list}");
            }

            foreach (var feed in new[] { "/publications.atom", $"/communities/{id.Community}/publications.atom" })
            {
                var entries = await Ask(http, feed);
                (entries.Status == HttpStatusCode.OK && entries.Html.Contains(id.Key, StringComparison.Ordinal)).ShouldBe(classification is Classification.Public, $"{name}: {feed}");
            }

            if (person is null) continue;
            (await Ask(http, $"/search?q={word}")).Main.Contains(PathOf(id), StringComparison.Ordinal).ShouldBe(reads, $"{name}: search");
            (await Ask(http, $"/communities/{id.Community}")).Main.Contains(PathOf(id), StringComparison.Ordinal).ShouldBe(reads, $"{name}: the community");
        }
    }

    [Fact]
    public async Task Of_a_community_without_anything_public_strangers_learn_nothing()
    {
        var people = await People.In(server);
        await people.Published(Classification.Members, "For members");
        using var stranger = server.Http(null);

        foreach (var path in new[] { "publications", "publications?q=members", "publications.atom" })
        {
            var here = await Ask(stranger, $"/communities/{people.Community}/{path}");
            here.Status.ShouldBe(HttpStatusCode.NotFound, path);
            here.Main.Replace(people.Community.Value, "nowhere", StringComparison.Ordinal).ShouldBe((await Ask(stranger, $"/communities/nowhere/{path}")).Main, path);
        }
    }

    [Fact]
    public async Task Before_it_is_published_only_its_author_reads_it_and_after_it_is_taken_away_moderators_too()
    {
        var people = await People.In(server);
        var id = await people.Writes(Classification.Public, "Not yet");
        await Reads("author", "A draft.");

        await people.Submits(id, 1);
        using (var everybody = server.Http(null)) (await Ask(everybody, PathOf(id))).Status.ShouldBe(HttpStatusCode.OK);

        Must(await server.Grains.Publication(id).Withdraw(new() { By = people.Leader.Member, Request = server.NewRequest(), Reason = "The prices are wrong." }));
        await Reads("author moderator leader", "The prices are wrong.");

        async Task Reads(string readers, string told)
        {
            foreach (var (name, person) in people.All)
            {
                using var http = server.Http(person);
                var page = await Ask(http, PathOf(id));
                page.Status.ShouldBe(readers.Split(' ').Contains(name) ? HttpStatusCode.OK : HttpStatusCode.NotFound, name);
                if (page.Status == HttpStatusCode.OK) page.Main.ShouldContain(told);
                (await Ask(http, $"/communities/{people.Community}/publications")).Main.ShouldNotContain(id.Key);
            }
        }
    }

    [Fact]
    public async Task A_file_of_a_version_that_is_not_published_is_its_authors()
    {
        var people = await People.In(server);
        var id = await people.Published(Classification.Public, "With a plan");
        var file = await people.Upload(id);
        await people.Writes(Classification.Public, "With a better plan", id, seen: 1, file);

        foreach (var (name, person) in people.All)
        {
            using var http = server.Http(person);
            (await Ask(http, $"{PathOf(id)}/files/{file.Id}")).Status.ShouldBe(name == "author" ? HttpStatusCode.OK : HttpStatusCode.NotFound, name);
        }

        await people.Submits(id, 2);
        using var anybody = server.Http(null);
        using var answer = await anybody.GetAsync($"{PathOf(id)}/files/{file.Id}?show");
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(SampleFiles.Png());
        answer.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("inline");
        answer.Headers.GetValues("Content-Security-Policy").ShouldBe(["sandbox; default-src 'none'"]);
        (await Ask(anybody, PathOf(id))).Main.ShouldContain($"{PathOf(id)}/files/{file.Id}?show=true");
    }

    [Fact]
    public async Task Comments_are_written_without_script_and_read_below_it()
    {
        var people = await People.In(server);
        var id = await people.Published(Classification.Public, "For discussion");
        using var member = Visitor.As(server.Address, people.Called("member").Cookie);

        var sent = await Comment("I **agree**.");
        sent.Status.ShouldBe(HttpStatusCode.SeeOther);
        var led = await member.Get(sent.Location!);
        led.Location.ShouldBe(PathOf(id));
        var page = await member.Get($"{PathOf(id)}?around=1");
        page.Html.ShouldContain("I <strong>agree</strong>.");
        new HtmlParser().ParseDocument(page.Html).QuerySelector("#comments")!.TextContent.ShouldBe("Comments");

        var refused = await Comment("  ");
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("For discussion");
        refused.Html.ShouldContain("role=\"alert\"");

        // Who reads it from elsewhere does not write below it.
        using var elsewhere = Visitor.As(server.Address, people.Called("elsewhere").Cookie);
        (await elsewhere.Get(PathOf(id))).Html.ShouldNotContain("<strong>agree</strong>");
        (await Comment("Me too.", elsewhere, "/profile")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await elsewhere.Get($"/communities/{id.Comments}/posts/1")).Status.ShouldBe(HttpStatusCode.NotFound);

        async Task<Answer> Comment(string text, Visitor? by = null, string? page = null)
        {
            var token = await (by ?? member).TokenOn(page ?? PathOf(id));
            using var form = new MultipartFormDataContent { { new StringContent(server.NewRequest().Value), "request" }, { new StringContent(text), "markdown" }, { new StringContent(token.Value), token.Name } };
            return await (by ?? member).Send($"/communities/{id.Comments}", form);
        }
    }

    [Fact]
    public async Task Pages_of_a_comment_lead_back_to_what_it_is_about()
    {
        var people = await People.In(server);
        var id = await people.Published(Classification.Community, "What is above");
        var number = await server.Says(id.Comments, people.Called("member"), "A question");
        using var member = server.Http(people.Called("member"));

        foreach (var page in new[] { $"posts/{number}/edit", $"posts/{number}/history", "log" })
        {
            var trail = new HtmlParser().ParseDocument((await Ask(member, $"/communities/{id.Comments}/{page}")).Html).QuerySelectorAll(".trail a").ToList();
            trail[^1].TextContent.ShouldBe("What is above", page);
            trail[^1].GetAttribute("href").ShouldBe($"{PathOf(id)}#comments", page);
        }
    }

    [Fact]
    public async Task Notices_of_a_comment_and_of_a_publication_lead_to_its_page()
    {
        var people = await People.In(server);
        var id = await people.Published(Classification.Community, "Talked about");
        await server.Says(id.Comments, people.Called("member"), "Well done.");

        (await NoticeOf(people.Author, "comment")).ShouldBe($"{PathOf(id)}?around=1#post-1");
        (await NoticeOf(people.Leader, "published")).ShouldBe(PathOf(id));
        using var author = server.Http(people.Author);
        (await Ask(author, $"{PathOf(id)}?around=1")).Main.ShouldContain("Well done.");

        async Task<string?> NoticeOf(Person person, string kind)
        {
            using var http = server.Http(person);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (true)
            {
                var listed = await http.GetFromJsonAsync<JsonElement>("/api/me/notices", patience.Token);
                if (listed.GetProperty("notices").EnumerateArray().FirstOrDefault(notice => notice.GetProperty("kind").GetString() == kind) is { ValueKind: JsonValueKind.Object } found) return found.GetProperty("href").GetString();
                await Task.Delay(20, patience.Token);
            }
        }
    }

    [Fact]
    public async Task Pages_of_a_list_follow_one_another_without_gap_or_repetition()
    {
        var people = await People.In(server);
        var written = new List<PublicationId>();
        for (var i = 0; i < PublicationLimits.PageSize + 2; i++) written.Add(await people.Published(i % 2 == 0 ? Classification.Public : Classification.Community, $"Number {i}"));

        using var member = server.Http(people.Called("member"));
        var seen = new List<string>();
        for (var path = $"/communities/{people.Community}/publications"; path is not null;)
        {
            var page = new HtmlParser().ParseDocument((await Ask(member, path)).Html);
            page.QuerySelector("main [role=status]")!.TextContent.ShouldBe($"{written.Count} publications");
            seen.AddRange(page.QuerySelectorAll(".publication-entry h2 a").Select(link => link.GetAttribute("href")!));
            path = page.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        seen.ShouldBe(written.Select(PathOf).Reverse());
        using var anybody = server.Http(null);
        (await Ask(anybody, $"/communities/{people.Community}/publications")).Main.ShouldContain($">{(written.Count + 1) / 2} publications<");
    }

    [Fact]
    public async Task A_feed_keeps_its_identities_and_forgets_what_is_taken_away()
    {
        var people = await People.In(server);
        var (id, other) = (await people.Published(Classification.Public, "Trams & <trains>"), await people.Published(Classification.Public, "Ferries"));
        using var http = server.Http(null);
        var path = $"/communities/{people.Community}/publications.atom";

        using var answer = await http.GetAsync(path);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("application/atom+xml; charset=utf-8");
        answer.Content.Headers.LastModified.ShouldNotBeNull();
        var feed = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;
        feed.Name.ShouldBe(atom + "feed");
        feed.Elements(atom + "link").Single(link => link.Attribute("rel")!.Value == "self").Attribute("href")!.Value.ShouldBe(LiveServer.Origin + path);
        foreach (var element in new[] { "id", "title", "updated" }) feed.Elements(atom + element).Count().ShouldBe(1);
        feed.Elements(atom + "entry").Select(Address).ShouldBe([LiveServer.Origin + PathOf(other), LiveServer.Origin + PathOf(id)]);
        var entry = feed.Elements(atom + "entry").Last();
        entry.Element(atom + "title")!.Value.ShouldBe("Trams & <trains>");
        entry.Element(atom + "author")!.Element(atom + "name")!.Value.ShouldBe(people.Author.Name);
        foreach (var element in new[] { "id", "title", "updated", "published" }) entry.Elements(atom + element).Count().ShouldBe(1);

        (await Again(answer)).ShouldBe(HttpStatusCode.NotModified);

        await people.Writes(Classification.Public, "Trams, again", id, seen: 1);
        await people.Submits(id, 2);
        (await Again(answer)).ShouldBe(HttpStatusCode.OK);
        var revised = XDocument.Parse((await Ask(http, path)).Html).Root!.Elements(atom + "entry").Single(each => Address(each) == LiveServer.Origin + PathOf(id));
        revised.Element(atom + "id")!.Value.ShouldBe(entry.Element(atom + "id")!.Value);
        revised.Element(atom + "id")!.Value.ShouldStartWith("tag:");
        revised.Element(atom + "title")!.Value.ShouldBe("Trams, again");

        Must(await server.Grains.Publication(other).Withdraw(new() { By = people.Author.Member, Request = server.NewRequest() }));
        (await Ask(http, path)).Html.ShouldNotContain(other.Key);
        (await Ask(http, "/publications.atom")).Html.ShouldNotContain(other.Key);

        static string Address(XElement entry) => entry.Elements(atom + "link").Single(link => link.Attribute("rel")!.Value == "alternate").Attribute("href")!.Value;

        async Task<HttpStatusCode> Again(HttpResponseMessage known)
        {
            using var asked = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { known.Headers.ETag! } } };
            using var told = await http.SendAsync(asked);
            return told.StatusCode;
        }
    }

    [Fact]
    public async Task A_page_says_where_its_feed_is_and_links_to_nothing_that_is_not_there()
    {
        var people = await People.In(server);
        await people.Published(Classification.Public, "Followed");
        using var http = server.Http(null);

        var page = new HtmlParser().ParseDocument((await Ask(http, $"/communities/{people.Community}/publications")).Html);
        page.QuerySelector("link[rel=alternate][type='application/atom+xml']")!.GetAttribute("href").ShouldBe($"/communities/{people.Community}/publications.atom");
        page.QuerySelectorAll("main a").Select(link => link.GetAttribute("href")).ShouldAllBe(href => href!.StartsWith($"/communities/{people.Community}/publications", StringComparison.Ordinal) || href == "/publications");
    }

    [Theory]
    [InlineData("/publications?kind=gossip&before=nonsense")]
    [InlineData("/publications?before=9999999999999999999.a/b")]
    [InlineData("/publications?q=%22%20OR%20*%20NEAR(")]
    [InlineData("/communities/cfit/publications/short")]
    [InlineData("/communities/cfit/publications/..%2F..%2Fadministration")]
    [InlineData("/communities/UPPER/publications")]
    [InlineData("/communities/UPPER/publications.atom")]
    [InlineData("/communities/cfit/publications/aaaaaaaaaaaaaaaaaaaaaaaa/files/x")]
    public async Task What_is_malformed_is_a_page_and_no_fault(string path)
    {
        using var http = server.Http(null);

        (await Ask(http, path)).Status.ShouldBe(path.StartsWith("/publications", StringComparison.Ordinal) ? HttpStatusCode.OK : HttpStatusCode.NotFound);
    }

    private static string PathOf(PublicationId id) => $"/communities/{id.Community}/publications/{id.Key}";

    private static async Task<(HttpStatusCode Status, string Html, string Main)> Ask(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path);
        var html = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, html, MainPart().Match(html).Value);
    }

    private static T Must<T>(Outcome<T> outcome) => outcome.IsRefused ? throw new InvalidOperationException($"Refused: {outcome.Refusal}") : outcome.Value;

    [GeneratedRegex("<main.*</main>", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex MainPart();

    /// <summary>An open community, in which nobody has to decide, and one person of each kind.</summary>
    private sealed record People(LiveServer Server, CommunityId Community, Person Leader, Person Author, Person Participant, (string Name, Person? Who)[] All)
    {
        public Person Called(string name) => All.Single(each => each.Name == name).Who!;

        public static async Task<People> In(LiveServer server)
        {
            var (room, leader, author) = await server.Scene();
            var (elsewhere, _, member) = await server.Scene();
            var others = new Dictionary<string, Person>(StringComparer.Ordinal);
            foreach (var name in new[] { "Participant", "Moderator", "Suspended" }) others[name] = await server.Join(room, name);
            var community = server.Grains.Community(room.Community);
            Must(await community.Join(new() { By = member.Member, Request = server.NewRequest() }));
            Must(await community.ChangeRole(new() { By = leader.Member, Request = server.NewRequest(), Member = others["Moderator"].Member, Role = Role.Moderator }));
            Must(await community.Restrict(new() { By = leader.Member, Request = server.NewRequest(), Member = others["Suspended"].Member, Kind = RestrictionKind.Suspension, Reason = "A quarrel." }));
            return new(server, room.Community, leader, author, others["Participant"],
            [
                ("anybody", null), ("elsewhere", await server.Join(elsewhere, "Elsewhere")), ("suspended", others["Suspended"]), ("member", member),
                ("participant", others["Participant"]), ("author", author), ("moderator", others["Moderator"]), ("leader", leader),
            ]);
        }

        public async Task<PublicationId> Published(Classification classification, string title)
        {
            var id = await Writes(classification, title);
            await Submits(id, 1);
            return id;
        }

        public async Task<(PublicationId Id, AttachmentId File)> PublishedWithFile(Classification classification, string title)
        {
            var id = new PublicationId(Community, $"{Guid.NewGuid():n}");
            var file = await Upload(id);
            await Writes(classification, title, id, 0, file);
            await Submits(id, 1);
            return (id, file.Id);
        }

        public async Task<PublicationId> Writes(Classification classification, string title, PublicationId? of = null, int seen = 0, params Attachment[] files)
        {
            var id = of ?? new PublicationId(Community, $"{Guid.NewGuid():n}");
            Must(await Server.Grains.Publication(id).Write(new()
            {
                By = Author.Member,
                Request = Server.NewRequest(),
                Seen = seen,
                Content = new(PublicationKind.News, title, "In short.", $"About {title}.", classification, classification is Classification.Participants ? [Participant.Member] : [], [.. files]),
            }));
            return id;
        }

        public async Task Submits(PublicationId id, int version) =>
            Must(await Server.Grains.Publication(id).Submit(new() { By = Author.Member, Request = Server.NewRequest(), Version = version })).IsPublished.ShouldBeTrue();

        public async Task<Attachment> Upload(PublicationId id)
        {
            using var http = Server.Http(Author);
            using var body = new ByteArrayContent(SampleFiles.Png());
            using var answer = await http.PostAsync($"/api/rooms/{id.Comments}/attachments?name=plan.png", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
            var card = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return new(new(card.GetProperty("id").GetString()!), card.GetProperty("name").GetString()!, card.GetProperty("type").GetString()!, card.GetProperty("bytes").GetInt64(), card.GetProperty("width").GetInt32(), card.GetProperty("height").GetInt32());
        }
    }
}
