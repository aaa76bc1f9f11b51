using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;
using PublicBuyers.Layout;
using PublicBuyers.Live;
using PublicBuyers.Platform;
using PublicBuyers.Search;
using PublicBuyers.Security;

namespace PublicBuyers.Members;

/// <summary>A member's own pages: profile and sessions.</summary>
internal static class MemberForms
{
    /// <summary>The first profile has no way around it: whoever speaks has a name.</summary>
    public const string Welcome = "/welcome";

    public static void MapMemberForms(this RouteGroupBuilder pages)
    {
        pages.MapGet(Welcome, AskForFirstProfile);
        pages.MapPost(Welcome, SaveFirstProfile);
        pages.MapGet("/profile", AskForProfile);
        pages.MapPost("/profile", SaveProfile);
        pages.MapPost("/profile/kind", ClaimKind);
        pages.MapPost("/profile/presentation", Present);
        pages.MapGet(Paths.Members, Find).AddEndpointFilter<PacedLook>();
        pages.MapGet("/sessions", ListSessions);
        pages.MapPost("/sessions/end", EndSession);
        pages.MapPost("/sessions/end-others", EndOtherSessions);
        pages.MapPost("/sign-out", SignOut);
    }

    private static IResult AskForFirstProfile([FromQuery] string? returnTo, Visit visit) =>
        visit.Caller!.Profile.IsComplete ? Page.Next(ReturnTo.Path(returnTo)) : Form(visit.Caller.Profile, ReturnTo.Path(returnTo));

    private static async Task<IResult> AskForProfile([FromQuery] string? saved, Visit visit, IMailDesk mail, WebOptions options, CancellationToken cancel) =>
        Page.Of<ProfileView>(new { visit.Caller!.Profile, Saved = saved, Stopped = await mail.StoppedFor(visit.Caller.Profile.Address, cancel), Support = options.SupportAddress });

    private static Task<IResult> SaveFirstProfile(
        [FromForm] string? request, [FromForm] string? name, [FromForm] string? organisation, [FromForm] string? language, [FromForm] string? timeZone, [FromForm] string? returnTo,
        HttpContext http, Visit visit, IGrainFactory grains, Renames renames) =>
        Save(request, Typed(visit, name, organisation, language, timeZone), http, grains, renames, ReturnTo.Path(returnTo), first: true);

    private static Task<IResult> SaveProfile(
        [FromForm] string? request, [FromForm] string? name, [FromForm] string? organisation, [FromForm] string? language, [FromForm] string? timeZone,
        HttpContext http, Visit visit, IGrainFactory grains, Renames renames) =>
        Save(request, Typed(visit, name, organisation, language, timeZone), http, grains, renames, "/profile?saved=profile", first: false);

    private static async Task<IResult> ClaimKind([FromForm] string? request, [FromForm] string? kind, Visit visit, IGrainFactory grains)
    {
        if (!RequestId.TryRead(request, out var once) || !Enum.TryParse<MemberKind>(kind, out var claimed) || !Enum.IsDefined(claimed)) return Page.Absent;

        var said = await grains.Member(visit.Member).ClaimKind(new() { By = visit.Member, Request = once, Kind = claimed });
        return said.IsRefused ? Page.Refused(said.Refusal) : Page.Next("/profile?saved=kind#kind");
    }

