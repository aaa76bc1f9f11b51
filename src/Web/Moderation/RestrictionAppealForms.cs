using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

/// <summary>Who is muted, suspended or banned asks that somebody else looks at it.</summary>
internal static class RestrictionAppealForms
{
    public static void MapRestrictionAppeals(this RouteGroupBuilder community)
    {
        community.MapGet("/appeal", AskForAppeal);
        community.MapPost("/appeal", Appeal);
    }

    private static Task<IResult> AskForAppeal(string community, RequestsOf requests, Visit visit) =>
        Slugs.IsSlug(community) ? Form(new(community), "", null, null, requests, visit) : Task.FromResult(Page.Absent);

    private static async Task<IResult> Appeal(string community, [FromForm] string? request, [FromForm] string? message, Visit visit, IGrainFactory grains, RequestsOf requests)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var id = new CommunityId(community);
        var appealed = await grains.Queue(id).AppealRestriction(new() { By = visit.Member, Request = once, Message = RoomForms.Typed(message) });
        return appealed.Refusal switch
        {
            null => Page.Next(Paths.MyRequest(new(id, appealed.Value))),
            { Kind: RefusalKind.Unprocessable or RefusalKind.TooMany } why => await Form(id, RoomForms.Typed(message), RoomForms.AfterRefusal(why, once), why, requests, visit),
            var why => Page.Refused(why),
        };
    }

    private static async Task<IResult> Form(CommunityId community, string message, string? request, Refusal? why, RequestsOf requests, Visit visit)
    {
        if (await requests.RestrictionOf(visit.Member, community) is not { } restricted) return Page.Absent;

        return restricted.Appeal is { } appeal
            ? Page.Next(Paths.MyRequest(new(community, appeal)))
            : Page.Of<RestrictionAppealView>(new { Restricted = restricted, Message = message, Request = request, Why = why }, why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));
    }
}
