using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;

namespace PublicBuyers.Publications;

/// <summary>A publication: its newest text, the one that is published, and what is known of all the others.</summary>
internal sealed record Publication : IFolded<Publication, PublicationEvent>
{
    public static Publication Empty { get; } = new();

    public static int Schema => 1;

    /// <summary>None: nothing has been written.</summary>
    public MemberId? Author { get; init; }

    public WrittenVersion? Newest { get; init; }

    /// <summary>What was published last; it is to be read unless <see cref="Withdrawn"/>.</summary>
    public WrittenVersion? Shown { get; init; }

    public DateTimeOffset? FirstPublishedAt { get; init; }

    public DateTimeOffset? ShownSince { get; init; }

    /// <summary>The version that waits for a decision.</summary>
    public int? Waiting { get; init; }

    public Act? Withdrawn { get; init; }

    /// <summary>Which clearing of everything by its author withdrew it; none: somebody withdrew it by itself.</summary>
    public long? Clearing { get; init; }

    /// <summary>Why the newest submission was not published, until there is another.</summary>
    public Act? Returned { get; init; }

    /// <summary>All of them, without texts; at most <see cref="PublicationLimits.MostVersions"/>.</summary>
    public ImmutableArray<VersionCard> Versions { get; init; } = [];

    [JsonIgnore]
    public bool IsPublished => Shown is not null && Withdrawn is null;

    [JsonIgnore]
    public PublicationState State =>
        Waiting is not null ? PublicationState.Waiting
        : IsPublished ? PublicationState.Published
        : Withdrawn is not null ? PublicationState.Withdrawn
        : PublicationState.Draft;

    public Publication Apply(Happened<PublicationEvent> fact) => fact.Event switch
    {
        PublicationEvent.VersionWritten written => this with
        {
            Author = Author ?? fact.By,
            Newest = new(written.Version, fact.At, written.Content),
            Versions = Versions.Add(new(written.Version, fact.At, written.Content with { Markdown = "" }, null, null)).KeepNewest(PublicationLimits.MostVersions),
        },
        PublicationEvent.VersionSubmitted submitted => (this with { Waiting = submitted.Version, Returned = null }).Change(submitted.Version, card => card with { SubmittedAt = fact.At }),
        PublicationEvent.VersionPublished published when Newest is { } newest && newest.Number == published.Version => (this with
        {
            Shown = newest,
            ShownSince = fact.At,
            FirstPublishedAt = FirstPublishedAt ?? fact.At,
            Waiting = null,
            Withdrawn = null,
            Clearing = null,
            Returned = null,
        }).Change(published.Version, card => card with { SubmittedAt = card.SubmittedAt ?? fact.At, PublishedAt = fact.At }),
        PublicationEvent.VersionReturned returned => this with { Waiting = null, Returned = new(returned.ReturnedBy, fact.At, returned.Reason) },
        PublicationEvent.VersionTakenBack => this with { Waiting = null },
        PublicationEvent.PublicationWithdrawn withdrawn => this with
        {
            Withdrawn = new(fact.By, fact.At, withdrawn.Reason),
            Clearing = withdrawn.Clearing,
        },
        _ => this,
    };

    /// <summary>May they read what is published? Its author is its host; who was named and has left is named no more.</summary>
    public bool IsReadBy(MemberId? member, Role? role) =>
        IsPublished && new Reader(member is not null, role, member is { } reader && role is not null && Shown!.Content.Participants.Contains(reader), role is not null && Author == member).CanRead(Shown!.Content.Classification);

    private Publication Change(int version, Func<VersionCard, VersionCard> change) => this with { Versions = [.. Versions.Select(card => card.Number == version ? change(card) : card)] };
}

internal sealed record WrittenVersion(int Number, DateTimeOffset At, PublicationContent Content);

/// <param name="Content">Without the text.</param>
internal sealed record VersionCard(int Number, DateTimeOffset At, PublicationContent Content, DateTimeOffset? SubmittedAt, DateTimeOffset? PublishedAt);
