using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

[Collection(nameof(Site))]
public sealed class The_state_of_play(Site site)
{
    [BrowserFact]
    public async Task A_leader_writes_it_and_a_member_reads_it_with_its_history()
    {
        var community = new CommunityId($"card-{Guid.NewGuid().ToString("n")[..8]}");
        await using var leader = await site.Leader();
        (await site.Grains.Community(community).Found(new() { By = leader.Member, Request = new($"test:{community}"), Name = "Trams", Access = Communities.Access.Open, Goal = "To buy what runs.", Leader = leader.Member })).OrThrow();
        await site.DirectorySettled();

        await leader.Go($"/communities/{community}");
        await Expect(leader.Page.Locator(".vitality summary")).ToHaveTextAsync("Quiet");
        await leader.Page.ClickAsync("main a[href$=state-of-play]");
        await leader.IsFineInEveryScheme("writing the state of play");
        await leader.Page.FillAsync("#goal", "To buy trams that everybody can board.");
        await leader.Page.FillAsync("#linkedin", "https://linkedin.example/a-very-long-address-without-any-place-to-break-it-at-all-in-a-narrow-window");
        await leader.Page.FillAsync("#activities", "A visit to the depot\nA table of prices");
        await leader.Page.ClickAsync("form.writing .button");
        await leader.Page.WaitForURLAsync($"**/communities/{community}/state-of-play");
        await leader.Page.ClickAsync("main a[href$=edit]");
        await leader.Page.FillAsync("#plans", "A workshop in May");
        await leader.Page.ClickAsync("form.writing .button");

        await using var ana = await site.Person("Ana Ruiz");
        await ana.Go($"/communities/{community}/state-of-play");
        await Expect(ana.Page.Locator(".card")).ToContainTextAsync("A workshop in May");
        await ana.IsFineInEveryScheme("the state of play");
        await ana.Page.ClickAsync("main a[href$=history]");
        await Expect(ana.Page.Locator(".versions .entry")).ToHaveCountAsync(2);
        await ana.IsFine("its history");
        await ana.Page.Locator(".versions a").Last.ClickAsync();
        await Expect(ana.Page.Locator("main")).Not.ToContainTextAsync("A workshop in May");
        await ana.IsFine("an old version");
        await ana.Go($"/communities/{community}");
        await ana.Page.ClickAsync(".vitality summary");
        await ana.IsFine("how alive it is");
        leader.Complaints.ShouldBeEmpty();
        ana.Complaints.ShouldBeEmpty();
    }
}
