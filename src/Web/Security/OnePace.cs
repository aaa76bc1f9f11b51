using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Access;
using PublicBuyers.Layout;
using PublicBuyers.Live;

namespace PublicBuyers.Security;

/// <summary>Every change counts towards one pace, by form or through the API, together with commands of the live connection. A route cannot forget it: it has to ask for another pace.</summary>
internal sealed class OnePace(RequestDelegate next, Pace pace, WebOptions web)
{
    private readonly FrozenSet<string> ours = Origins.Ours(web).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.Changes || http.Request.IsForLive || http.GetEndpoint() is not { } endpoint) return next(http);

        var refused = Caller.Of(http) is not { } caller ? OfStranger(http)
            : endpoint.Metadata.GetMetadata<ReadingOn>() is not null ? pace.Reading(caller.Member)
            : pace.Command(caller.Member);
        if (refused is not { } tooFast) return next(http);

        if (http.Request.IsForApi) return Refusals.AsProblem(tooFast).ExecuteAsync(http);

        return Page.Refused(tooFast).ExecuteAsync(http);
    }

    /// <summary>
    /// A page of another site can have its reader's browser send forms to us. They come to nothing, and must not use up
    /// what that reader, and whoever shares their network's address, may send.
    /// </summary>
    private Refused.TooFast? OfStranger(HttpContext http)
    {
        var address = ClientAddress.Of(http);
        return Origins.IsNamedForeign(http.Request, ours) ? pace.Foreign(address) : pace.Stranger(address);
    }
}

/// <summary>Marks a route by which somebody reads on: it is no command, and people who scroll through a room use it often.</summary>
internal sealed class ReadingOn
{
    public static readonly ReadingOn Mark = new();
}
