using System.Collections.Immutable;
using PublicBuyers.Publications;

namespace PublicBuyers.Testing;

/// <summary>A view of publications in which nothing is.</summary>
public sealed class NothingPublished : IPublications
{
    public Task<ImmutableArray<PublicationEntry>> Find(PublicationQuery query, int most, CancellationToken cancel) =>
        Task.FromResult<ImmutableArray<PublicationEntry>>([]);

    public Task<int> Count(PublicationQuery query, CancellationToken cancel) => Task.FromResult(0);

    public Task<ImmutableArray<PublicationEntry>> WrittenBy(MemberId author, int most, CancellationToken cancel) =>
        Task.FromResult<ImmutableArray<PublicationEntry>>([]);

    public Task Settled(CancellationToken cancel) => Task.CompletedTask;
}
