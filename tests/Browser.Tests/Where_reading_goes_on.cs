using Microsoft.Playwright;
using PublicBuyers.Rooms;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

/// <summary>A room opens where its reader stopped, and only what was in view counts as read.</summary>
[Collection(nameof(Site))]
public sealed class Where_reading_goes_on(Site site)
{
    private readonly string topic = Guid.NewGuid().ToString("n")[..8];
    private int requests;

    [BrowserTheory]
    [InlineData(1280, 560)]
    [InlineData(390, 844)]
    public async Task A_room_opens_where_the_new_begins_and_what_was_not_in_view_stays_unread(int width, int height)
    {
        await using var bo = await site.Person("Bo Lindqvist");
        await using var ana = await site.Person("Ana Ruiz", Screen(width, height));
        var room = await Room();
        await Read(ana, bo, room);
        var last = await Fill(bo, room, 20);
        (await site.Grains.Room(room).Post(Mention(bo, ana))).OrThrow();

        await ana.Go($"/communities/{room}#newest");   // as every link to a room
        await ana.IsLive();

        await ShowsTheBeginning(ana);
        await Expect(ana.Page.Locator(".pill.below")).ToContainTextAsync("new posts below");
        await ana.HasRead($"new 1 {topic}");
        var mark = await Mark(ana);
        mark.ShouldBeLessThan(last.Value);
        (await Unread(ana, room)).ShouldBeGreaterThan(0);
        (await site.Grains.Inbox(ana.Member).Page(ana.Member, 0)).OrThrow().Unread.ShouldBe(1, "the mention was never in view");
    }

