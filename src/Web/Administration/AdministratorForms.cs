using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using PublicBuyers.Layout;
using PublicBuyers.Members;
using PublicBuyers.Platform;
using PublicBuyers.SignIn;

namespace PublicBuyers.Administration;

/// <summary>Administrators appoint, list and dismiss each other.</summary>
internal static class AdministratorForms
{
    public static Task<IResult> List(Visit visit, IMemberDirectory members, IGrainFactory grains) => Show(visit, members, grains);

    public static async Task<IResult> Appoint(
        [FromForm] string? request, [FromForm] string? address, Visit visit, IAddressKeys addresses, IAccounts accounts, IMemberDirectory members, IGrainFactory grains)
    {
        if (!visit.Caller!.Profile.IsAdministrator || !RequestId.TryRead(request, out var once)) return Page.Absent;
        if (!addresses.TryRead(address, out var normalised)) return await Show(visit, members, grains, address, new SignInRefusal.AddressInvalid());
        if (await accounts.Find(normalised) is not { } whom) return await Show(visit, members, grains, address, new PlatformRefusal.MemberUnknown(normalised));

        var done = await grains.Platform().Appoint(new() { By = visit.Member, Request = once, Member = whom });
        return done.IsRefused ? await Show(visit, members, grains, address, done.Refusal) : Page.Next(Paths.Administrators);
    }

    public static async Task<IResult> Dismiss([FromForm] string? request, [FromForm] string? member, Visit visit, IMemberDirectory members, IGrainFactory grains)
    {
        if (!visit.Caller!.Profile.IsAdministrator || !RequestId.TryRead(request, out var once) || !MemberId.TryRead(member, out var whom)) return Page.Absent;

        var done = await grains.Platform().Dismiss(new() { By = visit.Member, Request = once, Member = whom });
        return done.IsRefused ? await Show(visit, members, grains, null, done.Refusal)
            : whom == visit.Member ? Page.Next("/")
            : Page.Next(Paths.Administrators);
    }

    private static async Task<IResult> Show(Visit visit, IMemberDirectory members, IGrainFactory grains, string? typed = null, Refusal? why = null)
    {
        var view = await grains.Platform().Administrators(visit.Member);
        if (view.IsRefused) return view.Refusal is PlatformRefusal.AdministratorsOnly ? Page.Absent : Page.Refused(view.Refusal);

        var named = view.Value.Administrators.Concat(view.Value.Acts).SelectMany(act => new[] { act.Member, act.By }).Distinct().ToImmutableArray();
        return Page.Of<AdministratorsView>(
            new { View = view.Value, Cards = await members.Cards(named, visit.Leaving), Typed = typed, Why = why },
            why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));
    }
}
