using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PublicBuyers.Layout;

namespace PublicBuyers.Security;

/// <summary>
/// Every form that changes something carries the token of the page it came from. The framework checks only the forms
/// that ask for it; here a form has to ask not to.
/// </summary>
/// <remarks>In a form with files the token comes before them: without a valid one, no file is kept.</remarks>
internal sealed partial class FormTokens(
    RequestDelegate next,
    IAntiforgery antiforgery,
    IOptions<AntiforgeryOptions> options,
    IncomingForms forms,
    ILogger<FormTokens> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (!IsForm(http))
        {
            await next(http);
            return;
        }

        var endpoint = http.GetEndpoint()!;
        if (endpoint.Metadata.GetMetadata<AsksFirst>() is { } right && await right.WhyNot(http) is { } no)
        {
            await no.ExecuteAsync(http);
            return;
        }

        var needsToken = endpoint.Metadata.GetMetadata<IAntiforgeryMetadata>() is not { RequiresValidation: false };
        if (await UnreadableRequests.ReadForm(http, each => Read(each, needsToken)) is { } why)
        {
            await Page.Refused(why).ExecuteAsync(http);
            return;
        }

        if (!needsToken || await antiforgery.IsRequestValidAsync(http))
        {
            await next(http);
            return;
        }

        UnreadableRequests.IsLogged(http);
        LogForged(http.Request.Method, http.Request.Path);
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        Pages.UnsentForm.Mark(http);
    }

    /// <summary>The token among the fields before the first file is looked at as the one of a header would be.</summary>
    private Task<Refusal?> Read(HttpContext http, bool needsToken) => forms.Read(http, forms.Usual, async before =>
    {
        if (!needsToken) return true;

        if (options.Value.HeaderName is { } header && before.GetResults().TryGetValue(options.Value.FormFieldName, out var token))
            http.Request.Headers[header] = token;
        else if (options.Value.HeaderName is null || !http.Request.Headers.ContainsKey(options.Value.HeaderName))
            return false;

        return await antiforgery.IsRequestValidAsync(http);
    });

    private static bool IsForm(HttpContext http) =>
        http.Request is { Changes: true, IsForApi: false, IsForLive: false } && http.GetEndpoint() is not null;

    [LoggerMessage(3102, LogLevel.Warning, "Audit: a form without a valid token was refused: {Method} {Path}")]
    private partial void LogForged(string method, string path);
}
