using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Communities;
using PublicBuyers.Layout;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Bridges;

/// <summary>Bridges of a community: proposing, answering, ending; opening threads.</summary>
internal static class BridgeForms
{
    public static void MapBridgeForms(this RouteGroupBuilder pages)
    {
        var bridges = pages.MapGroup("/communities/{community}/bridges");
        bridges.MapGet("", Read);
        bridges.MapPost("/propose", Propose);
        bridges.MapPost("/{other}/agree", Agree);
        bridges.MapPost("/{other}/decline", Decline);
        bridges.MapPost("/{other}/take-back", TakeBack);
        bridges.MapPost("/{other}/end", End);
        bridges.MapGet("/{other}/thread", AskForThread);
        bridges.MapPost("/{other}/thread", OpenThread);
    }

    private static Task<IResult> Read(string community, [FromServices] BridgePage page) => page.Of(community);

    private static Task<IResult> Propose(string community, [FromForm] string? request, [FromForm] string? other, [FromForm] string? room, [FromForm] string? message, Visit visit, IGrainFactory grains, BridgePage page) =>
        To(community, other, request, page, new(other, room, message, null), async (bridge, side, once) =>
            RoomId.TryRead(room, out var where)
                ? (await grains.Bridge(bridge).Propose(new() { By = visit.Member, Request = once, Side = side, Room = where, Message = RoomForms.Typed(message) })).Refusal
                : new BridgeRefusal.RoomAbsent());

    private static Task<IResult> Agree(string community, string other, [FromForm] string? request, [FromForm] string? room, [FromForm] long? version, Visit visit, IGrainFactory grains, BridgePage page) =>
        To(community, other, request, page, new(other, room, null, null), async (bridge, side, once) =>
            RoomId.TryRead(room, out var where)
                ? (await grains.Bridge(bridge).Agree(new() { By = visit.Member, Request = once, Side = side, Room = where, Version = version ?? 0 })).Refusal
                : new BridgeRefusal.RoomAbsent());

    private static Task<IResult> Decline(string community, string other, [FromForm] string? request, [FromForm] string? reason, [FromForm] long? version, Visit visit, IGrainFactory grains, BridgePage page) =>
        To(community, other, request, page, new(other, null, null, reason), async (bridge, side, once) =>
            (await grains.Bridge(bridge).Decline(new() { By = visit.Member, Request = once, Side = side, Version = version ?? 0, Reason = RoomForms.Typed(reason) })).Refusal);

    private static Task<IResult> TakeBack(string community, string other, [FromForm] string? request, Visit visit, IGrainFactory grains, BridgePage page) =>
        To(community, other, request, page, new(other, null, null, null), async (bridge, side, once) => (await grains.Bridge(bridge).TakeBack(new() { By = visit.Member, Request = once, Side = side })).Refusal);

    private static Task<IResult> End(string community, string other, [FromForm] string? request, [FromForm] string? reason, Visit visit, IGrainFactory grains, BridgePage page) =>
        To(community, other, request, page, new(other, null, null, reason), async (bridge, side, once) =>
            (await grains.Bridge(bridge).End(new() { By = visit.Member, Request = once, Side = side, Reason = RoomForms.Typed(reason) })).Refusal);

    private static async Task<IResult> AskForThread(string community, string other, BridgePage page) =>
        BridgeEndpoints.TryRead(community, other, out var side, out var bridge) ? await page.ForThread(side, bridge, ThreadTyped.Nothing, null, null) : Page.Absent;

    private static async Task<IResult> OpenThread(string community, string other, [FromForm] string? request, [FromForm] string? title, [FromForm] string? room, [FromForm] string? readers, Visit visit, IGrainFactory grains, BridgePage page)
    {
        if (!BridgeEndpoints.TryRead(community, other, out var side, out var bridge) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var opened = await grains.Bridge(bridge).OpenThread(new()
        {
            By = visit.Member,
            Request = once,
            Side = side,
            Title = title?.Trim() ?? "",
            Room = RoomId.TryRead(room, out var where) ? where : null,
            Classification = Enum.TryParse<Classification>(readers, out var which) ? which : Classification.Community,
        });
        return !opened.IsRefused ? Page.Next(Paths.Of(opened.Value))
            : opened.Refusal.Kind is RefusalKind.Absent ? Page.Absent
            : await page.ForThread(side, bridge, new(title, room, readers), RoomForms.AfterRefusal(opened.Refusal, once), opened.Refusal);
    }

    private static async Task<IResult> To(string community, string? other, string? request, BridgePage page, BridgeTyped typed, Func<BridgeId, CommunityId, RequestId, Task<Refusal?>> command)
    {
        if (!BridgeEndpoints.TryRead(community, other ?? "", out var side, out var bridge) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var why = await command(bridge, side, once);
        return why is null ? await page.After(side) : why.Kind is RefusalKind.Absent ? Page.Absent : await page.Of(community, typed, RoomForms.AfterRefusal(why, once), why);
    }
}

/// <summary>What was typed into one of the forms of the page of bridges.</summary>
/// <param name="Other">Which bridge it was about.</param>
public sealed record BridgeTyped(string? Other, string? Room, string? Message, string? Reason);

public sealed record ThreadTyped(string? Title, string? Room, string? Readers)
{
    public static readonly ThreadTyped Nothing = new(null, null, nameof(Classification.Community));
}

/// <summary>Reads what the pages of bridges show.</summary>
internal sealed class BridgePage(Visit visit, BridgeReading reading, IBridges bridges, ICommunityDirectory communities, IMemberDirectory members, IGrainFactory grains)
{
    public async Task<IResult> Of(string community, BridgeTyped? typed = null, string? request = null, Refusal? why = null)
    {
        var (view, otherwise) = await visit.CommunityFor(Doing.OpenBridgedThread, community, grains, alsoAdministrators: false);
        if (view is null) return otherwise;

        var all = await reading.Of(visit.Member, view.Community, visit.Leaving);
        var linked = all.Where(entry => entry.View.State is BridgeState.Proposed or BridgeState.Standing).Select(entry => entry.Other).Append(view.Community).ToImmutableHashSet();
        return Page.Of<BridgesView>(new
        {
            Community = view,
            Bridges = all,
            Others = (await communities.All(visit.Leaving)).RemoveAll(entry => linked.Contains(entry.Community)),
            Cards = await members.Cards([.. all.Select(entry => entry.View.Acts[0].By).Distinct()], visit.Leaving),
            Typed = typed,
            Request = request,
            Why = why,
        }, why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));
    }

    public async Task<IResult> ForThread(CommunityId side, BridgeId bridge, ThreadTyped typed, string? request, Refusal? why)
    {
        var (view, otherwise) = await visit.CommunityFor(Doing.OpenBridgedThread, side.Value, grains, alsoAdministrators: false);
        if (view is null) return otherwise;

        var described = await grains.Bridge(bridge).Describe(visit.Member, side);
        if (described.IsRefused) return Page.Refused(described.Refusal);
        if (described.Value.State is not BridgeState.Standing) return Page.Refused(why ?? new BridgeRefusal.NotStanding());

        var other = (await grains.Community(bridge.OtherThan(side)).BearingOf(visit.Member)).Name;
        return Page.Of<BridgedThreadView>(
            new { Community = view, Other = bridge.OtherThan(side), OtherName = other, Agreed = described.Value.Room, Typed = typed, Request = request, Why = why },
            why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));
    }

    public async Task<IResult> After(CommunityId side)
    {
        await bridges.Settled(visit.Leaving);
        return Page.Next(Paths.BridgesOf(side));
    }
}
