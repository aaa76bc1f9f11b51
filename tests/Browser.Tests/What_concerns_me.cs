using Microsoft.Playwright;
using PublicBuyers.Communities;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

[Collection(nameof(Site))]
public sealed class What_concerns_me(Site site)
{
    private readonly string topic = Guid.NewGuid().ToString("n")[..8];
    private int requests;

    [BrowserFact]
    public async Task A_mention_arrives_on_any_page_while_one_looks_at_it()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        await ana.Go("/communities");
        await Connected(ana, bo);

        var number = await Mention(bo, ana, $"Could you look at this? {topic}");
        await Expect(Badge(ana)).ToHaveTextAsync("1", new() { Timeout = 10_000 });

        await Expect(ana.Page).ToHaveTitleAsync("(1) Communities · PublicBuyers");
        await Expect(ana.Page.Locator(".announce")).ToContainTextAsync("Bo Lindqvist");
        await Expect(ana.Page.Locator($".rail-side [data-count='mentions/{Site.Room}'] [aria-hidden]")).ToHaveTextAsync("1");
        await ana.Page.ClickAsync(".bell summary");
        await Expect(ana.Page.Locator(".bell .notice-item").First).ToContainTextAsync($"Could you look at this? {topic}");
        (await ana.Page.Complaints()).ShouldBeEmpty();
        await ana.Page.ClickAsync(".bell .notice-item.unread a");
        await ana.Page.WaitForURLAsync($"**/communities/{Site.Room}?around={number}#post-{number}");
        await Expect(Badge(ana)).ToBeHiddenAsync();
        ana.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task What_waits_in_a_queue_is_counted_on_any_page_for_moderators_and_once_it_comes_up_for_administrators()
    {
        var community = new CommunityId($"badge-{topic}");
        await using var dana = await site.Person("Dana Novák");
        await using var bo = await site.Person("Bo Lindqvist");
        await using var root = await site.Person("Root Administrator", administrator: true);
        await using var ana = await site.Person("Ana Ruiz");
        (await site.Grains.Community(community).Found(new() { By = MemberId.System, Request = new($"test:{topic}"), Name = "Trams", Access = Communities.Access.OnRequest, Goal = "To buy what runs.", Leader = dana.Member })).OrThrow();
        (await site.Grains.Community(community).AdmitMember(new() { By = MemberId.System, Request = new($"test:{topic}:admit"), Member = bo.Member, ApprovedBy = dana.Member })).OrThrow();
        await site.DirectorySettled();
        foreach (var each in new[] { dana, root }) await each.Go("/communities");
        await Expect(Queue(dana)).ToBeVisibleAsync();
        await Expect(Waiting(dana)).ToBeHiddenAsync();
        var before = await Number(root);

        (await site.Grains.Queue(community).Ask(new() { By = ana.Member, Request = new($"test:{topic}:ask"), Message = "I buy bridges." })).OrThrow();
        await Expect(Waiting(dana)).ToHaveTextAsync("1");

        // Nobody decides on what they said themselves: with nobody else there, it comes up at once.
        var room = new RoomId(community, "general");
        (await site.Grains.Room(room).Post(new() { By = dana.Member, Request = new($"test:{topic}:post"), Markdown = "It was Acme." })).OrThrow();
        (await site.Grains.Queue(community).Report(new() { By = bo.Member, Request = new($"test:{topic}:report"), Room = room, Post = new(1), Message = "It names a tenderer." })).OrThrow();
        await Expect(Waiting(root)).ToHaveTextAsync($"{before + 2}");

        (await site.Grains.Queue(community).Withdraw(new() { By = ana.Member, Request = new($"test:{topic}:withdraw"), Number = new(1) })).OrThrow();
        (await site.Grains.Queue(community).Withdraw(new() { By = bo.Member, Request = new($"test:{topic}:take-back"), Number = new(2) })).OrThrow();
        if (before == 0) await Expect(Queue(root)).ToBeHiddenAsync();
        else await Expect(Waiting(root)).ToHaveTextAsync($"{before}");
        await Expect(Waiting(dana)).ToBeHiddenAsync();

        static ILocator Queue(Visitor who) => who.Page.Locator(".rail-side .rail-queue");
        static ILocator Waiting(Visitor who) => who.Page.Locator(".rail-side .rail-queue [data-count=queue] [aria-hidden]");
        static async Task<int> Number(Visitor who) => await Waiting(who).IsVisibleAsync() ? int.Parse(await Waiting(who).InnerTextAsync(), System.Globalization.CultureInfo.InvariantCulture) : 0;
    }

    [BrowserFact]
    public async Task The_rail_follows_a_new_role_and_the_page_says_that_more_has_changed()
    {
        await using var mara = await site.Leader();
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom();
        await Expect(ana.Page.Locator(".rail-side .rail-queue")).ToHaveCountAsync(0);

        ChangeRole promote = new() { By = mara.Member, Request = Request(), Member = ana.Member, Role = Role.Moderator };
        (await site.Grains.Community(Site.Community).ChangeRole(promote)).OrThrow();
        await Expect(ana.Page.Locator(".rail-side .rail-queue")).ToBeVisibleAsync();
        await Expect(ana.Page.Locator(".rights-changed")).ToContainTextAsync("What you may do in this room has changed.");
        await ana.Page.ClickAsync(".rights-changed a");
        await Expect(ana.Page.Locator("[data-room][data-moderates=true]")).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task Reading_in_one_tab_clears_the_other()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        await Mention(bo, ana, $"first {topic}");
        await Mention(bo, ana, $"second {topic}");
        await ana.Go("/");
        await Expect(Badge(ana)).ToHaveTextAsync("2");
        var other = await ana.Context.NewPageAsync();
        await other.GotoAsync(site.Url + "/notices");
        await Expect(other.Locator("main .notice-item.unread")).ToHaveCountAsync(2);

        await other.Locator("main .read-one button").First.ClickAsync();
        await Expect(Badge(ana)).ToHaveTextAsync("1");
        await Expect(other.Locator("main .notice-item.unread")).ToHaveCountAsync(1);

        await other.GetByRole(AriaRole.Button, new() { Name = "Mark all as read" }).ClickAsync();
        await Expect(Badge(ana)).ToBeHiddenAsync();
        await Expect(ana.Page).ToHaveTitleAsync("For you · PublicBuyers");
    }

