using System.Collections.Immutable;

namespace PublicBuyers.Members;

/// <summary>People of several communities that talk in one room.</summary>
internal static class NamesOfSeveral
{
    extension(IMemberDirectory members)
    {
        public async Task<ImmutableArray<MemberCard>> Named(ImmutableArray<CommunityId> communities, string typed, int most, CancellationToken cancel)
        {
            if (communities is [var only]) return await members.Named(only, typed, most, cancel);

            var named = new List<MemberCard>();
            foreach (var community in communities) named.AddRange(await members.Named(community, typed, most, cancel));
            return [.. named.DistinctBy(card => card.Member).Take(most)];
        }
    }
}
