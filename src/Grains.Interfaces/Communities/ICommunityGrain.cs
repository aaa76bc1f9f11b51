using System.Collections.Immutable;
using PublicBuyers.Live;
using PublicBuyers.Rooms;

namespace PublicBuyers.Communities;

/// <summary>A community of practice: who belongs to it, and which rooms it has.</summary>
/// <remarks>
/// The community's stream owns membership; every other grain only remembers what it was told. A closed community is read on by whoever could read it, and nothing new begins in it: nobody joins,
/// asks to join, is invited or admitted; nobody posts, edits, reacts, opens rooms or common threads, writes publications or the state of play. What moderators do to protect people goes on: they
/// decide what waits (what would let somebody in comes back), hide, delete, restrict and lift. Who wants to leave leaves, and authors delete what is theirs.
/// When a call that changes somebody's standing completes, every room holds to it. A room that cannot be told (its silo is
/// silent) delays the answer by <see cref="CommunityLimits.NewsTakes"/> at most: by then it looks for itself before it
/// lets anybody read or write.
/// </remarks>
[Alias("community")]
public interface ICommunityGrain : ITopicGrain, IRoomDoor
{
    /// <summary>Opens the community, with its first leader and a room for everything.</summary>
    [Alias("found")] Task<Outcome<Done>> Found(FoundCommunity command);

    /// <summary>Opens a room, for the whole community or one of its topic groups.</summary>
    [Alias("open-room")] Task<Outcome<RoomId>> OpenRoom(OpenRoom command);

    /// <summary>Joins an open community at once, or one that the member was invited to. A member joins again with no effect.</summary>
    [Alias("join")] Task<Outcome<Done>> Join(JoinCommunity command);

    /// <summary>Lets in who asked and was approved. From the server only; a ban, a community that is full or for buyers only still says no.</summary>
    [Alias("admit-member")] Task<Outcome<Done>> AdmitMember(AdmitMember command);

    /// <summary>Makes a member a moderator or leader, or a member again. A community always keeps a leader. Acts on open connections within a second.</summary>
    [Alias("change-role")] Task<Outcome<Done>> ChangeRole(ChangeRole command);

    /// <summary>Mutes (may read, not write), suspends (neither, for a while) or bans (is no member, and cannot come back), with a reason that the person is told.</summary>
    [Alias("restrict")] Task<Outcome<Done>> Restrict(RestrictMember command);

    /// <summary>Lifts what <see cref="Restrict"/> did.</summary>
    [Alias("lift")] Task<Outcome<Done>> Lift(LiftRestriction command);

    /// <summary>
    /// Ends a newcomer's limits before their week is over. Trusted already, or never new: no effect. When the task completes
    /// every room has heard of it.
    /// </summary>
    [Alias("trust")] Task<Outcome<Done>> Trust(TrustMember command);

    /// <summary>
    /// Hides everything that a person wrote here, also if they have left or are banned; their open submissions leave the
    /// queue. Stored when the task completes, carried out after that, a page of posts at a time. Until it is over the
    /// person cannot write here. While it runs, ordering it again has no effect.
    /// </summary>
    [Alias("clear-member")] Task<Outcome<Done>> ClearMember(ClearMember command);

    /// <summary>Shows again what the newest clearing hid and nobody has hidden or shown since. Again: no effect.</summary>
    [Alias("undo-clearing")] Task<Outcome<Done>> UndoClearing(UndoClearing command);

    /// <summary>Records how far a clearing has come. From the server only.</summary>
    [Alias("move-clearing")] Task<Outcome<Done>> MoveClearing(MoveClearing command);

    /// <summary>How much of a person can be seen here, and their newest clearing. To who may clear.</summary>
    [Alias("clearing-view"), ReadOnly] Task<Outcome<ClearingView>> ClearingView(MemberId reader, MemberId member);

    /// <summary>The newest clearing of a person, for the server's own use. Waits for an order that is under way.</summary>
    [Alias("clearing-of")] Task<Clearing?> ClearingOf(MemberId member);

    [Alias("change-settings")] Task<Outcome<Done>> ChangeSettings(ChangeSettings command);

    /// <summary>Closes it, with a reason that is shown with it. Closed already: no effect. Acts on open connections within a second; when the task completes every room refuses what is written.</summary>
    [Alias("close")] Task<Outcome<Done>> Close(CloseCommunity command);

