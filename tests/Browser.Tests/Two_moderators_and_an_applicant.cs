using Microsoft.Playwright;
using PublicBuyers.Communities;
using PublicBuyers.Moderation;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

/// <summary>Each in a window of their own, all three of them live.</summary>
[Collection(nameof(Site))]
public sealed class Two_moderators_and_an_applicant(Site site)
{
    private readonly string topic = Guid.NewGuid().ToString("n")[..8];
    private int requests;

    [BrowserFact]
    public async Task Who_asks_is_let_in_before_their_eyes()
    {
        var community = await Found("Bridges and tunnels");
        await using var dana = await site.Stranger();
        await using var mara = await Moderator(community, "Dana Novák");
        await using var ben = await Moderator(community, "Ben Okafor");
        await mara.Go($"/communities/{community}/queue");
        await mara.Page.WaitForTimeoutAsync(2000);
        await mara.Page.ScreenshotAsync(new() { Path = "/tmp/shots/q1.png" });
        _ = dana; _ = ben;
    }

    private async Task<CommunityId> Found(string name)
    {
        var community = new CommunityId($"queue-{topic}");
        await using var leader = await site.Leader();
        (await site.Grains.Community(community).Found(new() { By = leader.Member, Request = Request(), Name = name, Access = Access.OnRequest, Goal = "To build what lasts.", Leader = leader.Member })).OrThrow();
        return community;
    }

    private async Task<Visitor> Moderator(CommunityId community, string name)
    {
        await using var leader = await site.Leader();
        var moderator = await site.Person(name);
        (await site.Grains.Community(community).AdmitMember(new() { By = MemberId.System, Request = Request(), Member = moderator.Member, ApprovedBy = leader.Member })).OrThrow();
        (await site.Grains.Community(community).ChangeRole(new() { By = leader.Member, Request = Request(), Member = moderator.Member, Role = Role.Moderator })).OrThrow();
        return moderator;
    }

    private RequestId Request() => new($"test:{topic}:{requests++}");
}
