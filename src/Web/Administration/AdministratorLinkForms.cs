using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Layout;
using PublicBuyers.Security;
using PublicBuyers.SignIn;

namespace PublicBuyers.Administration;

/// <summary>How the first administrator comes in, or one who is locked out.</summary>
/// <remarks>
/// Where mail is sent, the link is for somebody who is signed in: their address has been verified by mail. Without a
/// mail server there is nothing to verify it with, and the page says so.
/// </remarks>
internal static class AdministratorLinkForms
{
    private const string Here = "/administrator";

    public static void MapAdministratorLink(this RouteGroupBuilder pages)
    {
        pages.MapGet(Here, Look);
        pages.MapPost(Here, Accept).WithMetadata(SignInLimit.Mark);
    }

    /// <param name="t">The token, as the link has it.</param>
    /// <param name="s">The token sealed, as one comes back with it from signing in.</param>
    private static async Task<IResult> Look(
        [FromQuery] string? t, [FromQuery] string? s, HttpContext http, BrowserCookie browser,
        Visit visit, WebOptions web, LinkSeal seal, IGrainFactory grains)
    {
        var token = t ?? seal.Open(s);
        var link = await grains.Platform().LookAtInvitation(HashOf(token));
        if (link.IsRefused) return Unusable(link.Refusal);

        browser.Remember(http);
        return Ask(token, visit, web);
    }

    private static async Task<IResult> Accept(
        [FromForm] string? request, [FromForm] string? t, [FromForm] string? address, [FromForm] string? name,
        HttpContext http, BrowserCookie browser, Visit visit, WebOptions web, LinkSeal seal, Arrival arrival,
        IGrainFactory grains, IAddressKeys addresses, IAccounts accounts)
    {
        if (!RequestId.TryRead(request, out var once)) return Page.Absent;

        var link = await grains.Platform().LookAtInvitation(HashOf(t));
        if (link.IsRefused) return Unusable(link.Refusal);
        if (visit.Caller is { } caller) return await Become(caller.Member, once, t, grains) ?? Page.Next("/administration");
        if (!addresses.TryRead(address, out var normalised)) return Ask(t, visit, web, address, name, new SignInRefusal.AddressInvalid());

        if (web.SendsMail)
        {
            var key = addresses.KeyOf(normalised);
            var back = $"{Here}?s={Uri.EscapeDataString(seal.Seal(t!))}";
            var asked = await grains.Address(key).Ask(new()
            {
                By = MemberId.System,
                Request = once,
                Address = normalised,
                Language = visit.Words.Language,
                ReturnTo = back,
                Browser = browser.Remember(http),
            });
            return asked.IsRefused ? Ask(t, visit, web, address, name, asked.Refusal) : Page.Next($"/sign-in/sent?a={Uri.EscapeDataString(key.Value)}");
        }

        var member = await accounts.Of(normalised, visit.Words.Language);
        if (await Become(member, once, t, grains) is { } refused) return refused;

        await Introduce(member, name, visit, grains);
        return await arrival.Of(member, "/administration");
    }

    /// <returns>None once the member is an administrator.</returns>
    private static async Task<IResult?> Become(MemberId member, RequestId once, string? token, IGrainFactory grains)
    {
        var accepted = await grains.Platform().AcceptInvitation(new() { By = member, Request = once, TokenHash = HashOf(token), Member = member });
        return accepted.IsRefused ? Unusable(accepted.Refusal) : null;
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

    private static IResult Ask(string? token, Visit visit, WebOptions web, string? address = null, string? name = null, Refusal? why = null) =>
        Page.Of<AdministratorView>(
            new { Token = token, Profile = visit.Caller?.Profile, web.SendsMail, Address = address, Name = name, Why = why },
            why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));

    private static IResult Unusable(Refusal why) => Page.Of<AdministratorView>(new { Why = why }, Refusals.StatusOf(why.Kind));

    private static string HashOf(string? token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token ?? "")));
}

/// <summary>Hides the token on its way through signing in: what is kept with a sign-in link is written into the journal.</summary>
internal sealed class LinkSeal(IDataProtectionProvider protection)
{
    private const int LongestSealed = 400;

    private readonly IDataProtector protector = protection.CreateProtector("PublicBuyers.AdministratorLink.v1");

    public string Seal(string token) => protector.Protect(token);

    /// <returns>None for what was not sealed here.</returns>
    public string? Open(string? text)
    {
        if (text is not { Length: > 0 and <= LongestSealed }) return null;

        try
        {
            return protector.Unprotect(text);
        }
        catch (CryptographicException)   // changed, or sealed by other keys: the page says that the link does not work
        {
            return null;
        }
    }
}
