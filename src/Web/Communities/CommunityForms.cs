using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Inbox;
using PublicBuyers.Layout;
using PublicBuyers.Members;
using PublicBuyers.Publications;
using PublicBuyers.SignIn;

namespace PublicBuyers.Communities;

/// <summary>Home, the directory, and each community: reading, joining, leaving, founding, opening rooms.</summary>
internal static class CommunityForms
{
    public static void MapCommunityForms(this RouteGroupBuilder pages)
    {
        pages.MapGet("/", Home);
        pages.MapGet("/communities", Directory);
        pages.MapGet("/communities/new", AskForFounding);
        pages.MapPost("/communities/new", Found);

        var community = pages.MapGroup("/communities/{community}");
        community.MapGet("", Read);
        community.MapPost("/join", Join);
        community.MapGet("/leave", AskForLeaving);
        community.MapPost("/leave", Leave);
        community.MapGet("/open-room", AskForRoom);
        community.MapPost("/open-room", OpenRoom);
    }

    private static Task<IResult> Home(HomeReading reading) => reading.Home();

    private static async Task<IResult> Directory([FromQuery] string? q, Visit visit, ICommunityDirectory directory, IVitality vitality, CancellationToken cancel)
    {
        var mine = (await visit.MyCommunities()).Select(each => each.Community).ToImmutableHashSet();
        var all = await directory.All(cancel);
        var alive = await vitality.OfEach([.. all.Select(entry => entry.Community)], cancel);
        return Page.Of<DirectoryPage>(new { All = all, Mine = mine, Sought = q?.Trim() ?? "", Alive = all.Zip(alive).ToImmutableDictionary(each => each.First.Community, each => each.Second.State) });
    }

