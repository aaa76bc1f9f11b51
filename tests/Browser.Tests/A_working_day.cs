using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

[Collection(nameof(Site))]
public sealed class A_working_day(Site site)
{
    private static readonly LocatorAssertionsToHaveCountOptions Soon = new() { Timeout = 20_000 };

    private static readonly BrowserNewContextOptions Wide = new() { ViewportSize = new() { Width = 1400, Height = 800 } };

    private readonly string topic = Guid.NewGuid().ToString("n")[..8];

    public static TheoryData<string> Eyes => ["narrow", "dark", "four times as large"];

    [BrowserFact]
    public async Task Three_people_work_in_two_rooms_with_the_keyboard_only()
    {
        var (plans, market) = (await site.OpenRoom($"plans-{topic}", $"Plans {topic}"), await site.OpenRoom($"market-{topic}", $"Market {topic}"));
        await using var mara = await site.Leader(Wide);
        await using var ana = await site.Person("Ana Ruiz", Wide);
        await using var bo = await site.Person($"Bo {Letters(topic)}", Wide);
        await mara.EnterRoom(plans);
        await ana.EnterRoom(plans);
        await bo.EnterRoom(market);

        // Somebody is named, who is in the other room.
        await Write(ana, $"Could you read the draft, @bo {Letters(topic)[..3]}", async () =>
        {
            await Expect(ana.Page.Locator("#markdown-picker [role=option]")).ToHaveCountAsync(1, Soon);
            await ana.Press("Enter");
            await ana.Type($"please? draft{topic}");
        });
        await Expect(Bell(bo)).ToHaveTextAsync("1", new() { Timeout = 20_000 });
        await Expect(Rail(bo, plans, "mentions")).ToHaveTextAsync("1");

        await bo.TabTo(bo.Page.Locator(".bell > summary"));
        await bo.Press("Enter");
        await bo.TabTo(bo.Page.Locator(".bell .notice-item > a").First);
        await bo.Press("Enter");
        await bo.Page.WaitForURLAsync($"**/communities/{plans}?around=*");
        await bo.IsLive();
        await Expect(Bell(bo)).ToBeHiddenAsync();

        // A reply beside the room.
        await bo.Press("j");
        await Expect(bo.PostSaying($"draft{topic}")).ToBeFocusedAsync();
        await bo.Press("t");
        var thread = bo.Page.Locator(".thread-panel");
        await Expect(thread.Locator("#thread-heading")).ToBeFocusedAsync();
        await bo.TabTo(thread.Locator("textarea"));
        await bo.Type($"Lot two names a brand: brand{topic}");
        await bo.Press("Control+Enter");
        await Expect(thread.Locator("article.post")).ToHaveCountAsync(2, Soon);
        await bo.Press("Escape");
        await Expect(thread).ToBeHiddenAsync();
        await Expect(bo.PostSaying($"draft{topic}").First).ToBeFocusedAsync();

        // A reaction, and a correction on each side: whoever was meant is still meant.
        await bo.Press("+");
        await bo.Press("Enter");
        await Expect(ana.PostSaying($"draft{topic}").Locator(".reactions .reaction")).ToContainTextAsync("Agree", new() { Timeout = 20_000 });
        await bo.Press("Escape");
        await bo.PostSaying($"draft{topic}").First.FocusAsync();
        await Change(bo, $"brand{topic}", "e", $" (page {topic})");
        await ana.Sees($"(page {topic})");
        await Change(ana, $"draft{topic}", "e", " Today.");
        await Expect(bo.PostSaying($"draft{topic}").Locator(".text")).ToContainTextAsync("Today.", new() { Timeout = 20_000 });
        await Expect(bo.PostSaying($"draft{topic}").Locator(".mention.me")).ToHaveTextAsync($"@{bo.Name}");
        await Expect(ana.PostSaying($"draft{topic}").Locator(".edited")).ToHaveCountAsync(1);

        // What a moderator does is seen by both, in words.
        await Choose(mara, $"draft{topic}", "pin");
        foreach (var each in new[] { ana, bo }) await Expect(each.Page.Locator("aside.panel .pins li")).ToHaveCountAsync(1, Soon);
        await Expect(ana.Page.Locator("aside.panel .pins a")).ToContainTextAsync("Today.");

        var reply = mara.Page.Locator($"#post-{await mara.PostSaying($"brand{topic}").GetAttributeAsync("data-number")}");
        await Choose(mara, $"brand{topic}", "hide", "It names a bidder.");
        foreach (var each in new[] { ana, bo })
        {
            await Expect(each.Page.Locator("#posts .hidden-post")).ToContainTextAsync("Hidden by Mara Nowak", new() { Timeout = 20_000 });
            await Expect(each.Page.Locator("#posts .hidden-post")).ToContainTextAsync("It names a bidder.");
            await each.Page.WaitForFunctionAsync("text => !document.documentElement.outerHTML.includes(text)", $"brand{topic}", new() { Timeout = 20_000 });
        }

        await ChooseOf(mara, reply, "show", "It is the brand of the standard.");
        foreach (var each in new[] { ana, bo }) await each.Sees($"brand{topic}");

        await bo.PostSaying($"draft{topic}").First.FocusAsync();
        await bo.Press("t");
        await Expect(thread.Locator("form.composer")).ToBeVisibleAsync();
        await Choose(mara, $"draft{topic}", "lock", "It is decided.");
        await Expect(thread.Locator("form.composer")).ToBeHiddenAsync();
        await Expect(thread.Locator(".notice.locked")).ToBeVisibleAsync();
        await Expect(bo.PostSaying($"draft{topic}").Locator(".locked")).ToContainTextAsync("It is decided.");
        await Expect(bo.PostSaying($"brand{topic}").Locator(".actions .reply")).ToBeHiddenAsync();
        await bo.Press("Escape");
        await Expect(thread).ToBeHiddenAsync();

        // Slow mode, and its end.
        await SlowDown(mara, "60", "One after the other.");
        foreach (var each in new[] { ana, bo }) await Expect(each.Page.Locator(".slow")).ToContainTextAsync("60", new() { Timeout = 20_000 });
        await Write(ana, $"slowly{topic}");
        await Expect(ana.Page.Locator(".slow")).ToContainTextAsync("You can post again in");
        await Expect(ana.Page.Locator("#outgoing")).ToContainTextAsync("sent by itself once you can post again");
        await Expect(ana.Page.Locator(".dock .composer-foot > .button")).ToBeDisabledAsync();
        await SlowDown(mara, "0", "It is calm again.");
        await Expect(ana.Page.Locator(".slow")).ToBeHiddenAsync(new() { Timeout = 20_000 });
        await Expect(ana.Page.Locator(".dock .composer-foot > .button")).ToBeEnabledAsync();
        await bo.Sees($"slowly{topic}");

        // Gone to the other room, and back where the new begins.
        await bo.HasRead($"slowly{topic}");
        await Follow(bo, market);
        await Write(ana, $"meanwhile{topic}");
        await ana.Sees($"meanwhile{topic}");
        await Expect(Rail(bo, plans, "unread")).ToHaveTextAsync("1", new() { Timeout = 20_000 });
        await Follow(bo, plans);
        await Expect(bo.Page.Locator("#since + article.post")).ToContainTextAsync($"meanwhile{topic}");

        // Found again.
        await site.Settled();
        await mara.Press("/");
        await Expect(mara.Page.Locator("#find")).ToBeFocusedAsync();
        await mara.Type($"slowly{topic}");
        await mara.Press("Enter");
        await mara.Page.WaitForURLAsync("**/search?q=*");
        await Expect(mara.Page.Locator(".hit mark")).ToHaveTextAsync($"slowly{topic}");
        await mara.TabTo(mara.Page.Locator(".hit h2 a").First);
        await mara.Press("Enter");
        await mara.Page.WaitForURLAsync($"**/communities/{plans}?around=*");
        await mara.IsLive();
        await Expect(mara.Page.Locator("article.looked-for")).ToContainTextAsync($"slowly{topic}");
        await Expect(mara.Page.Locator("article.looked-for")).ToBeInViewportAsync();

        // Quiet.
        await ana.TabTo(ana.Page.Locator("aside.panel form.mute button"));
        await ana.Press("Enter");
        await Expect(ana.Page.Locator($".rail-side [data-rail='{plans}']")).ToHaveClassAsync("muted");
        await Expect(ana.Page.Locator("aside.panel form.mute button")).ToHaveTextAsync("Unmute this room");

        // What everybody has on the page is what there is.
        await using var fresh = await site.Person("Chen Wei", Wide);
        await fresh.EnterRoom(plans);
        var truth = WithoutGroups(await fresh.Truth());
        foreach (var each in new[] { mara, ana, bo })
        {
            WithoutGroups(await each.Truth()).ShouldBe(truth);   // the line where the new begins parts what belongs together
            await NumbersAreThoseOfAFreshPage(each);
            each.Complaints.ShouldBeEmpty();
        }
    }

