using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;

namespace PublicBuyers.Communities;

/// <summary>Closing a community, asked for twice, and opening it again.</summary>
internal static class ClosingForms
{
    public static void MapClosingForms(this RouteGroupBuilder pages)
    {
        var community = pages.MapGroup("/communities/{community}");
        community.MapGet("/close", AskForClosing);
        community.MapPost("/close", Close);
        community.MapPost("/reopen", Reopen);
    }

    private static async Task<IResult> AskForClosing(string community, Visit visit, IGrainFactory grains)
    {
        var (view, otherwise) = await visit.CommunityFor(Doing.CloseCommunity, community, grains);
        return view is null ? otherwise
            : view.Closed is not null ? Page.Next(Paths.Of(view.Community))
            : Page.Of<ClosingView>(new { Community = view });
    }

    private static async Task<IResult> Close(string community, [FromForm] string? request, [FromForm] string? reason, Visit visit, IGrainFactory grains, ICommunityDirectory directory, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var id = new CommunityId(community);
        var typed = RoomForms.Typed(reason);
        var closed = await grains.Community(id).Close(new() { By = visit.Member, Request = once, Reason = typed });
        if (!closed.IsRefused)
        {
            await directory.Settled(cancel);
            return Page.Next(Paths.Of(id));
        }

        var (view, otherwise) = await visit.CommunityFor(Doing.CloseCommunity, community, grains);
        return view is null
            ? otherwise
            : Page.Of<ClosingView>(new { Community = view, Reason = typed, Request = RoomForms.AfterRefusal(closed.Refusal, once), Why = closed.Refusal }, Refusals.StatusOf(closed.Refusal.Kind));
    }

    private static async Task<IResult> Reopen(string community, [FromForm] string? request, Visit visit, IGrainFactory grains, ICommunityDirectory directory, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var id = new CommunityId(community);
        var reopened = await grains.Community(id).Reopen(new() { By = visit.Member, Request = once });
        if (reopened.IsRefused) return Page.Refused(reopened.Refusal);

        await directory.Settled(cancel);
        return Page.Next(Paths.Of(id));
    }
}
