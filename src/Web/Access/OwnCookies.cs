using Microsoft.AspNetCore.Http;

namespace PublicBuyers.Access;

/// <summary>Cookies that only the server reads: no script, no other site, and https where the site has it.</summary>
internal static class OwnCookies
{
    /// <summary><c>__Host-</c> wants https; on <c>http://localhost</c> a browser would drop it.</summary>
    public static string Name(WebOptions web, string name) => web.IsSecure ? "__Host-" + name : name;

    public static CookieOptions Options(WebOptions web, TimeSpan lasts) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = lasts,
        Path = "/",
        SameSite = SameSiteMode.Lax,
        Secure = web.IsSecure,
    };
}
