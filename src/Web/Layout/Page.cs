using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace PublicBuyers.Layout;

/// <summary>The answers a page handler can give.</summary>
internal static class Page
{
    /// <summary>The same for what is not there and for what may not be read.</summary>
    public static IResult Absent => Of<ErrorPage>(new { Status = StatusCodes.Status404NotFound }, StatusCodes.Status404NotFound);

    public static RazorComponentResult<T> Of<T>(object parameters, int status = StatusCodes.Status200OK) where T : IComponent =>
        new(parameters) { StatusCode = status, PreventStreamingRendering = true };

    /// <summary>A page of its own for a refusal that has no form to be shown in.</summary>
    public static IResult Refused(Refusal why) =>
        why.Kind is RefusalKind.Absent
            ? Absent
            : Of<ErrorPage>(new { Status = Refusals.StatusOf(why.Kind), Why = why }, Refusals.StatusOf(why.Kind));

    /// <summary>See other: a form that has been sent leads to a page that can be reloaded.</summary>
    public static IResult Next(string path) => new SeeOther(path);

    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = UriHelper.Encode(new Uri(path, UriKind.Relative));
            return Task.CompletedTask;
        }
    }
}
