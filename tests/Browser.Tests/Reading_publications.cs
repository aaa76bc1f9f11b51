using Microsoft.Playwright;
using PublicBuyers.Publications;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

[Collection(nameof(Site))]
public sealed class Reading_publications(Site site)
{
    private const string Unbroken = "https://example.eu/a-very-long-address-without-any-place-to-break-it-at-all-in-a-narrow-window";

    private readonly string topic = Guid.NewGuid().ToString("n")[..8];

    [BrowserFact]
    public async Task A_comment_appears_in_both_windows_and_nothing_moves_under_who_reads()
    {
        await using var ana = await site.Person("Ana Ruiz", new() { ViewportSize = new() { Width = 1280, Height = 600 } });
        await using var bo = await site.Person("Bo Lindqvist", new() { ViewportSize = new() { Width = 1280, Height = 600 } });
        await using var mara = await site.Leader();
        var id = await Published(mara, Classification.Public);
        await ana.Go(PathOf(id));
        await ana.IsLive();
        await bo.Go(PathOf(id));
        await bo.IsLive();
        (await Scrolled(ana)).ShouldBe(0);

        await bo.Say($"Who checks the model? {topic}");
        await bo.Sees($"Who checks the model? {topic}");
        await ana.Sees($"Who checks the model? {topic}");
        (await Scrolled(ana)).ShouldBe(0);
        await Expect(ana.Page.Locator(".pill.below")).ToHaveTextAsync("1 new post below");

        await ana.Page.ClickAsync(".pill.below");
        await Expect(ana.PostSaying("Who checks the model?")).ToBeInViewportAsync();
        await ana.PostSaying("Who checks the model?").HoverAsync();
        await ana.PostSaying("Who checks the model?").Locator(".actions .reply").ClickAsync();
        await ana.Say($"The site manager. {topic}");
        await bo.Sees($"The site manager. {topic}");
        await Expect(bo.PostSaying("Who checks the model?").Locator(".replies")).ToHaveTextAsync("1 reply");

        await bo.PostSaying("Who checks the model?").Locator(".replies").ClickAsync();
        await Expect(bo.Page.Locator("aside.panel .thread-panel article.post")).ToHaveCountAsync(2);
        await bo.Press("Escape");
        await ana.HasRead("Who checks the model?");
        await ana.IsFineInEveryScheme("a publication with comments");

        (await site.Grains.Publication(id).Withdraw(new() { By = mara.Member, Request = new($"test:withdraw:{topic}") })).IsRefused.ShouldBeFalse();
        await Expect(bo.Page.Locator(".room-live article.post")).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await bo.Page.ReloadAsync();
        await Expect(bo.Page.Locator("h1")).ToHaveTextAsync("Not here");
        ana.Complaints.ShouldBeEmpty();
        bo.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_stranger_finds_what_is_public_and_reads_it_on_a_small_screen()
    {
        await using var mara = await site.Leader();
        var id = await Published(mara, Classification.Public);
        await using var stranger = await site.Stranger(new() { ViewportSize = new() { Width = 320, Height = 640 } });

        await stranger.Go("/publications");
        await stranger.Page.GetByRole(AriaRole.Link, new() { Name = topic }).ClickAsync();
        await stranger.Page.WaitForURLAsync($"**{PathOf(id)}");
        await Expect(stranger.Page.Locator("form.composer, .room-live")).ToHaveCountAsync(0);
        await stranger.IsFineInEveryScheme("a publication, from outside");

        await stranger.Go($"/publications?kind=insight&q={topic}");
        await stranger.IsFine("nothing found");
        await stranger.Go($"/communities/{Site.Community}/publications");
        await stranger.IsFineInEveryScheme("publications of a community, from outside");
        stranger.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task Lists_and_the_search_that_finds_them_are_readable()
    {
        await using var mara = await site.Leader();
        await Published(mara, Classification.Community);
        await using var ana = await site.Person("Ana Ruiz");

        foreach (var path in new[] { "/publications", $"/communities/{Site.Community}/publications", $"/communities/{Site.Community}", $"/search?q={topic}" })
        {
            await ana.Go(path);
            await Expect(ana.Page.Locator("main").GetByRole(AriaRole.Link, new() { Name = topic })).ToHaveCountAsync(1);
            await ana.IsFineInEveryScheme(path);
        }

        ana.Complaints.ShouldBeEmpty();
    }

    private static string PathOf(PublicationId id) => $"/communities/{id.Community}/publications/{id.Key}";

    private static Task<int> Scrolled(Visitor visitor) => visitor.Page.EvaluateAsync<int>("Math.round(window.scrollY)");

    private async Task<PublicationId> Published(Visitor author, Classification classification)
    {
        var id = new PublicationId(Site.Community, $"{Guid.NewGuid():n}");
        var text = $"# What it is about\n\nIn short: {Unbroken}\n\n| decision | in the model | when | who checks |\n|---|---|---|---|\n| size of the heating | rooms, windows, insulation | design | energy manager |\n\n## More\n\n"
            + string.Concat(Enumerable.Repeat("A paragraph that somebody reads from its beginning to its end, without anything moving under their eyes.\n\n", 14));
        (await site.Grains.Publication(id).Write(new()
        {
            By = author.Member,
            Request = new($"test:write:{topic}"),
            Seen = 0,
            Content = new(PublicationKind.Resource, $"Information requirements {topic}", $"Four pages and a table, {Unbroken}", text, classification, [], []),
        })).IsRefused.ShouldBeFalse();
        (await site.Grains.Publication(id).Submit(new() { By = author.Member, Request = new($"test:submit:{topic}"), Version = 1 })).IsRefused.ShouldBeFalse();
        return id;
    }
}
