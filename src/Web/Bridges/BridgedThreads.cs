using System.Collections.Immutable;
using PublicBuyers.Communities;

namespace PublicBuyers.Bridges;

/// <summary>The threads that communities have in common, as far as a reader may read them.</summary>
internal sealed class BridgedThreads(IBridges bridges, ICommunityDirectory communities, IGrainFactory grains)
{
    public async Task<ImmutableArray<BridgedThread>> Of(MemberId reader, CancellationToken cancel) =>
        await Of(reader, [.. (await communities.Of(reader, cancel)).Select(each => each.Community)], cancel);

    /// <param name="among">Communities on either side.</param>
    public async Task<ImmutableArray<BridgedThread>> Of(MemberId reader, ImmutableArray<CommunityId> among, CancellationToken cancel)
    {
        if (among.IsEmpty) return [];

        var threads = await Task.WhenAll((await bridges.Of(among, cancel)).Select(bridge => grains.Bridge(bridge).Threads(reader)));
        return [.. threads.SelectMany(some => some)];
    }

    /// <summary>One of them; none where there is no such thread for this reader.</summary>
    public async Task<BridgedThread?> Find(MemberId reader, RoomId room) =>
        room.Bridge is { } bridge ? (await grains.Bridge(bridge).Threads(reader)).FirstOrDefault(thread => thread.Room == room) : null;
}

/// <summary>Those of the visitor, read once for a page.</summary>
internal sealed class MyBridges(Layout.Visit visit, BridgedThreads threads)
{
    private Task<ImmutableArray<BridgedThread>>? mine;

    public Task<ImmutableArray<BridgedThread>> All() => mine ??= Read();

    /// <summary>Linked in this room, newest first.</summary>
    public async Task<ImmutableArray<BridgedThread>> In(RoomId room) => [.. (await All()).Where(thread => thread.LinkIn(room.Community) == room).OrderByDescending(thread => thread.At)];

    /// <summary>Linked in this community, newest first.</summary>
    public async Task<ImmutableArray<BridgedThread>> In(CommunityId community) => [.. (await All()).Where(thread => thread.LinkIn(community) is not null).OrderByDescending(thread => thread.At)];

    private async Task<ImmutableArray<BridgedThread>> Read()
    {
        if (visit.Caller is null) return [];

        return await threads.Of(visit.Member, [.. (await visit.MyCommunities()).Select(each => each.Community)], visit.Leaving);
    }
}
