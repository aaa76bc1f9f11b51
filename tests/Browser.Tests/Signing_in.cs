using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

[Collection(nameof(Site))]
public sealed partial class Signing_in(Site site)
{
    private readonly string address = $"{Guid.NewGuid():n}@buyers.example";

    [BrowserFact]
    public async Task The_link_in_the_mail_signs_in_and_asks_for_a_name_first()
    {
        await using var visitor = await site.Stranger();
        await visitor.Go("/communities");
        await AskForLink(visitor);

        await visitor.Go(LinkIn(await MailTo(address)));
        await visitor.Page.ClickAsync("main .button");
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Who are you?");
        await visitor.Page.FillAsync("#name", "Ιωάννα Παππά");
        await visitor.Page.FillAsync("#organisation", "Δήμος");
        await visitor.Page.ClickAsync("main .button");

        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Communities");
        await Expect(visitor.Page.Locator(".person summary")).ToHaveTextAsync("Ιωάννα Παππά");
    }

    [BrowserFact]
    public async Task The_code_in_the_mail_signs_in_on_another_device()
    {
        await using var visitor = await site.Stranger();
        await visitor.Go("/sign-in");
        await AskForLink(visitor);

        await visitor.Page.FillAsync("#code", CodeIn(await MailTo(address)));
        await visitor.Page.ClickAsync("main .button");

        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Who are you?");
    }

    [BrowserFact]
    public async Task A_used_link_says_what_to_do()
    {
        await using var visitor = await site.Stranger();
        await using var other = await site.Stranger();
        await visitor.Go("/sign-in");
        await AskForLink(visitor);
        var link = LinkIn(await MailTo(address));
        await visitor.Go(link);
        await visitor.Page.ClickAsync("main .button");
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Who are you?");

        await other.Go(link);
        await other.Page.ClickAsync("main .button");

        await Expect(other.Page.Locator(".refusing")).ToContainTextAsync("does not work");
        await Expect(other.Page.Locator("main .button")).ToHaveTextAsync("Ask for a new link");
    }

    [BrowserFact]
    public async Task Signing_out_ends_the_session_in_the_other_tab_too()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.EnterRoom();
        var other = await ana.Context.NewPageAsync();
        await other.GotoAsync(site.Url + "/profile");
        await other.ClickAsync(".person summary");
        await other.ClickAsync(".person form button");
        await other.WaitForURLAsync("**/sign-in");

        await Expect(ana.Page.Locator("main")).ToContainTextAsync("You have been signed out", new() { Timeout = 20_000 });
    }

    [BrowserFact]
    public async Task A_session_on_another_device_can_be_ended()
    {
        await using var ana = await site.Person("Ana Ruiz");
        await ana.Go("/sessions");
        await Expect(ana.Page.Locator(".entry")).ToHaveCountAsync(1);
        await Expect(ana.Page.Locator(".entry .tag")).ToHaveTextAsync("This one");
    }

    private async Task AskForLink(Visitor visitor)
    {
        await visitor.Page.FillAsync("#address", address);
        await visitor.Page.ClickAsync("main form.stack .button");
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Look into your mail");
    }

    private async Task<string> MailTo(string recipient)
    {
        var arrived = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var folder = new FileSystemWatcher(site.MailFolder, "*.eml") { EnableRaisingEvents = true };
        folder.Created += (_, file) => Look(file.FullPath);
        folder.Renamed += (_, file) => Look(file.FullPath);
        foreach (var present in Directory.EnumerateFiles(site.MailFolder, "*.eml")) Look(present);

        return await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));

        void Look(string path)
        {
            var text = File.ReadAllText(path);
            if (text.Contains(recipient, StringComparison.OrdinalIgnoreCase)) arrived.TrySetResult(PlainTextOf(text));
        }
    }

    private static string LinkIn(string mail) => Link().Match(mail).Value;

    private static string CodeIn(string mail) => Code().Match(mail).Value;

    /// <summary>The first part of the mail, with its transfer encoding undone.</summary>
    private static string PlainTextOf(string mail)
    {
        var part = mail[mail.IndexOf("text/plain", StringComparison.OrdinalIgnoreCase)..];
        var head = part[..part.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        var body = part[(head.Length + 4)..];
        body = body[..body.IndexOf("\r\n--", StringComparison.Ordinal)];
        return head.Contains("base64", StringComparison.OrdinalIgnoreCase)
            ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(body.Replace("\r\n", "", StringComparison.Ordinal)))
            : body.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"https?://\S+/sign-in/confirm\S+", RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex(@"\b\d{3} \d{3}\b", RegexOptions.NonBacktracking)]
    private static partial Regex Code();
}
