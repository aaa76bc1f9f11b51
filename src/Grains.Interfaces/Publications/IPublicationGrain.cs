using System.Collections.Immutable;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;

namespace PublicBuyers.Publications;

/// <summary>One news item, resource or insight of a community: its versions, and which of them is published.</summary>
/// <remarks>
/// In an open community what is submitted is published at once, and the moderators are told; elsewhere it waits in the queue. A published version stays as it is while a newer one is
/// written and waits. Comments are posts of a room of its own (<see cref="PublicationId.Comments"/>): it is the door of that room.
/// </remarks>
[Alias("publication")]
public interface IPublicationGrain : IGrainWithStringKey, IRoomDoor
{
    /// <summary>Writes the first version, or the next one. Nobody else sees it before it is submitted.</summary>
    [Alias("write")] Task<Outcome<Written>> Write(WritePublication command);

    /// <summary>Hands in the newest version. Handed in already: no effect.</summary>
    [Alias("submit")] Task<Outcome<Submitted>> Submit(SubmitPublication command);

    /// <summary>Takes a version back that waits for a decision.</summary>
    [Alias("take-back")] Task<Outcome<Done>> TakeBack(TakeBackPublication command);

    /// <summary>Takes a published one away: by its author, or by a moderator with a reason. It can be submitted again.</summary>
    [Alias("withdraw")] Task<Outcome<Done>> Withdraw(WithdrawPublication command);

    /// <summary>Shows again what a clearing has withdrawn, when the clearing is undone. For the server's own use.</summary>
    [Alias("show")] Task<Outcome<Done>> Show(ShowPublication command);

    /// <summary>What came of a submission: published, or back with its author. From the server only.</summary>
    [Alias("settle")] Task<Outcome<Done>> Settle(SettleSubmission command);

    /// <summary>As this reader may see it: the published version, or to its author, and while it waits to moderators, the newest. Absent for everybody else.</summary>
    /// <param name="reader">None: somebody who is not signed in.</param>
    [Alias("read"), ReadOnly] Task<Outcome<PublicationView>> Read(MemberId? reader);

    /// <summary>One version with its text: to its author and to moderators, who see those that were submitted.</summary>
    [Alias("version"), ReadOnly] Task<Outcome<PublicationVersion>> Version(MemberId reader, int number);

    /// <summary>All versions without their texts, newest first, at most <see cref="PublicationLimits.MostVersions"/>. To the same.</summary>
    [Alias("versions"), ReadOnly] Task<Outcome<ImmutableArray<PublicationVersion>>> Versions(MemberId reader);

    /// <summary>Whether they may write here: their own, or the first version of what nobody has begun. For the server's own use.</summary>
    [Alias("may-write"), ReadOnly] Task<bool> MayWrite(MemberId member);

    /// <summary>None: nothing has been written. For the server's own use.</summary>
    [Alias("author"), ReadOnly] Task<MemberId?> Author();

    /// <summary>A file of a version that the reader may see.</summary>
    [Alias("attachment"), ReadOnly] Task<Outcome<Attachment>> Attachment(MemberId? reader, AttachmentId file);
}

public static class PublicationLimits
{
    public const int LongestTitle = 160;

    public const int LongestSummary = 600;

    /// <summary>In bytes of UTF-8.</summary>
    public const int LongestText = 32 * 1024;

    public const int MostAttachments = 10;

    public const int MostParticipants = 200;

    public const int MostVersions = 200;

    public const int LongestReason = 2_000;

    public const int PageSize = 20;
}

[GenerateSerializer]
public enum PublicationKind
{
    News,
    Resource,
    Insight,
}

