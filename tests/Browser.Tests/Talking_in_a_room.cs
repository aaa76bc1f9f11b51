using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

[Collection(nameof(Site))]
public sealed class Talking_in_a_room(Site site)
{
    private readonly string topic = Guid.NewGuid().ToString("n")[..8];

    [BrowserFact]
    public async Task Two_people_talk_and_see_each_other_at_once()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        await ana.EnterRoom();
        await bo.EnterRoom();

        await ana.Say($"Has anybody used models in a tender? {topic}");
        await bo.Sees($"Has anybody used models in a tender? {topic}");

        await bo.PostSaying(topic).HoverAsync();
        await bo.PostSaying(topic).Locator(".actions .reply").ClickAsync();
        await bo.Say($"We have, twice. {topic}");

        await ana.Sees($"We have, twice. {topic}");
        await Expect(ana.PostSaying($"We have, twice. {topic}").Locator(".in-reply-to")).ToHaveTextAsync("in reply to Ana Ruiz");
        await Expect(ana.PostSaying("Has anybody used models").Filter(new() { HasText = topic }).Locator(".replies")).ToHaveTextAsync("1 reply");
        ana.Complaints.ShouldBeEmpty();
        bo.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task Who_comes_back_from_offline_sees_exactly_the_truth()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        await bo.EnterRoom();
        await bo.Say($"first {topic}");
        await bo.Say($"second {topic}");
        await bo.Sees($"second {topic}");
        await ana.EnterRoom();
        await ana.Sees($"second {topic}");

        await ana.Context.SetOfflineAsync(true);
        await Expect(ana.Page.Locator(".connection")).Not.ToBeEmptyAsync();
        await ana.Say($"written offline {topic}");
        await Expect(ana.Page.Locator("#outgoing .post")).ToHaveCountAsync(1);

        await bo.Say($"third {topic}");
        await bo.Sees($"third {topic}");
        await Change(bo, $"first {topic}", "edit", form => form.Locator("textarea").FillAsync($"first, edited {topic}"));
        await bo.Sees($"first, edited {topic}");
        await Change(bo, $"second {topic}", "delete", _ => Task.CompletedTask);
        await bo.SeesNo($"second {topic}");

        await ana.Context.SetOfflineAsync(false);
        await ana.IsLive();
        await ana.Sees($"written offline {topic}");
        await bo.Sees($"written offline {topic}");
        await Expect(ana.Page.Locator("#outgoing .post")).ToHaveCountAsync(0);
        await ana.SeesNo($"second {topic}");

