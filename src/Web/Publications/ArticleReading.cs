using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Communities;
using PublicBuyers.Layout;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Publications;

/// <summary>What the pages of publications show, for the one who visits, signed in or not.</summary>
internal sealed class ArticleReading(Visit visit, IGrainFactory grains, PublicationReading publications, PostPresenter presenter)
{
    /// <summary>On a community's page.</summary>
    private const int Newest = 3;

    private MemberId? Reader => visit.Caller?.Member;

    public Task<Outcome<PublicationView>> Find(PublicationId publication) => grains.Publication(publication).Read(Reader);

    /// <param name="comments">None for who may read it and not comment on it.</param>
    /// <param name="community">Around the comments.</param>
    public async Task<IResult> Show(PublicationId publication, RoomShown? comments = null, CommunityView? community = null, int status = StatusCodes.Status200OK)
    {
        var view = await Find(publication);
        if (view.IsRefused) return Page.Refused(view.Refusal);

        var bearing = await grains.Community(publication.Community).BearingOf(Reader ?? MemberId.System);
        var acts = new[] { view.Value.Withdrawn, view.Value.Returned }.OfType<Act>().Select(act => act.By);
        var cards = await presenter.Cards([view.Value.Author, .. acts], visit.Leaving);
        return Page.Of<ArticlePage>(new
        {
            View = view.Value,
            Cards = cards.DistinctBy(card => card.Member).ToImmutableDictionary(card => card.Member),
            CommunityName = bearing.Name,
            Judges = visit.Caller is { } caller && Rights.May(Doing.Decide, bearing.Role, caller.Profile.IsAdministrator),
            Comments = comments,
            Community = community,
        }, status);
    }

    /// <summary>All that the visitor may read. Of one community: absent where there is none, or nothing for who is not signed in.</summary>
    public async Task<IResult> List(CommunityId? community, string? kind, string? words, string? before)
    {
        var wanted = KindCalled(kind);
        var found = await publications.Find(Reader, community, wanted, words, before, PublicationLimits.PageSize, visit.Leaving);
        Bearing? bearing = null;
        if (community is { } one)
        {
            bearing = await grains.Community(one).BearingOf(Reader ?? MemberId.System);
            if (!bearing.IsFounded || (Reader is null && found.Total == 0 && !await HasAny(one))) return Page.Absent;
        }

        return Page.Of<PublicationsPage>(new
        {
            Found = await Named(found),
            Community = community,
            CommunityName = bearing?.Name,
            Kind = wanted,
            Sought = words?.Trim() ?? "",
            MayWrite = Reader is not null && bearing is { Restriction: not RestrictionKind.Mute, Closed: null } && Rights.May(Doing.Publish, bearing.Role),
        });
    }

    /// <summary>The newest of a community, for its own page.</summary>
    public async Task<PublicationsShown> NewestOf(CommunityId community) => await Named(await publications.Find(Reader, community, null, null, null, Newest, visit.Leaving));

    /// <summary>With the names of authors and communities.</summary>
    public async Task<PublicationsShown> Named(PublicationPageOf found)
    {
        var cards = await presenter.Cards([.. found.Entries.Select(entry => entry.Author).Distinct()], visit.Leaving);
        return new(found, cards.ToImmutableDictionary(card => card.Member), found.Entries.IsEmpty ? ImmutableDictionary<CommunityId, string>.Empty : await publications.Names(visit.Leaving));
    }

    private async Task<bool> HasAny(CommunityId community) => (await publications.Find(Reader, community, null, null, null, 1, visit.Leaving)).Total > 0;

    /// <summary>What is no kind is all of them.</summary>
    private static PublicationKind? KindCalled(string? name) => Enum.TryParse<PublicationKind>(name, ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind : null;
}

/// <summary>A list of publications, with the names in it.</summary>
public sealed record PublicationsShown(PublicationPageOf Page, ImmutableDictionary<MemberId, MemberCard> Cards, ImmutableDictionary<CommunityId, string> Communities)
{
    public static readonly PublicationsShown None = new(new([], 0, null), ImmutableDictionary<MemberId, MemberCard>.Empty, ImmutableDictionary<CommunityId, string>.Empty);
}
