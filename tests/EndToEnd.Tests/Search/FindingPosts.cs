using System.Net;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Search;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Search;

public sealed class FindingPosts(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task By_words_whatever_their_accents_with_where_they_stand()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ada, "The <b>tender</b> for **clean vehicles** in Łódź & Gdańsk is out: see [the notice](https://ted.example.org/12)");
        await server.Says(room, ada, "Nothing of that");
        await Settled();

        var hit = (await Find(ben, "q=lodz%20VEHIC")).GetProperty("hits").EnumerateArray().ShouldHaveSingleItem();

        (hit.GetProperty("room").GetString(), hit.GetProperty("post").GetInt64(), hit.GetProperty("author").GetProperty("name").GetString()).ShouldBe((room.Value, 1, ada.Name));
        hit.GetProperty("snippet").GetString().ShouldBe("The &lt;b&gt;tender&lt;/b&gt; for clean <mark>vehicles</mark> in <mark>Łódź</mark> &amp; Gdańsk is out: see the notice");
    }

    [Theory]
    [InlineData("A word on e-procurement", "eprocurement")]
    [InlineData("A word on e\u2011procurement", "eproc")]
    [InlineData("A word on eprocurement", "e-procurement")]
    [InlineData("A word on e-procurement", "procurement")]
    [InlineData("A word on e-procurement", "E-Procurement word")]
    [InlineData("Ask D’Angelo about l'appel d'offres", "dangelo")]
    [InlineData("Ask D’Angelo about l'appel d'offres", "appel")]
    [InlineData("Ask D’Angelo about l'appel d'offres", "d'offres")]
    public async Task A_compound_is_found_by_its_parts_and_as_one_word(string text, string typed)
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ada, text);
        await Settled();

        Hits(await Find(ben, $"q={Uri.EscapeDataString(typed)}&room={room.Value}")).ShouldBe([1]);
    }

    [Theory]
    [InlineData("On e-procurement today", "eprocurement", "On <mark>e-procurement</mark> today")]
    [InlineData("On e-procurement today", "e procurement", "On <mark>e-procurement</mark> today")]
    [InlineData("On e procurement today", "eprocurement", "On <mark>e procurement</mark> today")]
    [InlineData("On e procurement today", "e-procurement", "On <mark>e procurement</mark> today")]
    [InlineData("On eprocurement today", "e procurement", "On <mark>eprocurement</mark> today")]
    [InlineData("On e\u2011procurement today", "eproc", "On <mark>e\u2011procurement</mark> today")]
    [InlineData("On e\u00ADprocurement today", "e-procurement", "On <mark>e\u00ADprocurement</mark> today")]
    [InlineData("Sur l’appel d'offres ouvert", "d’offres", "Sur l’appel <mark>d&#x27;offres</mark> ouvert")]
    [InlineData("Sur l’appel d'offres ouvert", "l'appel d’offres", "Sur <mark>l’appel</mark> <mark>d&#x27;offres</mark> ouvert")]
    [InlineData("Zum Vergabe-Verfahren heute", "vergabeverfahren", "Zum <mark>Vergabe-Verfahren</mark> heute")]
    [InlineData("Zum Vergabeverfahren heute", "Vergabe Verfahren", "Zum <mark>Vergabeverfahren</mark> heute")]
    [InlineData("On e-procurement today", "procurement", "On e-<mark>procurement</mark> today")]
    public async Task A_compound_is_marked_however_it_is_spelt(string text, string typed, string snippet)
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ada, text);
        await Settled();

        var found = await Find(ben, $"q={Uri.EscapeDataString(typed)}&room={room.Value}");

        found.GetProperty("hits").EnumerateArray().ShouldHaveSingleItem().GetProperty("snippet").GetString().ShouldBe(snippet);
    }

    [Theory]
    [InlineData("da")]
    [InlineData("d'a")]
    [InlineData("D’Ang")]
    [InlineData("angelo")]
    [InlineData("dangelo ros")]
    public async Task A_name_with_an_apostrophe_is_offered_without_it(string typed)
    {
        var (room, ada, _) = await server.Scene();
        var angelo = await server.Join(room, "D’Angelo Rossi");
        await server.Services.GetRequiredService<ICommunityDirectory>().Settled(CancellationToken.None);
        using var http = server.Http(ada);

        (await http.GetStringAsync($"/api/rooms/{room}/members?name={Uri.EscapeDataString(typed)}")).ShouldContain(angelo.Member.Value);
    }

    /// <summary>B6, B34: a stranger, and who has left, learn nothing: not that there is something, nor how much.</summary>
    [Fact]
    public async Task Only_in_rooms_that_one_may_read_now()
    {
        var (room, ada, ben) = await server.Scene();
        var eve = await server.Stranger();
        await server.Says(room, ada, "A quokka in procurement");
        await Settled();
        Hits(await Find(ben, "q=quokka")).ShouldBe([1]);

        (await Find(eve, "q=quokka")).GetRawText().ShouldBe((await Find(eve, "q=nothingofthekind")).GetRawText());
        (await Ask(eve, $"q=quokka&room={room.Value}")).ShouldBe(await Ask(eve, "q=quokka&room=no-such/room"));
        (await Ask(eve, $"q=quokka&community={room.Community}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await Find(eve, $"q=quokka&author={ada.Member}")).GetRawText().ShouldNotContain(ada.Name);

        await server.Leave(room, ben);
        Hits(await Find(ben, "q=quokka")).ShouldBeEmpty("at once, however far behind the directory is");
    }

    [Fact]
    public async Task Not_once_they_are_deleted_hidden_or_say_something_else()
    {
        var (room, ada, ben) = await server.Scene();
        for (var n = 1; n <= 3; n++) await server.Says(room, ben, $"axolotl number{n}");
        await Settled();
        Hits(await Find(ben, "q=axolotl")).ShouldBe([3, 2, 1]);

        var grain = server.Grains.Room(room);
        (await grain.Delete(new() { By = ben.Member, Request = server.NewRequest(), Number = new(1) })).IsRefused.ShouldBeFalse();
        (await grain.Hide(new() { By = ada.Member, Request = server.NewRequest(), Number = new(2), Hidden = true, Reason = "Names a tenderer" })).IsRefused.ShouldBeFalse();
        (await grain.Edit(new() { By = ben.Member, Request = server.NewRequest(), Number = new(3), Markdown = "salamander" })).IsRefused.ShouldBeFalse();

        Hits(await Find(ben, "q=axolotl")).ShouldBeEmpty("whether the index has followed or not");
        Hits(await Find(ada, "q=axolotl")).ShouldBeEmpty("a moderator looks into the history for what is hidden");
        await Settled();
        Hits(await Find(ben, "q=axolotl")).ShouldBeEmpty();
        Hits(await Find(ben, "q=salamander")).ShouldBe([3]);
    }

    [Fact]
    public async Task Page_by_page_without_gap_or_double()
    {
        var (room, ada, ben) = await server.Scene();
        for (var n = 1; n <= 45; n++) await server.Says(room, n % 5 == 0 ? ben : ada, $"capybara {n}");
        await Settled();

        var all = new List<long>();
        string? before = null;
        do
        {
            var page = await Find(ben, "q=capybara" + (before is null ? "" : "&before=" + Uri.EscapeDataString(before)));
            var hits = Hits(page).ToList();
            hits.Count.ShouldBeLessThanOrEqualTo(SearchLimits.PageSize);
            all.AddRange(hits);
            before = page.GetProperty("next").GetString();
        }
        while (before is not null);

        all.ShouldBe(Enumerable.Range(1, 45).Reverse().Select(n => (long)n));
        Hits(await Find(ben, $"q=capybara&author={ben.Name}")).ShouldBe([45, 40, 35, 30, 25, 20, 15, 10, 5]);
        Hits(await Find(ben, $"author={ben.Member}&from=2000-01-01")).Count().ShouldBe(9);
        Hits(await Find(ben, "q=capybara&to=2000-01-01")).ShouldBeEmpty();
        Hits(await Find(ben, "q=capybara&before=-1.99999999999999999999.x/y")).Count().ShouldBe(SearchLimits.PageSize, "a place that is none is the beginning");
    }

    [Fact]
    public async Task Of_two_people_with_one_name_one_has_to_be_chosen()
    {
        var (room, ada, _) = await server.Scene();
        var (first, second) = (await server.Join(room, "Twin"), await server.Join(room, "Twin"));
        foreach (var twin in new[] { first, second })
            (await server.Grains.Member(twin.Member).ChangeProfile(new() { By = twin.Member, Request = server.NewRequest(), Name = "Zoë Twin", Organisation = $"Of {twin.Member}", Language = "en", TimeZone = "UTC" })).IsRefused.ShouldBeFalse();
        await server.Says(room, first, "ocelot one");
        await server.Says(room, second, "ocelot two");
        await Settled();

        var asked = await Find(ada, "q=ocelot&author=zoe%20twin");
        Hits(asked).ShouldBeEmpty();
        asked.GetProperty("authors").EnumerateArray().Select(card => card.GetProperty("member").GetString()).ShouldBe([first.Member.Value, second.Member.Value], ignoreOrder: true);
        Hits(await Find(ada, $"q=ocelot&author={second.Member}")).ShouldBe([2]);
    }

    /// <summary>B32: words are words, too many of them are told so, and nothing takes long.</summary>
    [Theory]
    [InlineData("\" OR NEAR( *", HttpStatusCode.OK)]
    [InlineData("'; DROP TABLE posts; --", HttpStatusCode.OK)]
    [InlineData("***", HttpStatusCode.OK)]
    [InlineData("\0", HttpStatusCode.OK)]
    [InlineData("a a a a a a a a a a a a a a a a a", HttpStatusCode.OK)]
    [InlineData("a b c d e f g h i j k l m", HttpStatusCode.BadRequest)]
    public async Task Operators_are_words(string typed, HttpStatusCode expected)
    {
        var (_, ada, _) = await server.Scene();
        await Ask(ada, "q=warm");

        var answer = await Ask(ada, "q=" + Uri.EscapeDataString(typed));

        answer.Status.ShouldBe(expected, answer.Body);    }

    [Theory]
    [InlineData(10_240)]
    [InlineData(201)]
    public async Task A_query_without_measure_is_refused_with_a_hint(int length)
    {
        var (_, ada, _) = await server.Scene();

        var answer = await Ask(ada, "q=" + new string('x', length));
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Body.ShouldContain("200 characters");
        (await Ask(ada, "q=" + string.Join('+', Enumerable.Range(0, 40).Select(n => $"w{n}")))).Body.ShouldContain("12");
    }

    [Fact]
    public async Task On_a_page_that_works_without_script()
    {
        var (room, ada, ben) = await server.Scene();
        for (var n = 1; n <= 21; n++) await server.Says(room, ada, $"A *pangolin* {n}");
        await Settled();

        (await Show(ben, "/search")).Status.ShouldBe(HttpStatusCode.OK);
        var (status, html) = await Show(ben, "/search?q=pangolin&room=" + Uri.EscapeDataString(room.Value));
        status.ShouldBe(HttpStatusCode.OK);
        var page = new HtmlParser().ParseDocument(html);
        page.QuerySelectorAll(".hit mark").Length.ShouldBe(20);
        page.QuerySelector(".hit a")!.GetAttribute("href").ShouldBe($"/communities/{room}?around=21#post-21");
        page.QuerySelector(".hit .facts")!.TextContent.ShouldContain("›");

        var next = new HtmlParser().ParseDocument((await Show(ben, page.QuerySelector("a[rel=next]")!.GetAttribute("href")!)).Html);
        next.QuerySelectorAll(".hit").Length.ShouldBe(1);
        next.QuerySelector("a[rel=next]").ShouldBeNull();

        (await Show(ben, "/search?q=nothingofthekind")).Html.ShouldContain("Nothing found");
        (await Show(ben, "/search?q=" + new string('x', 300))).ShouldSatisfyAllConditions(answer => answer.Status.ShouldBe(HttpStatusCode.BadRequest), answer => answer.Html.ShouldContain("role=\"alert\""));
        (await Show(ben, "/search?q=x&from=yesterday")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Names_are_offered_to_who_is_in_the_room()
    {
        var (room, ada, ben) = await server.Scene();
        var eve = await server.Stranger();
        await Settled();
        using var http = server.Http(ben);

        var offered = JsonDocument.Parse(await http.GetStringAsync($"/api/rooms/{room}/members?name={ada.Name.ToUpperInvariant()}")).RootElement;
        offered.EnumerateArray().ShouldHaveSingleItem().GetProperty("member").GetString().ShouldBe(ada.Member.Value);
        (await http.GetStringAsync($"/api/rooms/{room}/members?name=Eve")).ShouldBe("[]");

        using var outside = server.Http(eve);
        using var refused = await outside.GetAsync($"/api/rooms/{room}/members?name=a");
        using var absent = await outside.GetAsync("/api/rooms/no-such/room/members?name=a");
        refused.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await refused.Content.ReadAsStringAsync()).ShouldBe(await absent.Content.ReadAsStringAsync());
    }

    private async Task Settled()
    {
        await server.Services.GetRequiredService<IPostSearch>().Settled(CancellationToken.None);
        await server.Services.GetRequiredService<ICommunityDirectory>().Settled(CancellationToken.None);
    }

    private async Task<JsonElement> Find(Person person, string query)
    {
        var (status, body) = await Ask(person, query);
        status.ShouldBe(HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private async Task<(HttpStatusCode Status, string Body)> Ask(Person person, string query)
    {
        using var http = server.Http(person);
        using var response = await http.GetAsync("/api/search?" + query);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<(HttpStatusCode Status, string Html)> Show(Person person, string address)
    {
        using var http = server.Http(person);
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using var response = await http.GetAsync(address);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static IEnumerable<long> Hits(JsonElement found) => found.GetProperty("hits").EnumerateArray().Select(hit => hit.GetProperty("post").GetInt64());
}
