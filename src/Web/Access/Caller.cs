using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Members;

namespace PublicBuyers.Access;

/// <summary>Who is calling: the member whose running session the cookie names. Bound from the request; only behind <c>RequireAuthorization</c>.</summary>
public sealed record Caller(MemberId Member, SessionId Session, Profile Profile)
{
    private static readonly object Key = new();

    public static ValueTask<Caller?> BindAsync(HttpContext http) => new(Of(http));

    /// <summary>None for who is not signed in.</summary>
    public static Caller? Of(HttpContext http) => http.Items[Key] as Caller;

    /// <summary>Of a live connection, which outlasts its request.</summary>
    internal static MemberId MemberOf(ClaimsPrincipal user) => new(user.FindFirstValue(ClaimTypes.NameIdentifier)!);

    internal static SessionId SessionOf(ClaimsPrincipal user) => new(user.FindFirstValue(ClaimTypes.Sid)!);

    internal static void Remember(HttpContext http, Caller caller) => http.Items[Key] = caller;

    internal ClaimsPrincipal AsPrincipal(string scheme) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, Member.Value), new Claim(ClaimTypes.Sid, Session.Value)], scheme));
}