    [BrowserFact]
    public async Task Reading_a_room_elsewhere_clears_its_numbers_here()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        await ana.Go("/communities");
        await Connected(ana, bo);
        var number = await Mention(bo, ana, $"please read {topic}");
        await Expect(Badge(ana)).ToHaveTextAsync("1");

        (await site.Grains.Inbox(ana.Member).Mark(new(ana.Member, Site.Room, new(number), null))).OrThrow();

        await Expect(Badge(ana)).ToBeHiddenAsync();
        await Expect(ana.Page.Locator($".rail-side [data-count='unread/{Site.Room}']")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task A_deleted_post_takes_its_notice_along()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        var number = await Mention(bo, ana, $"by mistake {topic}");
        await ana.Go("/notices");
        await Expect(ana.Page.Locator("main .notice-item")).ToContainTextAsync($"by mistake {topic}");

        (await site.Grains.Room(Site.Room).Delete(new() { By = bo.Member, Request = Request(), Number = new(number) })).OrThrow();

        await Expect(ana.Page.Locator("main .notice-item")).ToHaveCountAsync(0);
        await Expect(Badge(ana)).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task What_is_taken_back_while_one_is_away_is_gone_when_one_is_back()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        var number = await Mention(bo, ana, $"by mistake {topic}");
        await ana.Go("/notices");
        await Expect(ana.Page.Locator("main .notice-item")).ToContainTextAsync($"by mistake {topic}");

        await ana.Context.SetOfflineAsync(true);
        (await site.Grains.Inbox(ana.Member).Withdraw(new() { By = MemberId.System, Request = Request(), Room = Site.Room, Post = new(number) })).OrThrow();
        await ana.Context.SetOfflineAsync(false);

        await Expect(ana.Page.Locator("main .notice-item")).ToHaveCountAsync(0);
        await Expect(Badge(ana)).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task The_start_page_says_what_waits_and_everything_works_without_script()
    {
        await using var bo = await site.Person("Bo Lindqvist");
        await using var ana = await site.Person("Ana Ruiz", new() { JavaScriptEnabled = false });
        await Mention(bo, ana, $"for the start page {topic}");

        await ana.Go("/");
        await Expect(ana.Page.Locator("main .notice-item").First).ToContainTextAsync($"for the start page {topic}");
        await Expect(ana.Page.Locator("#rooms .entry").First).ToContainTextAsync($"for the start page {topic}");
        (await ana.Page.Locator(".bell .badge [aria-hidden]").TextContentAsync()).ShouldBe("1");

        await ana.Go("/notices?unread");
        await ana.Page.ClickAsync("main .read-one button");
        await Expect(ana.Page.Locator("main .empty")).ToContainTextAsync("You have read everything.");

        await ana.Go("/mutes");
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Mute General" }).ClickAsync();
        await Expect(ana.Page.GetByRole(AriaRole.Button, new() { Name = "Unmute General" })).ToBeVisibleAsync();
        await ana.Go("/");
        await Expect(ana.Page.Locator("#rooms .entry")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task A_room_is_muted_and_unmuted_without_leaving_the_page()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.Go("/mutes");

        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Mute General" }).ClickAsync();
        await Expect(ana.Page.Locator($".rail-side [data-rail='{Site.Room}']")).ToHaveClassAsync("muted");
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Unmute General" }).ClickAsync();
        await Expect(ana.Page.Locator($".rail-side [data-rail='{Site.Room}']")).Not.ToHaveClassAsync("muted");

        (await site.Grains.Inbox(ana.Member).Page(ana.Member, 0)).OrThrow().Mutes.Rooms.ShouldBeEmpty();
        (await ana.Page.Complaints()).ShouldBeEmpty();
    }

    /// <summary>A first notice shows that the page is connected.</summary>
    private async Task Connected(Visitor visitor, Visitor other)
    {
        var number = await Mention(other, visitor, $"are you there? {topic}");
        await Expect(Badge(visitor)).ToHaveTextAsync("1", new() { Timeout = 20_000 });
        (await site.Grains.Inbox(visitor.Member).Mark(new(visitor.Member, Site.Room, new(number), null))).OrThrow();
        await Expect(Badge(visitor)).ToBeHiddenAsync();
    }

    private async Task<long> Mention(Visitor by, Visitor whom, string text)
    {
        var posted = await site.Grains.Room(Site.Room).Post(new() { By = by.Member, Request = Request(), Markdown = $"@{whom.Name} {text}", Mentions = [new(0, whom.Name.Length + 1, whom.Member)] });
        return posted.OrThrow().Number.Value;
    }

    private RequestId Request() => new($"test:{topic}:{requests++}");

    private static ILocator Badge(Visitor visitor) => visitor.Page.Locator(".bell .badge [aria-hidden]");
}
