using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;

namespace PublicBuyers.Communities;

/// <summary>What a community is called and for, who may join it, and whom to ask.</summary>
internal static class SettingsForms
{
    public static void MapSettingsForms(this RouteGroupBuilder pages)
    {
        var community = pages.MapGroup("/communities/{community}");
        community.MapGet("/settings", AskForSettings);
        community.MapPost("/settings", ChangeSettings);
        community.MapGet("/contact", AskForContact);
        community.MapPost("/contact", PublishContact);
    }

    private static async Task<IResult> AskForSettings(string community, [FromQuery] string? saved, Visit visit, IGrainFactory grains)
    {
        var (view, otherwise) = await visit.CommunityFor(Doing.ChangeSettings, community, grains);
        return view is null ? otherwise : Page.Of<SettingsView>(new { Community = view, Typed = Settings.Of(view), Saved = saved is not null });
    }

    private static async Task<IResult> ChangeSettings(string community, [FromForm] string? request, [FromForm] Settings form, Visit visit, IGrainFactory grains, ICommunityDirectory directory, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var id = new CommunityId(community);
        var changed = await grains.Community(id).ChangeSettings(form.AsCommand(visit.Member, once));
        if (!changed.IsRefused)
        {
            await directory.Settled(cancel);
            return Page.Next($"{Paths.Of(id)}/settings?saved");
        }

        var (view, otherwise) = await visit.CommunityFor(Doing.ChangeSettings, community, grains);
        return view is null
            ? otherwise
            : Page.Of<SettingsView>(new { Community = view, Typed = form, Request = RoomForms.AfterRefusal(changed.Refusal, once), Why = changed.Refusal }, Refusals.StatusOf(changed.Refusal.Kind));
    }

    private static async Task<IResult> AskForContact(string community, [FromQuery] string? saved, Visit visit, IGrainFactory grains)
    {
        var (view, otherwise) = await visit.CommunityFor(Doing.Decide, community, grains);
        return view is null ? otherwise : Page.Of<ContactView>(new { Community = view, Contact = view.MyContact, Saved = saved is not null });
    }

    private static async Task<IResult> PublishContact(string community, [FromForm] string? request, [FromForm] string? contact, Visit visit, IGrainFactory grains)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var id = new CommunityId(community);
        var published = await grains.Community(id).PublishContact(new() { By = visit.Member, Request = once, Contact = contact ?? "" });
        if (!published.IsRefused) return Page.Next($"{Paths.Of(id)}/contact?saved");

        var (view, otherwise) = await visit.CommunityFor(Doing.Decide, community, grains);
        return view is null
            ? otherwise
            : Page.Of<ContactView>(new { Community = view, Contact = contact ?? "", Request = RoomForms.AfterRefusal(published.Refusal, once), Why = published.Refusal }, Refusals.StatusOf(published.Refusal.Kind));
    }

    /// <summary>The community, for who may do this there; a page for everybody else.</summary>
    public static async Task<(CommunityView? View, IResult Otherwise)> CommunityFor(this Visit visit, Doing what, string community, IGrainFactory grains, bool alsoAdministrators = true)
    {
        if (!Slugs.IsSlug(community)) return (null, Page.Absent);

        var view = await grains.Community(new(community)).Describe(visit.Member);
        if (view.IsRefused) return (null, Page.Refused(view.Refusal));

        return Rights.May(what, view.Value.MyRole, alsoAdministrators && visit.Caller!.Profile.IsAdministrator) ? (view.Value, Page.Absent)
            : (null, view.Value.MyRole is null ? Page.Absent : Page.Refused(new CommunityRefusal.NotAllowed()));
    }
}

/// <summary>The form of a community's settings, as it was typed. No parameters: a box that is not ticked is not sent.</summary>
public sealed record Settings
{
    public string? Name { get; init; }

    public string? Goal { get; init; }

    public string? About { get; init; }

    public string? Access { get; init; }

    public string? BuyersOnly { get; init; }

    public string? Contact { get; init; }

    public string? AnswerDays { get; init; }

    public static Settings Of(CommunityView view) => new()
    {
        Name = view.Name,
        Goal = view.Goal,
        About = view.About,
        Access = view.Access.ToString(),
        BuyersOnly = view.BuyersOnly ? "yes" : null,
        Contact = view.Contact,
        AnswerDays = view.AnswerDays.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>What is missing or no number is refused where it is decided.</summary>
    internal ChangeSettings AsCommand(MemberId by, RequestId once) => new()
    {
        By = by,
        Request = once,
        Name = Name?.Trim() ?? "",
        Goal = Goal?.Trim() ?? "",
        About = RoomForms.Typed(About),
        Access = Enum.TryParse<Access>(Access, out var access) ? access : (Access)(-1),
        BuyersOnly = BuyersOnly is not null,
        Contact = Contact ?? "",
        AnswerDays = int.TryParse(AnswerDays, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var days) ? days : 0,
    };
}