    private static async Task<IResult> Read(
        string community,
        [FromQuery] string? opened,
        Visit visit,
        IGrainFactory grains,
        IMemberDirectory members,
        ArticleReading articles,
        IVitality vitality,
        CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community)) return Page.Absent;

        var view = await grains.Community(new(community)).Describe(visit.Member);
        if (view.IsRefused) return Page.Refused(view.Refusal);

        var card = await grains.StateOfPlay(view.Value.Community).Read(visit.Member);
        var cards = await members.Cards(view.Value.Leaders, cancel);
        return Page.Of<CommunityPage>(new
        {
            Community = view.Value,
            Cards = cards,
            Nameless = await visit.ProfilesOfNameless(view.Value.Leaders, cards, grains),
            Publications = await articles.NewestOf(view.Value.Community),
            Vitality = await vitality.Of(view.Value.Community, cancel),
            HasCard = card is { IsRefused: false, Value.Version: > 0 },
            HasOpenedRoom = opened is not null && view.Value.MyRole is null && MayOpenRooms(visit, view.Value),
        });
    }

    private static async Task<IResult> Join(string community, [FromForm] string? request, Visit visit, IGrainFactory grains, ICommunityDirectory directory, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var joined = await grains.Community(new(community)).Join(new() { By = visit.Member, Request = once });
        if (joined.IsRefused) return Page.Refused(joined.Refusal);

        await directory.Settled(cancel);
        return Page.Next(Paths.Of(new CommunityId(community)));
    }

    private static async Task<IResult> AskForLeaving(string community, Visit visit, IGrainFactory grains)
    {
        if (!Slugs.IsSlug(community)) return Page.Absent;

        var view = await grains.Community(new(community)).Describe(visit.Member);
        if (view.IsRefused) return Page.Refused(view.Refusal);

        return view.Value.MyRole is null ? Page.Refused(new CommunityRefusal.NotAMember()) : Page.Of<LeaveView>(new { Community = view.Value });
    }

    private static async Task<IResult> Leave(string community, [FromForm] string? request, Visit visit, IGrainFactory grains, ICommunityDirectory directory, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var left = await grains.Community(new(community)).Leave(new() { By = visit.Member, Request = once });
        if (left.IsRefused) return Page.Refused(left.Refusal);

        await directory.Settled(cancel);
        return Page.Next("/communities");
    }

    private static IResult AskForFounding(Visit visit) =>
        visit.Caller!.Profile.IsAdministrator ? Page.Of<FoundingView>(new { Typed = Founding.Nothing }) : Page.Absent;

    private static async Task<IResult> Found(
        [FromForm] string? request, [FromForm] Founding form, Visit visit, IGrainFactory grains, IAddressKeys addresses, IAccounts accounts, ICommunityDirectory directory, CancellationToken cancel)
    {
        if (!visit.Caller!.Profile.IsAdministrator || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var slug = string.IsNullOrWhiteSpace(form.Slug) ? Slugs.Of(form.Name ?? "") : form.Slug.Trim();
        if (!Slugs.IsSlug(slug)) return Again(new CommunityRefusal.SlugInvalid(form.Slug ?? ""));
        if (!Enum.TryParse<Access>(form.Access, out var access)) access = Access.OnRequest;

        var leader = visit.Member;
        if (!string.IsNullOrWhiteSpace(form.Leader))
        {
            if (!addresses.TryRead(form.Leader, out var normalised)) return Again(new SignInRefusal.AddressInvalid());
            if (!IAddressKeys.IsComplete(normalised)) return Again(new SignInRefusal.AddressIncomplete());

            leader = await accounts.Of(normalised, visit.Words.Language);
        }

        var id = new CommunityId(slug);
        var founded = await grains.Community(id).Found(new()
        {
            By = visit.Member,
            Request = once,
            Name = form.Name?.Trim() ?? "",
            Access = access,
            Goal = form.Goal?.Trim() ?? "",
            About = (form.About ?? "").ReplaceLineEndings("\n"),
            Leader = leader,
            Contact = form.Contact?.Trim() ?? "",
        });
        if (founded.IsRefused) return Again(founded.Refusal);

        await directory.Settled(cancel);
        return Page.Next(Paths.Of(id));

        IResult Again(Refusal why) => Page.Of<FoundingView>(new { Typed = form, Why = why }, Refusals.StatusOf(why.Kind));
    }

    private static async Task<IResult> AskForRoom(string community, Visit visit, IGrainFactory grains)
    {
        if (!Slugs.IsSlug(community)) return Page.Absent;

        var view = await grains.Community(new(community)).Describe(visit.Member);
        if (view.IsRefused) return Page.Refused(view.Refusal);

        return MayOpenRooms(visit, view.Value) ? Page.Of<OpenRoomView>(new { Community = view.Value })
            : view.Value.MyRole is null ? Page.Absent
            : Page.Refused(new CommunityRefusal.NotAllowed());
    }

    private static async Task<IResult> OpenRoom(
        string community, [FromForm] string? request, [FromForm] string? name, [FromForm] string? slug, [FromForm] string? topicGroup,
        Visit visit, IGrainFactory grains, ICommunityDirectory directory, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var id = new CommunityId(community);
        var opened = await grains.Community(id).OpenRoom(new() { By = visit.Member, Request = once, Slug = slug ?? "", Name = name?.Trim() ?? "", TopicGroup = topicGroup is not null });
        var view = await grains.Community(id).Describe(visit.Member);
        if (!opened.IsRefused)
        {
            await directory.Settled(cancel);
            return Page.Next(view is { IsRefused: false, Value.MyRole: null } ? $"{Paths.Of(id)}?opened" : Paths.Of(opened.Value));
        }

        return view.IsRefused || opened.Refusal.Kind is RefusalKind.Absent
            ? Page.Refused(view.Refusal ?? opened.Refusal)
            : Page.Of<OpenRoomView>(new { Community = view.Value, Name = name ?? "", Slug = slug ?? "", TopicGroup = topicGroup is not null, Why = opened.Refusal }, Refusals.StatusOf(opened.Refusal.Kind));
    }

    internal static bool MayOpenRooms(Visit visit, CommunityView community) => Rights.May(Doing.OpenRoom, community.MyRole, visit.Caller!.Profile.IsAdministrator);
}

/// <summary>The form that founds a community, as it was typed.</summary>
public sealed record Founding(
    string? Name, string? Slug, string? Access, string? Goal, string? About, string? Leader, string? Contact)
{
    public static readonly Founding Nothing = new(null, null, nameof(Communities.Access.OnRequest), null, null, null, null);
}
