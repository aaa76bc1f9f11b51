using System.Collections.Immutable;

namespace PublicBuyers.Communities;

/// <summary>The directory of communities: a view that follows the journal, milliseconds behind it.</summary>
public interface ICommunityDirectory
{
    /// <summary>Every community by name, at most <see cref="Most"/>. What is listed is visible to every member.</summary>
    Task<ImmutableArray<CommunityEntry>> All(CancellationToken cancel);

    /// <summary>The communities a member belongs to, by name.</summary>
    Task<ImmutableArray<CommunityEntry>> Of(MemberId member, CancellationToken cancel);

    /// <summary>The communities in which something concerns a member, whether they belong to them or not: what they asked or reported, what was reported of them, what was restricted.</summary>
    Task<ImmutableArray<CommunityEntry>> Concerning(MemberId member, CancellationToken cancel);

    /// <summary>Completes when the view holds everything stored before the call, or after two seconds.</summary>
    Task Settled(CancellationToken cancel);

    const int Most = 1_000;
}

/// <param name="LastPostAt">When something was last said in one of its rooms.</param>
public sealed record CommunityEntry(
    CommunityId Community,
    string Name,
    Access Access,
    string Goal,
    int Members,
    ImmutableArray<RoomCard> Rooms,
    DateTimeOffset? LastPostAt)
{
    /// <summary>None while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }
}
