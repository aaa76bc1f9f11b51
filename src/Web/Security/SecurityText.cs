using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace PublicBuyers.Security;

/// <summary><c>/.well-known/security.txt</c> (RFC 9116): whom to tell of a weakness.</summary>
internal static class SecurityText
{
    public const string Path = "/.well-known/security.txt";

    /// <summary>A reader asks again before that.</summary>
    private const int ValidForDays = 180;

    public static void MapSecurityText(this IEndpointRouteBuilder routes) => routes.MapGet(Path, Get).WithMetadata(PublicAnswer.Mark).ExcludeFromDescription();

    private static IResult Get(WebOptions web, TimeProvider time)
    {
        if (web.SecurityContact is not { } contact) return TypedResults.NotFound();

        var expires = time.GetUtcNow().UtcDateTime.Date.AddDays(ValidForDays).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return TypedResults.Text($"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en, fr\nCanonical: {new Uri(web.BaseUrl, Path)}\n", "text/plain; charset=utf-8");
    }
}
