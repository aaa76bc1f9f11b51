using Microsoft.Playwright;

namespace PublicBuyers.Browser.Tests;

[Collection(nameof(Site))]
public sealed class Looking_at_pages(Site site)
{
    public static TheoryData<string> Pages =>
    [
        "/", "/communities", "/communities?q=models", $"/communities/{Site.Community}", $"/communities/{Site.Community}/members", $"/communities/{Site.Community}/leave",
        $"/communities/{Site.Room}", $"/communities/{Site.Room}/posts/1", $"/communities/{Site.Room}/posts/1/history", $"/communities/{Site.Room}/posts/1/edit", $"/communities/{Site.Room}/posts/1/delete",
        "/communities/new", $"/communities/{Site.Community}/open-room", "/profile", "/sessions", "/notices", "/notices?unread", "/mutes", "/administration", "/not-here", "/offline",
    ];

    public static TheoryData<string> PagesForAnybody => ["/sign-in", "/sign-in/sent?a=none", "/sign-in/confirm?a=none&t=none", "/administrator?t=none"];

    [BrowserTheory, MemberData(nameof(Pages))]
    public async Task A_member_finds_a_page_readable_and_narrow_enough(string path)
    {
        await using var visitor = await site.Person("Dana Novák", administrator: true);
        await LookAt(visitor, path);
    }

    [BrowserTheory, MemberData(nameof(PagesForAnybody))]
    public async Task A_stranger_finds_a_page_readable_and_narrow_enough(string path)
    {
        await using var visitor = await site.Stranger();
        await LookAt(visitor, path);
    }

    [BrowserFact]
    public async Task What_may_not_be_read_looks_exactly_like_what_is_not_there()
    {
        await using var stranger = await site.Stranger();
        await using var ana = await site.Person("Ana Ruiz");
        await ana.Go("/");
        await ana.Go($"/communities/{Site.Community}/leave");
        await ana.Page.ClickAsync("main .button.danger");

        await ana.Go($"/communities/{Site.Room}");
        var hidden = await ana.Page.Locator("main").InnerHTMLAsync();
        await ana.Go("/communities/nowhere/general");
        var absent = await ana.Page.Locator("main").InnerHTMLAsync();

        hidden.ShouldBe(absent);
    }

    [BrowserFact]
    public async Task The_language_is_chosen_in_the_header_and_kept()
    {
        await using var visitor = await site.Stranger(new() { Locale = "en-GB" });
        await visitor.Go("/sign-in");

        await visitor.Page.ClickAsync(".menu summary");
        await visitor.Page.ClickAsync("button[lang=fr]");

        await visitor.Page.WaitForURLAsync("**/sign-in");
        (await visitor.Page.GetAttributeAsync("html", "lang")).ShouldBe("fr");
        (await visitor.Page.TextContentAsync("h1")).ShouldBe("Se connecter");
    }

    [BrowserFact]
    public async Task What_cannot_be_read_is_found()
    {
        await using var visitor = await site.Stranger();
        await visitor.Go("/sign-in");
        await visitor.Page.EvaluateAsync("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/icon.svg\">')");

        (await visitor.Page.Complaints()).ShouldHaveSingleItem().ShouldStartWith("image-alt");
    }

    private static async Task LookAt(Visitor visitor, string path)
    {
        await visitor.Go(path);
        (await visitor.Page.Locator("h1").CountAsync()).ShouldBe(1, path);
        (await visitor.Page.TitleAsync()).ShouldNotBeNullOrWhiteSpace();

        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await visitor.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await visitor.IsFine($"{path}, {scheme}");
        }

        visitor.Complaints.ShouldBeEmpty(path);
    }
}
