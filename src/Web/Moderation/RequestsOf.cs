using System.Collections.Immutable;
using PublicBuyers.Communities;

namespace PublicBuyers.Moderation;

/// <summary>What somebody asked of moderators, over all communities.</summary>
internal sealed class RequestsOf(IGrainFactory grains, ICommunityDirectory communities, QueuePresenter presenter)
{
    /// <summary>Queues asked at a time.</summary>
    private const int AtOnce = 32;

    /// <summary>Newest first. A community that one has left, or never belonged to, may hold something too; those that hold nothing are not asked.</summary>
    public async Task<ImmutableArray<MyItemWire>> Read(MemberId member, CancellationToken cancel) => await Read(member, await Concerning(member, cancel), cancel);

    /// <summary>The same, and each mute, suspension or ban that is in force for the member, with whether they appealed.</summary>
    public async Task<(ImmutableArray<MyItemWire> Items, ImmutableArray<MyRestriction> Restricted)> ReadAll(MemberId member, CancellationToken cancel)
    {
        var concerning = await Concerning(member, cancel);
        return (await Read(member, concerning, cancel), await Restrictions(member, concerning));
    }

    /// <summary>Each mute, suspension or ban that is in force for the member.</summary>
    public async Task<ImmutableArray<MyRestriction>> Restrictions(MemberId member, CancellationToken cancel) =>
        await Restrictions(member, await Concerning(member, cancel));

    private async Task<ImmutableArray<MyItemWire>> Read(MemberId member, ImmutableArray<CommunityEntry> concerning, CancellationToken cancel)
    {
        var found = new List<MyItemWire>();
        foreach (var some in concerning.Chunk(AtOnce))
            foreach (var theirs in await Task.WhenAll(some.Select(community => Read(member, community, cancel)))) found.AddRange(theirs);

        return [.. found.OrderByDescending(item => item.OpenedAt)];
    }

    private async Task<ImmutableArray<MyItemWire>> Read(MemberId member, CommunityEntry community, CancellationToken cancel)
    {
        var mine = await grains.Queue(community.Community).Mine(member);
        return mine.IsRefused ? [] : await presenter.Present(community.Community, community.Name, mine.Value, cancel);
    }

    private async Task<ImmutableArray<MyRestriction>> Restrictions(MemberId member, ImmutableArray<CommunityEntry> concerning)
    {
        var found = new List<MyRestriction>();
        foreach (var some in concerning.Chunk(AtOnce))
            found.AddRange((await Task.WhenAll(some.Select(community => RestrictionOf(member, community.Community)))).OfType<MyRestriction>());

        return [.. found.OrderByDescending(restricted => restricted.Restriction.At)];
    }

    private async Task<ImmutableArray<CommunityEntry>> Concerning(MemberId member, CancellationToken cancel)
    {
        await communities.Settled(cancel);   // who has just asked finds it
        return await communities.Concerning(member, cancel);
    }

    /// <summary>None where there is none, or no such community.</summary>
    public async Task<MyRestriction?> RestrictionOf(MemberId member, CommunityId community)
    {
        var view = await grains.Community(community).Describe(member);
        if (view.IsRefused || view.Value.MyRestriction is not { } restriction) return null;

        var mine = await grains.Queue(community).Mine(member);
        return new(community, view.Value.Name, restriction, view.Value.Contact, mine.IsRefused ? null : mine.Value.FirstOrDefault(item => item.Restricted?.At == restriction.At)?.Number);
    }
}

/// <param name="Contact">Whom to ask; may be empty.</param>
/// <param name="Appeal">By which it was appealed.</param>
public sealed record MyRestriction(CommunityId Community, string CommunityName, Restriction Restriction, string Contact, ItemNumber? Appeal);
