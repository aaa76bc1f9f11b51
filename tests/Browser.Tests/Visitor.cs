using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

/// <summary>Somebody with a browser of their own.</summary>
public sealed class Visitor(Site site, IBrowserContext context, MemberId member, string name) : IAsyncDisposable
{
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<string> complaints = new();
    private IPage? page;

    public IBrowserContext Context => context;

    public MemberId Member => member;

    public string Name => name;

    public IPage Page => page ?? throw new InvalidOperationException("Go somewhere first.");

    public ILocator Posts => Page.Locator("#posts > article.post");

    public ILocator Composer => Page.Locator(".dock form.composer textarea");

    /// <summary>What the browser complained about: faults of scripts, and what the content-security policy stopped.</summary>
    public IReadOnlyCollection<string> Complaints => complaints;

    public async Task Go(string path)
    {
        if (page is null)
        {
            page = await context.NewPageAsync();
            page.PageError += (_, fault) => complaints.Enqueue(fault);
            page.Console += (_, message) => { if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase) || message.Text.Contains("Content-Security-Policy", StringComparison.OrdinalIgnoreCase)) complaints.Enqueue(message.Text); };
        }

        await page.GotoAsync(path.StartsWith('/') ? site.Url + path : path);
    }

    public Task EnterRoom() => EnterRoom(Site.Room);

    public async Task EnterRoom(RoomId room)
    {
        await Go($"/communities/{room}");
        await IsLive();
    }

    /// <summary>Goes on with the Tab key until something has the focus.</summary>
    public async Task TabTo(ILocator there, bool back = false)
    {
        for (var steps = 0; steps < 400; steps++)
        {
            if (await there.EvaluateAsync<bool>("each => each === document.activeElement")) return;
            await Page.Keyboard.PressAsync(back ? "Shift+Tab" : "Tab");
        }

        throw new InvalidOperationException($"The Tab key does not lead to {there}.");
    }

    /// <summary>Follows a link with the keyboard. Presses again, as a person would, where nothing comes of it.</summary>
    public async Task Follow(ILocator link, string url)
    {
        for (var tries = 1; ; tries++)
        {
            await TabTo(link);
            await Press("Enter");
            try
            {
                await Page.WaitForURLAsync(url, new() { Timeout = 8_000 });
                return;
            }
            catch (TimeoutException) when (tries < 3)
            {
                if (await link.CountAsync() > 0) continue;

                await Page.WaitForURLAsync(url);   // it did come of it, slowly
                return;
            }
        }
    }

    public Task Press(string key) => Page.Keyboard.PressAsync(key);

    public Task Type(string text) => Page.Keyboard.TypeAsync(text);

    public Task IsLive() => Expect(Page.Locator("[data-room][data-live]")).ToHaveCountAsync(1, new() { Timeout = 20_000 });

    public async Task Say(string text)
    {
        await Composer.FillAsync(text);
        await Page.ClickAsync(".dock form.composer .composer-foot > .button");
    }

    public ILocator PostSaying(string text) => Posts.Filter(new() { HasText = text });

    public Task Sees(string text) => Expect(PostSaying(text)).ToHaveCountAsync(1, new() { Timeout = 20_000 });

    public Task SeesNo(string text) => Expect(PostSaying(text)).ToHaveCountAsync(0, new() { Timeout = 20_000 });

    /// <summary>Chooses something of a post's menu.</summary>
    public async Task Choose(string text, string what)
    {
        await PostSaying(text).HoverAsync();
        await PostSaying(text).Locator(".more > summary").ClickAsync();
        await PostSaying(text).Locator($".more .{what}").ClickAsync();
    }

    /// <summary>Completes when the server knows that the post was read.</summary>
    public async Task HasRead(string text)
    {
        var number = long.Parse((await PostSaying(text).GetAttributeAsync("data-number"))!, System.Globalization.CultureInfo.InvariantCulture);
        await Page.WaitForFunctionAsync("number => Number(document.querySelector('[data-room]').dataset.mark) >= number", number, new() { Timeout = 20_000 });
    }

    /// <summary>What the page says was said: number and text of every post, in order.</summary>
    public async Task<string[]> Truth() => await Posts.EvaluateAllAsync<string[]>("all => all.map(each => `${each.dataset.number} ${['post', 'continued'].filter(name => each.classList.contains(name)).join(' ')} ${each.dataset.revision} ${(each.querySelector('.text') ?? each.querySelector('.note')).textContent.trim()}`)");

    /// <summary>
    /// Closes the browser's windows. Where a page is just being replaced Chromium may never answer to that, and Playwright
    /// would wait without an end: the browser of the whole suite closes them later.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        var closed = context.CloseAsync();
        if (await Task.WhenAny(closed, Task.Delay(LongestClose)) == closed) await closed;
    }
}
