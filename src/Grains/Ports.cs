using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Mails;
using PublicBuyers.Members;
using PublicBuyers.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;

namespace PublicBuyers;

/// <summary>Mail on its way out. The same <see cref="MessageId"/> delivered twice is one mail.</summary>
/// <param name="MessageId">Without angle brackets; the same for the same thing told the same person, for ever.</param>
public sealed record Mail(string MessageId, string To, string Subject, string Text, string Html, string Language)
{
    /// <summary>After this it is of no use, and is not sent.</summary>
    public DateTimeOffset? OfUseUntil { get; init; }

    /// <summary>Its reader waits for it: it goes before others, and to an address that has refused mail too.</summary>
    public bool IsAskedFor { get; init; }

    /// <summary>
    /// Who caused it: what waits because of one member is bounded. For mail that is asked for, the browser that asked.
    /// None: nobody in particular.
    /// </summary>
    public string? Cause { get; init; }

    /// <summary>What it says and to whom. It is looked at again when it leaves. None: it goes whatever happened meanwhile.</summary>
    public MailAbout? About { get; init; }

    /// <summary>The same mail, because of what this person did.</summary>
    public Mail CausedBy(MemberId by) => this with { Cause = by == MemberId.System ? null : by.Value };

    public Mail CausedBy(MemberId by, MailAbout about) => CausedBy(by) with { About = about };

    /// <summary>Why it could not be written. Such a mail is given up and shown to administrators; what else concerns its reader goes on.</summary>
    public string? Unwritable { get; init; }
}

public interface IMailbox
{
    /// <summary>
    /// Completes when the mail is kept, whatever happens then; it is sent until a mail server accepts it or refuses it for good. Told again,
    /// also long after it was sent, nothing changes. What exceeds the bounds for its address, domain or cause is given up and listed.
    /// Of the mail that is asked for, an address keeps the newest few, of one browser the newest only: what waited before is not sent.
    /// </summary>
    Task Deliver(Mail mail, CancellationToken cancel);
}

/// <summary>Words of the mails, in the reader's language.</summary>
public interface IMailWriter
{
    /// <param name="token">Opens the link's confirmation page.</param>
    /// <param name="code">Signs in on another device.</param>
    Mail SignIn(string messageId, string address, string language, SignIn.AddressKey key, string token, string code, DateTimeOffset until);

    /// <summary>To a moderator: something waits (R2).</summary>
    /// <param name="by">Who asked, as they call themselves; may be empty.</param>
    Mail Waiting(string messageId, string address, string language, string community, ItemId item, ItemKind kind, string by, string message);

    /// <summary>To a leader or an administrator: something has come up to them.</summary>
    Mail Escalated(string messageId, string address, string language, string timeZone, EscalatedMail escalated);

    /// <summary>To who asked: what was decided, why, whom to ask, and what can be done (R3, R4).</summary>
    /// <param name="timeZone">Of the reader.</param>
    Mail Decided(string messageId, string address, string language, string timeZone, DecidedMail decided);

    /// <summary>To a moderator of an open community: something was published, and there is nothing to approve (R6).</summary>
    Mail Published(string messageId, string address, string language, string community, string by, PublicationId publication, string title);

    /// <summary>To an author: a moderator withdrew what they published, why, and whom to ask (R4).</summary>
    Mail Withdrawn(string messageId, string address, string language, WithdrawnMail withdrawn);

    /// <summary>To who was muted, suspended or banned: for how long, why, and whom to ask.</summary>
    Mail Restricted(string messageId, string address, string language, string timeZone, RestrictedMail restricted);

    /// <summary>To an author: a moderator hid or deleted what they wrote, why, whom to ask, and how to appeal.</summary>
    Mail Hidden(string messageId, string address, string language, HiddenMail hidden);

    /// <summary>To somebody who has another role in a community, or whose restriction was lifted.</summary>
    Mail Standing(string messageId, string address, string language, StandingMail standing);

    /// <summary>To a leader: what became of a bridge between their community and another.</summary>
    Mail Bridge(string messageId, string address, string language, BridgeMail bridge);

