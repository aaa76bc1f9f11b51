using PublicBuyers.Communities;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

/// <summary>An open community, two moderators with its queue before them, and somebody who joins.</summary>
[Collection(nameof(Site))]
public sealed class Who_is_new(Site site)
{
    private readonly string topic = Guid.NewGuid().ToString("n")[..8];
    private int requests;

    [BrowserFact]
    public async Task One_moderator_welcomes_and_the_other_sees_it()
    {
        var community = new CommunityId($"open-{topic}");
        await using var leader = await site.Leader();
        (await site.Grains.Community(community).Found(new() { By = leader.Member, Request = Request(), Name = "Trams and buses", Access = Communities.Access.Open, Goal = "To move people.", Leader = leader.Member })).OrThrow();
        await using var dana = await Moderator(community, leader, "Dana Novák");
        await using var ben = await Moderator(community, leader, "Ben Okafor");
        await using var ana = await site.Person("Ana Ruiz");
        foreach (var moderator in new[] { dana, ben })
        {
            await moderator.Go($"/communities/{community}/queue");
            await Expect(moderator.Page.Locator(".queue-live")).ToHaveAttributeAsync("data-live", "true");
        }

        await ana.Go($"/communities/{community}");
        await ana.Page.ClickAsync("main .button");
        foreach (var moderator in new[] { dana, ben }) await Expect(moderator.Page.Locator(".arrivals-list")).ToContainTextAsync("Ana Ruiz");
        await Expect(dana.Page.Locator(".arrivals summary")).ToHaveTextAsync("1 joined");
        (await dana.Page.Complaints()).ShouldBeEmpty();

        await dana.Page.ClickAsync(".arrivals button[value=welcome]");
        await Expect(ben.Page.Locator(".arrivals-list")).ToContainTextAsync("Dana Novák welcomed them");
        await Expect(ben.Page.Locator(".arrivals button")).ToHaveCountAsync(0);
        await Expect(dana.Page.Locator(".arrivals summary")).ToHaveTextAsync("Nobody new waits for an answer");

        await ana.Go("/notices");
        await Expect(ana.Page.Locator("main")).ToContainTextAsync("Dana Novák welcomes you");
        foreach (var visitor in new[] { dana, ben, ana }) visitor.Complaints.ShouldBeEmpty(visitor.Name);
    }

    private async Task<Visitor> Moderator(CommunityId community, Visitor leader, string name)
    {
        var moderator = await site.Person(name);
        (await site.Grains.Community(community).AdmitMember(new() { By = MemberId.System, Request = Request(), Member = moderator.Member, ApprovedBy = MemberId.System })).OrThrow();
        (await site.Grains.Community(community).ChangeRole(new() { By = leader.Member, Request = Request(), Member = moderator.Member, Role = Role.Moderator })).OrThrow();
        await site.DirectorySettled();
        return moderator;
    }

    private RequestId Request() => new($"test:{topic}:{requests++}");
}