    /// <summary>Opens it again, as it was. Open already: no effect.</summary>
    [Alias("reopen")] Task<Outcome<Done>> Reopen(ReopenCommunity command);

    /// <summary>Says whom to ask about one's decisions here (R4). Moderators and administrators.</summary>
    [Alias("publish-contact")] Task<Outcome<Done>> PublishContact(PublishContact command);

    /// <summary>Says that one is away, and who stands in. Moderators and leaders only.</summary>
    [Alias("announce-absence")] Task<Outcome<Done>> AnnounceAbsence(AnnounceAbsence command);

    [Alias("end-absence")] Task<Outcome<Done>> EndAbsence(EndAbsence command);

    /// <summary>Who of those that moderate is away, or will be; the first first. To who may read the queue.</summary>
    [Alias("absences"), ReadOnly] Task<Outcome<ImmutableArray<Absence>>> Absences(MemberId reader);

    /// <summary>Who is there to look at the queue. For the server's own use.</summary>
    [Alias("on-duty"), ReadOnly] Task<Duty> OnDuty();

    /// <summary>
    /// Invites people by address; each gets a mail. An address that was invited before is not told again, and nobody who is banned
    /// or suspended is mailed. The answer says what became of each address.
    /// </summary>
    [Alias("invite")] Task<Outcome<Invited>> Invite(InviteMembers command);

    /// <summary>Leaves. When the task completes every room has forgotten the member's rights and live connections are being silenced.</summary>
    [Alias("leave")] Task<Outcome<Done>> Leave(LeaveCommunity command);

    /// <summary>What a member is to this community as a whole, and what holds for everybody there. For the server's own use.</summary>
    [Alias("bearing"), ReadOnly] Task<Bearing> BearingOf(MemberId member);

    /// <summary>Who moderates it, leaders included. For the server's own use.</summary>
    [Alias("moderators"), ReadOnly] Task<ImmutableArray<MemberId>> Moderators();

    /// <summary>Who is muted, suspended or banned, and why; newest first. To who may restrict.</summary>
    [Alias("restrictions"), ReadOnly] Task<Outcome<ImmutableArray<Restriction>>> Restrictions(MemberId reader);

    /// <summary>The community as this reader may see it: its rooms only to members.</summary>
    [Alias("describe"), ReadOnly] Task<Outcome<CommunityView>> Describe(MemberId reader);

    /// <summary>Its members by role and time of joining, to members and administrators, at most <see cref="CommunityLimits.MembersPage"/> after <paramref name="after"/>.</summary>
    [Alias("members"), ReadOnly] Task<Outcome<MembersPage>> Members(MemberId reader, int after);
}

[GenerateSerializer]
public enum Access
{
    Open,
    OnRequest,
    ByInvitation,
}

[GenerateSerializer]
public enum Role
{
    Member,
    Moderator,
    Leader,
}

public static class CommunityLimits
{
    public const int MostMembers = 20_000;
    public const int MostRooms = 32;
    public const int LongestName = 120;
    public const int LongestAbout = 8 * 1024;
    public const int MembersPage = 100;
    public const int MostStandings = 500;
    public const int LongestContact = 200;
    public const int LongestReason = 2_000;
    public const int MostInvitations = 2_000;
    public const int MostInvitedAtOnce = 200;
    public const int MostRestrictions = 2_000;
    public const int LongestAnswerDays = 60;

    /// <summary>How long an account is new, from when it was made.</summary>
    public static readonly TimeSpan NewFor = TimeSpan.FromDays(7);

    /// <summary>Clearings that run at the same time.</summary>
    public const int MostClearings = 20;

    /// <summary>People whose newest clearing is remembered, so that it can be undone.</summary>
    public const int ClearingsKept = 500;

    /// <summary>How long a change of somebody's standing may take to reach a room. A room looks for itself as often.</summary>
    public static readonly TimeSpan NewsTakes = TimeSpan.FromSeconds(1);

    /// <summary>A room that has not looked for as long looks before it answers. Shorter than <see cref="NewsTakes"/>, because
    /// a timer may ring some milliseconds early, and two machines' clocks do not run alike.</summary>
    public static readonly TimeSpan LooksAgainAfter = NewsTakes * 0.9;

    public static readonly TimeSpan LongestAbsence = TimeSpan.FromDays(366);
    public static readonly TimeSpan LongestRestriction = TimeSpan.FromDays(3_660);
}