    /// <summary>To somebody who was made an administrator of the platform, or is one no longer.</summary>
    /// <param name="by">The administrator who did it; may be empty.</param>
    Mail Administrator(string messageId, string address, string language, bool isAppointed, string by);

    /// <summary>What one person caused another within an hour, beyond the first mails: each with its subject and its link.</summary>
    Mail Gathered(string messageId, string address, string language, IReadOnlyList<Mail> mails);

    /// <param name="inviter">Whom it comes from; empty where nobody can be named.</param>
    /// <param name="community">What the address is invited to.</param>
    Mail Invitation(string messageId, string address, string language, string inviter, CommunityView community);
}

/// <param name="By">Who asked, as they call themselves; may be empty.</param>
/// <param name="Since">When they did.</param>
public sealed record EscalatedMail(string Community, ItemId Item, ItemKind Kind, string By, DateTimeOffset Since, EscalationLevel Level, EscalationReason Why);

/// <param name="Contact">Empty only with an approval.</param>
public sealed record DecidedMail(string Community, ItemId Item, ItemKind Kind, Verdict Verdict, string By, DateTimeOffset At, string Reason, string Contact, DateTimeOffset? AskAgainFrom);

/// <param name="Contact">May be empty.</param>
public sealed record WithdrawnMail(string Community, PublicationId Publication, string Title, string Reason, string By, string Contact);

/// <param name="Until">None: until it is lifted.</param>
/// <param name="Contact">May be empty.</param>
public sealed record RestrictedMail(CommunityId Id, string Community, RestrictionKind Kind, DateTimeOffset? Until, string Reason, string By, string Contact);

/// <param name="Post">None: everything that the reader wrote in the community.</param>
/// <param name="IsDeleted">It was deleted, not hidden.</param>
/// <param name="Contact">May be empty.</param>
/// <param name="Appeal">The item whose decision can be appealed; none where nothing was decided in a queue.</param>
public sealed record HiddenMail(
    CommunityId Id, string Community, RoomId? Room, PostNumber? Post, bool IsDeleted, string Reason, string By, string Contact, ItemId? Appeal);

/// <param name="Role">None: a restriction was lifted.</param>
/// <param name="Reason">Of lifting it; may be empty.</param>
public sealed record StandingMail(CommunityId Id, string Community, Role? Role, string Reason, string By);

/// <param name="Side">The reader's community.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Other">The other community.</param>
/// <param name="Text">Message or reason; may be empty.</param>
public sealed record BridgeMail(BridgeNews News, CommunityId Side, string Name, string Other, string By, string Text);

/// <summary>Lays out the Markdown that people write. Asked before a text is stored, while its author can still change it.</summary>
/// <remarks>Neither throws, and the time each takes is bounded by the longest text there may be.</remarks>
public interface IMarkdown
{
    /// <summary>Whether a post, a comment or a message can be laid out.</summary>
    bool CanShowPost(string markdown, ImmutableArray<Mention> mentions);

    /// <summary>Whether a publication or a description can be laid out.</summary>
    bool CanShowArticle(string markdown);

    /// <summary>How many links a post has where it is shown, to pages and to addresses for mail.</summary>
    int LinksIn(string markdown, ImmutableArray<Mention> mentions);

    /// <summary>The same of a publication.</summary>
    int LinksInArticle(string markdown);
}

/// <summary>
/// Who may know that somebody is here, and what they are called: whoever can read something that they wrote, or meets them
/// in a community. To everybody else somebody with an account is as nobody.
/// </summary>
public interface IAcquaintances
{
    Task<bool> MayKnow(MemberId reader, MemberId person, CancellationToken cancel);

    /// <summary>
    /// Whether a community has to do with somebody who does not belong to it: they wrote or published there, asked or
    /// reported, or belong to a community that shares threads with it.
    /// </summary>
    Task<bool> IsKnownIn(CommunityId community, MemberId person, CancellationToken cancel);
}

/// <summary>Secrets that need no keeping: derived from the server's key and a name, the same each time.</summary>
public interface ISecrets
{
    /// <summary>43 characters, base64url: 256 bits.</summary>
    string Token(string purpose, string name);