        await using var fresh = await site.Person("Chen Wei");
        await fresh.EnterRoom();
        (await ana.Truth()).ShouldBe(await fresh.Truth());
        (await bo.Truth()).ShouldBe(await fresh.Truth());
    }

    [BrowserFact]
    public async Task What_is_said_while_the_server_restarts_is_posted_once()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom();
        await ana.Say($"before {topic}");
        await ana.Sees($"before {topic}");

        await site.Stop();
        await ana.Say($"during {topic}");
        await Expect(ana.Page.Locator("#outgoing .post")).ToHaveCountAsync(1);
        await site.Start();

        await ana.Sees($"during {topic}");
        await Expect(ana.Page.Locator("#outgoing .post")).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await ana.Page.ReloadAsync();
        await ana.Sees($"before {topic}");
        await ana.Sees($"during {topic}");
    }

    [BrowserFact]
    public async Task What_was_not_sent_yet_survives_a_reload()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom();
        await ana.Composer.FillAsync($"half a thought {topic}");

        await ana.Page.ReloadAsync();

        await Expect(ana.Composer).ToHaveValueAsync($"half a thought {topic}");
        await ana.IsLive();
    }

    [BrowserFact]
    public async Task A_room_is_live_where_web_sockets_are_blocked()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        await ana.Context.AddInitScriptAsync("delete globalThis.WebSocket; globalThis.WebSocket = class { constructor() { throw new Error('blocked'); } };");
        await ana.EnterRoom();
        await bo.EnterRoom();

        await bo.Say($"through the wall {topic}");

        await ana.Sees($"through the wall {topic}");
    }

    [BrowserFact]
    public async Task A_thread_is_live_too()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        await ana.EnterRoom();
        await ana.Say($"Who has clauses for AI? {topic}");
        await ana.Sees($"Who has clauses for AI? {topic}");
        var thread = $"{site.RoomUrl}/posts/{await ana.PostSaying(topic).GetAttributeAsync("data-number")}";
        await bo.Go(thread);
        await bo.IsLive();
        await ana.Go(thread);

        await ana.Say($"In three languages? {topic}");
        await bo.Sees($"In three languages? {topic}");
        await ana.IsLive();

        await bo.Say($"In all of them. {topic}");
        await ana.Sees($"In all of them. {topic}");
        await Expect(ana.Posts).ToHaveCountAsync(3);
        ana.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_new_post_does_not_move_what_is_being_read()
    {
        await using var ana = await site.Person("Ana Ruiz", new() { ViewportSize = new() { Width = 1280, Height = 500 } });
        await using var bo = await site.Person("Bo Lindqvist");
        await bo.EnterRoom();
        for (var i = 0; i < 12; i++) await bo.Say($"filling {i} {topic}\n\n- of\n- several\n- lines");
        await bo.Sees($"filling 11 {topic}");
        await ana.EnterRoom();
        var last = await ana.Posts.Last.GetAttributeAsync("data-number");
        (await site.Grains.Inbox(ana.Member).Mark(new(ana.Member, Site.Room, new(long.Parse(last!, System.Globalization.CultureInfo.InvariantCulture)), null))).OrThrow();
        await ana.EnterRoom();
        await ana.Page.EvaluateAsync("scrollTo(0, 100)");
        await ana.Page.WaitForFunctionAsync("scrollY === 100");
        await bo.Say($"news {topic}");

        await Expect(ana.Page.Locator(".pill.below")).ToHaveTextAsync("1 new post below");

        (await ana.Page.EvaluateAsync<int>("scrollY")).ShouldBe(100);
        await ana.Page.ClickAsync(".pill.below");
        await Expect(ana.PostSaying($"news {topic}")).ToBeInViewportAsync();
        await Expect(ana.Page.Locator(".pill.below")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Who_leaves_keeps_nothing_of_the_room_on_the_page()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom();
        await ana.Say($"a secret {topic}");
        await ana.Sees($"a secret {topic}");

        var other = await ana.Context.NewPageAsync();
        await other.GotoAsync($"{site.Url}/communities/{Site.Community}/leave");
        await other.ClickAsync("main .button.danger");
        await other.WaitForURLAsync($"{site.Url}/communities");

        await Expect(ana.Page.Locator("main")).ToContainTextAsync("no longer open to you");
        await Expect(ana.Page.Locator("main")).Not.ToContainTextAsync(topic);
    }

    [BrowserFact]
    public async Task The_keyboard_walks_the_posts_and_answers()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom();
        await ana.Say($"one {topic}");
        await ana.Say($"two {topic}");
        await ana.Sees($"two {topic}");
        await ana.PostSaying($"one {topic}").FocusAsync();

        await ana.Page.Keyboard.PressAsync("j");
        await Expect(ana.PostSaying($"two {topic}")).ToBeFocusedAsync();
        await ana.Page.Keyboard.PressAsync("k");
        await Expect(ana.PostSaying($"one {topic}")).ToBeFocusedAsync();
        await ana.Page.Keyboard.PressAsync("r");

        await Expect(ana.Composer).ToBeFocusedAsync();
        await Expect(ana.Page.Locator(".dock .replying")).ToContainTextAsync("In reply to Ana Ruiz");
    }

    [BrowserFact]
    public async Task All_of_it_works_without_script()
    {
        await using var ana = await site.Person("Ana Ruiz", new() { JavaScriptEnabled = false });
        await using var bo = await site.Person("Bo Lindqvist", new() { JavaScriptEnabled = false });

        await ana.Go(site.RoomUrl);
        await ana.Say($"without script {topic}");
        await ana.Sees($"without script {topic}");

        await bo.Go(site.RoomUrl);
        await bo.PostSaying($"without script {topic}").Locator(".reply").DispatchClick();
        await bo.Say($"an answer {topic}");
        await bo.Sees($"an answer {topic}");

        await ana.Go(site.RoomUrl);
        await ana.Sees($"an answer {topic}");
        await ana.Choose($"without script {topic}", "edit");
        await ana.Page.FillAsync("main textarea", $"edited without script {topic}");
        await ana.Page.ClickAsync("main .button");
        await ana.Sees($"edited without script {topic}");
        await ana.Choose($"edited without script {topic}", "history");
        await Expect(ana.Page.Locator(".history li")).ToHaveCountAsync(2);

        await ana.Go(site.RoomUrl);
        await ana.Choose($"edited without script {topic}", "delete");
        await ana.Page.ClickAsync("main .button.danger");
        await ana.SeesNo($"edited without script {topic}");
        await Expect(ana.Page.Locator("article.post .deleted").Last).ToBeVisibleAsync();
    }

    private static async Task Change(Visitor visitor, string text, string what, Func<ILocator, Task> fill)
    {
        var number = await visitor.PostSaying(text).GetAttributeAsync("data-number");
        await visitor.Choose(text, what);
        var form = visitor.Page.Locator($"#post-{number} form.in-place");
        await fill(form);
        await form.Locator(".button").ClickAsync();
        await Expect(form).ToHaveCountAsync(0);
    }
}
