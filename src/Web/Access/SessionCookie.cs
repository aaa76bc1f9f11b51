using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PublicBuyers.Members;
using PublicBuyers.Security;

namespace PublicBuyers.Access;

/// <summary>The cookie holds nothing but the member and the session, sealed. Whether the session still runs is asked of the member's grain on every request, so that ending it takes effect at once.</summary>
public sealed class SessionCookie(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IGrainFactory grains, SessionSeal seal)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Scheme_ = "session";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!seal.TryRead(Request, out var member, out var session)) return AuthenticateResult.NoResult();

        var recognised = await grains.Member(member).Recognise(session);
        if (recognised.IsRefused) return AuthenticateResult.Fail("The session has ended.");

        var caller = new Caller(member, session, recognised.Value);
        Caller.Remember(Context, caller);
        return AuthenticateResult.Success(new(caller.AsPrincipal(Scheme_), Scheme_));
    }

    /// <summary>A page sends people to sign in and back; a form comes back with what was typed; everything else is
    /// told.</summary>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (HttpMethods.IsGet(Request.Method) && !Request.IsForApi && !Request.IsForLive)
            Response.Redirect("/sign-in?returnTo=" + Uri.EscapeDataString(Request.Path + Request.QueryString));
        else
            Response.StatusCode = StatusCodes.Status401Unauthorized;

        if (!Request.IsForApi && !Request.IsForLive) Pages.UnsentForm.Mark(Context);
        return Task.CompletedTask;
    }
}

/// <summary>Writes and reads the session cookie.</summary>
public sealed class SessionSeal(IDataProtectionProvider protection, WebOptions web)
{
    private readonly IDataProtector protector = protection.CreateProtector("PublicBuyers.Session.v1");

    public string CookieName => OwnCookies.Name(web, "publicbuyers");

    public void Write(HttpResponse response, MemberId member, SessionId session) =>
        response.Cookies.Append(
            CookieName,
            protector.Protect($"{member.Value} {session.Value}"),
            OwnCookies.Options(web, MemberLimits.SessionLasts));

    public void Clear(HttpResponse response) =>
        response.Cookies.Delete(CookieName, OwnCookies.Options(web, TimeSpan.Zero));

    internal bool TryRead(HttpRequest request, out MemberId member, out SessionId session)
    {
        (member, session) = (default, default);
        if (request.Cookies[CookieName] is not { Length: > 0 and < 1_000 } cookie) return false;

        try
        {
            if (protector.Unprotect(cookie).Split(' ') is not [var who, var which]) return false;
            (member, session) = (new(who), new(which));
            return true;
        }
        catch (CryptographicException)   // sealed by other keys, or tampered with: not signed in
        {
            return false;
        }
    }
}
