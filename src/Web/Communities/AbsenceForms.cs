using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Layout;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Communities;

/// <summary>A moderator says when they are away, and who stands in.</summary>
internal static class AbsenceForms
{
    public static void MapAbsenceForms(this RouteGroupBuilder pages)
    {
        var absence = pages.MapGroup("/communities/{community}/absence");
        absence.MapGet("", Read);
        absence.MapPost("", Announce);
        absence.MapPost("/end", End);
    }

    private static Task<IResult> Read(string community, Visit visit, IGrainFactory grains, IMemberDirectory members, CancellationToken cancel) => View(community, null, null, null, visit, grains, members, cancel);

    private static async Task<IResult> Announce(string community, [FromForm] string? request, [FromForm] TypedAbsence form, Visit visit, IGrainFactory grains, IMemberDirectory members, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        // A day that is none begins and ends before today: that is refused as such.
        var id = new CommunityId(community);
        var from = Days.TryRead(form.From, out var first) ? Days.BeginningOf(first, visit.Zone) : visit.Now;
        var until = Days.TryRead(form.Until, out var last) ? Days.EndOf(last, visit.Zone) : DateTimeOffset.MinValue;
        var announced = await grains.Community(id).AnnounceAbsence(new() { By = visit.Member, Request = once, From = from, Until = until, Substitute = MemberId.TryRead(form.Substitute, out var substitute) ? substitute : null });
        return announced.IsRefused ? await View(community, form, RoomForms.AfterRefusal(announced.Refusal, once), announced.Refusal, visit, grains, members, cancel) : Page.Next(Paths.AbsenceOf(id));
    }

    private static async Task<IResult> End(string community, [FromForm] string? request, Visit visit, IGrainFactory grains, IMemberDirectory members, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var id = new CommunityId(community);
        var ended = await grains.Community(id).EndAbsence(new() { By = visit.Member, Request = once });
        return ended.IsRefused ? await View(community, null, null, ended.Refusal, visit, grains, members, cancel) : Page.Next(Paths.AbsenceOf(id));
    }

    private static async Task<IResult> View(string community, TypedAbsence? typed, string? request, Refusal? why, Visit visit, IGrainFactory grains, IMemberDirectory members, CancellationToken cancel)
    {
        var (view, otherwise) = await visit.CommunityFor(Doing.AnnounceAbsence, community, grains, alsoAdministrators: false);
        if (view is null) return otherwise;

        var absences = await grains.Community(view.Community).Absences(visit.Member);
        if (absences.IsRefused) return Page.Refused(absences.Refusal);

        var others = (await grains.Community(view.Community).Moderators()).Remove(visit.Member);
        var named = others.Concat(absences.Value.Select(absence => absence.Member)).Concat(absences.Value.Select(absence => absence.Substitute).OfType<MemberId>());
        var cards = await members.Cards([.. named], cancel);
        return Page.Of<AbsenceView>(
            new { Community = view, Absences = absences.Value, Others = others, Cards = cards, Typed = typed ?? new(), Request = request, Why = why },
            why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));
    }
}

/// <summary>The form of an absence, as it was typed: days, both included.</summary>
public sealed record TypedAbsence
{
    public string? From { get; init; }

    public string? Until { get; init; }

    public string? Substitute { get; init; }
}
