using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Access;

namespace PublicBuyers.SignIn;

/// <summary>
/// Tells browsers apart that ask to sign in. The cookie holds a random value and nothing else; the server keeps its
/// hash.
/// </summary>
internal sealed class BrowserCookie(WebOptions web)
{
    private const int RandomBytes = 32;

    /// <summary>Longer than a session: who signs in again is still known. Each use renews it.</summary>
    private static readonly TimeSpan Lasts = TimeSpan.FromDays(365);

    private string Name => OwnCookies.Name(web, "publicbuyers-browser");

    /// <summary>This browser, which has a cookie from now on.</summary>
    public BrowserHash Remember(HttpContext http)
    {
        var value = ValueIn(http) ?? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        http.Response.Cookies.Append(Name, value, OwnCookies.Options(web, Lasts));
        return HashOf(value);
    }

    /// <returns>None where the browser has no cookie of ours.</returns>
    public BrowserHash? Recognise(HttpContext http) => ValueIn(http) is { } value ? HashOf(value) : null;

    private string? ValueIn(HttpContext http) =>
        http.Request.Cookies[Name] is { } value && Base64Url.IsValid(value, out var bytes) && bytes == RandomBytes
            ? value
            : null;

    private static BrowserHash HashOf(string value) =>
        new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value))));
}
