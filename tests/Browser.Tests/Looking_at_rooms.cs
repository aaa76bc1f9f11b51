using Microsoft.Playwright;
using PublicBuyers.Rooms;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

/// <summary>Every state a room can be in is readable: to eyes in light and dark, on a small screen, and to a screen reader.</summary>
[Collection(nameof(SecondSite))]
public sealed class Looking_at_rooms(Site site)
{
    private static readonly LocatorAssertionsToHaveCountOptions Soon = new() { Timeout = 20_000 };

    private readonly string topic = Guid.NewGuid().ToString("n")[..8];
    private int requests;

    [BrowserFact]
    public async Task A_room_in_which_nothing_has_been_said()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz", new() { ColorScheme = ColorScheme.Dark });
        await ana.EnterRoom(room);
        await ana.IsFine("empty");
    }

    [BrowserTheory, InlineData(ColorScheme.Light), InlineData(ColorScheme.Dark)]
    public async Task A_full_room_and_what_opens_in_it(ColorScheme scheme)
    {
        var room = await Room();
        await using var mara = await site.Leader(new() { ColorScheme = scheme, ViewportSize = new() { Width = 1400, Height = 800 } });
        await using var bo = await site.Person("Bo Lindqvist");
        await Fill(room, mara, bo);
        await mara.EnterRoom(room);
        await mara.Page.Locator(".dock input[type=file]").SetInputFilesAsync(new FilePayload { Name = "minutes.txt", MimeType = "text/plain", Buffer = "minutes"u8.ToArray() });
        await Expect(mara.Page.Locator(".dock .uploads li[data-state=done]")).ToHaveCountAsync(1, Soon);
        await mara.IsFine("a file that waits", narrow: false);
        await mara.Say($"with a file {topic}");
        await mara.Sees($"with a file {topic}");
        await mara.IsFine("full");

        await mara.PostSaying($"with a file {topic}").FocusAsync();
        await mara.Press("+");
        await mara.IsFine("ways to react", narrow: false);
        await mara.Press("Escape");

        await mara.TabTo(mara.PostSaying($"with a file {topic}").Locator(".more > summary"));
        await mara.Press("Enter");
        await mara.IsFine("menu", narrow: false);
        await mara.Press("Escape");

        await mara.Composer.FocusAsync();
        await mara.Type("@bo");
        await Expect(mara.Page.Locator("#markdown-picker [role=option]").First).ToBeVisibleAsync();
        await mara.IsFine("picker");
        await mara.Press("Escape");

        await mara.Composer.FillAsync("@room **look** at `this`");
        await Expect(mara.Page.Locator(".dock .reach")).ToContainTextAsync("@room tells", new() { Timeout = 20_000 });
        await mara.Page.ClickAsync(".dock .look");
        await Expect(mara.Page.Locator(".dock .preview .mention.everybody")).ToHaveCountAsync(1, Soon);
        await mara.IsFine("preview", narrow: false);
        await mara.Page.ClickAsync(".dock .look");
        await mara.Composer.FillAsync("");

        await mara.PostSaying("A table").First.FocusAsync();
        await mara.Press("t");
        await Expect(mara.Page.Locator(".thread-panel article.post")).Not.ToHaveCountAsync(0, Soon);
        await mara.IsFine("thread");
        mara.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_room_that_cannot_be_reached_or_says_no()
    {
        var room = await Room();
        await using var mara = await site.Leader();
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom(room);

        await ana.Composer.FillAsync(new string('é', RoomLimits.LongestText * 3 / 4));
        await ana.Press("Control+Enter");
        await Expect(ana.Page.Locator(".dock .composer .refusing")).ToContainTextAsync("Shorten it");
        await ana.IsFine("too long");

        (await site.Grains.Room(room).Post(new() { By = mara.Member, Request = Request(), Markdown = $"a question {topic}" })).OrThrow();
        await ana.Sees($"a question {topic}");
        await ana.PostSaying($"a question {topic}").FocusAsync();
        await ana.Press("r");
        await ana.Composer.FillAsync($"an answer {topic}");
        (await site.Grains.Room(room).Lock(new() { By = mara.Member, Request = Request(), Number = new(1), Locked = true, Reason = "Answered elsewhere." })).OrThrow();
        await ana.Press("Control+Enter");
        await Expect(ana.Page.Locator("#outgoing .refusing")).ToContainTextAsync("Not sent.", new() { Timeout = 20_000 });
        await ana.IsFine("refused");
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();

        (await site.Grains.Room(room).SlowDown(new() { By = mara.Member, Request = Request(), Seconds = 600, Reason = "One after the other." })).OrThrow();
        await Expect(ana.Page.Locator(".slow")).ToContainTextAsync("600", new() { Timeout = 20_000 });
        await ana.Say($"one {topic}");
        await Expect(ana.Page.Locator(".slow")).ToContainTextAsync("You can post again in");
        await ana.IsFine("slow mode");

        await ana.Context.SetOfflineAsync(true);
        await Expect(ana.Page.Locator(".connection")).Not.ToBeEmptyAsync();
        await ana.IsFine("offline");
        await ana.Context.SetOfflineAsync(false);
        await ana.IsLive();

        (await site.Grains.Community(Site.Community).Leave(new() { By = ana.Member, Request = Request() })).OrThrow();
        await Expect(ana.Page.Locator("main")).ToContainTextAsync("This room is no longer open to you.", new() { Timeout = 20_000 });
        await Expect(ana.Page.Locator("article.post")).ToHaveCountAsync(0);
        await ana.IsFine("gone");
    }

    [BrowserFact]
    public async Task The_pages_around_a_room()
    {
        var room = await Room();
        await using var mara = await site.Leader();
        await using var bo = await site.Person("Bo Lindqvist");
        await Fill(room, mara, bo);
        await site.Settled();
        foreach (var path in new[]
        {
            "/notices", "/mutes", "/search", $"/search?q=word{topic}", "/search?q=nothingofthiskind", $"/search?q={new string('x', 300)}", "/search?q=a&from=not-a-day",
            $"/communities/{room}/log", $"/communities/{room}/print", $"/communities/{room}/slow-mode", $"/communities/{room}/posts/5/hide", $"/communities/{room}/posts/5/delete", $"/communities/{room}/posts/5/lock", $"/communities/{room}/posts/5",
        })
        {
            await mara.Go(path);
            await mara.IsFine(path);
        }
    }

    private async Task<RoomId> Room() => await site.OpenRoom($"look-{topic}", $"Look {topic}");

    /// <summary>More than a page of posts, with everything that can be on one.</summary>
    private async Task Fill(RoomId id, Visitor mara, Visitor bo)
    {
        var room = site.Grains.Room(id);
        for (var i = 1; i <= 55; i++) (await room.Post(new() { By = i % 3 == 0 ? mara.Member : bo.Member, Request = Request(), Markdown = $"word{topic} {i}" })).OrThrow();
        (await room.Post(new() { By = bo.Member, Request = Request(), Markdown = $"@{mara.Name} has been named", Mentions = [new(0, mara.Name.Length + 1, mara.Member)] })).OrThrow();
        (await room.Post(new() { By = bo.Member, Request = Request(), Markdown = "```\nlot = 1\n```\n\n> a quote\n\n- a list\n\n### A heading" })).OrThrow();
        var table = (await room.Post(new() { By = bo.Member, Request = Request(), Markdown = "A table\n\n| Lot | Offers |\n|---|---|\n| 1 | 3 |" })).OrThrow().Number;
        (await room.Post(new() { By = mara.Member, Request = Request(), Markdown = "An answer", Thread = table })).OrThrow();
        var hidden = (await room.Post(new() { By = bo.Member, Request = Request(), Markdown = "not for here" })).OrThrow().Number;
        var removed = (await room.Post(new() { By = bo.Member, Request = Request(), Markdown = "not for anywhere" })).OrThrow().Number;
        var pinned = (await room.Post(new() { By = bo.Member, Request = Request(), Markdown = "for all" })).OrThrow().Number;
        (await room.React(new() { By = mara.Member, Request = Request(), Number = pinned, Reaction = Reaction.Thanks, Reacts = true })).OrThrow();
        (await room.React(new() { By = bo.Member, Request = Request(), Number = pinned, Reaction = Reaction.Useful, Reacts = true })).OrThrow();
        (await room.Pin(new() { By = mara.Member, Request = Request(), Number = pinned, Pinned = true })).OrThrow();
        (await room.Hide(new() { By = mara.Member, Request = Request(), Number = hidden, Hidden = true, Reason = "It names a bidder." })).OrThrow();
        (await room.Delete(new() { By = mara.Member, Request = Request(), Number = removed, Reason = "An advertisement." })).OrThrow();
        (await room.Lock(new() { By = mara.Member, Request = Request(), Number = table, Locked = true, Reason = "It is decided." })).OrThrow();
        (await room.Edit(new() { By = bo.Member, Request = Request(), Number = pinned, Markdown = "for all, corrected" })).OrThrow();
    }

    private RequestId Request() => new($"test:{topic}:{requests++}");
}
