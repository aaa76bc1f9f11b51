using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Bridges;

/// <summary>Bridges between communities, for programs. What is said in a thread are posts of its room, such as <c>cpb-network/+ai-community+1</c>.</summary>
internal static class BridgeEndpoints
{
    private static readonly BridgeRefusal.NotVisible Absent = new();

    public static void MapBridgesApi(this IEndpointRouteBuilder api)
    {
        var bridges = api.MapGroup("/communities/{community}").WithTags("Bridges").ProducesProblem(StatusCodes.Status404NotFound);
        bridges.MapGet("/bridged-threads", Threads).WithSummary("Threads in common with other communities that the caller may read, newest first. To members.");
        bridges.MapGet("/bridges", All).WithSummary("The community's bridges, newest first. To its moderators.").ProducesProblem(StatusCodes.Status403Forbidden);

        var changes = bridges.MapGroup("/bridges")
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests);
        changes.MapPost("/{other}/propose", Propose).WithSummary("Proposes a bridge to another community; where that one has proposed it already, the two are agreed. Leaders only.");
        changes.MapPost("/{other}/agree", Agree).WithSummary("Agrees to what the other community proposed. Leaders only.");
        changes.MapPost("/{other}/decline", Decline).WithSummary("Declines it. Leaders only.");
        changes.MapPost("/{other}/take-back", TakeBack).WithSummary("Takes the own proposal back. Leaders only.");
        changes.MapPost("/{other}/end", End).WithSummary("Ends the bridge, with a reason. Leaders only.");
        changes.MapPost("/{other}/threads", OpenThread).WithSummary("Opens a thread that members of both read and write in. Moderators only.");
    }

    private static async Task<Results<Ok<ImmutableArray<ThreadOfBridge>>, ProblemHttpResult>> Threads(string community, Caller caller, BridgedThreads threads, IGrainFactory grains, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community)) return Refusals.AsProblem(Absent);

        var id = new CommunityId(community);
        if ((await grains.Community(id).BearingOf(caller.Member)).Role is null) return Refusals.AsProblem(Absent);

        return TypedResults.Ok((await threads.Of(caller.Member, [id], cancel)).OrderByDescending(thread => thread.At).Select(thread => ThreadOfBridge.Of(thread, id)).ToImmutableArray());
    }

    private static async Task<Results<Ok<ImmutableArray<BridgeWire>>, ProblemHttpResult>> All(string community, Caller caller, BridgeReading reading, IGrainFactory grains, PostPresenter presenter, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community)) return Refusals.AsProblem(Absent);

        var id = new CommunityId(community);
        if ((await grains.Community(id).BearingOf(caller.Member)).Role is not { } role) return Refusals.AsProblem(Absent);
        if (!Rights.May(Doing.OpenBridgedThread, role)) return Refusals.AsProblem(new BridgeRefusal.NotAllowed());

        var wires = ImmutableArray.CreateBuilder<BridgeWire>();
        foreach (var entry in await reading.Of(caller.Member, id, cancel))
        {
            var by = await presenter.Cards([.. entry.View.Acts.Select(act => act.By)], cancel);
            wires.Add(new(
                entry.Other, entry.OtherName, entry.View.State, entry.View.Version, entry.View.Room,
                [.. entry.View.Acts.Select((act, i) => new BridgeActWire(act.State, act.Side, by[i], act.At, act.Text))],
                [.. entry.View.Threads.Select(thread => ThreadOfBridge.Of(thread, id))]));
        }

        return TypedResults.Ok(wires.ToImmutable());
    }

    private static Task<Results<Ok<BridgeStateWire>, ProblemHttpResult>> Propose(string community, string other, NewProposal body, Caller caller, IGrainFactory grains, IBridges bridges, CancellationToken cancel) =>
        To(community, other, body.RequestId, grains, async (bridge, side, request) =>
        {
            if (!RoomId.TryRead(body.Room, out var room)) return Refusals.AsProblem(new BridgeRefusal.RoomAbsent());

            var proposed = await bridge.Propose(new() { By = caller.Member, Request = request, Side = side, Room = room, Message = body.Message ?? "" });
            await bridges.Settled(cancel);   // who proposed it finds it
            return State(proposed);
        });

    private static Task<Results<Ok<BridgeStateWire>, ProblemHttpResult>> Agree(string community, string other, NewAgreement body, Caller caller, IGrainFactory grains) =>
        To(community, other, body.RequestId, grains, async (bridge, side, request) =>
            RoomId.TryRead(body.Room, out var room)
                ? State(await bridge.Agree(new() { By = caller.Member, Request = request, Side = side, Room = room, Version = body.Version }), BridgeState.Standing)
                : Refusals.AsProblem(new BridgeRefusal.RoomAbsent()));

    private static Task<Results<Ok<BridgeStateWire>, ProblemHttpResult>> Decline(string community, string other, NewRefusal body, Caller caller, IGrainFactory grains) =>
        To(community, other, body.RequestId, grains, async (bridge, side, request) =>
            State(await bridge.Decline(new() { By = caller.Member, Request = request, Side = side, Version = body.Version, Reason = body.Reason ?? "" }), BridgeState.Declined));

    private static Task<Results<Ok<BridgeStateWire>, ProblemHttpResult>> TakeBack(string community, string other, NewTakingBack body, Caller caller, IGrainFactory grains) =>
        To(community, other, body.RequestId, grains, async (bridge, side, request) => State(await bridge.TakeBack(new() { By = caller.Member, Request = request, Side = side }), BridgeState.TakenBack));

    private static Task<Results<Ok<BridgeStateWire>, ProblemHttpResult>> End(string community, string other, NewEnding body, Caller caller, IGrainFactory grains) =>
        To(community, other, body.RequestId, grains, async (bridge, side, request) => State(await bridge.End(new() { By = caller.Member, Request = request, Side = side, Reason = body.Reason }), BridgeState.Ended));

    private static async Task<Results<Created<ThreadOpenedWire>, ProblemHttpResult>> OpenThread(string community, string other, NewThread body, Caller caller, IGrainFactory grains)
    {
        if (!TryRead(community, other, out var side, out var id)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        var room = default(RoomId);
        if (body.Room is not null && !RoomId.TryRead(body.Room, out room)) return Refusals.AsProblem(new BridgeRefusal.RoomAbsent());

        var opened = await grains.Bridge(id).OpenThread(new() { By = caller.Member, Request = request, Side = side, Title = body.Title, Room = body.Room is null ? null : room, Classification = body.Classification });
        return opened.IsRefused ? Refusals.AsProblem(opened.Refusal) : TypedResults.Created($"/api/rooms/{opened.Value}/posts", new ThreadOpenedWire(opened.Value));
    }

    /// <summary>Two communities; anything else has no bridge.</summary>
    public static bool TryRead(string community, string other, out CommunityId side, out BridgeId bridge)
    {
        (side, bridge) = (new(community), default);
        if (!Slugs.IsSlug(community) || !Slugs.IsSlug(other) || community == other) return false;

        bridge = new(side, new(other));
        return true;
    }

    private static async Task<Results<Ok<BridgeStateWire>, ProblemHttpResult>> To(
        string community, string other, string requestId, IGrainFactory grains, Func<IBridgeGrain, CommunityId, RequestId, Task<Results<Ok<BridgeStateWire>, ProblemHttpResult>>> command) =>
        !TryRead(community, other, out var side, out var bridge) ? Refusals.AsProblem(Absent)
        : !RequestId.TryRead(requestId, out var request) ? Refusals.BadRequestId
        : await command(grains.Bridge(bridge), side, request);

    private static Results<Ok<BridgeStateWire>, ProblemHttpResult> State(Outcome<BridgeState> outcome) =>
        outcome.Refusal is { } why ? Refusals.AsProblem(why) : TypedResults.Ok(new BridgeStateWire(outcome.Value));

    private static Results<Ok<BridgeStateWire>, ProblemHttpResult> State(Outcome<Done> outcome, BridgeState state) =>
        outcome.Refusal is { } why ? Refusals.AsProblem(why) : TypedResults.Ok(new BridgeStateWire(state));
}

