using Microsoft.Playwright;

namespace PublicBuyers.Browser.Tests;

[Collection(nameof(SecondSite))]
public sealed class Looking_at_pages(Site site)
{
    public static TheoryData<string> Pages =>
    [
        "/", "/communities", "/communities?q=models", $"/communities/{Site.Community}", $"/communities/{Site.Community}/members", $"/communities/{Site.Community}/leave",
        $"/communities/{Site.Room}", $"/communities/{Site.Room}/posts/1", $"/communities/{Site.Room}/posts/1/history", $"/communities/{Site.Room}/posts/1/edit", $"/communities/{Site.Room}/posts/1/delete",
        "/communities/new", $"/communities/{Site.Community}/open-room", $"/communities/{Site.Community}/settings", $"/communities/{Site.Community}/restrictions", $"/communities/{Site.Community}/invite", "/profile", "/members", "/members?q=nobody&country=BE", "/sessions", "/notices", "/notices?unread", "/mutes", "/administration", "/not-here", "/offline",
    ];

    public static TheoryData<string> PagesForAnybody => ["/sign-in", "/sign-in/sent?a=none", "/sign-in/confirm?a=none&t=none", "/administrator?t=none", "/publications"];

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
    public async Task A_moderator_finds_the_pages_about_somebody_readable_and_narrow_enough()
    {
        await using var muted = await site.Person("Ιωάννα Παπαδοπούλου");
        await using var visitor = await site.Leader();
        var about = $"/communities/{Site.Community}/members/{muted.Member}";
        await LookAt(visitor, about);
        await LookAt(visitor, $"/communities/{Site.Community}/contact");

        (await site.Grains.Community(Site.Community).Restrict(new()
        {
            By = visitor.Member,
            Request = new($"test:mute:{muted.Member}"),
            Member = muted.Member,
            Kind = Communities.RestrictionKind.Mute,
            Reason = "Advertising in every room, again and again: https://example.eu/a-very-long-address-without-any-place-to-break-it-at-all",
        })).IsRefused.ShouldBeFalse();

        await LookAt(visitor, about);
        await LookAt(visitor, $"/communities/{Site.Community}/restrictions");
        await LookAt(visitor, $"/communities/{Site.Community}/members");
        await LookAt(muted, $"/communities/{Site.Community}");
    }

    [BrowserFact]
    public async Task An_administrator_confirms_what_somebody_is()
    {
        await using var buyer = await site.Person("Buyer Tobeconfirmed");
        await buyer.Go("/profile");
        await buyer.Page.CheckAsync("input[name=kind][value=Buyer]");
        await buyer.Page.ClickAsync("form[action='/profile/kind'] button");
        await buyer.Page.WaitForURLAsync("**/profile?saved*");
        await LookAt(buyer, "/profile");

        await using var administrator = await site.Person("Administrator Confirming", administrator: true);
        await LookAt(administrator, "/administration");
        await administrator.Page.ClickAsync("button[aria-label='Confirm Buyer Tobeconfirmed']");
        await administrator.Page.Locator("button[aria-label='Confirm Buyer Tobeconfirmed']").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await buyer.Go("/profile");
        (await buyer.Page.TextContentAsync("main")).ShouldNotBeNull().ShouldContain("An administrator has confirmed this");
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

    [BrowserTheory]
    [InlineData("target-size", "<a href='/a' style='{0}'>a</a><a href='/b' style='{0}'>b</a>", "display:inline-block;width:8px;height:8px")]
    [InlineData("link-in-text-block", "<p>Told apart by <a href='/a' style='{0}'>colour alone</a> here.</p>", "color:#300;text-decoration:none")]
    public async Task Small_targets_and_links_that_only_have_a_colour_are_found(string rule, string markup, string style)
    {
        await using var visitor = await site.Stranger(new() { BypassCSP = true });
        await visitor.Go("/sign-in");
        await visitor.Page.EvaluateAsync(
            "markup => document.querySelector('main').insertAdjacentHTML('beforeend', markup)",
            markup.Replace("{0}", style, StringComparison.Ordinal));

        (await visitor.Page.Complaints()).ShouldHaveSingleItem().ShouldStartWith(rule);
    }

    private static async Task LookAt(Visitor visitor, string path)
    {
        await visitor.Go(path);
        (await visitor.Page.Locator("h1").CountAsync()).ShouldBe(1, path);
        (await visitor.Page.TitleAsync()).ShouldNotBeNullOrWhiteSpace();

        await visitor.IsFineInEveryScheme(path);
        visitor.Complaints.ShouldBeEmpty(path);
    }
}
