using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Security;

/// <summary>Every form that changes something carries the token of the page it came from. The framework checks only the forms that ask for it; here a form has to ask not to.</summary>
internal sealed partial class FormTokens(RequestDelegate next, IAntiforgery antiforgery, ILogger<FormTokens> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (!NeedsToken(http))
        {
            await next(http);
            return;
        }

        await UnreadableRequests.ReadForm(http);
        if (await antiforgery.IsRequestValidAsync(http))
        {
            await next(http);
            return;
        }

        UnreadableRequests.IsLogged(http);
        LogForged(http.Request.Method, http.Request.Path);
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        Pages.UnsentForm.Mark(http);
    }

    private static bool NeedsToken(HttpContext http) =>
        http.Request is { Changes: true, IsForApi: false, IsForLive: false }
        && http.GetEndpoint() is { } endpoint
        && endpoint.Metadata.GetMetadata<IAntiforgeryMetadata>() is not { RequiresValidation: false };

    [LoggerMessage(3102, LogLevel.Warning, "Audit: a form without a valid token was refused: {Method} {Path}")]
    private partial void LogForged(string method, string path);
}
