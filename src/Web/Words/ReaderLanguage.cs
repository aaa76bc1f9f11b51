using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Access;

namespace PublicBuyers;

/// <summary>Which language a request is answered in: the profile's, else the one chosen in this browser, else what the browser asks for.</summary>
public static class ReaderLanguage
{
    public const string CookieName = "language";

    /// <summary>After authentication.</summary>
    public static IApplicationBuilder UseReaderLanguage(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Of(http).Culture;
        return next(http);
    });

    public static Words Of(HttpContext http) =>
        Words.Spoken(Caller.Of(http)?.Profile.Language)
        ?? Words.Spoken(http.Request.Cookies[CookieName])
        ?? http.Request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(each => each.Quality ?? 1)
            .Select(each => Words.Spoken(each.Value.Value))
            .FirstOrDefault(each => each is not null)
        ?? Words.In(null);

    public static void Remember(HttpContext http, Words words) =>
        http.Response.Cookies.Append(CookieName, words.Language, new()
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = TimeSpan.FromDays(365),
            Path = "/",
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
        });
}