/// <summary>What a member is to a community as a whole, as of its position <see cref="Version"/>.</summary>
/// <param name="Role">None for who does not belong to it, or is suspended.</param>
/// <param name="Contact">The member's own, published here (<see cref="ICommunityGrain.PublishContact"/>), else the community's; may be empty.</param>
/// <param name="IsFounded">False: there is no such community.</param>
[GenerateSerializer, Immutable, Alias("community.bearing")]
public sealed record Bearing(
    [property: Id(0)] MemberId Member,
    [property: Id(1)] Role? Role,
    [property: Id(2)] RestrictionKind? Restriction,
    [property: Id(3)] string Contact,
    [property: Id(4)] bool IsFounded,
    [property: Id(5)] string Name,
    [property: Id(6)] Access Access,
    [property: Id(7)] bool BuyersOnly,
    [property: Id(8)] int AnswerDays,
    [property: Id(9)] long Version)
{
    /// <summary>Who closed it, when and why; none while it is open.</summary>
    [Id(10)] public Act? Closed { get; init; }

    /// <summary>Is a newcomer until then; none for who is not.</summary>
    [Id(11)] public DateTimeOffset? NewUntil { get; init; }
}

[GenerateSerializer]
public enum RestrictionKind
{
    /// <summary>Reads, and does not write.</summary>
    Mute,

    /// <summary>Neither reads nor writes, for a while; stays a member.</summary>
    Suspension,

    /// <summary>Is no member any more, and cannot come back until it is lifted.</summary>
    Ban,
}

/// <param name="Until">None: until it is lifted.</param>
[GenerateSerializer, Immutable, Alias("community.restriction")]
public sealed record Restriction(
    [property: Id(0)] MemberId Member,
    [property: Id(1)] RestrictionKind Kind,
    [property: Id(2)] DateTimeOffset? Until,
    [property: Id(3)] string Reason,
    [property: Id(4)] MemberId By,
    [property: Id(5)] DateTimeOffset At);

[GenerateSerializer, Immutable, Alias("community.admit-member")]
public sealed record AdmitMember : Command
{
    [Id(0)] public required MemberId Member { get; init; }

    /// <summary>Who approved it.</summary>
    [Id(1)] public required MemberId ApprovedBy { get; init; }
}

[GenerateSerializer, Immutable, Alias("community.change-role")]
public sealed record ChangeRole : Command
{
    [Id(0)] public required MemberId Member { get; init; }

    [Id(1)] public required Role Role { get; init; }
}

[GenerateSerializer, Immutable, Alias("community.restrict")]
public sealed record RestrictMember : Command
{
    [Id(0)] public required MemberId Member { get; init; }

    [Id(1)] public required RestrictionKind Kind { get; init; }

    /// <summary>None: until it is lifted.</summary>
    [Id(2)] public DateTimeOffset? Until { get; init; }

    [Id(3)] public required string Reason { get; init; }

    /// <summary>
    /// It was decided, and an effect of the server carries it out: whether <see cref="Command.By"/> may do it was asked
    /// then. Never read from a request.
    /// </summary>
    [Id(4)] public bool IsDecided { get; init; }
}

[GenerateSerializer, Immutable, Alias("community.change-settings")]
public sealed record ChangeSettings : Command
{
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required Access Access { get; init; }

    [Id(2)] public required string Goal { get; init; }

    [Id(3)] public string About { get; init; } = "";

    /// <summary>Whom to ask when no moderator has said (R4).</summary>
    [Id(4)] public string Contact { get; init; } = "";

    /// <summary>Admits public buyers only: members whose kind an administrator has confirmed.</summary>
    [Id(5)] public bool BuyersOnly { get; init; }

    /// <summary>Within how many working days who asks to join can expect an answer.</summary>
    [Id(6)] public int AnswerDays { get; init; } = 5;
}

[GenerateSerializer, Immutable, Alias("community.publish-contact")]
public sealed record PublishContact : Command
{
    /// <summary>An address or a telephone number, in one line; empty takes it back.</summary>
    [Id(0)] public required string Contact { get; init; }
}

[GenerateSerializer, Immutable, Alias("community.invite")]
public sealed record InviteMembers : Command
{
    /// <summary>At most <see cref="CommunityLimits.MostInvitedAtOnce"/>, normalised. They become keys: the stream holds no address.</summary>
    [Id(0)] public required ImmutableArray<string> Addresses { get; init; }
}

