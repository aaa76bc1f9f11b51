using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;
using PublicBuyers.Layout;
using PublicBuyers.Live;
using PublicBuyers.Members;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.Security;

namespace PublicBuyers.Search;

/// <summary>Looking for posts, as a page and for programs; and for people of a community by their names.</summary>
internal static class SearchEndpoints
{
    /// <summary>Names offered while one is being typed.</summary>
    public const int MostOffered = 8;

    public static void MapSearchApi(this IEndpointRouteBuilder api)
    {
        var paced = api.MapGroup("").AddEndpointFilter<PacedLook>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status429TooManyRequests);

        paced.MapGet("/search", Find).WithTags("Search").WithSummary("Posts with these words in the rooms of one's communities, newest first.");
        paced.MapGet("/rooms/{community}/{slug}/members", Named).WithTags("Rooms").WithSummary("Members of the room's community with a name that begins so.");
    }

    /// <summary>Publications above the posts; all of them are behind a link.</summary>
    private const int PublicationsShownHere = 3;

    public static void MapSearchPage(this RouteGroupBuilder pages) => pages.MapGet("/search", Show).AddEndpointFilter<PacedLook>();

    private static async Task<Results<Ok<SearchWire>, ProblemHttpResult>> Find([AsParameters] SearchAsked asked, Caller caller, Finder finder, CancellationToken cancel)
    {
        var found = await finder.Find(caller.Member, asked, Zones.Find(caller.Profile.TimeZone), cancel);
        if (found.IsRefused) return StatusOf(found.Refusal) is StatusCodes.Status400BadRequest and var status ? Refusals.Malformed(status, RefusalWords.Of(found.Refusal)) : Refusals.AsProblem(found.Refusal);

        return TypedResults.Ok(new SearchWire([.. found.Value.Hits.Select(Wire)], found.Value.Next is { } next ? SearchCursor.Write(next) : null, found.Value.Authors));
    }

    private static async Task<IResult> Show([AsParameters] SearchAsked asked, Visit visit, Finder finder, PublicationReading publications, ArticleReading articles, CancellationToken cancel)
    {
        var found = asked.IsAnything || asked.IsTooLong ? await finder.Find(visit.Member, asked, visit.Zone, cancel) : SearchResult.Nothing;
        if (found.Refusal is { Kind: RefusalKind.Absent } absent) return Page.Refused(absent);

        var result = found.IsRefused ? SearchResult.Nothing : found.Value;
        CommunityId? within = Slugs.IsSlug(asked.Within) ? new(asked.Within!) : null;
        var published = found.IsRefused || !asked.IsForPublications ? PublicationsShown.None : await articles.Named(await publications.Find(visit.Member, within, null, asked.Q, null, PublicationsShownHere, cancel));
        return Page.Of<SearchPage>(new { Asked = asked, Result = result, Why = found.Refusal, Publications = published, Communities = await visit.MyCommunities() }, found.Refusal is { } why ? StatusOf(why) : StatusCodes.Status200OK);
    }

    private static async Task<Results<Ok<ImmutableArray<MemberCard>>, ProblemHttpResult>> Named(string community, string slug, [FromQuery] string? name, Caller caller, IGrainFactory grains, IMemberDirectory members, CancellationToken cancel)
    {
        if (!RoomId.TryRead($"{community}/{slug}", out var room)) return Refusals.AsProblem(new RoomRefusal.NotVisible());

        var admitted = await grains.Room(room).Posts(caller.Member, []);
        if (admitted.IsRefused) return Refusals.AsProblem(admitted.Refusal);

        return name?.Length > MemberLimits.LongestName
            ? TypedResults.Ok(ImmutableArray<MemberCard>.Empty)
            : TypedResults.Ok(await members.Named(room.Communities, name ?? "", MostOffered, cancel));
    }

    /// <summary>What was asked cannot be asked so, whatever there is to find.</summary>
    private static int StatusOf(Refusal why) => why.Kind is RefusalKind.Unprocessable ? StatusCodes.Status400BadRequest : Refusals.StatusOf(why.Kind);

    private static HitWire Wire(Hit hit) => new(
        hit.Room.Room, hit.Room.Name, hit.Community.Community, hit.Community.Name, hit.Post.Number.Value, hit.Post.Thread?.Value, hit.Author, hit.Post.At, hit.Snippet,
        [.. hit.Post.Attachments.Select(file => file.Name)]);
}

/// <param name="Next">Pass it as <c>before</c> to read on; none when this is the end.</param>
/// <param name="Authors">Whom the author's name may mean. More than one: nothing was looked for; ask again with the id of one.</param>
internal sealed record SearchWire(ImmutableArray<HitWire> Hits, string? Next, ImmutableArray<MemberCard> Authors);

/// <param name="Snippet">HTML: text, and <c>mark</c> around what was found.</param>
/// <param name="Files">Names of its files.</param>
internal sealed record HitWire(
    RoomId Room, string RoomName, CommunityId Community, string CommunityName, long Post, long? Thread, MemberCard Author, DateTimeOffset At, string Snippet, ImmutableArray<string> Files);

/// <summary>Looking is paced apart from commands: who types a name can still post.</summary>
internal sealed class PacedLook(Pace pace) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (Caller.Of(context.HttpContext) is not { } caller || pace.Look(caller.Member) is not { } tooFast) return next(context);

        return ValueTask.FromResult<object?>(context.HttpContext.Request.IsForApi ? Refusals.AsProblem(tooFast) : Page.Refused(tooFast));
    }
}
