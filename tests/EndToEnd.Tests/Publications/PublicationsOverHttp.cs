using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.EndToEnd.Tests.Moderation;
using PublicBuyers.Moderation;
using PublicBuyers.Search;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Publications;

/// <summary>P6 for publications: every classification, everybody, and every way to learn of one.</summary>
public sealed class PublicationsOverHttp(OneServer one) : IClassFixture<OneServer>
{
    private readonly LiveServer server = one.Server;

    [Theory]
    [InlineData(Classification.Public, "author participant member moderator leader stranger suspended")]
    [InlineData(Classification.Members, "author participant member moderator leader stranger suspended")]
    [InlineData(Classification.Community, "author participant member moderator leader")]
    [InlineData(Classification.Participants, "author participant moderator leader")]
    [InlineData(Classification.Hosts, "author moderator leader")]
    public async Task Is_there_for_whom_it_is_classified_and_for_nobody_else(Classification classification, string readers)
    {
        var people = await People.In(server);
        var word = $"x{people.Scene.Ada.Name}trams";
        var id = await people.Published(classification, $"Buying a {word}");
        var room = $"{people.Scene.Community}/~{id}";
        await server.Says(new(room), people.Author, "Which ones?");
        await server.Services.GetRequiredService<IPostSearch>().Settled(CancellationToken.None);

        foreach (var (name, person) in people.All)
        {
            using var http = server.Http(person);
            var reads = readers.Split(' ').Contains(name);
            var belongs = name is not ("stranger" or "suspended");

            var read = await http.GetAsync($"{people.Api}/{id}");
            read.StatusCode.ShouldBe(reads ? HttpStatusCode.OK : HttpStatusCode.NotFound, name);
            if (!reads) (await Detail(read)).ShouldBe(await Detail(await http.GetAsync($"{people.Api}/{new string('0', 32)}")), name);
            foreach (var list in new[] { people.Api, $"/api/publications?q={word[..^1]}", $"{people.Api}?kind=news&q={word}" })
            {
                var page = await (await http.GetAsync(list)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
                page.GetProperty("publications").EnumerateArray().Any(entry => entry.GetProperty("publication").GetString() == $"{people.Scene.Community}/{id}").ShouldBe(reads, $"{name}: {list}");
                if (list.Contains(word[..^1], StringComparison.Ordinal)) page.GetProperty("total").GetInt32().ShouldBe(reads ? 1 : 0, $"{name}: {list}");
            }

            (await http.GetAsync($"/api/rooms/{room}/posts")).StatusCode.ShouldBe(reads && belongs ? HttpStatusCode.OK : HttpStatusCode.NotFound, $"{name}: comments");
            (await http.GetAsync($"/api/live/room/{room}")).StatusCode.ShouldBe(reads && belongs ? HttpStatusCode.OK : HttpStatusCode.NotFound, $"{name}: live comments");
            (await http.GetFromJsonAsync<JsonElement>("/api/search?q=which")).GetProperty("hits").EnumerateArray().Any(hit => hit.ToString().Contains(id, StringComparison.Ordinal)).ShouldBe(reads && belongs, $"{name}: search");
        }
    }

    [Fact]
    public async Task Before_it_is_published_only_its_author_knows_and_once_submitted_who_decides()
    {
        var people = await People.In(server);
        var (id, version) = await people.Writes(Classification.Public, "Not yet");

        foreach (var (submitted, readers) in new[] { (false, "author"), (true, "author moderator leader") })
        {
            if (submitted) (await people.Submits(id, version)).ShouldBeFalse();
            foreach (var (name, person) in people.All)
            {
                using var http = server.Http(person);
                var reads = readers.Split(' ').Contains(name);
                (await http.GetAsync($"{people.Api}/{id}")).StatusCode.ShouldBe(reads ? HttpStatusCode.OK : HttpStatusCode.NotFound, name);
                (await http.GetAsync($"{people.Api}/{id}/versions/1")).StatusCode.ShouldBe(reads ? HttpStatusCode.OK : HttpStatusCode.NotFound, name);
                (await http.GetAsync($"{people.Api}/{id}/versions")).StatusCode.ShouldBe(name is "author" or "moderator" or "leader" && reads ? HttpStatusCode.OK : HttpStatusCode.NotFound, name);
                (await http.GetFromJsonAsync<JsonElement>(people.Api)).GetProperty("total").GetInt32().ShouldBe(0, name);
            }
        }
    }

    [Fact]
    public async Task Only_its_author_writes_submits_and_takes_back_and_a_moderator_withdraws_with_a_reason()
    {
        var people = await People.In(server);
        var id = await people.Published(Classification.Community, "Theirs");

        foreach (var (name, person) in people.All.Where(each => each.Name is not "author"))
        {
            using var http = server.Http(person);
            var told = name is "stranger" or "suspended" ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden;
            (await http.PutAsJsonAsync($"{people.Api}/{id}", Text(Classification.Public, "Mine", seen: 1))).StatusCode.ShouldBe(told, name);
            (await http.PostAsJsonAsync($"{people.Api}/{id}/submit", new { requestId = "s", version = 1 })).StatusCode.ShouldBe(told, name);
            (await http.PostAsJsonAsync($"{people.Api}/{id}/take-back", new { requestId = "t" })).StatusCode.ShouldBe(told, name);
            (await http.PostAsJsonAsync($"{people.Api}/{id}/withdraw", new { requestId = "w" })).StatusCode.ShouldBe(name is "moderator" or "leader" ? HttpStatusCode.UnprocessableEntity : told, name);
            (await http.PostAsJsonAsync(people.Api, Text(Classification.Public, "A first one"))).StatusCode.ShouldBe(name is "stranger" or "suspended" ? HttpStatusCode.NotFound : HttpStatusCode.Created, name);
        }

        using var moderator = server.Http(people.Scene.Ben);
        (await moderator.PostAsJsonAsync($"{people.Api}/{id}/withdraw", new { requestId = "w2", reason = "The prices are wrong." })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var member = server.Http(people.All.Single(each => each.Name == "member").Who);
        (await member.GetAsync($"{people.Api}/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var author = server.Http(people.Author);
        (await author.GetFromJsonAsync<JsonElement>($"{people.Api}/{id}")).GetProperty("withdrawn").GetProperty("reason").GetString().ShouldBe("The prices are wrong.");
    }

    [Fact]
    public async Task What_is_withdrawn_falls_silent_for_who_has_its_comments_open()
    {
        var people = await People.In(server);
        var id = await people.Published(Classification.Community, "Open in a window");
        var room = new RoomId($"{people.Scene.Community}/~{id}");
        await using var reading = await server.Connect(people.All.Single(each => each.Name == "member").Who);
        await reading.Enter(room.Topic());
        await server.Says(room, people.Author, "First");
        await reading.Until(it => it.Topic(room.Topic()).Posts.Count == 1);

        using var moderator = server.Http(people.Scene.Ben);
        (await moderator.PostAsJsonAsync($"{people.Api}/{id}/withdraw", new { requestId = "w", reason = "Outdated." })).EnsureSuccessStatusCode();
        await reading.Until(it => it.Gone.Contains(room.Topic()));

        await server.Says(room, people.Author, "Among ourselves");
        reading.Topic(room.Topic()).Posts.ShouldBeEmpty();
        using var http = server.Http(people.All.Single(each => each.Name == "member").Who);
        (await http.GetAsync($"/api/rooms/{room}/posts")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Two_windows_write_the_next_version_and_one_is_told()
    {
        var people = await People.In(server);
        var (id, _) = await people.Writes(Classification.Community, "One");
        using var author = server.Http(people.Author);

        var answers = await Task.WhenAll(
            author.PutAsJsonAsync($"{people.Api}/{id}", Text(Classification.Community, "Two", seen: 1, request: "one")),
            author.PutAsJsonAsync($"{people.Api}/{id}", Text(Classification.Community, "Three", seen: 1, request: "other")));

        answers.Select(answer => answer.StatusCode).Order().ShouldBe([HttpStatusCode.OK, HttpStatusCode.Conflict]);
        (await author.GetFromJsonAsync<JsonElement>($"{people.Api}/{id}/versions")).GetArrayLength().ShouldBe(2);
    }

    /// <summary>B6: of what is for hosts, a member learns no more by writing than by reading.</summary>
    [Fact]
    public async Task A_next_version_of_nothing_is_answered_like_that_of_what_may_not_be_read()
    {
        var people = await People.In(server);
        using var moderator = server.Http(people.Scene.Ben);
        var (hidden, draft) = (await people.Published(Classification.Hosts, "Not for them"), (await people.Writes(Classification.Public, "Not yet", moderator)).Id);
        using var member = server.Http(people.All.Single(each => each.Name == "member").Who);
        foreach (var seen in new[] { 0, 1 })
        {
            var answers = new List<string>();
            foreach (var id in new[] { hidden, draft, new string('0', 32) })
            {
                using var answer = await member.PutAsJsonAsync($"{people.Api}/{id}", Text(Classification.Public, "Mine", seen, $"write-{id}"));
                answers.Add($"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }

            answers[0].ShouldStartWith("NotFound");
            answers.Distinct().Count().ShouldBe(1);
        }
    }

    [Fact]
    public async Task The_same_request_begins_one_publication()
    {
        var people = await People.In(server);
        using var author = server.Http(people.Author);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => author.PostAsJsonAsync(people.Api, Text(Classification.Community, "Once", request: "again"))));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
        answers.Select(answer => answer.Headers.Location).Distinct().Count().ShouldBe(1);
        (await author.GetFromJsonAsync<JsonElement>(answers[0].Headers.Location + "/versions")).GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_moderator_s_own_waits_for_another_moderator()
    {
        var clock = new FakeClock();
        await using var own = await LiveServer.Start(adjust: services => services.AddSingleton<IClock>(clock));
        var people = await People.In(own);
        using var ben = own.Http(people.Scene.Ben);
        var (id, version) = await people.Writes(Classification.Community, "By who moderates", ben);
        (await people.Submits(id, version, ben)).ShouldBeFalse();
        var number = await people.Waiting();

        (await ben.PostAsJsonAsync($"{people.Scene.Api}/items/{number}/decide", new { requestId = "d", version = 1, verdict = "approved" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await people.Approves(number);
        clock.Move(QueueLimits.UndoWindow);

        await Until(async () => (await ben.GetFromJsonAsync<JsonElement>($"{people.Api}/{id}")).GetProperty("state").GetString() == "published");
    }

    [Theory]
    [InlineData("""{"requestId":"r","kind":"gossip","title":"T","markdown":"M","classification":"public"}""")]
    [InlineData("""{"requestId":"r","kind":"news","title":"T","markdown":"M","classification":"secret"}""")]
    [InlineData("""{"requestId":"a b","kind":"news","title":"T","markdown":"M","classification":"public"}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task What_is_malformed_is_not_understood(string body)
    {
        var people = await People.In(server);
        using var author = server.Http(people.Author);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        (await author.PostAsync(people.Api, content)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("title", "")]
    [InlineData("title", "Two\nlines")]
    [InlineData("title", "a\u0000b")]
    [InlineData("summary", "a\u0007b")]
    [InlineData("markdown", " ")]
    public async Task What_cannot_be_published_is_refused_by_the_name_of_the_field(string field, string text)
    {
        var people = await People.In(server);
        using var author = server.Http(people.Author);
        var body = new Dictionary<string, object> { ["requestId"] = "r", ["kind"] = "news", ["title"] = "T", ["summary"] = "", ["markdown"] = "M", ["classification"] = "public", [field] = text };

        var answer = await author.PostAsJsonAsync(people.Api, body);

        answer.StatusCode.ShouldBeOneOf(HttpStatusCode.UnprocessableEntity, HttpStatusCode.BadRequest);
    }

    private static object Text(Classification classification, string title, int seen = 0, string request = "write", params MemberId[] participants) =>
        new { requestId = request, kind = "news", title, summary = "", markdown = $"About {title}.", classification = JsonNamingPolicy.CamelCase.ConvertName(classification.ToString()), participants = participants.Select(member => member.Value), seen };

    private static async Task<string?> Detail(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString();

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds()) await Task.Delay(20, patience.Token);
    }

    /// <summary>A community on request, and one person of each kind.</summary>
    private sealed record People(QueueScene Scene, Person Author, Person Participant, (string Name, Person Who)[] All)
    {
        public string Api => $"/api/communities/{Scene.Community}/publications";

        public static async Task<People> In(LiveServer server)
        {
            var scene = await server.QueueScene();
            var of = scene.Community.Value["on-request-".Length..];
            var (author, participant, member, suspended) = (await scene.Member($"Author{of}"), await scene.Member($"Participant{of}"), await scene.Member($"Member{of}"), await scene.Member($"Suspended{of}"));
            QueueScene.Must(await server.Grains.Community(scene.Community).Restrict(new() { By = scene.Ada.Member, Request = server.NewRequest(), Member = suspended.Member, Kind = RestrictionKind.Suspension, Reason = "Until further notice." }));
            return new(scene, author, participant,
            [
                ("author", author), ("participant", participant), ("member", member), ("moderator", scene.Ben), ("leader", scene.Ada), ("stranger", await server.Stranger()), ("suspended", suspended),
            ]);
        }

        public async Task<(string Id, int Version)> Writes(Classification classification, string title, HttpClient? by = null)
        {
            using var author = Scene.Server.Http(Author);
            var answer = await (by ?? author).PostAsJsonAsync(Api, Text(classification, title, participants: classification is Classification.Participants ? [Participant.Member] : []));
            answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
            var written = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return (written.GetProperty("id").GetString()!, written.GetProperty("version").GetInt32());
        }

        /// <returns>Whether it is published at once.</returns>
        public async Task<bool> Submits(string id, int version, HttpClient? by = null)
        {
            using var author = Scene.Server.Http(Author);
            var answer = await (by ?? author).PostAsJsonAsync($"{Api}/{id}/submit", new { requestId = $"submit-{version}", version });
            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("isPublished").GetBoolean();
        }

        /// <returns>The number of the one item that waits.</returns>
        public async Task<long> Waiting()
        {
            using var ada = Scene.Server.Http(Scene.Ada);
            long? number = null;
            await Until(async () => (number = (await ada.GetFromJsonAsync<JsonElement>(Scene.Api)).GetProperty("items").EnumerateArray().Select(item => (long?)item.GetProperty("number").GetInt64()).FirstOrDefault()) is not null);
            return number!.Value;
        }

        public async Task Approves(long number) => await Scene.Decides(Scene.Ada, number, Verdict.Approved);

        /// <summary>While the community is open, so that nobody has to decide.</summary>
        public async Task<string> Published(Classification classification, string title)
        {
            await Admits(PublicBuyers.Communities.Access.Open);
            var (id, version) = await Writes(classification, title);
            (await Submits(id, version)).ShouldBeTrue();
            await Admits(PublicBuyers.Communities.Access.OnRequest);
            return id;
        }

        private async Task Admits(PublicBuyers.Communities.Access access) => QueueScene.Must(await Scene.Server.Grains.Community(Scene.Community).ChangeSettings(new()
        {
            By = Scene.Ada.Member,
            Request = Scene.Server.NewRequest(),
            Name = "On request",
            Access = access,
            Goal = "To buy well together.",
        }));
    }
}