    private static async Task<IResult> Present(
        [FromForm] string? request, [FromForm] bool? listed, [FromForm] string? country, [FromForm] string? expertise, [FromForm] string[]? languages, Visit visit, IGrainFactory grains)
    {
        if (!RequestId.TryRead(request, out var once)) return Page.Absent;

        var typed = new Presentation(country ?? "", [.. languages ?? []], [.. (expertise ?? "").Split([',', ';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)], listed ?? false);
        var said = await grains.Member(visit.Member).Present(new() { By = visit.Member, Request = once, Presentation = typed });
        return said.IsRefused
            ? Page.Of<ProfileView>(new { Profile = visit.Caller!.Profile with { Presentation = typed }, WhyNotPresented = said.Refusal }, Refusals.StatusOf(said.Refusal.Kind))
            : Page.Next("/profile?saved=directory#directory");
    }

    private static async Task<IResult> Find([AsParameters] MembersAsked asked, MemberReading reading, CancellationToken cancel) =>
        Page.Of<MembersPage>(new { Asked = asked, Found = await reading.Find(asked, cancel) });

    private static async Task<IResult> Save(string? request, Profile typed, HttpContext http, IGrainFactory grains, Renames renames, string next, bool first)
    {
        if (!RequestId.TryRead(request, out var once)) return Page.Absent;

        var changed = await grains.Member(typed.Member).ChangeProfile(new()
        {
            By = typed.Member,
            Request = once,
            Name = typed.Name,
            Organisation = typed.Organisation,
            Language = typed.Language,
            TimeZone = typed.TimeZone,
        });
        if (changed.IsRefused) return first ? Form(typed, next, changed.Refusal) : Page.Of<ProfileView>(new { Profile = typed, Why = changed.Refusal }, Refusals.StatusOf(changed.Refusal.Kind));

        ReaderLanguage.Remember(http, Words.In(typed.Language));
        await renames.Show(typed.Member);   // the next page that anybody opens shows the new name
        return Page.Next(next);
    }

    private static IResult Form(Profile profile, string returnTo, Refusal? why = null) =>
        Page.Of<ProfileView>(new { Profile = profile, IsFirst = true, ReturnTo = returnTo, Why = why }, why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));

    private static Profile Typed(Visit visit, string? name, string? organisation, string? language, string? timeZone) => visit.Caller!.Profile with
    {
        Name = name?.Trim() ?? "",
        Organisation = organisation?.Trim() ?? "",
        Language = language ?? "",
        TimeZone = timeZone ?? "",
    };

    private static async Task<IResult> ListSessions(Visit visit, IGrainFactory grains)
    {
        var sessions = await grains.Member(visit.Member).Sessions(visit.Member);
        return sessions.IsRefused ? Page.Refused(sessions.Refusal) : Page.Of<SessionsView>(new { Sessions = sessions.Value, Current = visit.Caller!.Session });
    }

    private static async Task<IResult> EndSession([FromForm] string? request, [FromForm] string? session, HttpContext http, Visit visit, IGrainFactory grains, SessionSeal seal)
    {
        if (!RequestId.TryRead(request, out var once) || session is not { Length: > 0 and <= 64 }) return Page.Absent;
        if (session == visit.Caller!.Session.Value) return await SignOut(http, visit, grains, seal);

        var ended = await grains.Member(visit.Member).EndSession(new() { By = visit.Member, Request = once, Session = new(session) });
        return ended.IsRefused ? Page.Refused(ended.Refusal) : Page.Next("/sessions");
    }

    private static async Task<IResult> EndOtherSessions(Visit visit, IGrainFactory grains)
    {
        var sessions = await grains.Member(visit.Member).Sessions(visit.Member);
        if (sessions.IsRefused) return Page.Refused(sessions.Refusal);

        foreach (var other in sessions.Value.Where(each => each.Session != visit.Caller!.Session))
        {
            var ended = await grains.Member(visit.Member).EndSession(new() { By = visit.Member, Request = visit.NewRequest(), Session = other.Session });
            if (ended.Refusal is { } why and not MemberRefusal.SignedOut) return Page.Refused(why);
        }

        return Page.Next("/sessions");
    }

    private static async Task<IResult> SignOut(HttpContext http, Visit visit, IGrainFactory grains, SessionSeal seal)
    {
        var ended = await grains.Member(visit.Member).EndSession(new() { By = visit.Member, Request = visit.NewRequest(), Session = visit.Caller!.Session });
        if (ended.Refusal is { } why and not MemberRefusal.SignedOut) return Page.Refused(why);

        seal.Clear(http.Response);
        return Page.Next("/sign-in");
    }
}
