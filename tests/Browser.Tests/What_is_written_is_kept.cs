using Microsoft.Playwright;
using PublicBuyers.Rooms;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

/// <summary>Whatever becomes of the tab, the network, the session or the thread: what somebody wrote is there, and
/// theirs only.</summary>
[Collection(nameof(SecondSite))]
public sealed class What_is_written_is_kept(Site site) : IClassFixture<Site>   // a site of its own: its tests open many rooms
{
    private readonly string topic = Guid.NewGuid().ToString("n")[..8];
    private int requests;

    [BrowserFact]
    public async Task Two_tabs_without_a_network_lose_neither_post_when_one_is_closed()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom(room);
        var other = await AnotherTab(ana, $"/communities/{room}");

        await ana.Context.SetOfflineAsync(true);
        await ana.Say($"from the first tab {topic}");
        await other.Locator(".dock form.composer textarea").FillAsync($"from the second tab {topic}");
        await other.ClickAsync(".dock form.composer .composer-foot > .button");
        await Expect(other.Locator("#outgoing .post")).ToHaveCountAsync(2);
        await Expect(ana.Page.Locator("#outgoing .post")).ToHaveCountAsync(2);
        await other.CloseAsync();
        await ana.Context.SetOfflineAsync(false);

        await ana.Sees($"from the first tab {topic}");
        await ana.Sees($"from the second tab {topic}");
        await Expect(ana.Page.Locator("#outgoing .post")).ToHaveCountAsync(0);
        (await site.Grains.Room(room).Page(ana.Member, 0, 50)).OrThrow().Posts.Length.ShouldBe(2);
    }

    [BrowserFact]
    public async Task Two_tabs_that_come_back_together_post_each_text_once()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom(room);
        var other = await AnotherTab(ana, $"/communities/{room}");

        await ana.Context.SetOfflineAsync(true);
        for (var i = 0; i < 4; i++) await ana.Say($"text {i} {topic}");
        await Expect(other.Locator("#outgoing .post")).ToHaveCountAsync(4);
        await ana.Context.SetOfflineAsync(false);

        for (var i = 0; i < 4; i++) await ana.Sees($"text {i} {topic}");
        await Expect(ana.Page.Locator("#outgoing .post")).ToHaveCountAsync(0);
        await Expect(other.Locator("#outgoing .post")).ToHaveCountAsync(0);
        var posts = (await site.Grains.Room(room).Page(ana.Member, 0, 50)).OrThrow().Posts;
        posts.Select(post => post.Markdown).ShouldBe(Enumerable.Range(0, 4).Select(i => $"text {i} {topic}"));
    }

    [BrowserFact]
    public async Task Two_tabs_keep_two_drafts()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom(room);
        var other = await AnotherTab(ana, $"/communities/{room}");
        var second = other.Locator(".dock form.composer textarea");
        await Kept(ana.Page, () => ana.Composer.FillAsync($"first draft {topic}"));
        await Kept(other, () => second.FillAsync($"second draft {topic}"));

        await ana.Page.ReloadAsync();
        await other.ReloadAsync();
        await Expect(ana.Composer).ToHaveValueAsync($"first draft {topic}");
        await Expect(second).ToHaveValueAsync($"second draft {topic}");

        await other.CloseAsync();
        await ana.Page.ReloadAsync();
        await Expect(ana.Composer).ToHaveValueAsync($"first draft {topic}");
        await Expect(ana.Page.Locator(".dock .other-draft")).ToContainTextAsync($"second draft {topic}");
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Continue it" }).ClickAsync();
        await Expect(ana.Composer).ToHaveValueAsync($"second draft {topic}");
        await Expect(ana.Page.Locator(".dock .other-draft")).ToContainTextAsync($"first draft {topic}");
    }

    [BrowserFact]
    public async Task A_publication_saved_after_the_session_has_ended_comes_back_and_can_be_sent()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.Go($"/communities/{Site.Community}/publications/new");
        await ana.Page.FillAsync("#title", $"Trams {topic}");
        await ana.Page.FillAsync("#markdown", $"Forty of them {topic}.");
        await site.SignOutElsewhere(ana);

        await ana.Page.ClickAsync("button.second[value=save]");
        await Expect(ana.Page.Locator("[data-unsent=signed-out]")).ToContainTextAsync("You have been signed out");
        await Expect(ana.Page.GetByLabel("Text", new() { Exact = true })).ToHaveValueAsync($"Forty of them {topic}.");
        await ana.IsFineInEveryScheme("a form that came back");

        await site.SignIn(ana);
        await ana.Page.ClickAsync("main .button");
        await Expect(ana.Page.Locator("[data-unsent=too-old]")).ToHaveCountAsync(1);
        await ana.Page.ClickAsync("main .button");
        await ana.Page.WaitForURLAsync($"**/communities/{Site.Community}/publications/*");
        await Expect(ana.Page.Locator("h1")).ToHaveTextAsync($"Trams {topic}");
        await ana.Go("/");
        await Expect(ana.Page.Locator(".kept-elsewhere")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task What_was_answered_on_the_form_s_own_page_is_not_offered_again()
    {
        await using var mara = await site.Leader();
        var invite = $"/communities/{Site.Community}/invite";
        await mara.Go(invite);
        await Kept(mara.Page, () => mara.Page.FillAsync("#addresses", $"good-{topic}@buyers.example"));
        await mara.Page.ClickAsync("main form .button");
        await Expect(mara.Page.Locator("main")).ToContainTextAsync("1 person gets a mail");

        foreach (var page in new[] { "/", "/queue", "/members", $"/communities/{Site.Room}" })
        {
            await mara.Go(page);
            await Expect(mara.Page.Locator("html.scripted")).ToHaveCountAsync(1);
            await Expect(mara.Page.Locator(".kept-elsewhere")).ToHaveCountAsync(0);
        }
        await mara.Go(invite);
        await Expect(mara.Page.Locator("#addresses")).ToHaveValueAsync("");
        await Expect(mara.Page.Locator(".kept")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task What_was_saved_is_said_beside_its_form_and_the_others_keep_what_was_typed()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.Go("/profile");
        await Kept(ana.Page, () => ana.Page.FillAsync("#organisation", $"City of the South {topic}"));
        await ana.Page.FillAsync("#expertise", $"Trams {topic}");
        await ana.Page.ClickAsync("form[action='/profile/presentation'] .button");

        await ana.Page.WaitForURLAsync("**/profile?saved=directory#directory");
        await Expect(ana.Page.Locator("#directory + .notice")).ToHaveTextAsync("Your entry in the directory is saved.");
        await Expect(ana.Page.Locator("main .notice[role=status]").Filter(new() { HasText = "is saved" })).ToHaveCountAsync(1);
        await Expect(ana.Page.Locator("form[action='/profile'] .kept")).ToContainTextAsync("It has not been sent.");
        await Expect(ana.Page.Locator("form[action='/profile/presentation'] .kept")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task One_refused_line_comes_back_with_its_form_and_follows_nobody()
    {
        await using var root = await site.Person("Root Admin", administrator: true);
        await root.Go("/administration/administrators");
        await Kept(root.Page, () => root.Page.FillAsync("main form input[name=address]", $"nobody-{topic}@buyers.example"));
        await root.Page.ClickAsync("main form:has(input[name=address]) .button");
        await Expect(root.Page.Locator("main .refusing")).ToBeVisibleAsync();

        await root.Go("/communities");
        await Expect(root.Page.Locator("html.scripted")).ToHaveCountAsync(1);
        await Expect(root.Page.Locator(".kept-elsewhere")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Without_a_network_no_link_and_no_form_leaves_the_page()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom(room);
        await ana.Say($"mine {topic}");
        await ana.Sees($"mine {topic}");
        await ana.Context.SetOfflineAsync(true);

        await ana.Choose($"mine {topic}", "edit");
        await Expect(ana.Page.Locator(".offline[role=alert]")).ToContainTextAsync("No connection");
        await ana.Page.Locator(".offline button").ClickAsync();
        await ana.Choose($"mine {topic}", "delete");
        await Expect(ana.Page.Locator(".offline")).ToContainTextAsync("No connection");
        await ana.Page.Locator(".offline button").ClickAsync();
        await ana.Page.Locator(".trail a").First.ClickAsync();
        await Expect(ana.Page.Locator(".offline")).ToContainTextAsync("No connection");
        await ana.Page.Locator(".top form.find input").FillAsync("anything");
        await ana.Press("Enter");
        ana.Page.Url.ShouldContain($"/communities/{room}");
        await Expect(ana.PostSaying($"mine {topic}")).ToHaveCountAsync(1);

        await ana.Context.SetOfflineAsync(false);
        await Expect(ana.Page.Locator(".offline")).ToHaveCountAsync(0);
        await ana.IsLive();
        await ana.Choose($"mine {topic}", "edit");
        var text = ana.Page.Locator("form.in-place textarea");
        await Expect(text).ToBeFocusedAsync();
        await Expect(text).ToHaveAttributeAsync("rows", "2");
        (await text.EvaluateAsync<bool>("each => each.selectionStart === each.value.length && each.selectionEnd === each.value.length")).ShouldBeTrue("the caret is at the end");
    }

    [BrowserFact]
    public async Task A_draft_one_comes_back_to_belongs_to_one_tab_and_is_gone_once_it_is_posted()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom(room);
        await Kept(ana.Page, () => ana.Composer.FillAsync($"only once {topic}"));
        await ana.Page.GotoAsync($"{site.Url}/communities");
        await ana.Page.GoBackAsync();
        await ana.IsLive();
        await Expect(ana.Composer).ToHaveValueAsync($"only once {topic}");

        var second = await AnotherTab(ana, $"/communities/{room}");
        await Expect(second.Locator(".dock form.composer textarea")).ToHaveValueAsync("");
        await Expect(second.Locator(".other-draft")).ToHaveCountAsync(0);

        await ana.Page.ClickAsync(".dock form.composer .composer-foot > .button");
        await ana.Sees($"only once {topic}");
        await second.ReloadAsync();
        await Expect(second.Locator("[data-room][data-live]")).ToHaveCountAsync(1);
        await Expect(second.Locator(".dock form.composer textarea")).ToHaveValueAsync("");
        await Expect(second.Locator(".other-draft")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task A_publication_that_is_left_is_there_when_one_comes_back()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.Go($"/communities/{Site.Community}/publications/new");
        await Kept(ana.Page, () => ana.Page.FillAsync("#title", $"Half a title {topic}"));
        await Kept(ana.Page, () => ana.Page.FillAsync("#markdown", $"Half a text {topic}"));

        await ana.Go("/communities");
        await Expect(ana.Page.Locator(".kept-elsewhere")).ToContainTextAsync("Not sent yet");
        await ana.Page.Locator(".kept-elsewhere").GetByRole(AriaRole.Link, new() { Name = "Continue" }).ClickAsync();

        await Expect(ana.Page.Locator("#title")).ToHaveValueAsync($"Half a title {topic}");
        await Expect(ana.Page.Locator("#markdown")).ToHaveValueAsync($"Half a text {topic}");
        await Expect(ana.Page.Locator(".kept")).ToContainTextAsync("It has not been sent.");
        await ana.IsFineInEveryScheme("a form with what was kept");
        await ana.Page.Locator(".kept").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(ana.Page.Locator("#markdown")).ToHaveValueAsync("");
    }

    [BrowserFact]
    public async Task An_edit_that_is_open_when_the_session_ends_is_open_again_after_signing_in()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom(room);
        await ana.Say($"as it was {topic}");
        await ana.Sees($"as it was {topic}");
        await ana.Choose($"as it was {topic}", "edit");
        await Kept(ana.Page, () => ana.Page.Locator("form.in-place textarea").FillAsync($"as it will be {topic}"));

        await site.SignOutElsewhere(ana);
        await Expect(ana.Page.Locator("main")).ToContainTextAsync("You have been signed out. What you wrote is kept");
        await site.SignIn(ana);
        await ana.EnterRoom(room);

        await Expect(ana.Page.Locator("form.in-place textarea")).ToHaveValueAsync($"as it will be {topic}");
        await ana.Page.ClickAsync("form.in-place .button");
        await ana.Sees($"as it will be {topic}");
        await ana.Page.ReloadAsync();
        await ana.IsLive();
        await Expect(ana.Page.Locator("form.in-place, .kept-elsewhere")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Nothing_is_offered_to_another_account()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        await ana.EnterRoom(room);
        await Kept(ana.Page, () => ana.Composer.FillAsync($"only mine {topic}"));
        await ana.Go($"/communities/{Site.Community}/publications/new");
        await Kept(ana.Page, () => ana.Page.FillAsync("#markdown", $"mine too {topic}"));
        await site.SignOutElsewhere(ana);
        await ana.Page.ClickAsync("button[value=preview]");
        await Expect(ana.Page.Locator("[data-unsent]")).ToHaveCountAsync(1);

        await site.SignIn(ana, bo.Member);
        await ana.Page.ClickAsync("main .button");
        await Expect(ana.Page.Locator("[data-unsent]")).ToContainTextAsync("another account");
        await Expect(ana.Page.Locator("main form")).ToHaveCountAsync(0);

        await ana.EnterRoom(room);
        await Expect(ana.Composer).ToHaveValueAsync("");
        await Expect(ana.Page.Locator(".kept-elsewhere, .other-draft")).ToHaveCountAsync(0);
        (await ana.Page.EvaluateAsync<string>("JSON.stringify(localStorage)")).ShouldNotContain(topic);
    }

    [BrowserFact]
    public async Task A_text_that_is_too_long_stays_whole_and_is_explained()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom(room);
        await ana.Composer.FocusAsync();
        var text = new string('x', 20_009);
        await ana.Page.EvaluateAsync("text => document.execCommand('insertText', false, text)", text);
        await ana.Press("Control+Enter");

        await Expect(ana.Page.Locator(".dock .composer .refusing")).ToContainTextAsync("20,009 bytes");
        (await ana.Composer.InputValueAsync()).Length.ShouldBe(20_009);
        (await site.Grains.Room(room).Page(ana.Member, 0, 50)).OrThrow().Posts.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_thread_outlives_its_first_post_and_so_does_the_half_typed_reply()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        BrowserNewContextOptions wide = new() { ViewportSize = new() { Width = 1400, Height = 800 } };
        await using var bo = await site.Person("Bo Lindqvist", wide);
        var root = await Says(room, ana.Member, $"a question {topic}");
        await Says(room, ana.Member, $"first answer {topic}", root);
        await bo.EnterRoom(room);
        await bo.PostSaying($"a question {topic}").FocusAsync();
        await bo.Press("t");
        var beside = bo.Page.Locator(".thread-panel form.composer");
        await beside.Locator("textarea").FillAsync($"half an answer {topic}");
        var alone = await AnotherTab(bo, $"/communities/{room}/posts/{root}");

        (await site.Grains.Room(room).Delete(new() { By = ana.Member, Request = Request(), Number = root })).OrThrow();

        await Expect(bo.Page.Locator(".thread-panel .deleted")).ToHaveCountAsync(1);
        await Expect(alone.Locator(".deleted")).ToHaveCountAsync(1);
        await Expect(alone.Locator("form.composer textarea")).ToBeVisibleAsync();
        await Expect(beside.Locator("textarea")).ToHaveValueAsync($"half an answer {topic}");
        await beside.Locator(".composer-foot > .button").ClickAsync();
        await Expect(alone.Locator("#posts")).ToContainTextAsync($"half an answer {topic}");
        await alone.ReloadAsync();
        await Expect(alone.Locator("form.composer textarea")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Where_nobody_had_answered_a_deleted_post_the_first_half_typed_answer_stays_in_sight()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        var root = await Says(room, ana.Member, $"a question {topic}");
        await bo.Go($"/communities/{room}/posts/{root}");
        await bo.IsLive();
        await bo.Composer.FillAsync($"half an answer {topic}");

        (await site.Grains.Room(room).Delete(new() { By = ana.Member, Request = Request(), Number = root })).OrThrow();

        await Expect(bo.Page.Locator(".deleted")).ToHaveCountAsync(1);
        await Expect(bo.Composer).ToHaveValueAsync($"half an answer {topic}");
        await Expect(bo.Composer).ToBeVisibleAsync();
        await Expect(bo.Page.Locator(".dock form.composer .composer-foot > .button")).ToBeDisabledAsync();
    }

    [BrowserTheory, InlineData(1), InlineData(1_050)]
    public async Task An_edit_survives_a_snapshot_that_takes_the_place_of_everything(int number)
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        for (var i = 1; i < number; i++) await Says(room, bo.Member, $"before {i}");
        await Says(room, ana.Member, $"as it was {topic}");
        await ana.EnterRoom(room);
        await ana.Choose($"as it was {topic}", "edit");
        await ana.Page.Locator("form.in-place textarea").FillAsync($"as it will be {topic}");
        await ana.Context.SetOfflineAsync(true);
        await Expect(ana.Page.Locator(".connection")).Not.ToBeEmptyAsync();

        for (var i = 0; i < 1_010; i++)
        {
            var (by, request, reaction) = (bo.Member, Request(), Reaction.Thanks);
            ReactToPost thanks = new() { By = by, Request = request, Number = new(i + 1), Reaction = reaction, Reacts = true };
            if (number == 1) await Says(room, bo.Member, $"meanwhile {i}");
            else (await site.Grains.Room(room).React(thanks)).OrThrow();
        }

        await ana.Context.SetOfflineAsync(false);
        await ana.IsLive();
        if (number == 1) await ana.Sees("meanwhile 1009");
        await Expect(ana.Page.Locator("form.in-place textarea")).ToHaveValueAsync($"as it will be {topic}");
        await ana.Page.ClickAsync("form.in-place .button");
        await Expect(ana.Page.Locator("form.in-place")).ToHaveCountAsync(0);
        var post = (await site.Grains.Room(room).Posts(ana.Member, [new(number)])).OrThrow()[0];
        post.Markdown.ShouldBe($"as it will be {topic}");
    }

    [BrowserTheory, InlineData("flagged"), InlineData("by code"), InlineData("afterwards")]
    public async Task A_key_that_belongs_to_composing_neither_picks_a_name_nor_sends(string order)
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        await ana.EnterRoom(room);
        await ana.Composer.FocusAsync();
        await ana.Type("@bo");
        await Expect(ana.Page.Locator("#markdown-picker [role=option]").First).ToBeVisibleAsync();

        // As Chromium and Firefox say it, as older ones do, and as Safari does.
        foreach (var control in new[] { false, true })
        {
            await ana.Page.EvaluateAsync(
                """
                ({ order, control }) => {
                  const field = document.activeElement;
                  const enter = { key: 'Enter', keyCode: 13, ctrlKey: control, bubbles: true, cancelable: true };
                  const key = more => field.dispatchEvent(new KeyboardEvent('keydown', { ...enter, ...more }));
                  const word = name => field.dispatchEvent(new CompositionEvent(name, { bubbles: true, data: 'か' }));
                  word('compositionstart');
                  if (order === 'flagged') key({ isComposing: true });
                  if (order === 'by code') key({ keyCode: 229 });
                  word('compositionend');
                  if (order === 'afterwards') key({});
                  field.dispatchEvent(new KeyboardEvent('keyup', { key: 'Enter', bubbles: true }));
                }
                """,
                new { order, control });
        }

        await Expect(ana.Composer).ToHaveValueAsync("@bo");
        await Expect(ana.Page.Locator("#outgoing .post")).ToHaveCountAsync(0);
        await ana.Press("Enter");
        await Expect(ana.Composer).ToHaveValueAsync($"@{bo.Name} ");
    }

    /// <summary>Completes when this browser has stored something more than before.</summary>
    private static async Task Kept(IPage page, Func<Task> write)
    {
        var before = await page.EvaluateAsync<string>("JSON.stringify(localStorage)");
        await write();
        await page.WaitForFunctionAsync("before => JSON.stringify(localStorage) !== before", before);
    }

    /// <summary>Of the same browser, with a page that is live.</summary>
    private async Task<IPage> AnotherTab(Visitor person, string path)
    {
        var tab = await person.Context.NewPageAsync();
        await tab.GotoAsync(site.Url + path);
        await Expect(tab.Locator("[data-room][data-live]")).ToHaveCountAsync(1);
        return tab;
    }

    private Task<RoomId> Room() => site.OpenRoom($"kept-{topic}", $"Kept {topic}");

    private async Task<PostNumber> Says(RoomId room, MemberId author, string text, PostNumber? thread = null) =>
        await site.Says(room, author, text, Request(), thread);

    private RequestId Request() => new($"test:{topic}:{requests++}");
}
