using System.Collections.Concurrent;
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
        var community = await Found();
        await using var dana = await Moderator(community, "Dana Novák");
        await using var ben = await Moderator(community, "Ben Okafor");
        await using var ana = await site.Person("Ana Ruiz");
        await Watch(dana, community);
        await Watch(ben, community);

        await ana.Go($"/communities/{community}");
        await ana.Page.ClickAsync("main a.button");
        await ana.Page.FillAsync("#message", "I buy bridges for a city.");
        await ana.Page.ClickAsync("main .button");
        await IsLive(ana, ".renewing");
        await Expect(ana.Page.Locator(".request .tag")).ToHaveTextAsync("Waiting");
        await Expect(Row(dana)).ToContainTextAsync("Ana Ruiz");
        await Expect(Row(ben)).ToContainTextAsync("Request to join");
        await Expect(ben.Page.Locator("#announce")).ToContainTextAsync("Ana Ruiz");

        await Row(dana).Locator("a").ClickAsync();
        await Expect(dana.Page.Locator("#item-heading")).ToBeFocusedAsync();
        await Expect(dana.Page.Locator(".countdown")).ToBeVisibleAsync();
        await Expect(Row(ben).Locator(".claim")).ToHaveTextAsync("Being looked at by Dana Novák");
        await Row(ben).Locator("a").ClickAsync();
        await Expect(ben.Page.Locator(".looking")).ToHaveTextAsync("Being looked at by Dana Novák");
        await Expect(ben.Page.Locator(".approve")).ToBeDisabledAsync();
        foreach (var moderator in new[] { dana, ben }) (await moderator.Page.Complaints()).ShouldBeEmpty(moderator.Name);

        await dana.Page.ClickAsync(".approve");
        await Expect(dana.Page.Locator(".undo-bar")).ToContainTextAsync("Item 1: approved.");
        await Expect(dana.Page.Locator("[data-part=state]")).ToBeFocusedAsync();
        await Expect(ben.Page.Locator("[data-part=state]")).ToContainTextAsync("Dana Novák approved this");
        await Expect(ana.Page.Locator(".request .tag")).ToHaveTextAsync("Waiting");

        site.TakeEffect();
        await Expect(ana.Page.Locator(".request .tag")).ToHaveTextAsync("Approved");
        await Expect(ana.Page.Locator(".renewed-announce")).ToHaveTextAsync("Your requests have changed.");
        await Expect(Row(dana)).ToHaveCountAsync(0);
        await Expect(Row(ben)).ToHaveCountAsync(0);
        await Expect(dana.Page.Locator(".undo-bar")).ToBeHiddenAsync();
        await Expect(dana.Page.Locator(".pane-told")).ToBeHiddenAsync();
        await ana.Page.ClickAsync(".request a.button");
        await Expect(ana.Page.Locator("main .rooms")).ToBeVisibleAsync();
        AreContent(dana, ben, ana);
    }

    [BrowserFact]
    public async Task The_focus_is_not_lost_however_long_the_answer_takes()
    {
        var community = await Found();
        await using var dana = await Moderator(community, "Dana Novák");
        await using var ana = await site.Person("Ana Ruiz");
        var item = await Ask(community, ana);
        var isHeld = false;
        var release = () => { };
        var held = new ConcurrentQueue<IWebSocketFrame>();
        await dana.Context.RouteWebSocketAsync("**/hubs/live", page =>
        {
            var server = page.ConnectToServer();
            page.OnMessage(frame => Pass(frame, server));
            server.OnMessage(frame =>
            {
                if (isHeld) held.Enqueue(frame);
                else Pass(frame, page);
            });
            release = () =>
            {
                isHeld = false;
                while (held.TryDequeue(out var frame)) Pass(frame, page);
            };
        });
        await dana.Go($"/communities/{community}/queue/{item}");
        await IsLive(dana, ".queue-live");
        await Expect(dana.Page.Locator(".countdown")).ToBeVisibleAsync();

        isHeld = true;
        await dana.Page.ClickAsync(".approve");
        for (var ticks = 0; ticks < 2; ticks++) await Expect(dana.Page.Locator(".countdown")).Not.ToHaveTextAsync(await dana.Page.Locator(".countdown").TextContentAsync() ?? "");
        await Expect(dana.Page.Locator(".approve")).ToBeFocusedAsync();
        release();

        await Expect(dana.Page.Locator("[data-part=state]")).ToBeFocusedAsync();
        AreContent(dana);
    }

    [BrowserFact]
    public async Task All_of_it_is_done_with_the_keyboard_alone()
    {
        var community = await Found();
        await using var dana = await Moderator(community, "Dana Novák", contact: "dana@buyers.example");
        await using var ben = await Moderator(community, "Ben Okafor");
        await using var ana = await site.Person("Ana Ruiz");
        await Watch(dana, community);
        await Watch(ben, community);

        await ana.Go($"/communities/{community}");
        await ana.Follow(ana.Page.Locator("main a.button"), "**/ask");
        await ana.TabTo(ana.Page.Locator("#message"));
        await ana.Type("I buy bridges for a city.");
        await ana.TabTo(ana.Page.Locator("main .button"));
        await ana.Press("Enter");
        await IsLive(ana, ".renewing");

        await Expect(Row(dana)).ToHaveCountAsync(1);
        await dana.TabTo(Row(dana).Locator("a"));
        await dana.Press("Enter");
        await Expect(dana.Page.Locator(".countdown")).ToBeVisibleAsync();
        await dana.Press("a");
        await Expect(dana.Page.Locator(".undo-bar")).ToBeVisibleAsync();
        await dana.Press("u");
        await Expect(dana.Page.Locator("#announce")).ToHaveTextAsync("Undone. The item waits again.");
        await Expect(Row(ben)).ToHaveAttributeAsync("data-state", "open");

        await Expect(dana.Page.Locator(".reject")).ToBeEnabledAsync();
        await dana.Press("x");
        await Expect(dana.Page.Locator("#reason")).ToBeFocusedAsync();
        await dana.Press("x");
        await dana.Type(" is not enough.");
        await dana.TabTo(dana.Page.Locator(".reject"));
        await dana.Press("Enter");
        await Expect(Row(ben).Locator(".state")).ToHaveTextAsync("Dana Novák: rejected");

        site.TakeEffect();
        await Expect(ana.Page.Locator(".request")).ToContainTextAsync("x is not enough.");
        await Expect(ana.Page.Locator(".request")).ToContainTextAsync("dana@buyers.example");
        await dana.Press("n");
        await Expect(dana.Page.Locator(".pane-told")).ToHaveTextAsync("Nothing else waits.");
        AreContent(dana, ben, ana);
    }

    [BrowserFact]
    public async Task Several_are_decided_at_once_and_each_has_its_answer()
    {
        var community = await Found();
        await using var dana = await Moderator(community, "Dana Novák");
        await using var ben = await Moderator(community, "Ben Okafor");
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        await Ask(community, ana);
        await Ask(community, bo);
        await Watch(dana, community);
        await Watch(ben, community);
        await Row(ben).Nth(1).Locator("a").ClickAsync();
        await Expect(Row(dana).Nth(1).Locator(".claim")).ToHaveTextAsync("Being looked at by Ben Okafor");

        await dana.Page.ClickAsync(".bulk summary");
        await dana.Page.CheckAsync(".select-all");
        await dana.Page.ClickAsync("#bulk button[value=approved]");

        await Expect(dana.Page.Locator(".bulk-answers li")).ToHaveTextAsync(["Item 1: approved", "Item 2: Ben Okafor is looking at this."]);
        await Expect(dana.Page.Locator(".undo-bar")).ToContainTextAsync("1 decided.");
        (await dana.Page.Complaints()).ShouldBeEmpty();
        await dana.Page.ClickAsync(".undo-bar button");
        await Expect(Row(ben).First).ToHaveAttributeAsync("data-state", "open");
        AreContent(dana, ben);
    }

    [BrowserFact]
    public async Task What_is_being_written_stays_when_the_item_changes()
    {
        var community = await Found();
        await using var dana = await Moderator(community, "Dana Novák", contact: "dana@buyers.example");
        await using var ana = await site.Person("Ana Ruiz");
        var item = await Ask(community, ana);
        await dana.Go($"/communities/{community}/queue/{item}");
        await IsLive(dana, ".queue-live");
        await dana.Page.SelectOptionAsync("#template", "say-more");
        await Expect(dana.Page.Locator("#reason")).ToHaveValueAsync(Words.In("en")["template.say-more.text"]);
        await dana.Page.FillAsync("#reason", "In a moment");

        (await site.Grains.Queue(community).Withdraw(new() { By = ana.Member, Request = Request(), Number = new(item) })).OrThrow();

        await Expect(dana.Page.Locator("[data-part=state]")).ToContainTextAsync("Taken back by who asked");
        await Expect(dana.Page.Locator("[data-part=state]")).ToBeFocusedAsync();
        await Expect(dana.Page.Locator("form.deciding")).ToHaveCountAsync(0);
        AreContent(dana);
    }

    [BrowserFact]
    public async Task All_queues_are_counted_live()
    {
        var community = await Found();
        await using var dana = await Moderator(community, "Dana Novák");
        await using var ana = await site.Person("Ana Ruiz");
        await dana.Go("/queue");
        await Expect(dana.Page.Locator("[data-queue][data-live]")).ToHaveCountAsync(1);
        await Expect(dana.Page.Locator("[data-queue] .waiting")).ToHaveTextAsync("0 waiting");

        await Ask(community, ana);

        await Expect(dana.Page.Locator("[data-queue] .waiting")).ToHaveTextAsync("1 waiting");
        await Expect(dana.Page.Locator(".rail-side [data-count=queue] [aria-hidden]")).ToHaveTextAsync("1");
        AreContent(dana);
    }

    [BrowserFact]
    public async Task Every_page_of_it_is_readable_and_narrow_enough()
    {
        var community = await Found();
        await using var dana = await Moderator(community, "Dana Novák", contact: "dana@buyers.example");
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        await using var cato = await site.Person("Cato Lindqvist-Vandenbroucke of the North");
        var first = await Ask(community, ana);
        await Ask(community, bo);
        await Decide(community, dana, first, Verdict.Rejected);
        await Admit(community, cato);
        await site.DirectorySettled();
        var reported = await Report(community, dana, by: cato);
        await IsTold(ana);

        foreach (var page in new[] { "/queue", $"/communities/{community}/queue", $"/communities/{community}/queue/2", $"/communities/{community}/queue/{reported}", $"/communities/{community}/queue/log", $"/communities/{community}/queue/log?person=nobody" })
            await LooksFine(dana, page);
        foreach (var page in new[] { "/requests", $"/communities/{community}/ask", $"/communities/{community}/requests/{first}/appeal" }) await LooksFine(ana, page);
        await LooksFine(bo, $"/communities/{community}/ask");
        await LooksFine(cato, $"/communities/{community}/general/posts/1/report");
    }

    private static void Pass(IWebSocketFrame frame, IWebSocketRoute on)
    {
        if (frame.Text is { } text) on.Send(text);
        else on.Send(frame.Binary ?? []);
    }

    private static async Task LooksFine(Visitor visitor, string page)
    {
        await visitor.Go(page);
        await Expect(visitor.Page.Locator("h1")).ToHaveCountAsync(1);
        await visitor.IsFineInEveryScheme(page);
        visitor.Complaints.ShouldBeEmpty(page);
    }

    private static void AreContent(params Visitor[] all)
    {
        foreach (var visitor in all) visitor.Complaints.ShouldBeEmpty(visitor.Name);
    }

    private static async Task Watch(Visitor moderator, CommunityId community)
    {
        await moderator.Go($"/communities/{community}/queue");
        await IsLive(moderator, ".queue-live");
    }

    private static Task IsLive(Visitor visitor, string what) => Expect(visitor.Page.Locator($"{what}[data-live]")).ToHaveCountAsync(1);

    private static ILocator Row(Visitor moderator) => moderator.Page.Locator(".queue-row");

    private async Task<CommunityId> Found()
    {
        var community = new CommunityId($"queue-{topic}");
        await using var leader = await site.Leader();
        (await site.Grains.Community(community).Found(new() { By = leader.Member, Request = Request(), Name = "Bridges and tunnels", Access = Communities.Access.OnRequest, Goal = "To build what lasts.", Leader = leader.Member })).OrThrow();
        return community;
    }

    private async Task<Visitor> Moderator(CommunityId community, string name, string? contact = null)
    {
        await using var leader = await site.Leader();
        var moderator = await site.Person(name);
        await Admit(community, moderator);
        (await site.Grains.Community(community).ChangeRole(new() { By = leader.Member, Request = Request(), Member = moderator.Member, Role = Role.Moderator })).OrThrow();
        if (contact is not null) (await site.Grains.Community(community).PublishContact(new() { By = moderator.Member, Request = Request(), Contact = contact })).OrThrow();
        await site.DirectorySettled();
        return moderator;
    }

    private async Task Admit(CommunityId community, Visitor whom) =>
        (await site.Grains.Community(community).AdmitMember(new() { By = MemberId.System, Request = Request(), Member = whom.Member, ApprovedBy = MemberId.System })).OrThrow();

    private async Task<long> Ask(CommunityId community, Visitor whom) =>
        (await site.Grains.Queue(community).Ask(new() { By = whom.Member, Request = Request(), Message = "I buy bridges for a city." })).OrThrow().Value;

    private async Task Decide(CommunityId community, Visitor moderator, long number, Verdict verdict)
    {
        var item = (await site.Grains.Queue(community).Item(moderator.Member, new(number))).OrThrow().Item;
        (await site.Grains.Queue(community).Decide(new() { By = moderator.Member, Request = Request(), Number = new(number), Version = item.Version, Verdict = verdict, Reason = "Please say a little more." })).OrThrow();
    }

    /// <summary>A post by a moderator, reported by a member.</summary>
    private async Task<long> Report(CommunityId community, Visitor author, Visitor by)
    {
        var room = new RoomId(community, "general");
        (await site.Grains.Room(room).Post(new() { By = author.Member, Request = Request(), Markdown = "The tenderer is named here." })).OrThrow();
        return (await site.Grains.Queue(community).Report(new() { By = by.Member, Request = Request(), Room = room, Post = new(1), Message = "It names a tenderer." })).OrThrow().Value;
    }

    /// <summary>Completes when the decision has been carried out and the one who asked is told.</summary>
    private async Task IsTold(Visitor who)
    {
        site.TakeEffect();
        await who.Go("/requests");
        await Expect(who.Page.Locator(".request .tag")).ToHaveTextAsync("Rejected");
    }

    private RequestId Request() => new($"test:{topic}:{requests++}");
}
