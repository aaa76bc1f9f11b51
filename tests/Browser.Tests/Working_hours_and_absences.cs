using PublicBuyers.Communities;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

[Collection(nameof(Site))]
public sealed class Working_hours_and_absences(Site site)
{
    [BrowserFact]
    public async Task A_leader_sets_the_hours_and_says_who_stands_in_and_what_comes_up_says_so()
    {
        var community = new CommunityId($"hours-{Guid.NewGuid().ToString("n")[..8]}");
        await using var leader = await site.Leader();
        await using var ana = await site.Person("Ana Ruiz");
        var grain = site.Grains.Community(community);
        (await grain.Found(new() { By = leader.Member, Request = new($"test:{community}"), Name = "Trams", Access = Communities.Access.OnRequest, Goal = "To buy what runs.", Leader = leader.Member })).OrThrow();
        (await grain.AdmitMember(new() { By = MemberId.System, Request = new($"test:{community}:admit"), Member = ana.Member, ApprovedBy = leader.Member })).OrThrow();
        (await grain.ChangeRole(new() { By = leader.Member, Request = new($"test:{community}:role"), Member = ana.Member, Role = Role.Moderator })).OrThrow();
        await site.DirectorySettled();

        await leader.Go($"/communities/{community}/queue");
        await leader.Page.ClickAsync("main a[href$=hours]");
        await leader.IsFineInEveryScheme("working hours");
        await leader.Page.FillAsync("#holidays", "2026-12-25\n2027-01-01");
        await leader.Page.FillAsync("#leaders-after", "50");
        await leader.Page.ClickAsync("form.stack .button");
        await Expect(leader.Page.Locator(".refusing")).ToContainTextAsync("hours");
        await leader.Page.FillAsync("#leaders-after", "8");
        await leader.Page.ClickAsync("form.stack .button");
        await leader.Page.WaitForURLAsync("**/queue/hours?saved");
        await Expect(leader.Page.Locator("#holidays")).ToHaveValueAsync("2026-12-25\n2027-01-01");

        await leader.Go($"/communities/{community}/absence");
        await leader.IsFineInEveryScheme("saying when one is away");
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await leader.Page.FillAsync("#from", today.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await leader.Page.FillAsync("#until", today.AddDays(3).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await leader.Page.ClickAsync("form.stack .button");
        await Expect(leader.Page.Locator("main .notice")).ToContainTextAsync("Ana Ruiz stands in");
        await ana.Go($"/communities/{community}/absence");
        await Expect(ana.Page.Locator("main")).ToContainTextAsync("is away from");
        await ana.IsFine("who else is away");
        await leader.Page.ClickAsync("form[action$=end] .button");
        await Expect(leader.Page.Locator("main .notice")).ToHaveCountAsync(0);

        leader.Complaints.ShouldBeEmpty();
        ana.Complaints.ShouldBeEmpty();
    }
}
