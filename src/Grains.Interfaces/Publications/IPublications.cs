using System.Collections.Immutable;
using PublicBuyers.Communities;

namespace PublicBuyers.Publications;

/// <summary>Lists and finds what is published: a view that follows the journal, milliseconds behind it.</summary>
/// <remarks>It answers only what <see cref="Reader.CanRead"/> allows the reader, counts included.</remarks>
public interface IPublications
{
    /// <summary>The newest that match, at most <paramref name="most"/>.</summary>
    Task<ImmutableArray<PublicationEntry>> Find(PublicationQuery query, int most, CancellationToken cancel);

    /// <summary>How many match, over all pages.</summary>
    Task<int> Count(PublicationQuery query, CancellationToken cancel);

    /// <summary>All that a member wrote in any state, newest first, at most <paramref name="most"/>.</summary>
    Task<ImmutableArray<PublicationEntry>> WrittenBy(MemberId author, int most, CancellationToken cancel);

    /// <summary>Completes when the view holds everything stored before the call, or after two seconds.</summary>
    Task Settled(CancellationToken cancel);
}

/// <param name="Reader">None: not signed in.</param>
/// <param name="Roles">What the reader is in the communities they belong to, as their grains say.</param>
public sealed record PublicationReader(MemberId? Reader, ImmutableDictionary<CommunityId, Role> Roles)
{
    public static PublicationReader Anybody { get; } = new(null, ImmutableDictionary<CommunityId, Role>.Empty);
}

/// <param name="Words">Folded, of title, summary and text; the last one may be the beginning of a word. None: all.</param>
/// <param name="OnlyPublic">Only what everyone may read, whoever asks: for feeds.</param>
/// <param name="Before">Continues after the last of an earlier answer.</param>
public sealed record PublicationQuery(
    PublicationReader Reader,
    CommunityId? Community = null,
    PublicationKind? Kind = null,
    MemberId? Author = null,
    ImmutableArray<string> Words = default,
    bool OnlyPublic = false,
    PublicationEntry? Before = null);

/// <param name="At">Published first; of what is not published, written last.</param>
/// <param name="UpdatedAt">The published version since.</param>
public sealed record PublicationEntry(
    PublicationId Publication,
    PublicationKind Kind,
    PublicationState State,
    string Title,
    string Summary,
    Classification Classification,
    MemberId Author,
    DateTimeOffset At,
    DateTimeOffset UpdatedAt,
    int Attachments);
