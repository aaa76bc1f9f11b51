using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;
using PublicBuyers.Live;

namespace PublicBuyers.Inbox;

/// <summary>What concerns the caller, for programs.</summary>
internal static class InboxEndpoints
{
    private static readonly InboxRefusal.NotVisible Absent = new();

    public static void MapInboxApi(this IEndpointRouteBuilder api)
    {
        var me = api.MapGroup("/me").WithTags("Me").ProducesProblem(StatusCodes.Status404NotFound);

        me.MapGet("/notices", Page).WithSummary("The newest notices, or those before one; newest first.");
        me.MapGet("/mutes", Mutes).WithSummary("The rooms and members the caller has muted.");

        var changes = me.MapGroup("").ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests);

        changes.MapPost("/notices/read", ReadNotices).WithSummary("Marks one notice as read, or all up to one.");
        changes.MapPost("/mutes/rooms", MuteRoom).WithSummary("Mutes a room, or undoes it.");
        changes.MapPost("/mutes/members", MuteMember).WithSummary("Mutes a member, or undoes it.");

        api.MapPost("/rooms/{community}/{slug}/read", MarkRead).WithMetadata(Security.ReadingOn.Mark).WithTags("Rooms").WithSummary("The caller has read the room, or a thread of it, up to a post.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status429TooManyRequests);
    }

    private static async Task<Results<Ok<NoticesWire>, ProblemHttpResult>> Page(Caller caller, IGrainFactory grains, NoticePresenter presenter, CancellationToken cancel, long before = 0)
    {
        var page = await grains.Inbox(caller.Member).Page(caller.Member, Math.Max(0, before));
        if (page.IsRefused) return Refusals.AsProblem(page.Refusal);

        return TypedResults.Ok(new NoticesWire(page.Value.At.Epoch, page.Value.At.Position, await presenter.Present(caller.Member, page.Value.Notices, cancel: cancel), page.Value.Unread, page.Value.Older));
    }

    private static async Task<Results<Ok<Mutes>, ProblemHttpResult>> Mutes(Caller caller, IGrainFactory grains)
    {
        var page = await grains.Inbox(caller.Member).Page(caller.Member, 0);
        return page.IsRefused ? Refusals.AsProblem(page.Refusal) : TypedResults.Ok(page.Value.Mutes);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ReadNotices(NoticesRead body, Caller caller, IGrainFactory grains)
    {
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        return Refusals.AsAnswer(await grains.Inbox(caller.Member).Read(new() { By = caller.Member, Request = request, Number = body.Number, Upto = body.Upto }));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> MuteRoom(RoomMute body, Caller caller, IGrainFactory grains)
    {
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;
        if (!RoomId.TryRead(body.Room, out var room)) return Refusals.AsProblem(Absent);

        return Refusals.AsAnswer(await grains.Inbox(caller.Member).MuteRoom(new() { By = caller.Member, Request = request, Room = room, Muted = body.Muted }));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> MuteMember(MemberMute body, Caller caller, IGrainFactory grains)
    {
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;
        if (!MemberId.TryRead(body.Member, out var member)) return Refusals.AsProblem(Absent);

        return Refusals.AsAnswer(await grains.Inbox(caller.Member).MuteMember(new() { By = caller.Member, Request = request, Member = member, Muted = body.Muted }));
    }

    private static async Task<Results<Ok<Read>, ProblemHttpResult>> MarkRead(string community, string slug, ReadUpTo body, Caller caller, IGrainFactory grains)
    {
        if (!RoomId.TryRead($"{community}/{slug}", out var room)) return Refusals.AsProblem(Absent);

        var marked = await grains.Inbox(caller.Member).Mark(new(caller.Member, room, new(body.Number), body.Thread is { } thread ? new(thread) : null));
        return marked.IsRefused ? Refusals.AsProblem(marked.Refusal) : TypedResults.Ok(new Read(marked.Value.Upto.Value));
    }
}

/// <param name="Unread">Of all notices, not of these.</param>
/// <param name="Older">Whether there are notices before the last of these.</param>
internal sealed record NoticesWire(long Epoch, long Position, ImmutableArray<NoticeWire> Notices, int Unread, bool Older);

internal sealed record NoticesRead(string RequestId, long? Number = null, long? Upto = null);

internal sealed record RoomMute(string RequestId, string Room, bool Muted);

internal sealed record MemberMute(string RequestId, string Member, bool Muted);

internal sealed record ReadUpTo(long Number, long? Thread = null);
