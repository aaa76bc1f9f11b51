using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Layout;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

/// <summary>Searches that a moderator keeps: plain forms on the pages of queues.</summary>
internal static class FilterForms
{
    public static void MapFilterForms(this RouteGroupBuilder pages)
    {
        pages.MapPost(Paths.Queues + "/filters", Save);
        pages.MapPost(Paths.Queues + "/filters/drop", Drop);
    }

    private static async Task<IResult> Save(
        [FromForm] string? request, [FromForm] string? name, [FromForm] string? community, [FromForm] string? kind, [FromForm] string? state, [FromForm] string? person, Visit visit, IGrainFactory grains)
    {
        if (!RequestId.TryRead(request, out var once) || !QueueEndpoints.TryReadKind(kind, out var only) || !Slugs.IsSlug(community ?? "")) return Page.Absent;

        var filter = new SavedFilter(RoomForms.Typed(name), new(community!), only, state == "decided", RoomForms.Typed(person));
        var saved = await grains.Member(visit.Member).SaveFilter(new() { By = visit.Member, Request = once, Filter = filter });
        return saved.IsRefused ? Page.Refused(saved.Refusal) : Page.Next(AddressOf(filter));
    }

    private static async Task<IResult> Drop([FromForm] string? request, [FromForm] string? name, Visit visit, IGrainFactory grains)
    {
        if (!RequestId.TryRead(request, out var once)) return Page.Absent;

        var dropped = await grains.Member(visit.Member).DropFilter(new() { By = visit.Member, Request = once, Name = name ?? "" });
        return dropped.IsRefused ? Page.Refused(dropped.Refusal) : Page.Next(Paths.Queues);
    }

    /// <summary>Where what it finds is listed: in the queue, or in its log.</summary>
    public static string AddressOf(SavedFilter filter) =>
        $"{(filter.Decided ? Paths.QueueLogOf(filter.Community) : Paths.QueueOf(filter.Community))}?kind={filter.Kind}&person={Uri.EscapeDataString(filter.Person)}";
}

/// <summary>What the visitor has saved, for one page.</summary>
internal sealed class MyFilters(Visit visit, IGrainFactory grains)
{
    public async Task<ImmutableArray<SavedFilter>> All()
    {
        var filters = await grains.Member(visit.Member).Filters(visit.Member);
        return filters.IsRefused ? [] : filters.Value;
    }
}