/// <param name="Room">Of the own community: where the threads are linked.</param>
internal sealed record NewProposal(string RequestId, string Room, string? Message = null);

/// <param name="Version">Of the bridge, as it was seen.</param>
internal sealed record NewAgreement(string RequestId, string Room, long Version);

/// <param name="Version">Of the bridge, as it was seen.</param>
internal sealed record NewRefusal(string RequestId, long Version, string? Reason = null);

internal sealed record NewTakingBack(string RequestId);

internal sealed record NewEnding(string RequestId, string Reason);

/// <param name="Room">Of the own community; none: the one that was agreed on.</param>
/// <param name="Classification"><c>community</c>: members of either side; <c>hosts</c>: their moderators.</param>
internal sealed record NewThread(string RequestId, string Title, string? Room = null, Classification Classification = Classification.Community);

internal sealed record ThreadOpenedWire(RoomId Room);

internal sealed record BridgeStateWire(BridgeState State);

internal sealed record BridgeActWire(BridgeState State, CommunityId Side, MemberCard By, DateTimeOffset At, string Text);

/// <param name="Version">Say it when answering.</param>
internal sealed record BridgeWire(CommunityId Other, string OtherName, BridgeState State, long Version, RoomId? Room, ImmutableArray<BridgeActWire> Acts, ImmutableArray<ThreadOfBridge> Threads);

/// <param name="LinkedIn">The room of the community that was asked about.</param>
internal sealed record ThreadOfBridge(RoomId Room, string Title, RoomId? LinkedIn, Classification Classification, bool IsClosed, DateTimeOffset At)
{
    public static ThreadOfBridge Of(BridgedThread thread, CommunityId community) => new(thread.Room, thread.Title, thread.LinkIn(community), thread.Classification, thread.IsClosed, thread.At);
}
