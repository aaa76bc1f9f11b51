using Microsoft.Playwright;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Rooms;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

/// <summary>What a newcomer and a person with a phone meet first.</summary>
[Collection(nameof(SecondSite))]
public sealed class Finding_ones_way(Site site) : IClassFixture<Site>   // a site of its own: its tests open many rooms
{
    private const string Overhang = "document.documentElement.scrollWidth - innerWidth";

    private static readonly BrowserNewContextOptions phone = Window(320, 640);

    private readonly string topic = Guid.NewGuid().ToString("n")[..8];
    private int requests;

    [BrowserFact]
    public async Task The_browser_and_the_server_pick_the_same_form_of_a_word_for_every_count()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.Go("/communities");
        long[] counts = [.. Enumerable.Range(0, 1_200), 10_000, 100_000, 1_000_000, 1_000_001, 2_000_000, 1_000_000_000];

        foreach (var words in Words.Languages)
        {
            var forms = await ana.Page.EvaluateAsync<string[]>(
                "([culture, counts]) => counts.map(each => new Intl.PluralRules(culture).select(each))",
                new object[] { words.Culture.Name, counts });

            counts.Select(count => Plurals.Of(words.Language, count)).ShouldBe(forms, words.Language);
        }
    }

    [BrowserFact]
    public async Task A_muted_room_stays_in_the_rail_dimmed()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        MuteRoom mute = new() { By = ana.Member, Request = Request(), Room = room, Muted = true };
        (await site.Grains.Inbox(ana.Member).MuteRoom(mute)).OrThrow();
        await ana.Go("/communities");

        var link = ana.Page.Locator($".rail-side [data-rail='{room}'] > a");
        await Expect(link).ToBeVisibleAsync();
        (await link.EvaluateAsync<string>("each => getComputedStyle(each).fontStyle")).ShouldBe("italic");
        await ana.IsFineInEveryScheme("a rail with a muted room");
    }

    [BrowserFact]
    public async Task The_rail_of_every_tab_follows_who_comes_leaves_is_suspended_and_what_is_renamed()
    {
        var community = new CommunityId($"rail-{topic}");
        await using var leader = await site.Leader();
        await using var ana = await site.Person("Ana Ruiz");
        var grain = site.Grains.Community(community);
        (await grain.Found(new() { By = leader.Member, Request = Request(), Name = $"Trams {topic}", Access = Communities.Access.OnRequest, Goal = "To buy trams.", Leader = leader.Member })).OrThrow();
        await ana.Go("/profile");
        var other = await ana.Context.NewPageAsync();
        await other.GotoAsync(site.Url + "/mutes");
        var names = new[] { ana.Page, other }.Select(page => page.Locator(".rail-side .rail-name", new() { HasText = topic })).ToList();
        foreach (var page in new[] { ana.Page, other }) await Expect(page.Locator("details.bell[data-live]")).ToHaveCountAsync(1);
        await ana.Page.Locator(".rail-side a").First.FocusAsync();   // who reads the rail with the keyboard sees it move too

        (await grain.AdmitMember(new() { By = MemberId.System, Request = Request(), Member = ana.Member, ApprovedBy = leader.Member })).OrThrow();
        await All($"Trams {topic}");
        await Expect(ana.Page.Locator(".rail-side a").First).ToBeFocusedAsync();

        (await grain.ChangeSettings(new() { By = leader.Member, Request = Request(), Name = $"Trains {topic}", Access = Communities.Access.OnRequest, Goal = "To buy trains." })).OrThrow();
        await All($"Trains {topic}");

        (await grain.Restrict(new() { By = leader.Member, Request = Request(), Member = ana.Member, Kind = RestrictionKind.Suspension, Reason = "For a while." })).OrThrow();
        await All(null);

        (await grain.Lift(new() { By = leader.Member, Request = Request(), Member = ana.Member, Reason = "Over." })).OrThrow();
        await All($"Trains {topic}");

        (await grain.Leave(new() { By = ana.Member, Request = Request() })).OrThrow();
        await All(null);
        ana.Complaints.ShouldBeEmpty();

        async Task All(string? name)
        {
            foreach (var shown in names)
            {
                if (name is null) await Expect(shown).ToHaveCountAsync(0);
                else await Expect(shown).ToHaveTextAsync(name);
            }
        }
    }

    [BrowserFact]
    public async Task Without_a_network_meanwhile_the_rail_follows_once_it_is_back()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.Go("/profile");
        await Expect(ana.Page.Locator("details.bell[data-live]")).ToHaveCountAsync(1);
        await Expect(ana.Page.Locator(".rail-side .rail-name")).ToHaveCountAsync(1);

        await ana.Context.SetOfflineAsync(true);
        await Expect(ana.Page.Locator("details.bell[data-live]")).ToHaveCountAsync(0);
        (await site.Grains.Community(Site.Community).Leave(new() { By = ana.Member, Request = Request() })).OrThrow();
        await ana.Context.SetOfflineAsync(false);

        await Expect(ana.Page.Locator(".rail-side .rail-name")).ToHaveCountAsync(0);
        ana.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task There_is_a_search_on_a_phone()
    {
        await using var ana = await site.Person("Ana Ruiz", phone);
        await ana.Go("/");
        await ana.Page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Link, new() { Name = "Search" }).ClickAsync();

        await ana.Page.WaitForURLAsync("**/search");
        await Expect(ana.Page.Locator("main input[type=search]")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task A_room_with_pictures_opens_at_its_newest_post_and_nothing_moves_when_they_come()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom(room);
        for (var i = 0; i < 6; i++)
        {
            await SendPicture(ana, $"picture{i}.png", 600, 400);
            await ana.Say($"picture {i} {topic}");
            await ana.Sees($"picture {i} {topic}");
        }

        var held = new TaskCompletionSource();
        await ana.Page.RouteAsync("**/files/*", async route => { await held.Task; await route.ContinueAsync(); });
        await ana.EnterRoom(room);
        var newest = ana.PostSaying($"picture 5 {topic}");
        await Expect(newest).ToBeInViewportAsync(new() { Ratio = 1 });
        var before = await newest.BoundingBoxAsync();
        held.SetResult();
        await Expect(newest.Locator("img")).ToHaveJSPropertyAsync("complete", true);
        await ana.Page.WaitForFunctionAsync("[...document.querySelectorAll('.file img')].at(-1).naturalWidth === 600");

        var after = await newest.BoundingBoxAsync();
        after!.Y.ShouldBe(before!.Y, 1);
        var dock = await ana.Page.Locator(".dock").BoundingBoxAsync();
        (after.Y + after.Height).ShouldBeLessThanOrEqualTo(dock!.Y + 1, "the newest post stands above the composer");
    }

    [BrowserFact]
    public async Task A_picture_is_shown_large_in_place_and_the_focus_comes_back()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom(room);
        await SendPicture(ana, "plan.png", 900, 600);
        await ana.Say($"the plan {topic}");
        var link = ana.PostSaying($"the plan {topic}").Locator(".file a");

        await link.FocusAsync();
        await ana.Press("Enter");
        var large = ana.Page.Locator("dialog.large-picture");
        await Expect(large.Locator("img")).ToBeVisibleAsync();
        await ana.Page.WaitForFunctionAsync("document.querySelector('dialog img').naturalWidth === 900");
        await Expect(large.GetByRole(AriaRole.Link, new() { Name = "Download" })).ToHaveAttributeAsync("download", "");
        await ana.IsFineInEveryScheme("a large picture");
        await ana.Press("Escape");

        await Expect(large).ToHaveCountAsync(0);
        await Expect(link).ToBeFocusedAsync();
        ana.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task Without_script_a_picture_opens_in_the_tab()
    {
        var room = await Room();
        await using var bo = await site.Person("Bo Lindqvist");
        await bo.EnterRoom(room);
        await SendPicture(bo, "plan.png", 90, 60);
        await bo.Say($"the plan {topic}");
        await bo.Sees($"the plan {topic}");
        await using var ana = await site.Person("Ana Ruiz", new() { JavaScriptEnabled = false });
        await ana.Go($"/communities/{room}");
        await ana.PostSaying($"the plan {topic}").Locator(".file a").ClickAsync();

        await ana.Page.WaitForURLAsync("**/files/*?show=true");
        await Expect(ana.Page.Locator("img")).ToBeVisibleAsync();
    }

    [BrowserTheory, InlineData("delete", "cannot be undone"), InlineData("hide", "It can be shown again.")]
    public async Task Who_is_asked_about_a_post_in_place_sees_it_and_the_warning(string act, string warning)
    {
        var room = await Room();
        await using var mara = await site.Leader();
        await using var bo = await site.Person("Bo Lindqvist");
        await Says(room, bo.Member, $"an offer of mine {topic}");
        await mara.EnterRoom(room);
        await mara.Choose($"an offer of mine {topic}", act);

        var post = mara.Posts.First;
        await Expect(post.Locator("form.in-place .warning")).ToContainTextAsync(warning);
        await Expect(post.Locator(".text")).ToBeVisibleAsync();
        await Expect(post.Locator(".text")).ToContainTextAsync($"an offer of mine {topic}");
        await mara.IsFineInEveryScheme($"asked whether to {act}");
    }

    [BrowserTheory, InlineData(320, 640), InlineData(390, 700), InlineData(1280, 600)]
    public async Task An_open_menu_stands_on_the_screen_and_beside_the_composer(int width, int height)
    {
        var room = await Room();
        await using var mara = await site.Leader(Window(width, height));
        for (var i = 0; i < 8; i++) await Says(room, mara.Member, $"post {i} {topic}");
        await mara.EnterRoom(room);
        foreach (var post in new[] { mara.Posts.Last, mara.Posts.Nth(5) })
        {
            foreach (var menu in new[] { ".react", ".more" })
            {
                await post.FocusAsync();
                await post.Locator($"{menu} > summary").ClickAsync();
                await IsOnScreen(post.Locator($"{menu} > div"), ".dock");
                await mara.Press("Escape");
            }
        }

        foreach (var menu in await mara.Page.Locator("header.top > details:visible").AllAsync())
        {
            await menu.Locator("summary").ClickAsync();
            await IsOnScreen(menu.Locator(":scope > :last-child"), null);
            await mara.Press("Escape");
        }
    }

    [BrowserFact]
    public async Task Is_writing_ends_with_the_post()
    {
        var room = await Room();
        await using var ana = await site.Person("Ana Ruiz");
        await using var bo = await site.Person("Bo Lindqvist");
        await ana.EnterRoom(room);
        await bo.EnterRoom(room);
        await Expect(ana.Page.Locator(".here .count")).ToHaveTextAsync("2");

        await bo.Composer.FillAsync($"soon {topic}");
        await Expect(ana.Page.Locator(".typing")).ToHaveTextAsync("Bo Lindqvist is writing");
        await bo.Page.ClickAsync(".dock form.composer .composer-foot > .button");
        await ana.Sees($"soon {topic}");

        (await ana.Page.Locator(".typing").TextContentAsync()).ShouldBe("");
    }

    [BrowserTheory, InlineData(320), InlineData(1280)]
    public async Task A_name_of_eighty_letters_does_not_widen_any_page(int width)
    {
        var room = await Room();
        await using var ana = await site.Person(new string('W', 80), Window(width, 800), administrator: true);
        await using var mara = await site.Leader(Window(width, 800));
        var number = await Says(room, ana.Member, $"hello {topic}");
        await Says(room, mara.Member, $"hello to you {topic}", number);
        var (here, community) = ($"/communities/{room}", $"/communities/{Site.Community}");
        foreach (var (visitor, path) in new[]
        {
            (ana, "/"), (ana, "/notices"), (ana, "/profile"), (ana, "/administration"), (ana, "/search?q=hello"),
            (ana, here), (ana, $"{here}/print"), (ana, $"{here}/posts/{number}"), (ana, $"{here}/posts/{number}/delete"),
            (ana, $"{community}/publications"), (mara, $"{here}/posts/{number}/hide"), (mara, $"{community}/members"),
            (mara, $"{community}/members/{ana.Member}"), (mara, $"{community}/queue"),
        })
        {
            await visitor.Go(path);
            (await visitor.Page.EvaluateAsync<int>(Overhang)).ShouldBeLessThanOrEqualTo(0, path);
        }

        await mara.EnterRoom(room);
        await mara.Composer.FillAsync("@WWW");
        await Expect(mara.Page.Locator("#markdown-picker [role=option]").First).ToBeVisibleAsync();
        (await mara.Page.EvaluateAsync<int>(Overhang)).ShouldBeLessThanOrEqualTo(0, "picker");
    }

    [BrowserFact]
    public async Task A_newcomer_is_not_told_that_they_have_read_rooms_they_never_opened()
    {
        var room = await Room();
        await using var mara = await site.Leader();
        await Says(room, mara.Member, $"long before {topic}");
        await site.Settled();
        await using var ana = await site.Person("Ana Ruiz");
        await ana.Go("/");

        await Expect(ana.Page.Locator("main")).Not.ToContainTextAsync("You have read everything");
        await Expect(Section(ana, "#unopened-rooms")).ToContainTextAsync($"Way {topic}");

        await ana.EnterRoom(room);
        await ana.HasRead($"long before {topic}");
        await ana.Go("/");
        await Expect(Section(ana, "#quiet-rooms")).ToContainTextAsync($"Way {topic}");
    }

    /// <summary>All of it, above what stands at the foot of the page.</summary>
    private static async Task IsOnScreen(ILocator list, string? above)
    {
        await Expect(list).ToBeVisibleAsync();
        await list.Page.WaitForFunctionAsync(
            """
            ([list, above]) => {
              const box = list.getBoundingClientRect();
              const foot = above ? document.querySelector(above).getBoundingClientRect().top : innerHeight;
              return box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= foot + 1;
            }
            """,
            new object?[] { await list.ElementHandleAsync(), above },
            new() { Timeout = 5_000 });
    }

    /// <summary>A picture of one colour, drawn by the browser itself, is put beside what is being written.</summary>
    private static async Task SendPicture(Visitor visitor, string name, int width, int height)
    {
        var drawn = await visitor.Page.EvaluateAsync<string>(
            """
            ({ width, height }) => {
              const canvas = document.createElement('canvas');
              Object.assign(canvas, { width, height });
              const pen = canvas.getContext('2d');
              pen.fillStyle = '#0b57a4';
              pen.fillRect(0, 0, width, height);
              return canvas.toDataURL('image/png').split(',')[1];
            }
            """,
            new { width, height });
        FilePayload file = new() { Name = name, MimeType = "image/png", Buffer = Convert.FromBase64String(drawn) };
        await visitor.Page.Locator(".dock input[type=file]").SetInputFilesAsync(file);
        await Expect(visitor.Page.Locator(".dock .uploads li[data-state=done]")).ToHaveCountAsync(1);
    }

    private static BrowserNewContextOptions Window(int width, int height) =>
        new() { ViewportSize = new() { Width = width, Height = height } };

    private static ILocator Section(Visitor visitor, string heading) =>
        visitor.Page.Locator("section", new() { Has = visitor.Page.Locator(heading) });

    private Task<RoomId> Room() => site.OpenRoom($"way-{topic}", $"Way {topic}");

    private async Task<PostNumber> Says(RoomId room, MemberId author, string text, PostNumber? thread = null) =>
        await site.Says(room, author, text, Request(), thread);

    private RequestId Request() => new($"test:{topic}:{requests++}");
}
