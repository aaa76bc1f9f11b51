using System.Collections.Immutable;
using PublicBuyers.Members;

namespace PublicBuyers.Testing;

/// <summary>A directory in which nobody is known: everybody is called as their own account says.</summary>
public sealed class NobodyKnown : IMemberDirectory
{
    public Task<ImmutableDictionary<MemberId, MemberCard>> Cards(IReadOnlyCollection<MemberId> members, CancellationToken cancel) =>
        Task.FromResult(ImmutableDictionary<MemberId, MemberCard>.Empty);

    public Task<ImmutableArray<MemberCard>> Named(CommunityId community, string typed, int most, CancellationToken cancel) =>
        Task.FromResult<ImmutableArray<MemberCard>>([]);

    public void WhenRenamed(Action<ImmutableArray<MemberId>> renamed)
    {
    }

    public Task<ImmutableArray<ClaimedKind>> Unconfirmed(int most, CancellationToken cancel) => Task.FromResult<ImmutableArray<ClaimedKind>>([]);
}
