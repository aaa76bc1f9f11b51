using System.Collections.Immutable;
using PublicBuyers.Communities;

namespace PublicBuyers.Bridges;

/// <summary>The bridges of one community, for pages and programs.</summary>
internal sealed class BridgeReading(IBridges bridges, ICommunityDirectory communities, IGrainFactory grains)
{
    /// <summary>Newest act first; those who do not moderate the community are refused as a bridge refuses them.</summary>
    public async Task<ImmutableArray<BridgeEntry>> Of(MemberId reader, CommunityId community, CancellationToken cancel)
    {
        var views = await Task.WhenAll((await bridges.Of([community], cancel)).Select(bridge => grains.Bridge(bridge).Describe(reader, community)));
        var names = (await communities.All(cancel)).ToDictionary(entry => entry.Community, entry => entry.Name);
        return
        [
            .. views.Where(view => !view.IsRefused)
                .Select(view => new BridgeEntry(view.Value!, view.Value!.Bridge.OtherThan(community), names.GetValueOrDefault(view.Value.Bridge.OtherThan(community)) ?? view.Value.Bridge.OtherThan(community).Value))
                .OrderByDescending(entry => entry.View.Acts[0].At),
        ];
    }
}

/// <param name="Other">The community on the other side.</param>
public sealed record BridgeEntry(BridgeView View, CommunityId Other, string OtherName);
