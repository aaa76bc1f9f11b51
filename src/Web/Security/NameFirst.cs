using Microsoft.AspNetCore.Http;
using PublicBuyers.Access;
using PublicBuyers.Members;

namespace PublicBuyers.Security;

/// <summary>
/// Who has not given a name changes nothing through the API and opens no live connection: nobody could tell who it was.
/// Pages send them to where a name is given.
/// </summary>
internal sealed class NameFirst(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http) =>
        http.GetEndpoint() is not null
        && (http.Request.IsForLive || http.Request is { IsForApi: true, Changes: true })
        && Caller.Of(http) is { Profile.IsComplete: false }
            ? Refusals.AsProblem(new MemberRefusal.Nameless()).ExecuteAsync(http)
            : next(http);
}
