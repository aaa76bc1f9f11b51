using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;
using PublicBuyers.Layout;

namespace PublicBuyers.Moderation;

/// <summary>Who is new in an open community (R6): there is nothing to approve, and one click says what to do about them.</summary>
internal static class ArrivalEndpoints
{
    private static readonly QueueRefusal.NotVisible Absent = new();

    public static void MapArrivalsApi(this RouteGroupBuilder queues)
    {
        queues.MapGet("/{community}/arrivals", Read).WithSummary("Who is new in an open community and what they posted, first come first, then the newest that were answered.");
        queues.MapPost("/{community}/arrivals/{member}", Answer).WithSummary("Welcomes, watches, moves to review or dismisses somebody new.")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status429TooManyRequests);
    }

    public static void MapArrivalForms(this RouteGroupBuilder queue) => queue.MapPost("/arrivals/{member}", AnswerForm);

    private static async Task<Results<Ok<ArrivalsWire>, ProblemHttpResult>> Read(string community, Caller caller, IGrainFactory grains, QueuePresenter presenter, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community)) return Refusals.AsProblem(Absent);

        var arrivals = await grains.Queue(new(community)).Arrivals(caller.Member);
        return arrivals.IsRefused ? Refusals.AsProblem(arrivals.Refusal) : TypedResults.Ok(await presenter.Present(arrivals.Value, cancel));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Answer(string community, string member, NewArrivalAnswer body, Caller caller, IGrainFactory grains, NamedRefusals named, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        var answered = await grains.Queue(new(community)).AnswerArrival(new() { By = caller.Member, Request = request, Member = new(member), Act = body.Act });
        return Refusals.AsAnswer(await named.Name(answered, caller.Profile, cancel));
    }

    private static async Task<IResult> AnswerForm(string community, string member, [FromForm] string? request, [FromForm] string? act, Visit visit, IGrainFactory grains, NamedRefusals named)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once) || !Enum.TryParse<ArrivalAct>(act, ignoreCase: true, out var what) || !Enum.IsDefined(what)) return Page.Absent;

        var id = new CommunityId(community);
        var answered = await grains.Queue(id).AnswerArrival(new() { By = visit.Member, Request = once, Member = new(member), Act = what });
        return answered.IsRefused ? Page.Refused(await named.Name(answered.Refusal, visit.Caller!.Profile)) : Page.Next(Paths.QueueOf(id) + "#arrivals");
    }
}

internal sealed record NewArrivalAnswer(string RequestId, ArrivalAct Act);
