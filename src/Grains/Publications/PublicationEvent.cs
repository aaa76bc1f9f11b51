using PublicBuyers.Journal;

namespace PublicBuyers.Publications;

/// <summary>Everything that can happen to a publication.</summary>
internal abstract record PublicationEvent : Fact
{
    public const string Writing = "publication.written";

    public const string Submission = "publication.submitted";

    public const string Published = "publication.published";

    public const string Withdrawal = "publication.withdrawn";

    private PublicationEvent() { }

    public static string SubjectOf(int version) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"version/{version}");

    [Fact(Writing)]
    public sealed record VersionWritten(int Version, PublicationContent Content) : PublicationEvent
    {
        public override string Subject => SubjectOf(Version);
    }

    /// <summary>It waits for the moderators: an item of their queue follows.</summary>
    [Fact(Submission)]
    public sealed record VersionSubmitted(int Version, PublicationKind Kind, string Title) : PublicationEvent;

    /// <param name="ApprovedBy">None in an open community, where nobody approves: the moderators are told.</param>
    [Fact(Published)]
    public sealed record VersionPublished(int Version, PublicationKind Kind, string Title, MemberId? ApprovedBy) : PublicationEvent;

    /// <summary>It was not published, and is its author's again.</summary>
    [Fact("publication.returned")]
    public sealed record VersionReturned(int Version, MemberId ReturnedBy, string Reason) : PublicationEvent;

    /// <summary>Its author took it back before it was decided.</summary>
    [Fact("publication.taken-back")]
    public sealed record VersionTakenBack(int Version) : PublicationEvent;

    /// <param name="Clearing">Withdrawn with everything by its author (<see cref="Communities.Clearing.Act"/>).</param>
    [Fact(Withdrawal)]
    public sealed record PublicationWithdrawn(string Reason, long? Clearing = null) : PublicationEvent;
}
