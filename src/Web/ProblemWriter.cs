using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Security;

namespace PublicBuyers;

/// <summary>
/// Has the framework's writer answer programs whatever they say that they accept. Asked for anything but JSON it would
/// leave them to one that knows nothing of <see cref="Refusals.Finish"/>: they would not read when to come again.
/// </summary>
internal sealed class ProblemWriter(IServiceProvider services) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) =>
        context.HttpContext.Request.IsForApi || context.HttpContext.Request.IsForLive;

    public ValueTask WriteAsync(ProblemDetailsContext context) =>
        services.GetServices<IProblemDetailsWriter>().First(writer => writer is not ProblemWriter).WriteAsync(context);
}
