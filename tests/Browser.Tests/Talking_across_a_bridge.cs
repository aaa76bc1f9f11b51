using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

/// <summary>Two leaders link their communities, and a member of each has the common thread open.</summary>
[Collection(nameof(Site))]
public sealed class Talking_across_a_bridge(Site site)
{
    private readonly string topic = Guid.NewGuid().ToString("n")[..8];
    private int requests;

    [BrowserFact]
    public async Task What_one_writes_the_other_reads_at_once()
    {
        await using var mara = await site.Person("Mara Nowak");
        await using var ben = await site.Person("Ben Okafor");
        var trams = await Found("trams", "Trams and buses", mara);
        var clauses = await Found("clauses", "Clauses that work", ben);
        await using var ana = await Member(trams, "Ana Ruiz");
        await using var ola = await Member(clauses, "Ola Lind");

        await mara.Go($"/communities/{trams}/bridges");
        await mara.Page.SelectOptionAsync("#other", clauses.Value);
        await mara.Page.FillAsync("#message", "Let us talk about what we ask of trams.");
        await mara.Page.ClickAsync("main form .button:text('Propose')");
        await Expect(mara.Page.Locator("main")).ToContainTextAsync("Proposed, waits for their answer");

        await ben.Go($"/communities/{clauses}/bridges");
        await Expect(ben.Page.Locator("main")).ToContainTextAsync("Let us talk about what we ask of trams.");
        await ben.IsFine("a proposal");
        await ben.Page.ClickAsync("main .button:text('Agree')");
        await ben.Page.ClickAsync("main a.button:text('Open a common thread')");
        await ben.IsFine("opening a thread");
        await ben.Page.FillAsync("#title", "What we ask of trams");
        await ben.Page.ClickAsync("main form button.button");
        await ben.IsLive();

        await ana.Go($"/communities/{trams}/general");
        await ana.Page.ClickAsync(".heading .bridged a");
        await ana.IsLive();
        await ola.Go($"/communities/{clauses}");
        await ola.Page.ClickAsync("main .rooms a:text('What we ask of trams')");
        await ola.IsLive();

        await ana.Say($"Low floors {topic}");
        await ola.Sees($"Low floors {topic}");
        await ola.Say($"And quiet ones {topic}");
        await ana.Sees($"And quiet ones {topic}");
        await Expect(ana.Page.Locator(".heading .bridged")).ToContainTextAsync("In common with Clauses that work");
        await Expect(ola.Page.Locator(".heading .bridged")).ToContainTextAsync("In common with Trams and buses");
        await ana.IsFineInEveryScheme("the thread");

        await ben.Go($"/communities/{clauses}/bridges");
        await ben.IsFineInEveryScheme("a bridge that stands");
        foreach (var visitor in new[] { mara, ben, ana, ola }) visitor.Complaints.ShouldBeEmpty(visitor.Name);
    }

    private async Task<CommunityId> Found(string slug, string name, Visitor leader)
    {
        var community = new CommunityId($"{slug}-{topic}");
        (await site.Grains.Community(community).Found(new() { By = MemberId.System, Request = Request(), Name = name, Access = Communities.Access.Open, Goal = "To move people.", Leader = leader.Member })).OrThrow();
        return community;
    }

    private async Task<Visitor> Member(CommunityId community, string name)
    {
        var member = await site.Person(name);
        (await site.Grains.Community(community).Join(new() { By = member.Member, Request = Request() })).OrThrow();
        await site.DirectorySettled();
        return member;
    }

    private RequestId Request() => new($"test:{topic}:{requests++}");
}