    [BrowserTheory, MemberData(nameof(Eyes))]
    public async Task Everything_is_within_reach_for(string eyes)
    {
        var room = await site.OpenRoom($"reach-{topic}", $"Reach {topic}");
        var (width, height) = eyes switch { "dark" => (1280, 720), "narrow" => (320, 640), _ => (320, 256) };
        await using var mara = await site.Leader(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            DeviceScaleFactor = eyes.StartsWith("four", StringComparison.Ordinal) ? 4 : 1,
            ColorScheme = eyes == "dark" ? ColorScheme.Dark : ColorScheme.Light,
        });
        await using var ana = await site.Person($"Ana {Letters(topic)}", Wide);
        await ana.EnterRoom(room);
        await ana.Say($"First: a word_that_is_far_too_long_to_stand_in_one_line_of_a_small_screen {topic}");
        await ana.Sees($"First: a word_");
        await ana.Say($"@Mara Nowak, please look: https://procurement.example/a/very/long/address/that/has/no/place/to/break/{topic}");
        await ana.Sees("please look:");

        foreach (var path in new[] { "/", "/notices", "/mutes", $"/search?q={topic}", $"/communities/{room}/log", $"/communities/{room}/slow-mode", $"/communities/{room}/posts/1/hide", $"/communities/{room}/print", $"/communities/{room}/posts/1", $"/communities/{room}" })
        {
            await mara.Go(path);
            (await mara.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, path);
        }

