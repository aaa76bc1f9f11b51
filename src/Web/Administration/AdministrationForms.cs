using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Communities;
using PublicBuyers.Layout;
using PublicBuyers.Members;
using PublicBuyers.Platform;
using PublicBuyers.SignIn;

namespace PublicBuyers.Administration;

/// <summary>How the first administrator comes in, and what administrators see.</summary>
internal static class AdministrationForms
{
    public static void MapAdministratorLink(this RouteGroupBuilder pages)
    {
        pages.MapGet("/administrator", Look);
        pages.MapPost("/administrator", Accept);
    }

    public static void MapAdministration(this RouteGroupBuilder pages)
    {
        pages.MapGet("/administration", Overview);
        pages.MapPost("/administration/kinds", ConfirmKind);
        pages.MapPost("/administration/mail/lift", LiftAddress);
    }

    private static async Task<IResult> Look([FromQuery] string? t, IGrainFactory grains)
    {
        var link = await grains.Platform().LookAtInvitation(HashOf(t));
        return link.IsRefused
            ? Page.Of<AdministratorView>(new { Why = link.Refusal, Usable = false }, Refusals.StatusOf(link.Refusal.Kind))
            : Page.Of<AdministratorView>(new { Token = t, Usable = true, KnowsWhom = link.Value.For is not null });
    }

    private static async Task<IResult> Accept(
        [FromForm] string? request, [FromForm] string? t, [FromForm] string? address, [FromForm] string? name,
        Visit visit, Arrival arrival, IGrainFactory grains, IAddressKeys addresses, IAccounts accounts)
    {
        if (!RequestId.TryRead(request, out var once)) return Page.Absent;

        var platform = grains.Platform();
        var link = await platform.LookAtInvitation(HashOf(t));
        if (link.IsRefused) return Page.Of<AdministratorView>(new { Why = link.Refusal, Usable = false }, Refusals.StatusOf(link.Refusal.Kind));

        if (link.Value.For is not { } member)
        {
            if (!addresses.TryRead(address, out var normalised))
                return Page.Of<AdministratorView>(new { Token = t, Usable = true, Address = address, Name = name, Why = new SignInRefusal.AddressInvalid() }, StatusCodes.Status422UnprocessableEntity);
            member = await accounts.Of(normalised, visit.Words.Language);
        }

        var accepted = await platform.AcceptInvitation(new() { By = member, Request = once, TokenHash = HashOf(t), Member = member });
        if (accepted.IsRefused) return Page.Of<AdministratorView>(new { Why = accepted.Refusal, Usable = false }, Refusals.StatusOf(accepted.Refusal.Kind));

        // Follows from the acceptance whatever happens; asked for here too, so that the next page knows.
        var appointed = await grains.Member(member).AppointAdministrator(new() { By = MemberId.System, Request = new("administrator:" + once.Value) });
        if (appointed.IsRefused) return Page.Refused(appointed.Refusal);

        await Introduce(member, name, visit, grains);
        return await arrival.Of(member, "/");
    }

    /// <summary>A name that cannot be taken is asked for again by the welcome page.</summary>
    private static async Task Introduce(MemberId member, string? name, Visit visit, IGrainFactory grains)
    {
        var profile = await grains.Member(member).Profile();
        if (string.IsNullOrWhiteSpace(name) || profile.IsRefused || profile.Value.IsComplete) return;

        _ = await grains.Member(member).ChangeProfile(new()
        {
            By = member,
            Request = visit.NewRequest(),
            Name = name.Trim(),
            Organisation = profile.Value.Organisation,
            Language = visit.Words.Language,
            TimeZone = profile.Value.TimeZone is { Length: > 0 } zone ? zone : Zones.Usual,
        });
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

    private static string HashOf(string? token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token ?? "")));
}
