using Microsoft.Playwright;
using PublicBuyers.Mails;
using PublicBuyers.Moderation;

namespace PublicBuyers.Browser.Tests;

/// <summary>Their HTML part, in a window and on a small screen, by day and by night.</summary>
[Collection(nameof(Site))]
public sealed class Looking_at_mails(Site site)
{
    private static readonly DateTimeOffset noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly MailWriter writer = new(new("https://publicbuyers.example"), "support@publicbuyers.example");

    [BrowserTheory]
    [InlineData("en")]
    [InlineData("fr")]
    public async Task They_can_be_read_on_every_screen_in_light_and_dark(string language)
    {
        await using var reader = await site.Stranger();
        await reader.Go("about:blank");
        foreach (var (name, mail) in Mails(language))
        {
            await reader.Page.SetContentAsync(mail.Html);
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                foreach (var width in new[] { 320, 700 })
                {
                    await reader.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
                    await reader.Page.SetViewportSizeAsync(width, 900);

                    var state = $"{name}, {scheme}, {width}";
                    (await reader.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"))
                        .ShouldBeLessThanOrEqualTo(0, state);
                    (await reader.Page.Complaints(AxeLook.Mail)).ShouldBeEmpty(state);
                }
            }
        }
    }

    private IEnumerable<(string Name, Mail Mail)> Mails(string language)
    {
        const string to = "ana@buyers.example";
        var item = new ItemId(new("green-procurement-of-building-models"), new(1_234));
        var longest = "https://example.eu/" + new string('x', 200);
        var reason = $"Please say who you buy for.\n\nSee {longest}\n> And then ask again.";

        var signIn = writer.SignIn("id", to, language, new(new string('k', 43)), new string('t', 43), "123456", noon);
        yield return ("sign-in", signIn);

        var decided = writer.Decided(
            "id",
            to,
            language,
            "Europe/Brussels",
            new("BIM & Procurement", item, ItemKind.AccessRequest, Verdict.Rejected, "Zofia", noon, reason, to, noon)
        );
        yield return ("decided", decided);
        yield return ("gathered", writer.Gathered("id", to, language, [decided, signIn]));
    }
}
