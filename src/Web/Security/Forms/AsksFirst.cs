using Microsoft.AspNetCore.Http;

namespace PublicBuyers.Security;

/// <summary>Marks a route whose form can be large: whether its sender may send it at all is asked before any of it is
/// read.</summary>
/// <param name="whyNot">Answers a request that need not send its form; none: it may.</param>
internal sealed class AsksFirst(Func<HttpContext, Task<IResult?>> whyNot)
{
    public Task<IResult?> WhyNot(HttpContext http) => whyNot(http);
}
