using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PublicBuyers.Layout;
using PublicBuyers.Security;

namespace PublicBuyers.Pages;

/// <summary>Around everything: what went wrong on the way to a page is told on a page, as a sentence with the next step.</summary>
internal sealed partial class PageErrors(INewIds ids, ILogger<PageErrors> logger) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(Tell);
        next(app);
    };

    private async Task Tell(HttpContext http, RequestDelegate next)
    {
        string? reference = null;
        try
        {
            await next(http);
        }
        catch (Exception fault) when (IsForPeople(http) && !http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            reference = ids.Next()[..8];
            LogFault(fault, reference, http.Request.Method, http.Request.Path);
            http.Response.ContentType = null;
            http.Response.StatusCode = Refusals.StatusOf(fault);
            if (Unreached.Is(fault)) http.Response.Headers.RetryAfter = $"{Refusals.RetryAfter(Unreached.Refusal)}";
        }

        if (http.Response.StatusCode >= StatusCodes.Status400BadRequest && IsForPeople(http) && IsEmpty(http.Response)) await Show(http, reference);
    }

    private static async Task Show(HttpContext http, string? reference)
    {
        var status = http.Response.StatusCode;
        var unsent = UnsentForm.IsMarked(http)
            ? await UnsentForm.Page(http, status)
            : await UnsentForm.Refused(http, status, null, reference);
        await (unsent ?? Page.Of<ErrorPage>(new { Status = status, Reference = reference }, status)).ExecuteAsync(http);
    }

    private static bool IsForPeople(HttpContext http) =>
        http.Request is { IsForApi: false, IsForLive: false }
        && http.Request.GetTypedHeaders().Accept.Any(each => each.MediaType == "text/html");

    private static bool IsEmpty(HttpResponse response) => !response.HasStarted && response.ContentLength is null && string.IsNullOrEmpty(response.ContentType);

    [LoggerMessage(3201, LogLevel.Error, "Fault {Reference} while answering {Method} {Path}")]
    private partial void LogFault(Exception fault, string reference, string method, string path);
}
