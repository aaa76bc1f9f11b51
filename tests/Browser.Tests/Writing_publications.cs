using PublicBuyers.Communities;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

/// <summary>An author in one window, a moderator in another.</summary>
[Collection(nameof(Site))]
public sealed class Writing_publications(Site site)
{
    private readonly string topic = Guid.NewGuid().ToString("n")[..8];
    private int requests;

    [BrowserFact]
    public async Task Who_submits_sees_it_published_before_their_eyes()
    {
        var community = await Found();
        await using var dana = await Member(community, "Dana Novák", Role.Moderator);
        await using var ana = await Member(community, "Ana Ruiz", Role.Member);
        await dana.Go($"/communities/{community}/queue");
        await Expect(dana.Page.Locator(".queue-live[data-live]")).ToHaveCountAsync(1);

        await ana.Go($"/communities/{community}/publications/new");
        await Expect(ana.Page.Locator("#people")).ToBeHiddenAsync();
        await ana.Page.GetByLabel("For those named and the moderators").CheckAsync();
        await Expect(ana.Page.Locator("#people")).ToBeVisibleAsync();
        await ana.IsFineInEveryScheme("writing a publication");
        await ana.Page.GetByLabel("For members of the community").CheckAsync();
        await ana.Page.FillAsync("#title", "Trams for the north");
        await ana.Page.FillAsync("#markdown", "## What was bought\n\nForty trams, **with ramps**.");
        await ana.Page.SetInputFilesAsync("#files", new Microsoft.Playwright.FilePayload { Name = "figures.csv", MimeType = "text/csv", Buffer = "trams;40\n"u8.ToArray() });
        await ana.Page.ClickAsync("button[value=preview]");
        await Expect(ana.Page.Locator(".previewed strong")).ToHaveTextAsync("with ramps");
        await Expect(ana.Page.Locator(".writing input[name=kept]")).ToBeCheckedAsync();
        await ana.IsFineInEveryScheme("a preview");
        await ana.Page.ClickAsync(".writing button.button[value=submit]");
        await ana.Page.WaitForURLAsync($"**/communities/{community}/publications/*");
        await Expect(ana.Page.Locator(".renewing[data-live]")).ToContainTextAsync("It waits for the moderators to decide.");

        await dana.Page.Locator(".queue-row a").ClickAsync();
        await Expect(dana.Page.Locator(".item-pane .text strong")).ToHaveTextAsync("with ramps");
        await Expect(dana.Page.Locator(".item-pane .files")).ToContainTextAsync("figures.csv");
        await Expect(dana.Page.Locator(".approve")).ToBeEnabledAsync();
        await dana.IsFine("a submission in the queue");
        await dana.Page.ClickAsync(".approve");
        await Expect(dana.Page.Locator(".undo-bar")).ToBeVisibleAsync();

        site.TakeEffect();
        await Expect(ana.Page.Locator("#renewed")).Not.ToContainTextAsync("It waits for the moderators");
        await Expect(ana.Page.Locator(".renewed-announce")).ToHaveTextAsync("Your publications have changed.");
        await ana.Go("/publications/mine");
        await Expect(ana.Page.Locator(".entry .tag")).ToHaveTextAsync("Published");
        await ana.IsFineInEveryScheme("my publications");
        await ana.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Versions" }).ClickAsync();
        await Expect(ana.Page.Locator(".versions .tag")).ToHaveTextAsync("What readers see");
        await ana.IsFineInEveryScheme("versions");
        await dana.Go((await ana.Page.Locator(".breadcrumb a, nav a").Filter(new() { HasText = "Trams for the north" }).First.GetAttributeAsync("href"))! + "/withdraw");
        await dana.IsFineInEveryScheme("withdrawing");
        ana.Complaints.ShouldBeEmpty();
        dana.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task It_is_written_and_submitted_with_the_keyboard_alone()
    {
        var community = await Found();
        await using var ana = await Member(community, "Ana Ruiz", Role.Member);
        await ana.Go($"/communities/{community}/publications");
        await ana.Follow(ana.Page.Locator(".publication-tools .button"), "**/new");

        await ana.TabTo(ana.Page.Locator("#title"));
        await ana.Type("Keys");
        await ana.Press("Enter");
        (await ana.Page.Locator("#markdown:invalid").CountAsync()).ShouldBe(1);
        await ana.TabTo(ana.Page.Locator("#markdown"));
        await ana.Type("Written without a mouse.");
        await ana.TabTo(ana.Page.Locator(".writing button.button[value=submit]"));
        await ana.Press("Enter");

        await Expect(ana.Page.Locator(".article")).ToContainTextAsync("It waits for the moderators to decide.");
        ana.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task What_is_refused_is_said_beside_its_field_with_everything_that_was_typed()
    {
        var community = await Found();
        await using var ana = await Member(community, "Ana Ruiz", Role.Member);
        await ana.Go($"/communities/{community}/publications/new");
        await ana.Page.FillAsync("#title", new string('T', 900));
        await ana.Page.FillAsync("#summary", "Forty trams");
        await ana.Page.FillAsync("#markdown", "With ramps.");
        await ana.Page.SetInputFilesAsync("#files", new Microsoft.Playwright.FilePayload { Name = "plan.pdf", MimeType = "application/pdf", Buffer = "no PDF at all"u8.ToArray() });
        await ana.Page.ClickAsync(".writing button.button[value=submit]");

        // The file first: its name is all that a browser lets a page say of it.
        var files = ana.Page.Locator("#files[aria-invalid=true]");
        await Expect(files).ToBeFocusedAsync();
        await Expect(ana.Page.Locator("#files-chosen")).ToContainTextAsync("plan.pdf");
        await Expect(ana.Page.Locator("#summary")).ToHaveValueAsync("Forty trams");
        await ana.IsFineInEveryScheme("a publication whose file is refused");

        await ana.Page.ClickAsync(".writing button.button[value=submit]");
        var title = ana.Page.Locator("#title[aria-invalid=true]");
        await Expect(title).ToBeFocusedAsync();
        await Expect(ana.Page.Locator("#title-fault")).ToContainTextAsync("title");
        await Expect(title).ToHaveValueAsync(new string('T', 900));
        await Expect(ana.Page.Locator("#markdown")).ToHaveValueAsync("With ramps.");
        await Expect(ana.Page.Locator("main .refusing")).ToHaveCountAsync(1);
        await ana.IsFineInEveryScheme("a publication whose title is refused");
        ana.Complaints.ShouldBeEmpty();
    }

    private async Task<CommunityId> Found()
    {
        var community = new CommunityId($"writing-{topic}");
        await using var leader = await site.Leader();
        (await site.Grains.Community(community).Found(new() { By = leader.Member, Request = Request(), Name = "Trams and trains", Access = Communities.Access.OnRequest, Goal = "To buy what runs.", Leader = leader.Member })).OrThrow();
        return community;
    }

    private async Task<Visitor> Member(CommunityId community, string name, Role role)
    {
        await using var leader = await site.Leader();
        var person = await site.Person(name);
        (await site.Grains.Community(community).AdmitMember(new() { By = MemberId.System, Request = Request(), Member = person.Member, ApprovedBy = MemberId.System })).OrThrow();
        if (role is not Role.Member) (await site.Grains.Community(community).ChangeRole(new() { By = leader.Member, Request = Request(), Member = person.Member, Role = role })).OrThrow();
        await site.DirectorySettled();
        return person;
    }

    private RequestId Request() => new($"test:{topic}:{requests++}");
}
