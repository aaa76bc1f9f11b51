using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Communities;
using PublicBuyers.Layout;
using PublicBuyers.Members;
using PublicBuyers.Platform;

namespace PublicBuyers.Administration;

/// <summary>What administrators see and look after.</summary>
internal static class AdministrationForms
{
    public static void MapAdministration(this RouteGroupBuilder pages)
    {
        pages.MapGet("/administration", Overview);
        pages.MapPost("/administration/kinds", ConfirmKind);
        pages.MapPost("/administration/mail/lift", LiftAddress);
        pages.MapGet(Paths.Administrators, AdministratorForms.List);
        pages.MapPost(Paths.Administrators, AdministratorForms.Appoint);
        pages.MapPost(Paths.Administrators + "/dismiss", AdministratorForms.Dismiss);
    }

    private static async Task<IResult> Overview(Visit visit, IQuarantine quarantine, IMemberDirectory members, IMailDesk mail, ICommunityDirectory communities, IVitality vitality, CancellationToken cancel)
    {
        if (!visit.Caller!.Profile.IsAdministrator) return Page.Absent;

        var all = await communities.All(cancel);
        var alive = await vitality.OfEach([.. all.Select(entry => entry.Community)], cancel);
        var dormant = all.Zip(alive).Where(each => each.Second.State is VitalityState.Dormant).OrderBy(each => each.Second.LastActivity).ToImmutableArray();
        var waiting = await members.Unconfirmed(AdministrationPage.MostWaiting, cancel);
        return Page.Of<AdministrationPage>(new { Streams = await quarantine.All(cancel), Mail = await mail.State(cancel), Waiting = waiting, Cards = await members.Cards([.. waiting.Select(each => each.Member)], cancel), Dormant = dormant, Closed = all.Where(entry => entry.ClosedAt is not null).OrderBy(entry => entry.ClosedAt).ToImmutableArray() });
    }

    private static async Task<IResult> ConfirmKind([FromForm] string? request, [FromForm] string? member, [FromForm] string? kind, Visit visit, IGrainFactory grains, ICommunityDirectory directory, CancellationToken cancel)
    {
        if (!visit.Caller!.Profile.IsAdministrator || !RequestId.TryRead(request, out var once)) return Page.Absent;
        if (!MemberId.TryRead(member, out var whom) || !Enum.TryParse<MemberKind>(kind, out var confirmed) || !Enum.IsDefined(confirmed)) return Page.Absent;

        var done = await grains.Member(whom).ConfirmKind(new() { By = visit.Member, Request = once, Kind = confirmed });
        if (done.IsRefused) return Page.Refused(done.Refusal);

        await directory.Settled(cancel);
        return Page.Next("/administration");
    }

    private static async Task<IResult> LiftAddress([FromForm] string? address, Visit visit, IMailDesk mail, CancellationToken cancel)
    {
        if (!visit.Caller!.Profile.IsAdministrator || address is not { Length: > 0 and <= 254 }) return Page.Absent;

        await mail.Lift(address, cancel);
        return Page.Next("/administration#mail");
    }
}
