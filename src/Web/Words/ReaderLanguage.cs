using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Access;

namespace PublicBuyers;

/// <summary>
/// Which language a request is answered in: the profile's, else the one chosen in this browser, else what the browser
/// asks for, else English.
/// </summary>
/// <remarks>
/// <c>UseRequestLocalization</c> stands twice in the pipeline: at the entrance, where nobody knows yet who asks, and
/// after authentication. So every refusal has a language, however early it is.
/// </remarks>
public static class ReaderLanguage
{
    public const string CookieName = "language";

    /// <summary>Of all languages that a browser lists, as long as headers may be.</summary>
    private static readonly AcceptLanguageHeaderRequestCultureProvider accepted =
        new() { MaximumAcceptLanguageHeaderValuesToTry = 0 };

    public static IServiceCollection AddReaderLanguage(this IServiceCollection services) =>
        services.AddRequestLocalization(localization =>
        {
            var cultures = Words.Languages.Select(each => each.Culture).ToList();
            localization.DefaultRequestCulture = new(Words.In(null).Culture);
            localization.SupportedCultures = localization.SupportedUICultures = cultures;
            localization.RequestCultureProviders =
            [
                new CustomRequestCultureProvider(OfProfile),
                new CustomRequestCultureProvider(OfCookie),
                new CustomRequestCultureProvider(OfBrowser),
            ];
        });

    /// <summary>Wherever in the pipeline: after authentication its answer may be another one.</summary>
    public static Words Of(HttpContext http) =>
        Words.In(http.Features.Get<IRequestCultureFeature>()?.RequestCulture.UICulture.Name);

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

    private static Task<ProviderCultureResult?> OfProfile(HttpContext http) =>
        Task.FromResult(First(Caller.Of(http)?.Profile.Language));

    private static Task<ProviderCultureResult?> OfCookie(HttpContext http) =>
        Task.FromResult(First(http.Request.Cookies[CookieName]));

    private static async Task<ProviderCultureResult?> OfBrowser(HttpContext http) =>
        await accepted.DetermineProviderCultureResult(http) is { } asked
            ? First([.. asked.UICultures.Select(each => each.Value)])
            : null;

    /// <summary>The culture of the first that is spoken here: <c>fr-FR</c> for <c>fr</c> and for <c>fr-BE</c>.</summary>
    private static ProviderCultureResult? First(params string?[] languages) =>
        languages.Select(Words.Spoken).FirstOrDefault(each => each is not null) is { } words
            ? new(words.Culture.Name)
            : null;
}
