using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

/// <summary>What one asks of moderators: pages and plain forms.</summary>
internal static class RequestForms
{
    public static void MapRequestForms(this RouteGroupBuilder pages)
    {
        pages.MapGet(Paths.Requests, List);

        var community = pages.MapGroup("/communities/{community}");
        community.MapGet("/ask", AskForMessage);
        community.MapPost("/ask", Ask);
        community.MapPost("/requests/{number:long:min(1)}/withdraw", Withdraw);
        community.MapGet("/requests/{number:long:min(1)}/appeal", AskForAppeal);
        community.MapPost("/requests/{number:long:min(1)}/appeal", Appeal);
        community.MapRestrictionAppeals();
        community.MapGet("/{room}/posts/{post:long:min(1)}/report", AskForReport);
        community.MapPost("/{room}/posts/{post:long:min(1)}/report", Report);
    }

    private static async Task<IResult> List(Visit visit, RequestsOf requests)
    {
        var (items, restricted) = await requests.ReadAll(visit.Member, visit.Leaving);
        return Page.Of<RequestsPage>(new { Items = items, Restricted = restricted });
    }

    private static Task<IResult> AskForMessage(string community, Visit visit, IGrainFactory grains) =>
        Slugs.IsSlug(community) ? AskForm(new(community), "", null, null, visit, grains) : Task.FromResult(Page.Absent);

    private static async Task<IResult> Ask(string community, [FromForm] string? request, [FromForm] string? message, Visit visit, IGrainFactory grains, NamedRefusals refusals)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var id = new CommunityId(community);
        var asked = await grains.Queue(id).Ask(new() { By = visit.Member, Request = once, Message = RoomForms.Typed(message) });
        if (!asked.IsRefused) return Page.Next(Paths.MyRequest(new(id, asked.Value)));
        if (asked.Refusal.Kind is RefusalKind.Absent) return Page.Absent;

        return await AskForm(id, RoomForms.Typed(message), RoomForms.AfterRefusal(asked.Refusal, once), await refusals.Name(asked.Refusal, visit.Caller!.Profile), visit, grains);
    }

    private static async Task<IResult> AskForm(CommunityId community, string message, string? request, Refusal? why, Visit visit, IGrainFactory grains)
    {
        var bearing = await grains.Community(community).BearingOf(visit.Member);
        if (!bearing.IsFounded) return Page.Absent;

        var mine = await grains.Queue(community).Mine(visit.Member);
        var open = mine.IsRefused ? null : mine.Value.FirstOrDefault(item => item is { Kind: ItemKind.AccessRequest, State: ItemState.Open });
        return Page.Of<AskPage>(
            new { Community = community, Bearing = bearing, visit.Caller!.Profile.IsBuyer, Open = open, Message = message, Request = request, Why = why },
            why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));
    }

    private static async Task<IResult> Withdraw(string community, long number, [FromForm] string? request, Visit visit, IGrainFactory grains, NamedRefusals refusals)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var withdrawn = await grains.Queue(new(community)).Withdraw(new() { By = visit.Member, Request = once, Number = new(number) });
        return withdrawn.IsRefused ? Page.Refused(await refusals.Name(withdrawn.Refusal, visit.Caller!.Profile)) : Page.Next(Paths.Requests);
    }

    private static Task<IResult> AskForAppeal(string community, long number, Visit visit, IGrainFactory grains, QueuePresenter presenter) =>
        Slugs.IsSlug(community) ? AppealForm(new(community), number, "", null, null, visit, grains, presenter) : Task.FromResult(Page.Absent);

    private static async Task<IResult> Appeal(string community, long number, [FromForm] string? request, [FromForm] string? message, Visit visit, IGrainFactory grains, QueuePresenter presenter)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var id = new CommunityId(community);
        var appealed = await grains.Queue(id).Appeal(new() { By = visit.Member, Request = once, Number = new(number), Message = RoomForms.Typed(message) });
        return appealed.Refusal switch
        {
            null => Page.Next(Paths.MyRequest(new(id, appealed.Value))),
            { Kind: RefusalKind.Unprocessable or RefusalKind.TooMany } why => await AppealForm(id, number, RoomForms.Typed(message), RoomForms.AfterRefusal(why, once), why, visit, grains, presenter),
            var why => Page.Refused(why),
        };
    }

    private static async Task<IResult> AppealForm(CommunityId community, long number, string message, string? request, Refusal? why, Visit visit, IGrainFactory grains, QueuePresenter presenter)
    {
        var mine = await grains.Queue(community).Mine(visit.Member);
        if (mine.IsRefused || mine.Value.FirstOrDefault(item => item.Number.Value == number) is not { Decision: not null } item) return Page.Absent;
        if (!item.MayAppeal) return Page.Refused(new QueueRefusal.NoAppeal());

        var name = (await grains.Community(community).BearingOf(visit.Member)).Name;
        return Page.Of<AppealView>(
            new { Item = (await presenter.Present(community, name, [item], visit.Leaving))[0], Message = message, Request = request, Why = why },
            why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));
    }

    private static Task<IResult> AskForReport(string community, string room, long post, Visit visit, RoomReading reading, PostPresenter presenter) =>
        RoomId.TryRead($"{community}/{room}", out var id) ? ReportForm(id, post, "", null, null, visit, reading, presenter) : Task.FromResult(Page.Absent);

    private static async Task<IResult> Report(string community, string room, long post, [FromForm] string? request, [FromForm] string? message, Visit visit, IGrainFactory grains, RoomReading reading, PostPresenter presenter)
    {
        if (!RoomId.TryRead($"{community}/{room}", out var id) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var reported = await grains.Queue(id.Community).Report(new() { By = visit.Member, Request = once, Room = id, Post = new(post), Message = RoomForms.Typed(message) });
        return reported.Refusal switch
        {
            null => Page.Next(Paths.MyRequest(new(id.Community, reported.Value))),
            { Kind: RefusalKind.Unprocessable or RefusalKind.TooMany } why => await ReportForm(id, post, RoomForms.Typed(message), RoomForms.AfterRefusal(why, once), why, visit, reading, presenter),
            var why => Page.Refused(why),
        };
    }

    private static async Task<IResult> ReportForm(RoomId room, long number, string message, string? request, Refusal? why, Visit visit, RoomReading reading, PostPresenter presenter)
    {
        var (post, _, otherwise) = await reading.Find(room, number);
        if (post is null) return otherwise;
        if (post.IsWithheld) return Page.Absent;
        if (post.Author == visit.Member) return Page.Refused(new QueueRefusal.Own());

        return Page.Of<ReportView>(
            new { Room = room, Post = await presenter.Present(post), Message = message, Request = request, Why = why },
            why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));
    }
}
