using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace PublicBuyers.Browser.Tests;

/// <summary>What axe has to say about a page as it stands now.</summary>
internal static class Axe
{
    private static readonly string script = new BundledAxeScriptProvider().GetScript();

    /// <summary>Off unless asked for: targets of at least 24 pixels (WCAG 2.2 AA), and links in texts told apart by
    /// more than colour.</summary>
    private static readonly Dictionary<string, object> asked = Rules("target-size", "link-in-text-block");

    public static async Task<string[]> Complaints(this IPage page, AxeLook look = AxeLook.Everything)
    {
        // Half a megabyte: not sent where the page has it already.
        if (!await page.EvaluateAsync<bool>("'axe' in window")) await page.EvaluateAsync($"() => {{ {script} }}");

        // What happens to lie half beneath the head or the dock is not a small target: it can be scrolled.
        return await page.EvaluateAsync<string[]>(
            """
            async look => {
              const calm = new CSSStyleSheet();
              calm.replaceSync('.top, .heading, .dock, .bar { position: relative !important; inset: auto !important; }');
              if (document.querySelector('main details.menu[open]')) calm.replaceSync('');   // its place depends on theirs
              document.adoptedStyleSheets.push(calm);
              // What the page puts in its place after an event, such as a menu, is there a frame later.
              await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
              // What fades in or out at this moment has colours that nobody is meant to read.
              const fading = document.getAnimations().filter(each => each.effect?.getComputedTiming().endTime !== Infinity);
              await Promise.all(fading.map(each => each.finished.catch(() => {})));
              try {
                const { violations } = await axe.run(document, { resultTypes: ['violations'], ...look });
                return violations.map(each => `${each.id}: ${each.nodes.map(node => node.html).join(' | ')}`);
              } finally {
                document.adoptedStyleSheets.pop();
              }
            }
            """,
            look switch
            {
                AxeLook.Colours => new { runOnly = new[] { "color-contrast", "link-in-text-block" } },
                AxeLook.Mail => new { runOnly = new[] { "wcag2a", "wcag2aa", "wcag21a", "wcag21aa" } },
                AxeLook.Shapes => new
                {
                    rules = new Dictionary<string, object>(asked, StringComparer.Ordinal) { ["color-contrast"] = new { enabled = false } },
                },
                _ => (object)new { rules = asked },
            });
    }

    private static Dictionary<string, object> Rules(params string[] names) =>
        names.ToDictionary(name => name, _ => (object)new { enabled = true }, StringComparer.Ordinal);

    /// <summary>In one's window as it is, and on a screen of 320 pixels.</summary>
    public static async Task IsFine(this Visitor visitor, string state, bool narrow = true)
    {
        (await visitor.Page.Complaints()).ShouldBeEmpty(state);
        if (!narrow) return;

        var size = visitor.Page.ViewportSize!;
        await visitor.Page.SetViewportSizeAsync(320, 640);
        (await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, state);
        (await visitor.Page.Complaints(AxeLook.Shapes)).ShouldBeEmpty($"{state}, narrow");
        await visitor.Page.SetViewportSizeAsync(size.Width, size.Height);
    }

    public static async Task IsFineInEveryScheme(this Visitor visitor, string state)
    {
        await visitor.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await visitor.IsFine($"{state}, light");
        await visitor.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        (await visitor.Page.Complaints(AxeLook.Colours)).ShouldBeEmpty($"{state}, dark");
    }
}

/// <summary>What axe looks at. Contrast is most of its work.</summary>
public enum AxeLook
{
    Everything,

    /// <summary>All but contrast, which does not depend on how wide the page is.</summary>
    Shapes,

    /// <summary>Contrast only: all that the dark scheme can change.</summary>
    Colours,

    /// <summary>WCAG 2.1 AA, without what only pages of a site have: landmarks and one heading.</summary>
    Mail,
}