    [BrowserFact]
    public async Task Reading_on_to_the_end_reads_everything()
    {
        await using var bo = await site.Person("Bo Lindqvist");
        await using var ana = await site.Person("Ana Ruiz", Screen(1280, 560));
        var room = await Room();
        await Read(ana, bo, room);
        await Fill(bo, room, 12);
        await ana.Go($"/communities/{room}#newest");
        await ana.IsLive();

        while (await ana.Page.Locator(".pill.below").IsVisibleAsync()) await ana.Page.ClickAsync(".pill.below");

        await Expect(ana.PostSaying($"new 12 {topic}")).ToBeInViewportAsync();
        await ana.HasRead($"new 12 {topic}");
        await Expect(ana.Page.Locator(".pill.above")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Who_jumps_to_the_end_is_offered_what_they_have_not_seen()
    {
        await using var bo = await site.Person("Bo Lindqvist");
        await using var ana = await site.Person("Ana Ruiz", Screen(1280, 560));
        var room = await Room();
        await Read(ana, bo, room);
        await Fill(bo, room, 20);
        await ana.EnterRoom(room);
        await ShowsTheBeginning(ana);

        await ana.Page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
        await Expect(ana.PostSaying($"new 20 {topic}")).ToBeInViewportAsync();

        await Expect(ana.Page.Locator(".pill.above")).ToContainTextAsync("above");
        await ana.Page.ClickAsync(".pill.above");
        await Expect(ana.PostSaying($"new 20 {topic}")).Not.ToBeInViewportAsync();
        (await Mark(ana)).ShouldBeLessThan(35);
    }

    [BrowserFact]
    public async Task A_room_with_nothing_unread_opens_at_its_end()
    {
        await using var bo = await site.Person("Bo Lindqvist");
        await using var ana = await site.Person("Ana Ruiz", Screen(1280, 560));
        var room = await Room();
        var last = await Fill(bo, room, 20);
        (await site.Grains.Inbox(ana.Member).Mark(new(ana.Member, room, last, null))).OrThrow();

        await ana.Go($"/communities/{room}#newest");
        await ana.IsLive();

        await Expect(ana.Page.Locator("#since")).ToHaveCountAsync(0);
        await Expect(ana.PostSaying($"new 20 {topic}")).ToBeInViewportAsync();
        await Expect(ana.Page.Locator(".pill.below")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Back_in_a_room_the_new_is_shown_and_otherwise_the_place_one_left()
    {
        await using var bo = await site.Person("Bo Lindqvist");
        await using var ana = await site.Person("Ana Ruiz", Screen(1280, 560));
        var room = await Room();
        var last = await Fill(bo, room, 20);
        (await site.Grains.Inbox(ana.Member).Mark(new(ana.Member, room, last, null))).OrThrow();
        await ana.EnterRoom(room);
        await ana.PostSaying($"new 5 {topic}").EvaluateAsync("each => each.scrollIntoView({ block: 'center' })");
        await ana.Page.WaitForFunctionAsync("() => history.state?.reading");

        await ana.Go("/communities");
        await ana.Page.GoBackAsync();
        await ana.IsLive();
        await Expect(ana.PostSaying($"new 5 {topic}")).ToBeInViewportAsync();
        await Expect(ana.Page.Locator(".pill.below")).ToHaveTextAsync("Newest");

        await ana.Go("/communities");
        await Fill(bo, room, 20, "late");
        await ana.Page.GoBackAsync();
        await ana.IsLive();
        await Expect(ana.Page.Locator("#since")).ToBeInViewportAsync();
        await Expect(ana.PostSaying($"late 1 {topic}")).ToBeInViewportAsync();
    }

    [BrowserFact]
    public async Task A_room_with_more_unread_posts_than_a_page_opens_at_the_first_of_them()
    {
        await using var bo = await site.Person("Bo Lindqvist");
        await using var ana = await site.Person("Ana Ruiz", Screen(1280, 560));
        var room = await Room();
        await Read(ana, bo, room);
        await Fill(bo, room, 120);

        await ana.Go($"/communities/{room}#newest");
        await ana.IsLive();

        await ShowsTheBeginning(ana);
        await ana.Page.ClickAsync(".later a:last-child");
        await Expect(ana.PostSaying($"new 120 {topic}")).ToBeInViewportAsync();
        await Expect(ana.Page.Locator(".pill.above")).ToHaveTextAsync("New posts above");
        await ana.Page.ClickAsync(".pill.above");
        await Expect(ana.PostSaying($"new 1 {topic}").First).ToBeInViewportAsync();
    }

    [BrowserFact]
    public async Task In_a_room_never_opened_the_new_begins_with_what_was_said_since_one_came()
    {
        await using var bo = await site.Person("Bo Lindqvist");
        var room = await Room();
        await Fill(bo, room, 10, "before");
        await using var ana = await site.Person("Ana Ruiz", Screen(1280, 560));
        await ana.Go("/");
        await Fill(bo, room, 20);
        await Expect(ana.Page.Locator($".rail-side [data-count='unread/{room}'] [aria-hidden]")).ToHaveTextAsync("20");

        await ana.Page.ClickAsync($".rail-side [data-rail='{room}'] a");
        await ana.IsLive();

        await ShowsTheBeginning(ana);
    }

    [BrowserFact]
    public async Task From_far_up_one_button_leads_to_the_newest_post()
    {
        await using var bo = await site.Person("Bo Lindqvist");
        await using var ana = await site.Person("Ana Ruiz", Screen(1280, 560));
        var room = await Room();
        var last = await Fill(bo, room, 80);
        (await site.Grains.Inbox(ana.Member).Mark(new(ana.Member, room, last, null))).OrThrow();
        await ana.Go($"/communities/{room}?around=10#post-10");
        await ana.IsLive();
        await Expect(ana.Page.Locator(".pill.below")).ToHaveTextAsync("Newest");

        await ana.Page.ClickAsync(".pill.below");

        await Expect(ana.PostSaying($"new 80 {topic}")).ToBeInViewportAsync();
        await Expect(ana.Page.Locator(".pill.below")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task A_post_s_address_leads_to_it_without_its_fragment_too()
    {
        await using var bo = await site.Person("Bo Lindqvist");
        await using var ana = await site.Person("Ana Ruiz", Screen(1280, 560));
        var room = await Room();
        await Fill(bo, room, 60);

        await ana.Go($"/communities/{room}?around=10");   // what is left of it after signing in
        await ana.IsLive();

        await Expect(ana.PostSaying($"new 10 {topic}")).ToBeInViewportAsync();
        await Expect(ana.PostSaying($"new 10 {topic}")).ToBeFocusedAsync();
    }

    private async Task ShowsTheBeginning(Visitor who)
    {
        await who.Page.WaitForFunctionAsync("() => document.readyState === 'complete'");
        await Expect(who.Page.Locator("#since")).ToBeInViewportAsync();
        await Expect(who.Page.Locator("#since + article.post")).ToContainTextAsync($"new 1 {topic}");
        await Expect(who.PostSaying($"new 1 {topic}").First).ToBeInViewportAsync();
        await Expect(who.Posts.Last).Not.ToBeInViewportAsync();
    }

    private async Task<RoomId> Room() => await site.OpenRoom($"read-{topic}", $"Reading {topic}");

    private async Task Read(Visitor reader, Visitor author, RoomId room)
    {
        var last = await Fill(author, room, 15, "old");
        (await site.Grains.Inbox(reader.Member).Mark(new(reader.Member, room, last, null))).OrThrow();
    }

    private async Task<PostNumber> Fill(Visitor author, RoomId room, int count, string word = "new")
    {
        var last = default(PostNumber);
        for (var i = 1; i <= count; i++)
            last = await site.Says(room, author.Member, $"{word} {i} {topic}\n\n- of\n- several\n- lines", Request());
        return last;
    }

    private PostMessage Mention(Visitor by, Visitor whom) => new()
    {
        By = by.Member, Request = Request(), Markdown = $"@{whom.Name} please look", Mentions = [new(0, whom.Name.Length + 1, whom.Member)],
    };

    private async Task<int> Unread(Visitor who, RoomId room)
    {
        var count = who.Page.Locator($".rail [data-count='unread/{room}'] [aria-hidden]").First;
        return int.Parse((await count.TextContentAsync())!, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Task<long> Mark(Visitor who) => who.Page.EvaluateAsync<long>("Number(document.querySelector('[data-room]').dataset.mark)");

    private static BrowserNewContextOptions Screen(int width, int height) => new() { ViewportSize = new() { Width = width, Height = height } };

    private RequestId Request() => new($"test:{topic}:{requests++}");
}
