using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

[Collection(nameof(Site))]
public sealed class Attaching_files(Site site)
{
    private static readonly LocatorAssertionsToHaveCountOptions Soon = new() { Timeout = 20_000 };

    private readonly string topic = Guid.NewGuid().ToString("n")[..8];

    [BrowserFact]
    public async Task Nothing_moves_when_a_picture_comes_and_a_turned_one_stands_upright()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await using var mara = await site.Person("Mara Novak");
        await ana.EnterRoom();
        var picture = await Turned(ana.Page);
        await Attach(ana, "holiday.png", picture);
        await ana.Composer.FillAsync($"a picture {topic}");
        await ana.Page.ClickAsync(".dock form.composer .composer-foot > .button");
        await ana.Sees($"a picture {topic}");

        var mayCome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await mara.Context.RouteAsync(
            "**/files/*?show*",
            async route =>
            {
                await mayCome.Task;
                await route.ContinueAsync();
            }
        );
        await mara.EnterRoom();
        await mara.Sees($"a picture {topic}");
        var image = mara.PostSaying(topic).Locator(".file img");
        await image.ScrollIntoViewIfNeededAsync();
        var before = await BoxOf(image);

        mayCome.SetResult();
        await Expect(image).ToHaveJSPropertyAsync("complete", true);

        var (width, height) = (
            await image.EvaluateAsync<int>("it => it.naturalWidth"),
            await image.EvaluateAsync<int>("it => it.naturalHeight")
        );
        (width, height).ShouldBe((400, 600), "the browser turns it upright");
        (await image.GetAttributeAsync("width"), await image.GetAttributeAsync("height")).ShouldBe(("133", "200"), "as it is shown");
        (await BoxOf(image)).ShouldBe(before);
        before.Height.ShouldBe(200);
    }

    [BrowserFact]
    public async Task The_composer_says_how_much_space_is_used_and_gives_it_back()
    {
        await using var ana = await site.Person($"Ana {topic}");
        await ana.EnterRoom();
        var storage = ana.Page.Locator(".dock .storage");
        await Expect(storage).ToBeHiddenAsync();

        await Attach(ana, "minutes.txt", System.Text.Encoding.ASCII.GetBytes(new string('x', 300 * 1024)));
        await Expect(storage).ToHaveTextAsync("Your files: 300 KB of 200 MB.");

        await ana.Page.ClickAsync(".dock .uploads li button");
        await Expect(storage).ToHaveTextAsync("Your files: 0 KB of 200 MB.");
    }

    private static async Task Attach(Visitor visitor, string name, byte[] content)
    {
        await visitor
            .Page.Locator("form.composer input[type=file]")
            .First.SetInputFilesAsync(
                new FilePayload
                {
                    Name = name,
                    MimeType = "application/octet-stream",
                    Buffer = content,
                }
            );
        await Expect(visitor.Page.Locator(".dock .uploads li[data-state=done]")).ToHaveCountAsync(1, Soon);
    }

    private static async Task<(float X, float Y, float Width, float Height)> BoxOf(ILocator image) =>
        await image.BoundingBoxAsync() is { } box
            ? (box.X, box.Y, box.Width, box.Height)
            : throw new InvalidOperationException("It is not to be seen.");

    /// <summary>A photograph of 600 by 400, taken with the telephone held upright.</summary>
    private static async Task<byte[]> Turned(IPage page)
    {
        var made = await page.EvaluateAsync<string>(
            "() => { const canvas = document.createElement('canvas'); canvas.width = 600; canvas.height = 400; canvas.getContext('2d').fillRect(0, 0, 300, 400); return canvas.toDataURL('image/jpeg'); }"
        );
        var jpeg = Convert.FromBase64String(made[(made.IndexOf(',', StringComparison.Ordinal) + 1)..]);
        byte[] notes = [.. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(notes.Length + 2), .. notes, .. jpeg[2..]];
    }
}
