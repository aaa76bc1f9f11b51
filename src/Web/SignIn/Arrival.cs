using Microsoft.AspNetCore.Http;
using PublicBuyers.Access;
using PublicBuyers.Layout;
using PublicBuyers.Security;

namespace PublicBuyers.SignIn;

/// <summary>A person has shown who they are: a session starts, and the first time a profile is asked for.</summary>
internal sealed class Arrival(IHttpContextAccessor http, IGrainFactory grains, INewIds ids, SessionSeal seal)
{
    public async Task<IResult> Of(MemberId member, string returnTo)
    {
        var context = http.HttpContext!;
        var started = await grains.Member(member).StartSession(new()
        {
            By = member,
            Request = new("arrival:" + ids.Next()),
            Session = new(ids.Next()),
            Device = Devices.Describe(context.Request.Headers.UserAgent),
        });
        if (started.IsRefused) return Page.Refused(started.Refusal);

        seal.Write(context.Response, member, started.Value);
        if (Caller.Of(context) is { } before && before.Member != member)
        {
            // This browser was somebody else's: their session goes with their cookie. One that has ended already is no trouble.
            _ = await grains.Member(before.Member).EndSession(new() { By = before.Member, Request = new("arrival:" + ids.Next()), Session = before.Session });
        }

        var profile = await grains.Member(member).Profile();
        var next = ReturnTo.Path(returnTo);
        return Page.Next(profile is { IsRefused: false, Value.IsComplete: true } ? next : "/welcome?returnTo=" + Uri.EscapeDataString(next));
    }
}