        await mara.IsLive();
        await mara.Composer.FocusAsync();
        await IsWithinReach(mara, mara.Composer);
        await mara.Type($"written here {topic}");
        await mara.Press("Control+Enter");
        await ana.Sees($"written here {topic}");

        await mara.TabTo(mara.Page.Locator(".bell > summary"), back: true);
        await IsWithinReach(mara, mara.Page.Locator(".bell > summary"));
        await mara.Press("Enter");
        await IsWithinReach(mara, mara.Page.Locator(".bell-head a"));
        (await mara.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0);
        mara.Complaints.ShouldBeEmpty();
    }

    private static async Task Write(Visitor who, string text, Func<Task>? goOn = null)
    {
        await who.TabTo(who.Composer);
        await who.Type(text);
        if (goOn is not null) await goOn();
        await who.Press("Control+Enter");
    }

    /// <summary>Walks to the post by its keys.</summary>
    private static async Task WalkTo(Visitor who, ILocator post)
    {
        await who.Page.EvaluateAsync("document.activeElement?.blur()");
        await who.Page.Locator("#posts > article.post").First.FocusAsync();
        for (var steps = 0; steps < 50 && !await post.EvaluateAsync<bool>("each => each === document.activeElement"); steps++) await who.Press("j");
        await Expect(post).ToBeFocusedAsync();
    }

    private static async Task Change(Visitor who, string text, string key, string more)
    {
        await WalkTo(who, who.PostSaying(text).First);
        await who.Press(key);
        await Expect(who.Page.Locator("form.in-place textarea")).ToBeFocusedAsync();
        await who.Press("Control+End");
        await who.Type(more);
        await who.Press("Control+Enter");
        await Expect(who.Page.Locator("form.in-place")).ToHaveCountAsync(0, Soon);
    }

    private static Task Choose(Visitor who, string text, string what, string? reason = null) => ChooseOf(who, who.PostSaying(text).First, what, reason);

    private static async Task ChooseOf(Visitor who, ILocator post, string what, string? reason = null)
    {
        await WalkTo(who, post);
        await who.TabTo(post.Locator(".more > summary"));
        await who.Press("Enter");
        await who.TabTo(post.Locator($".more .{what}"));
        await who.Press("Enter");
        if (reason is null) return;

        await Expect(who.Page.Locator("form.in-place textarea")).ToBeFocusedAsync();
        await who.Type(reason);
        await who.TabTo(who.Page.Locator("form.in-place .button"));
        await who.Press("Enter");
        await Expect(who.Page.Locator("form.in-place")).ToHaveCountAsync(0, Soon);
    }

    private static async Task SlowDown(Visitor moderator, string seconds, string reason)
    {
        await moderator.TabTo(moderator.Page.Locator("aside.panel a[href$='/slow-mode']"));
        await moderator.Press("Enter");
        await moderator.TabTo(moderator.Page.Locator("#seconds"));
        await moderator.Press("Control+a");
        await moderator.Type(seconds);
        await moderator.TabTo(moderator.Page.Locator("#reason"));
        await moderator.Type(reason);
        await moderator.TabTo(moderator.Page.Locator("main .button"));
        await moderator.Press("Enter");
        await moderator.Page.WaitForURLAsync(url => url.EndsWith("#newest", StringComparison.Ordinal));
        await moderator.IsLive();
    }

    private static async Task Follow(Visitor who, RoomId room)
    {
        await who.Follow(who.Page.Locator($".rail-side [data-rail='{room}'] a"), $"**/communities/{room}#newest");
        await who.IsLive();
    }

    /// <summary>On the screen, and nothing lies over it.</summary>
    private static async Task IsWithinReach(Visitor who, ILocator element)
    {
        await Expect(element).ToBeInViewportAsync();
        (await element.EvaluateAsync<bool>("each => { const box = each.getBoundingClientRect(); const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 12)); return each === top || each.contains(top); }"))
            .ShouldBeTrue($"{element} is covered on {who.Page.Url}");
    }

    /// <summary>Counted live, and counted by the server for a page that is opened now.</summary>
    private static Task NumbersAreThoseOfAFreshPage(Visitor who) => who.Page.WaitForFunctionAsync(
        """
        async () => {
          const numbers = page => [...page.querySelectorAll(".rail-side [data-count], .bell [data-count]")].map(each => `${each.dataset.count} ${each.hidden ? 0 : each.firstElementChild.textContent}`).join();
          const fresh = await (await fetch(location.pathname)).text();
          return numbers(document) === numbers(new DOMParser().parseFromString(fresh, "text/html"));
        }
        """, null, new() { Timeout = 20_000, PollingInterval = 500 });

    private static string[] WithoutGroups(string[] truth) => [.. truth.Select(each => each.Replace("post continued", "post", StringComparison.Ordinal))];

    private static ILocator Bell(Visitor who) => who.Page.Locator(".bell .badge [aria-hidden]");

    private static ILocator Rail(Visitor who, RoomId room, string what) => who.Page.Locator($".rail-side [data-count='{what}/{room}'] [aria-hidden]");

    private static string Letters(string hex) => new([.. hex.Select(each => (char)('A' + Convert.ToInt32(each.ToString(), 16)))]);
}