/// <summary>What somebody wrote.</summary>
/// <param name="Summary">One or two sentences for lists and feeds, plain text; may be empty.</param>
/// <param name="Participants">With <see cref="Classification.Participants"/>: who may read it; they belong to the community. Empty otherwise.</param>
/// <param name="Attachments">Uploaded by the author for this community. Whoever sends it has looked them up.</param>
[GenerateSerializer, Immutable, Alias("publication.content")]
public sealed record PublicationContent(
    [property: Id(0)] PublicationKind Kind,
    [property: Id(1)] string Title,
    [property: Id(2)] string Summary,
    [property: Id(3)] string Markdown,
    [property: Id(4)] Classification Classification,
    [property: Id(5)] ImmutableArray<MemberId> Participants,
    [property: Id(6)] ImmutableArray<Attachment> Attachments);

[GenerateSerializer, Immutable, Alias("publication.write")]
public sealed record WritePublication : Command
{
    [Id(0)] public required PublicationContent Content { get; init; }

    /// <summary>The newest version when writing began; 0 for the first. Another one since: refused, with nothing lost.</summary>
    [Id(1)] public required int Seen { get; init; }
}

[GenerateSerializer, Immutable, Alias("publication.submit")]
public sealed record SubmitPublication : Command
{
    /// <summary>The newest; refused when there is a newer one.</summary>
    [Id(0)] public required int Version { get; init; }
}

[GenerateSerializer, Immutable, Alias("publication.take-back")]
public sealed record TakeBackPublication : Command;

[GenerateSerializer, Immutable, Alias("publication.withdraw")]
public sealed record WithdrawPublication : Command
{
    /// <summary>Required of a moderator who is not its author, and shown to the author.</summary>
    [Id(0)] public string Reason { get; init; } = "";

    /// <summary>Which clearing this is part of (<see cref="Communities.Clearing.Act"/>).</summary>
    [Id(1)] public long? Clearing { get; init; }
}

/// <summary>Publishes again what the clearing of everything by its author has withdrawn. Anything else: no effect.</summary>
[GenerateSerializer, Immutable, Alias("publication.show")]
public sealed record ShowPublication : Command
{
    /// <summary>Which clearing (<see cref="Communities.Clearing.Act"/>).</summary>
    [Id(0)] public required long Clearing { get; init; }
}

[GenerateSerializer, Immutable, Alias("publication.settle")]
public sealed record SettleSubmission : Command
{
    [Id(0)] public required int Version { get; init; }

    /// <summary>None: its author took it back in the queue.</summary>
    [Id(1)] public required Verdict? Verdict { get; init; }

    [Id(2)] public required MemberId DecidedBy { get; init; }

    [Id(3)] public string Reason { get; init; } = "";
}

[GenerateSerializer, Immutable, Alias("publication.written")]
public sealed record Written([property: Id(0)] int Version);

/// <param name="IsPublished">At once; else it waits for the moderators.</param>
[GenerateSerializer, Immutable, Alias("publication.submitted")]
public sealed record Submitted([property: Id(0)] int Version, [property: Id(1)] bool IsPublished);

[GenerateSerializer]
public enum PublicationState
{
    /// <summary>Never published, and not submitted.</summary>
    Draft,

    /// <summary>Its newest version waits for a decision; an older one may be published.</summary>
    Waiting,

    Published,

    /// <summary>Was published, and taken away.</summary>
    Withdrawn,
}

/// <param name="Version">The one shown.</param>
/// <param name="Newest">More than <paramref name="Version"/> only for who may see it.</param>
/// <param name="Published">The published version, and since when the first one is; none where nothing is.</param>
/// <param name="Withdrawn">By whom and why.</param>
/// <param name="Returned">Why the last submission was not published; to its author and moderators.</param>
/// <param name="MayWrite">The reader is its author.</param>
/// <param name="MayWithdraw">The reader is its author or moderates.</param>
/// <param name="MayComment">The reader may come into the room of its comments.</param>
[GenerateSerializer, Immutable, Alias("publication.view")]
public sealed record PublicationView(
    [property: Id(0)] PublicationId Publication,
    [property: Id(1)] PublicationState State,
    [property: Id(2)] MemberId Author,
    [property: Id(3)] PublicationContent Content,
    [property: Id(4)] int Version,
    [property: Id(5)] int Newest,
    [property: Id(6)] DateTimeOffset WrittenAt,
    [property: Id(7)] int? Published,
    [property: Id(8)] DateTimeOffset? PublishedAt,
    [property: Id(9)] Act? Withdrawn,
    [property: Id(10)] Act? Returned,
    [property: Id(11)] bool MayWrite,
    [property: Id(12)] bool MayWithdraw,
    [property: Id(13)] bool MayComment)
{
    /// <summary>When the version shown was published, where that is not the first one.</summary>
    [Id(14)] public DateTimeOffset? RevisedAt { get; init; }
}

