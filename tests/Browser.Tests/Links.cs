using Microsoft.Playwright;

namespace PublicBuyers.Browser.Tests;

internal static class Links
{
    /// <summary>Follows a link that shows only under the pointer.</summary>
    public static async Task DispatchClick(this ILocator link)
    {
        await link.FocusAsync();
        await link.PressAsync("Enter");
    }
}