    /// <summary>Decimal digits.</summary>
    string Code(string purpose, string name, int digits);
}

/// <summary>Where a follower stands, by partition. A last-value row, not a fact.</summary>
public interface IFollowerCursors
{
    /// <summary>None when it has never run.</summary>
    Task<long?> Read(string follower, int partition, CancellationToken cancel = default);

    /// <summary>Moves the follower from where it expects to be. Where another activation of it has moved on meanwhile,
    /// nothing is written.</summary>
    /// <param name="expected">As last read or written; none when it has never run.</param>
    /// <returns>Where the follower stands now: <paramref name="position"/>, or where the other one is.</returns>
    Task<long> Write(string follower, int partition, long? expected, long position, CancellationToken cancel = default);

    /// <summary>A stream whose fact this follower cannot digest: kept aside and listed, so that the others go on.</summary>
    Task Park(string follower, string stream, long sequence, string reason, CancellationToken cancel = default);

    Task<ImmutableHashSet<string>> Parked(string follower, CancellationToken cancel = default);
}

/// <summary>How far members have read rooms and threads: last values, not facts. One that is lost with the power only makes something unread again.</summary>
public interface IReadMarks
{
    /// <summary>The marks there are, of these rooms.</summary>
    Task<ImmutableArray<RoomMark>> Of(MemberId member, IReadOnlyCollection<RoomId> rooms, CancellationToken cancel = default);

    /// <summary>Completes when it is written, in one transaction with whatever else waits. Marks only move forward: a lower one changes nothing.</summary>
    /// <param name="thread">None: the room as a whole, which passes over the marks of its threads that it has reached.</param>
    Task Put(MemberId member, RoomId room, PostNumber? thread, PostNumber upto, CancellationToken cancel = default);
}

/// <summary>The directories, as rows that follow the journal. Rebuilt from nothing when they are lost.</summary>
public interface IDirectoryRows
{
    /// <summary>Where the directories stand, by partition; written in the same transaction as the rows.</summary>
    Task<long> Position(int partition, CancellationToken cancel = default);

    /// <summary>Writes rows and position together, if the directories stand where they are expected. Otherwise another
    /// activation of the follower has been here, and nothing is written: what is counted would count twice.</summary>
    /// <returns>Where the directories stand now: <paramref name="position"/>, or where the other one is.</returns>
    Task<long> Write(
        int partition, long expected, long position, IReadOnlyList<DirectoryRow> rows, CancellationToken cancel = default);

    /// <summary>Told from here on up to where somebody waits for the directories to follow: their follower gathers no longer.</summary>
    void WhenAwaited(Action<long> hurry);
}

/// <summary>One change of the directories. Writing it again changes nothing; that what is counted is not written again, the position written with it sees to.</summary>
public abstract record DirectoryRow
{
    private DirectoryRow() { }

    public sealed record OfCommunity(CommunityId Community, string Name, Access Access, string Goal) : DirectoryRow;

    /// <summary>Closed since then; none: it is open again.</summary>
    public sealed record OfClosing(CommunityId Community, DateTimeOffset? Since) : DirectoryRow;

    public sealed record OfRoom(RoomCard Card) : DirectoryRow;

    /// <summary>No role: belongs to it no more.</summary>
    public sealed record OfMembership(CommunityId Community, MemberId Member, Role? Role) : DirectoryRow;

    public sealed record OfLastPost(CommunityId Community, DateTimeOffset At) : DirectoryRow;

    /// <summary>Waits for confirmation; no kind: not any more.</summary>
    public sealed record OfClaim(MemberId Member, MemberKind? Kind, DateTimeOffset At) : DirectoryRow;

    /// <summary>A publication's newest version.</summary>
    /// <param name="Words">Folded, each once.</param>
    public sealed record OfWriting(PublicationId Publication, MemberId Author, DateTimeOffset At, PublicationContent Content, IReadOnlyCollection<string> Words) : DirectoryRow;