/// <param name="New">How many get a mail by this.</param>
/// <param name="Known">How many were invited before, or belong to it.</param>
[GenerateSerializer, Immutable, Alias("community.invited")]
public sealed record Invited([property: Id(0)] int New, [property: Id(1)] int Known)
{
    /// <summary>How many are not mailed because they are banned, or suspended and gone.</summary>
    [Id(2)] public int Refused { get; init; }

    /// <summary>What became of each address, in the order of the command. Empty in answers that were given before this was recorded.</summary>
    [Id(3)] public ImmutableArray<InvitationResult> Each { get; init; } = [];
}

/// <summary>What became of one address.</summary>
[GenerateSerializer]
public enum InvitationResult
{
    /// <summary>It gets a mail.</summary>
    Invited,

    /// <summary>It was invited before and has not come yet; it gets no second mail.</summary>
    InvitedBefore,

    /// <summary>It belongs to a member of this community.</summary>
    Member,

    /// <summary>It belongs to somebody who is banned here; it gets no mail.</summary>
    Banned,

    /// <summary>It belongs to somebody who left while suspended; it gets no mail until that is over.</summary>
    Suspended,
}

[GenerateSerializer, Immutable, Alias("community.found")]
public sealed record FoundCommunity : Command
{
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required Access Access { get; init; }

    /// <summary>What it is for, in one sentence.</summary>
    [Id(2)] public required string Goal { get; init; }

    /// <summary>More about it, in Markdown; may be empty.</summary>
    [Id(3)] public string About { get; init; } = "";

    [Id(4)] public required MemberId Leader { get; init; }

    /// <summary>Whom to ask about decisions (R4); may be empty.</summary>
    [Id(5)] public string Contact { get; init; } = "";
}

[GenerateSerializer, Immutable, Alias("community.open-room")]
public sealed record OpenRoom : Command
{
    [Id(0)] public required string Slug { get; init; }

    [Id(1)] public required string Name { get; init; }

    /// <summary>Whether the room is a topic group's.</summary>
    [Id(2)] public bool TopicGroup { get; init; }
}

[GenerateSerializer, Immutable, Alias("community.join")]
public sealed record JoinCommunity : Command;

[GenerateSerializer, Immutable, Alias("community.leave")]
public sealed record LeaveCommunity : Command;

[GenerateSerializer, Immutable, Alias("community.view")]
public sealed record CommunityView(
    [property: Id(0)] CommunityId Community,
    [property: Id(1)] string Name,
    [property: Id(2)] Access Access,
    [property: Id(3)] string Goal,
    [property: Id(4)] string About,
    [property: Id(5)] int Members,
    [property: Id(6)] ImmutableArray<MemberId> Leaders,
    [property: Id(7)] Role? MyRole,
    [property: Id(8)] ImmutableArray<RoomCard> Rooms)
{
    /// <summary>Whom to ask when no moderator has said; may be empty.</summary>
    [Id(9)] public string Contact { get; init; } = "";

    [Id(10)] public bool BuyersOnly { get; init; }

    /// <summary>Within how many working days who asks to join can expect an answer.</summary>
    [Id(11)] public int AnswerDays { get; init; }

    /// <summary>What the reader may not do here for now, and why.</summary>
    [Id(12)] public Restriction? MyRestriction { get; init; }

    /// <summary>What the reader has published as a moderator.</summary>
    [Id(13)] public string MyContact { get; init; } = "";

    /// <summary>The reader's address was invited: joining is free.</summary>
    [Id(14)] public bool IsInvited { get; init; }

    /// <summary>Who closed it, when and why; none while it is open.</summary>
    [Id(15)] public Act? Closed { get; init; }
}

[GenerateSerializer, Immutable, Alias("community.room-card")]
public sealed record RoomCard([property: Id(0)] RoomId Room, [property: Id(1)] string Name, [property: Id(2)] bool TopicGroup);

[GenerateSerializer, Immutable, Alias("community.membership")]
public sealed record Membership([property: Id(0)] MemberId Member, [property: Id(1)] Role Role, [property: Id(2)] DateTimeOffset Since)
{
    /// <summary>Joined by themselves in the first week of their account, which ends then; nobody has approved of them yet.</summary>
    [Id(3)] public DateTimeOffset? NewUntil { get; init; }
}

/// <param name="After">Pass it to read on; none when this is the end.</param>
[GenerateSerializer, Immutable, Alias("community.members-page")]
public sealed record MembersPage([property: Id(0)] ImmutableArray<Membership> Members, [property: Id(1)] int? After);
