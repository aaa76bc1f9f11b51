using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

[Collection(nameof(Site))]
public sealed class Signing_in(Site site)
{
    private readonly string address = $"{Guid.NewGuid():n}@buyers.example";

    [BrowserFact]
    public async Task The_link_in_the_mail_signs_in_and_asks_for_a_name_first()
    {
        await using var visitor = await site.Stranger();
        await visitor.Go("/communities");
        await AskForLink(visitor);

        await visitor.Go(MailFolder.LinkIn(await MailFolder.To(address, site.MailFolder)));
        await visitor.Page.ClickAsync("main .button");
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Who are you?");
        await visitor.Page.FillAsync("#name", "Ιωάννα Παππά");
        await visitor.Page.FillAsync("#organisation", "Δήμος");
        await visitor.Page.ClickAsync("main .button");

        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Communities");
        await Expect(visitor.Page.Locator(".person summary")).ToHaveTextAsync("Ιωάννα Παππά");
    }

    [BrowserFact]
    public async Task The_code_in_the_mail_signs_in_on_another_device()
    {
        await using var visitor = await site.Stranger();
        await visitor.Go("/sign-in");
        await AskForLink(visitor);

        await visitor.Page.FillAsync("#code", MailFolder.CodeIn(await MailFolder.To(address, site.MailFolder)));
        await visitor.Page.ClickAsync("main .button");

        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Who are you?");
    }

    [BrowserFact]
    public async Task A_used_link_says_what_to_do()
    {
        await using var visitor = await site.Stranger();
        await using var other = await site.Stranger();
        await visitor.Go("/sign-in");
        await AskForLink(visitor);
        var link = MailFolder.LinkIn(await MailFolder.To(address, site.MailFolder));
        await visitor.Go(link);
        await visitor.Page.ClickAsync("main .button");
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Who are you?");

        await other.Go(link);
        await other.Page.ClickAsync("main .button");

        await Expect(other.Page.Locator(".refusing")).ToContainTextAsync("does not work");
        await Expect(other.Page.Locator("main .button")).ToHaveTextAsync("Ask for a new link");
    }

    [BrowserFact]
    public async Task Signing_out_ends_the_session_in_the_other_tab_too()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom();
        var other = await ana.Context.NewPageAsync();
        await other.GotoAsync(site.Url + "/profile");
        await other.ClickAsync(".person summary");
        await other.ClickAsync(".person form button");
        await other.WaitForURLAsync("**/sign-in");

        await Expect(ana.Page.Locator("main")).ToContainTextAsync("You have been signed out", new() { Timeout = 20_000 });
    }

    [BrowserFact]
    public async Task A_session_on_another_device_can_be_ended()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.Go("/sessions");
        await Expect(ana.Page.Locator(".entry")).ToHaveCountAsync(1);
        await Expect(ana.Page.Locator(".entry .tag")).ToHaveTextAsync("This one");
    }

    private async Task AskForLink(Visitor visitor)
    {
        await visitor.Page.FillAsync("#address", address);
        await visitor.Page.ClickAsync("main form.stack .button");
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Check your e-mail");
    }
}
