using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

[Collection(nameof(Site))]
public sealed class Working_in_a_room(Site site)
{
    private static readonly LocatorAssertionsToHaveCountOptions Soon = new() { Timeout = 20_000 };

    private readonly string topic = Guid.NewGuid().ToString("n")[..8];

    [BrowserFact]
    public async Task Somebody_is_named_with_the_keyboard_alone()
    {
        var name = $"Żaneta {Letters(topic)}";
        await using var ana = await site.Person("Ana Ruiz");
        await using var zaneta = await site.Person(name);
        await zaneta.EnterRoom();
        await ana.EnterRoom();

        await ana.Composer.FocusAsync();
        await ana.Page.Keyboard.TypeAsync($"Ask @zaneta {Letters(topic)[..3]}");
        await Expect(ana.Page.Locator("#markdown-picker [role=option]")).ToHaveCountAsync(1, Soon);
        await ana.Page.Keyboard.PressAsync("Enter");
        await Expect(ana.Composer).ToHaveValueAsync($"Ask @{name} ");
        await ana.Page.Keyboard.TypeAsync($"about {topic}");
        await ana.Page.Keyboard.PressAsync("Control+Enter");

        await zaneta.Sees(topic);
        await Expect(zaneta.PostSaying(topic).Locator(".mention.me")).ToHaveTextAsync($"@{name}");
        await Expect(ana.PostSaying(topic).Locator(".mention")).ToHaveTextAsync($"@{name}");
        await Expect(ana.PostSaying(topic).Locator(".mention.me")).ToHaveCountAsync(0);
        ana.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_name_that_was_picked_is_undone_like_what_was_typed()
    {
        var name = $"Solène {Letters(topic)}";
        var typed = $"Ask @solene {Letters(topic)[..3]}";
        await using var ana = await site.Person("Ana Ruiz");
        await using var solene = await site.Person(name);
        await ana.EnterRoom();
        await ana.Composer.FocusAsync();
        await ana.Page.Keyboard.TypeAsync(typed);
        await Expect(ana.Page.Locator("#markdown-picker [role=option]")).ToHaveCountAsync(1, Soon);
        await ana.Page.Keyboard.PressAsync("Enter");
        await Expect(ana.Composer).ToHaveValueAsync($"Ask @{name} ");

        await ana.Page.Keyboard.PressAsync("Control+z");
        await Expect(ana.Composer).ToHaveValueAsync(typed);
        await ana.Page.Keyboard.PressAsync("Escape");
        await ana.Page.Keyboard.TypeAsync($" {topic}");
        await ana.Page.Keyboard.PressAsync("Control+Enter");

        await ana.Sees($"{typed} {topic}");
        await Expect(ana.PostSaying(topic).Locator(".mention")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task A_name_that_is_touched_again_means_nobody()
    {
        var name = $"Órla {Letters(topic)}";
        await using var ana = await site.Person("Ana Ruiz");
        await using var orla = await site.Person(name);
        await ana.EnterRoom();
        await ana.Composer.FocusAsync();
        await ana.Page.Keyboard.TypeAsync($"@orla {Letters(topic)[..3]}");
        await Expect(ana.Page.Locator("#markdown-picker [role=option]")).ToHaveCountAsync(1, Soon);
        await ana.Page.Keyboard.PressAsync("Enter");
        await ana.Page.Keyboard.PressAsync("Backspace");
        await ana.Page.Keyboard.PressAsync("Backspace");
        await ana.Page.Keyboard.PressAsync("Escape");
        await ana.Page.Keyboard.TypeAsync($" {topic}");
        await ana.Page.Keyboard.PressAsync("Control+Enter");

        await ana.Sees(topic);
        await Expect(ana.PostSaying(topic).Locator(".mention")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Who_is_named_and_has_left_meanwhile_is_told_nothing_and_the_author_is_told_so()
    {
        var name = $"Órla {Letters(topic)}";
        await using var ana = await site.Person("Ana Ruiz");
        await using var orla = await site.Person(name);
        await ana.EnterRoom();
        await ana.Composer.FocusAsync();
        await ana.Page.Keyboard.TypeAsync($"@orla {Letters(topic)[..3]}");
        await Expect(ana.Page.Locator("#markdown-picker [role=option]")).ToHaveCountAsync(1, Soon);
        await ana.Page.Keyboard.PressAsync("Enter");
        (await site.Grains.Community(Site.Community).Leave(new() { By = orla.Member, Request = new($"test:leave:{topic}") })).OrThrow();

        await ana.Page.Keyboard.TypeAsync($" {topic}");
        await ana.Page.Keyboard.PressAsync("Control+Enter");

        await Expect(ana.Page.Locator("[data-room] .told")).ToHaveTextAsync("Not told: 1 person is not in this community.");
        (await site.Grains.Inbox(orla.Member).Page(orla.Member, 0)).OrThrow().Notices.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task Earlier_posts_come_as_one_scrolls_up_and_what_is_being_read_stays_where_it_is()
    {
        var room = await site.OpenRoom($"long-{topic}", $"Long {topic}");
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        for (var i = 1; i <= 120; i++) (await site.Grains.Room(room).Post(new() { By = bo.Member, Request = new($"test:{topic}:{i}"), Markdown = $"post {i} of {topic}" })).OrThrow();
        await ana.EnterRoom(room);
        await Expect(ana.Posts).ToHaveCountAsync(50);

        for (var first = 71; first > 1;)
        {
            var reading = ana.Page.Locator($"#post-{first}");
            await ana.Page.EvaluateAsync("scrollTo(0, 1)");   // near the top, where more is fetched
            await Expect(ana.Posts).Not.ToHaveCountAsync(120 - first + 1);
            (await reading.EvaluateAsync<double>("each => each.getBoundingClientRect().top")).ShouldBeInRange(-5, 400, $"post {first} is still on the screen");
            first = int.Parse((await ana.Posts.First.GetAttributeAsync("data-number"))!, System.Globalization.CultureInfo.InvariantCulture);
        }

        await Expect(ana.Posts).ToHaveCountAsync(120);
        await ana.Say($"and one more {topic}");
        await bo.EnterRoom(room);
        await bo.Sees($"and one more {topic}");
        ana.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_reaction_is_seen_by_all_and_taken_back()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        await ana.EnterRoom();
        await bo.EnterRoom();
        await ana.Say($"react to this {topic}");
        await bo.Sees(topic);

        await bo.PostSaying(topic).FocusAsync();
        await bo.Page.Keyboard.PressAsync("+");
        await Expect(bo.PostSaying(topic).Locator(".react .reaction").First).ToBeFocusedAsync();
        await bo.Page.Keyboard.PressAsync("Enter");

        var seen = ana.PostSaying(topic).Locator(".reactions .reaction");
        await Expect(seen).ToHaveCountAsync(1, Soon);
        await Expect(seen).ToContainTextAsync("Agree");
        await Expect(seen).ToHaveAttributeAsync("title", "Bo Lindqvist");
        await Expect(seen).ToHaveAttributeAsync("aria-pressed", "false");
        await seen.ClickAsync();
        await Expect(bo.PostSaying(topic).Locator(".reactions .count")).ToHaveTextAsync("2");
        await bo.PostSaying(topic).Locator(".reactions .reaction").ClickAsync();
        await Expect(seen.Locator(".count")).ToHaveTextAsync("1");
        await Expect(bo.PostSaying(topic).Locator(".reactions .reaction")).ToHaveAttributeAsync("aria-pressed", "false");
        ana.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_thread_opens_beside_the_room_and_gives_the_focus_back()
    {
        await using var ana = await site.Person("Ana Ruiz", new() { ViewportSize = new() { Width = 1400, Height = 800 } });
        await using var bo = await site.Person("Bo Lindqvist");
        await bo.EnterRoom();
        await bo.Say($"root {topic}");
        await bo.Sees($"root {topic}");
        await ana.EnterRoom();
        await ana.PostSaying($"root {topic}").FocusAsync();
        await ana.Page.Keyboard.PressAsync("t");

        var panel = ana.Page.Locator(".thread-panel");
        await Expect(panel.Locator("article.post")).ToHaveCountAsync(1, Soon);
        await Expect(panel.Locator("#thread-heading")).ToBeFocusedAsync();
        await panel.Locator("textarea").FillAsync($"beside {topic}");
        await panel.Locator("form.composer .button").ClickAsync();
        await Expect(panel.Locator("article.post").Filter(new() { HasText = $"beside {topic}" })).ToHaveCountAsync(1, Soon);

        await bo.PostSaying($"root {topic}").HoverAsync();
        await bo.PostSaying($"root {topic}").Locator(".actions .reply").ClickAsync();
        await bo.Say($"answered {topic}");
        await Expect(panel.Locator("article.post").Filter(new() { HasText = $"answered {topic}" })).ToHaveCountAsync(1, Soon);

        await panel.Locator("textarea").FocusAsync();
        await ana.Page.Keyboard.PressAsync("Escape");
        await Expect(panel).ToBeHiddenAsync();
        await Expect(ana.PostSaying($"root {topic}")).ToBeFocusedAsync();
        ana.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task Who_comes_back_is_shown_where_the_new_begins()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        await bo.EnterRoom();
        await bo.Say($"old {topic}");
        await bo.Sees($"old {topic}");
        await ana.EnterRoom();
        await ana.Sees($"old {topic}");
        await ana.HasRead($"old {topic}");
        await ana.Page.GotoAsync($"{site.Url}/communities");

        await bo.Say($"new {topic}");
        await bo.Sees($"new {topic}");
        await ana.EnterRoom();

        await Expect(ana.Page.Locator("#since")).ToContainTextAsync("New since");
        await Expect(ana.Page.Locator("#since + article.post")).ToContainTextAsync($"new {topic}");
        await Expect(ana.Page.Locator("#since")).ToBeInViewportAsync();
    }

    [BrowserFact]
    public async Task What_a_moderator_hides_disappears_for_the_others_at_once()
    {
        await using var mara = await site.Leader();
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom();
        await ana.Say($"not for here {topic}");
        await ana.Sees($"not for here {topic}");
        var number = await ana.PostSaying(topic).GetAttributeAsync("data-number");
        await mara.EnterRoom();
        await mara.Sees(topic);

        await mara.Choose($"not for here {topic}", "hide");
        var form = mara.Page.Locator($"#post-{number} form.in-place");
        await form.Locator("[name=reason]").FillAsync("Names a bidder.");
        await form.Locator(".button").ClickAsync();

        await ana.SeesNo(topic);
        await Expect(ana.Page.Locator($"#post-{number} .hidden-post")).ToContainTextAsync("Hidden by Mara Nowak");
        await Expect(ana.Page.Locator($"#post-{number} .hidden-post")).ToContainTextAsync("Names a bidder.");
        (await ana.Page.ContentAsync()).ShouldNotContain(topic);

        await mara.Page.Locator($"#post-{number}").FocusAsync();
        await mara.Page.Locator($"#post-{number} .more > summary").ClickAsync();
        await mara.Page.Locator($"#post-{number} .item.show").ClickAsync();
        await form.Locator("[name=reason]").FillAsync("It was the wrong post.");
        await form.Locator(".button").ClickAsync();
        await ana.Sees(topic);
    }

    [BrowserFact]
    public async Task A_draft_keeps_its_file_and_whom_it_names_over_a_reload()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom();
        await ana.Composer.FillAsync($"with a file {topic}");
        await ana.Page.Locator("form.composer input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "minutes.txt", MimeType = "text/plain", Buffer = System.Text.Encoding.UTF8.GetBytes($"minutes {topic}") });
        await Expect(ana.Page.Locator(".dock .uploads li[data-state=done]")).ToHaveCountAsync(1, Soon);

        await ana.Page.ReloadAsync();
        await ana.IsLive();
        await Expect(ana.Composer).ToHaveValueAsync($"with a file {topic}");
        await Expect(ana.Page.Locator(".dock .uploads li")).ToContainTextAsync("minutes.txt");
        await ana.Page.ClickAsync(".dock form.composer .composer-foot > .button");

        await ana.Sees($"with a file {topic}");
        await Expect(ana.PostSaying(topic).Locator(".files")).ToContainTextAsync("minutes.txt");
        var file = await ana.Context.APIRequest.GetAsync(site.Url + await ana.PostSaying(topic).Locator(".files a").GetAttributeAsync("href"));
        (await file.TextAsync()).ShouldBe($"minutes {topic}");
        file.Headers["content-disposition"].ShouldStartWith("attachment");
    }

    [BrowserFact]
    public async Task A_preview_shows_what_will_be_posted()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom();
        await ana.Composer.FillAsync($"**bold** {topic}");
        await ana.Page.ClickAsync(".dock .look");

        await Expect(ana.Page.Locator(".dock .preview strong")).ToHaveTextAsync("bold");
        await ana.Page.ClickAsync(".dock .look");
        await Expect(ana.Composer).ToHaveValueAsync($"**bold** {topic}");
    }

    [BrowserFact]
    public async Task The_panel_stays_closed_for_who_closed_it()
    {
        await using var ana = await site.Person("Ana Ruiz", new() { ViewportSize = new() { Width = 1400, Height = 800 } });
        await ana.EnterRoom();
        await Expect(ana.Page.Locator("aside.panel")).ToBeVisibleAsync();
        await ana.Page.ClickAsync(".panel-button");
        await Expect(ana.Page.Locator("aside.panel")).ToBeHiddenAsync();

        await ana.Page.ReloadAsync();
        await ana.IsLive();

        await Expect(ana.Page.Locator("aside.panel")).ToBeHiddenAsync();
    }

    /// <summary>Digits are no part of a name that is typed.</summary>
    private static string Letters(string hex) => new([.. hex.Select(each => (char)('A' + Convert.ToInt32(each.ToString(), 16)))]);
}
