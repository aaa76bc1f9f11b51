using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;

namespace PublicBuyers.Rooms;

/// <summary>What moderators do in rooms, for programs.</summary>
internal static class ModerationEndpoints
{
    private static readonly RoomRefusal.NotVisible Absent = new();

    public static void MapModerationApi(this IEndpointRouteBuilder api)
    {
        var room = api.MapGroup("/rooms/{community}/{slug}").WithTags("Rooms").ProducesProblem(StatusCodes.Status404NotFound);

        room.MapGet("/acts", Acts).WithSummary("What moderators did in the room, newest first, or before a position.");
        room.MapGet("/reach", Reach).WithSummary("How many members @room in a post would reach. To moderators only.").ProducesProblem(StatusCodes.Status403Forbidden);

        var changes = room.MapGroup("")
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests);

        changes.MapPost("/posts/{number}/pin", Pin).WithSummary("Pins a post, or takes the pin away. Moderators only.");
        changes.MapPost("/posts/{number}/hide", Hide).WithSummary("Hides a post from all but moderators, or shows it again, with a reason. Moderators only.");
        changes.MapPost("/posts/{number}/lock", Lock).WithSummary("Closes a thread to replies, or opens it again, with a reason. Moderators only.");
        changes.MapPost("/slow-mode", SlowDown).WithSummary("Sets how many seconds a member waits between two posts, with a reason; 0 ends it. Moderators only.");
    }

    private static async Task<Results<Ok<ActsWire>, ProblemHttpResult>> Acts(string community, string slug, Caller caller, IGrainFactory grains, PostPresenter presenter, CancellationToken cancel, long before = 0)
    {
        if (!RoomId.TryRead($"{community}/{slug}", out var room)) return Refusals.AsProblem(Absent);

        var acts = await grains.Room(room).Acts(caller.Member, Math.Max(0, before));
        if (acts.IsRefused) return Refusals.AsProblem(acts.Refusal);

        var cards = await presenter.Cards([.. acts.Value.Select(act => act.Act.By)], cancel);
        return TypedResults.Ok(new ActsWire([.. acts.Value.Zip(cards, (act, by) => new LoggedActWire(act.Position, act.Kind, new(by, act.Act.At, act.Act.Reason), act.Post?.Value, act.Seconds))]));
    }

    private static async Task<Results<Ok<ReachWire>, ProblemHttpResult>> Reach(string community, string slug, Caller caller, IGrainFactory grains)
    {
        if (!RoomId.TryRead($"{community}/{slug}", out var room)) return Refusals.AsProblem(Absent);

        var reach = await grains.Room(room).Reach(caller.Member);
        return reach.IsRefused ? Refusals.AsProblem(reach.Refusal) : TypedResults.Ok(new ReachWire(reach.Value));
    }

    private static Task<Results<NoContent, ProblemHttpResult>> Pin(string community, string slug, string number, NewPin body, Caller caller, IGrainFactory grains) =>
        RoomEndpoints.ToPost(community, slug, number, body.RequestId, grains, (room, request, post) => room.Pin(new() { By = caller.Member, Request = request, Number = post, Pinned = body.Pinned }));

    private static Task<Results<NoContent, ProblemHttpResult>> Hide(string community, string slug, string number, NewHiding body, Caller caller, IGrainFactory grains) =>
        RoomEndpoints.ToPost(community, slug, number, body.RequestId, grains, (room, request, post) => room.Hide(new() { By = caller.Member, Request = request, Number = post, Hidden = body.Hidden, Reason = body.Reason }));

    private static Task<Results<NoContent, ProblemHttpResult>> Lock(string community, string slug, string number, NewLock body, Caller caller, IGrainFactory grains) =>
        RoomEndpoints.ToPost(community, slug, number, body.RequestId, grains, (room, request, post) => room.Lock(new() { By = caller.Member, Request = request, Number = post, Locked = body.Locked, Reason = body.Reason }));

    private static async Task<Results<NoContent, ProblemHttpResult>> SlowDown(string community, string slug, NewSlowMode body, Caller caller, IGrainFactory grains)
    {
        if (!RoomId.TryRead($"{community}/{slug}", out var room)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        return Refusals.AsAnswer(await grains.Room(room).SlowDown(new() { By = caller.Member, Request = request, Seconds = body.Seconds, Reason = body.Reason }));
    }
}

internal sealed record NewPin(string RequestId, bool Pinned);

internal sealed record NewHiding(string RequestId, bool Hidden, [property: JsonConverter(typeof(WritableText))] string Reason);

internal sealed record NewLock(string RequestId, bool Locked, [property: JsonConverter(typeof(WritableText))] string Reason);

internal sealed record NewSlowMode(string RequestId, int Seconds, [property: JsonConverter(typeof(WritableText))] string Reason);

internal sealed record ActsWire(ImmutableArray<LoggedActWire> Acts);

/// <param name="Kind">The fact's permanent name, such as <c>room.post-hidden</c>.</param>
/// <param name="Post">None where it was about the room as a whole.</param>
/// <param name="Seconds">Of slow mode.</param>
internal sealed record LoggedActWire(long Position, string Kind, ActWire Act, long? Post, int? Seconds);

internal sealed record ReachWire(int Members);
