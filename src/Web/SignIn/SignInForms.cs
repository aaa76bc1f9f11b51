using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;
using PublicBuyers.Layout;
using PublicBuyers.Platform;
using PublicBuyers.Security;

namespace PublicBuyers.SignIn;

/// <summary>Coming in: by a mailed link, by the code mailed with it, or as one of the demonstration's people. Nothing here tells whether an address is known.</summary>
internal static class SignInForms
{
    public static void MapSignInForms(this RouteGroupBuilder pages)
    {
        var signIn = pages.MapGroup("/sign-in").WithMetadata(SignInLimit.Mark);
        signIn.MapGet("", AskForAddress);
        signIn.MapPost("", SendLink);
        signIn.MapGet("/sent", AskForCode);
        signIn.MapPost("/code", UseCode);
        signIn.MapGet("/confirm", Confirm);
        signIn.MapPost("/confirm", UseLink);
        signIn.MapPost("/demonstration", BeSomebody);
        pages.MapPost("/language", ChooseLanguage);
    }

    private static IResult AskForAddress(
        [FromQuery] string? returnTo, HttpContext http, BrowserCookie browser,
        IDemonstration demonstration, WebOptions web)
    {
        if (Caller.Of(http) is not null) return Page.Next(ReturnTo.Path(returnTo));

        // Before the form is sent: sent twice at once, it comes from the same browser.
        browser.Remember(http);
        return Address(returnTo, demonstration, web);
    }

    private static async Task<IResult> SendLink(
        [FromForm] string? request, [FromForm] string? address, [FromForm] string? returnTo,
        HttpContext http, BrowserCookie browser, Visit visit, IGrainFactory grains, IAddressKeys addresses,
        IDemonstration demonstration, WebOptions web)
    {
        if (!RequestId.TryRead(request, out var once)) return Page.Absent;
        if (!addresses.TryRead(address, out var normalised)) return Address(returnTo, demonstration, web, address, new SignInRefusal.AddressInvalid());
        if (!IAddressKeys.IsComplete(normalised)) return Address(returnTo, demonstration, web, address, new SignInRefusal.AddressIncomplete());

        var key = addresses.KeyOf(normalised);
        var asked = await grains.Address(key).Ask(new()
        {
            By = MemberId.System,
            Request = once,
            Address = normalised,
            Language = visit.Words.Language,
            ReturnTo = ReturnTo.Path(returnTo),
            Browser = browser.Remember(http),
        });
        return asked.IsRefused ? Address(returnTo, demonstration, web, address, asked.Refusal) : Page.Next($"/sign-in/sent?a={Uri.EscapeDataString(key.Value)}");
    }

    private static IResult AskForCode([FromQuery] string? a) => Page.Of<SentView>(new { Key = a ?? "" });

    private static async Task<IResult> UseCode(
        [FromForm] string? request, [FromForm] string? a, [FromForm] string? code,
        HttpContext http, BrowserCookie browser, Arrival arrival, INewIds ids, IGrainFactory grains, IAccounts accounts)
    {
        if (!RequestId.TryRead(request, out var once) || !IsKey(a)) return Page.Absent;

        var digits = new string([.. (code ?? "").Where(char.IsAsciiDigit)]);
        var redeemed = await grains.Address(new(a!)).Redeem(new()
        {
            By = MemberId.System,
            Request = once,
            NewMember = new(ids.Next()),
            Code = digits,
            Browser = browser.Recognise(http),
        });
        return redeemed.IsRefused
            ? Page.Of<SentView>(new { Key = a, Why = redeemed.Refusal }, Refusals.StatusOf(redeemed.Refusal.Kind))
            : await arrival.Of(await accounts.Of(redeemed.Value.Address, redeemed.Value.Language), redeemed.Value.ReturnTo);
    }

    private static async Task<IResult> Confirm([FromQuery] string? a, [FromQuery] string? t, HttpContext http, IGrainFactory grains)
    {
        var link = IsKey(a) ? (await grains.Address(new(a!)).Look(t ?? "")).Value : null;
        var profile = link?.Member is { } member ? (await grains.Member(member).Profile()).Value : null;
        var other = Caller.Of(http) is { } caller && link is not null && caller.Member != link.Member ? caller.Profile : null;
        return Page.Of<ConfirmView>(new { Key = a ?? "", Token = t ?? "", link?.Address, profile?.Name, Other = other });
    }

    private static async Task<IResult> UseLink(
        [FromForm] string? request, [FromForm] string? a, [FromForm] string? t, HttpContext http, BrowserCookie browser,
        Arrival arrival, INewIds ids, IGrainFactory grains, IAccounts accounts)
    {
        if (!RequestId.TryRead(request, out var once)) return Page.Absent;

        var redeemed = IsKey(a)
            ? await grains.Address(new(a!)).Redeem(new()
            {
                By = MemberId.System,
                Request = once,
                NewMember = new(ids.Next()),
                Token = t ?? "",
                Browser = browser.Remember(http),
            })
            : new SignInRefusal.LinkInvalid();
        return redeemed.IsRefused
            ? Page.Of<ConfirmView>(new { Key = a ?? "", Token = "", Why = redeemed.Refusal }, Refusals.StatusOf(redeemed.Refusal.Kind))
            : await arrival.Of(await accounts.Of(redeemed.Value.Address, redeemed.Value.Language), redeemed.Value.ReturnTo);
    }

    private static async Task<IResult> BeSomebody([FromForm] string? member, [FromForm] string? returnTo, Arrival arrival, IDemonstration demonstration, WebOptions web) =>
        web.Demonstration && demonstration.People.FirstOrDefault(each => each.Member.Value == member) is { } person
            ? await arrival.Of(person.Member, ReturnTo.Path(returnTo))
            : Page.Absent;

    private static async Task<IResult> ChooseLanguage([FromForm] string? language, [FromForm] string? returnTo, HttpContext http, Visit visit, IGrainFactory grains)
    {
        if (Words.Spoken(language) is not { } words) return Page.Absent;

        ReaderLanguage.Remember(http, words);
        if (visit.Caller is { Profile: { IsComplete: true } profile })
        {
            var changed = await grains.Member(profile.Member).ChangeProfile(new()
            {
                By = profile.Member,
                Request = visit.NewRequest(),
                Name = profile.Name,
                Organisation = profile.Organisation,
                Language = words.Language,
                TimeZone = profile.TimeZone,
            });
            if (changed.IsRefused) return Page.Refused(changed.Refusal);
        }

        return Page.Next(ReturnTo.Path(returnTo));
    }

    private static IResult Address(string? returnTo, IDemonstration demonstration, WebOptions web, string? typed = null, Refusal? why = null) =>
        Page.Of<SignInPage>(
            new { ReturnTo = ReturnTo.Path(returnTo), People = web.Demonstration ? demonstration.People : ImmutableArray<DemonstrationPerson>.Empty, Typed = typed, Why = why },
            why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));

    /// <summary>What cannot be a key is not made one: keys name grains.</summary>
    private static bool IsKey(string? text) => text is { Length: > 0 and <= 100 } && text.All(each => char.IsAsciiLetterOrDigit(each) || each is '-' or '_');
}
