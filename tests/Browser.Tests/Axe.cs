using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace PublicBuyers.Browser.Tests;

/// <summary>What axe has to say about a page as it stands now.</summary>
internal static class Axe
{
    private static readonly string script = new BundledAxeScriptProvider().GetScript();

    public static async Task<string[]> Complaints(this IPage page)
    {
        await page.EvaluateAsync($"() => {{ if (!window.axe) {{ {script} }} }}");
        return await page.EvaluateAsync<string[]>("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(each => `${each.id}: ${each.nodes.map(node => node.html).join(' | ')}`)");
    }

    /// <summary>In one's window as it is, and on a screen of 320 pixels.</summary>
    public static async Task IsFine(this Visitor visitor, string state, bool narrow = true)
    {
        (await visitor.Page.Complaints()).ShouldBeEmpty(state);
        if (!narrow) return;

        var size = visitor.Page.ViewportSize!;
        await visitor.Page.SetViewportSizeAsync(320, 640);
        (await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, state);
        (await visitor.Page.Complaints()).ShouldBeEmpty($"{state}, narrow");
        await visitor.Page.SetViewportSizeAsync(size.Width, size.Height);
    }
}
