using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace PublicBuyers.Layout;

/// <summary>The answers a page handler can give.</summary>
internal static class Page
{
    /// <summary>The same for what is not there and for what may not be read.</summary>
    public static IResult Absent => new RefusedForm(StatusCodes.Status404NotFound, null);

    public static RazorComponentResult<T> Of<T>(object parameters, int status = StatusCodes.Status200OK) where T : IComponent =>
        new(parameters) { StatusCode = status, PreventStreamingRendering = true };

    /// <summary>
    /// A page of its own for a refusal that has no form to be shown in. Where it answers a form, it gives back what was typed.
    /// </summary>
    public static IResult Refused(Refusal why) =>
        why.Kind is RefusalKind.Absent ? Absent : new RefusedForm(Refusals.StatusOf(why.Kind), why);

    /// <summary>See other: a form that has been sent leads to a page that can be reloaded.</summary>
    public static IResult Next(string path) => new SeeOther(path);

    /// <summary>As <see cref="Next"/>, where nothing has been done with the form yet.</summary>
    public static IResult First(string path) => new SeeOther(path, accepts: false);

    private sealed class RefusedForm(int status, Refusal? why) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            if (why is not null && Refusals.RetryAfter(why) is { } wait)
                httpContext.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
            var typed = await Pages.UnsentForm.Refused(httpContext, status, why);
            await (typed ?? Of<ErrorPage>(new { Status = status, Why = why }, status)).ExecuteAsync(httpContext);
        }
    }

    /// <summary>An answer to a form that stands on the form's own page accepts it as well, unless it is a refusal.
    /// </summary>
    public static async ValueTask<object?> SayWhatIsAccepted(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var answer = await next(context);
        var http = context.HttpContext;
        var isDone = answer is RazorComponentResult { StatusCode: null or (>= 200 and < 300) };
        if (isDone && HttpMethods.IsPost(http.Request.Method)) SayAccepted(http);
        return answer;
    }

    /// <summary>Read by the browser's part: what it kept of this form is not needed any more. By the form's request id,
    /// for the next page only.</summary>
    private const string AcceptedCookie = "sent";

    private static readonly TimeSpan acceptedLasts = TimeSpan.FromMinutes(1);

    private static void SayAccepted(HttpContext http)
    {
        if (http.Features.Get<IFormFeature>()?.Form is not { } form || !RequestId.TryRead(form["request"], out var request)) return;

        http.Response.Cookies.Append(AcceptedCookie, request.Value, new()
        {
            IsEssential = true,
            MaxAge = acceptedLasts,
            Path = "/",
            SameSite = SameSiteMode.Strict,
            Secure = http.RequestServices.GetRequiredService<WebOptions>().IsSecure,
        });
    }

    private sealed class SeeOther(string path, bool accepts = true) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            if (accepts) SayAccepted(httpContext);
            httpContext.Response.Headers.Location = UriHelper.Encode(new Uri(path, UriKind.Relative));
            return Task.CompletedTask;
        }
    }
}