/// <param name="Content">With an empty text in a list.</param>
[GenerateSerializer, Immutable, Alias("publication.version")]
public sealed record PublicationVersion([property: Id(0)] int Number, [property: Id(1)] DateTimeOffset At, [property: Id(2)] PublicationContent Content, [property: Id(3)] DateTimeOffset? SubmittedAt, [property: Id(4)] DateTimeOffset? PublishedAt);

/// <summary>Why a publication says no.</summary>
public static class PublicationRefusal
{
    [GenerateSerializer, Immutable, Alias("publication.absent")]
    public sealed record NotVisible() : Refusal(RefusalKind.Absent, "publication.absent");

    [GenerateSerializer, Immutable, Alias("publication.text-invalid")]
    public sealed record TextInvalid([property: Id(0)] string Field, [property: Id(1)] int Most) : Refusal(RefusalKind.Unprocessable, "publication.text-invalid");

    /// <summary>It nests deeper than can be laid out, or holds too many characters that could be Markdown.</summary>
    [GenerateSerializer, Immutable, Alias("publication.text-too-deep")]
    public sealed record TextTooDeep([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "publication.text-too-deep");

    [GenerateSerializer, Immutable, Alias("publication.muted")]
    public sealed record Muted() : Refusal(RefusalKind.NotAllowed, "publication.muted");

    /// <summary>It is somebody else's.</summary>
    [GenerateSerializer, Immutable, Alias("publication.not-allowed")]
    public sealed record NotAllowed() : Refusal(RefusalKind.NotAllowed, "publication.not-allowed");

    /// <summary>Who wrote it does not belong to the community any more.</summary>
    [GenerateSerializer, Immutable, Alias("publication.author-gone")]
    public sealed record AuthorGone() : Refusal(RefusalKind.Conflict, "publication.author-gone");

    /// <summary>There is a newer version than the one seen.</summary>
    [GenerateSerializer, Immutable, Alias("publication.changed")]
    public sealed record Changed([property: Id(0)] int Newest) : Refusal(RefusalKind.Conflict, "publication.changed");

    /// <summary>It waits for a decision: take it back to go on writing.</summary>
    [GenerateSerializer, Immutable, Alias("publication.waits")]
    public sealed record Waits() : Refusal(RefusalKind.Conflict, "publication.waits");

    /// <summary>Nothing waits for a decision that could be taken back: it is published.</summary>
    [GenerateSerializer, Immutable, Alias("publication.not-waiting")]
    public sealed record NotWaiting() : Refusal(RefusalKind.Conflict, "publication.not-waiting");

    [GenerateSerializer, Immutable, Alias("publication.not-published")]
    public sealed record NotPublished() : Refusal(RefusalKind.Conflict, "publication.not-published");

    [GenerateSerializer, Immutable, Alias("publication.reason-missing")]
    public sealed record ReasonMissing() : Refusal(RefusalKind.Unprocessable, "publication.reason-missing");

    /// <summary>Named among the participants, and does not belong to the community; or more than there may be; or none where some are needed.</summary>
    [GenerateSerializer, Immutable, Alias("publication.participants-invalid")]
    public sealed record ParticipantsInvalid([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "publication.participants-invalid");

    [GenerateSerializer, Immutable, Alias("publication.too-many")]
    public sealed record TooMany([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "publication.too-many");
}
