using Microsoft.AspNetCore.Http;
using PublicBuyers.Security;

namespace PublicBuyers;

/// <summary>
/// Answers programs with problem details whatever they say that they accept. The framework's writer leaves those who
/// ask for something else to a writer that knows nothing of ours: without <c>Retry-After</c> and without the words.
/// </summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) =>
        context.HttpContext.Request.IsForApi || context.HttpContext.Request.IsForLive;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        Refusals.Finish(context);
        return new(
            context.HttpContext.Response.WriteAsJsonAsync(
                context.ProblemDetails,
                options: null,
                contentType: "application/problem+json",
                context.HttpContext.RequestAborted
            )
        );
    }
}