    /// <summary>What was written last can be read now.</summary>
    public sealed record OfPublishing(PublicationId Publication, DateTimeOffset At) : DirectoryRow;

    public sealed record OfPublicationState(PublicationId Publication, PublicationState State) : DirectoryRow;

    /// <summary>So much more happened in a community on a day.</summary>
    /// <param name="Kind">As <see cref="VitalityReason.Kind"/> has it, or <c>founded</c>.</param>
    public sealed record OfHappening(CommunityId Community, string Kind, DateOnly Day, int Count, DateTimeOffset Last) : DirectoryRow;

    /// <summary>Whether an item of a community's queue waits for somebody to decide on it.</summary>
    /// <param name="OpenedAt">None: opened before.</param>
    /// <param name="IsOver">It never waits again.</param>
    public sealed record OfWaiting(CommunityId Community, ItemNumber Number, bool Waits, DateTimeOffset? OpenedAt = null, bool IsOver = false) : DirectoryRow;

    /// <summary>An item of a queue has come up to the administrators; or it is over.</summary>
    public sealed record OfEscalation(CommunityId Community, ItemNumber Number, bool IsUp) : DirectoryRow;

    /// <param name="Is">False: not any more.</param>
    public sealed record OfAdministrator(MemberId Member, bool Is = true) : DirectoryRow;

    /// <summary>It was proposed, and is found from both sides from then on.</summary>
    public sealed record OfBridge(BridgeId Bridge) : DirectoryRow;

    /// <summary>An empty name: shown as a member without one.</summary>
    /// <param name="Since">When they took the name: of namesakes the first bears it plainly.</param>
    public sealed record OfMember(MemberCard Card, DateTimeOffset Since = default) : DirectoryRow;

    /// <summary>Something of a community concerns a member, whether they belong to it or not: they asked or reported there, are reported, or were restricted. It stays so.</summary>
    public sealed record OfConcern(MemberId Member, CommunityId Community) : DirectoryRow;

    /// <summary>In the directory of members, or not any more.</summary>
    public sealed record OfPresentation(MemberId Member, Presentation Presentation) : DirectoryRow;
}

/// <summary>The words of posts, as rows that follow the journal. Rebuilt from nothing when they are lost.</summary>
public interface IPostRows
{
    /// <summary>Where the index stands; written in the same transaction as the rows.</summary>
    Task<long> Position(CancellationToken cancel = default);

    /// <summary>Writes rows and position together, if the index stands where it is expected. Otherwise another activation
    /// of the follower has been here, and nothing is written: its rows are newer.</summary>
    /// <returns>Where the index stands now: <paramref name="position"/>, or where the other one is.</returns>
    Task<long> Write(long expected, long position, IReadOnlyList<PostRow> rows, CancellationToken cancel = default);

    /// <summary>Told from here on up to where somebody waits for the index to follow: its follower gathers no longer.</summary>
    void WhenAwaited(Action<long> hurry);
}

/// <summary>A post as it stands, for who looks for it. Writing it again changes nothing.</summary>
/// <param name="IsWithheld">Deleted or hidden: nobody finds it, and it has no words.</param>
/// <param name="Words">Folded, each once.</param>
/// <param name="Files">How many it has.</param>
public sealed record PostRow(RoomId Room, PostNumber Number, MemberId Author, DateTimeOffset At, PostNumber? Thread, bool IsWithheld, ImmutableSortedSet<string> Words, int Files);

/// <summary>The files of posts. Told again, nothing changes.</summary>
public interface IPostedFiles
{
    /// <summary>These are in a post now, and stay.</summary>
    Task Posted(IReadOnlyCollection<AttachmentId> files, CancellationToken cancel);

    /// <summary>These are in no post any more.</summary>
    Task Remove(IReadOnlyCollection<AttachmentId> files, CancellationToken cancel);
}

/// <summary>Says which streams cannot be read, and why.</summary>
public interface IQuarantineLog
{
    /// <returns>The reference that people are told; the same for the same stream and sequence.</returns>
    Task<string> Report(string stream, long sequence, string reason, CancellationToken cancel = default);
}
