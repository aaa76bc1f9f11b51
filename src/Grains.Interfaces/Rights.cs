using System.Collections.Immutable;
using PublicBuyers.Communities;

namespace PublicBuyers;

/// <summary>Who may read something. What a person may not read answers as if it did not exist.</summary>
[GenerateSerializer]
public enum Classification
{
    /// <summary>Everyone, signed in or not.</summary>
    Public,

    /// <summary>Whoever is signed in.</summary>
    Members,

    /// <summary>Members of the community it belongs to.</summary>
    Community,

    /// <summary>A named list, and who moderates the community.</summary>
    Participants,

    /// <summary>Hosts, and who moderates the community.</summary>
    Hosts,
}

/// <summary>Who reads: what they are to the community that the thing belongs to.</summary>
/// <param name="IsSignedIn">Has an account, and is who they say.</param>
/// <param name="Role">In the community; none for who does not belong to it, or is suspended from it.</param>
/// <param name="IsParticipant">On the thing's own list.</param>
/// <param name="IsHost">Hosts it.</param>
[GenerateSerializer, Immutable, Alias("reader")]
public sealed record Reader([property: Id(0)] bool IsSignedIn, [property: Id(1)] Role? Role, [property: Id(2)] bool IsParticipant = false, [property: Id(3)] bool IsHost = false)
{
    /// <summary>Not signed in.</summary>
    public static Reader Anybody { get; } = new(false, null);

    /// <summary>The one rule of reading: pages, search, counts, exports, feeds and mail ask nothing else.</summary>
    public bool CanRead(Classification what) => what switch
    {
        Classification.Public => true,
        Classification.Members => IsSignedIn,
        Classification.Community => IsSignedIn && Role is not null,
        Classification.Participants => IsSignedIn && (IsParticipant || IsHost || Role is Communities.Role.Moderator or Communities.Role.Leader),
        Classification.Hosts => IsSignedIn && (IsHost || Role is Communities.Role.Moderator or Communities.Role.Leader),
        _ => false,
    };
}

/// <summary>What people do that not everybody may.</summary>
public enum Doing
{
    AskToJoin,
    Read,
    Post,
    React,
    Report,
    SeeMembers,
    ChangeOwnPost,
    DeleteAnyPost,
    HidePost,
    PinPost,
    LockThread,
    SlowDown,
    MentionEverybody,
    ReadQueue,
    Claim,
    Decide,
    Invite,
    AnnounceAbsence,
    Restrict,
    TrustNewcomer,
    ChangeSettings,
    CloseCommunity,
    OpenRoom,
    LinkCommunities,
    OpenBridgedThread,
    Publish,
    WithdrawPublication,
    WriteStateOfPlay,
    ChangeRoles,
    FoundCommunity,
    ConfirmKind,
    AppointAdministrator,
}

/// <summary>Who may do what: one table, printed into <c>docs/rights.md</c>.</summary>
public static class Rights
{
    /// <summary>What it takes: the least role in the community, whether an administrator of the platform may as well, or everybody signed in.</summary>
    public static readonly ImmutableSortedDictionary<Doing, Right> Table = new Dictionary<Doing, Right>
    {
        [Doing.AskToJoin] = new(null, SignedIn: true),
        [Doing.Read] = new(Role.Member),
        [Doing.Post] = new(Role.Member),
        [Doing.React] = new(Role.Member),
        [Doing.Report] = new(Role.Member),
        [Doing.SeeMembers] = new(Role.Member, Administrator: true),
        [Doing.ChangeOwnPost] = new(Role.Member),
        [Doing.DeleteAnyPost] = new(Role.Moderator),
        [Doing.HidePost] = new(Role.Moderator),
        [Doing.PinPost] = new(Role.Moderator),
        [Doing.LockThread] = new(Role.Moderator),
        [Doing.SlowDown] = new(Role.Moderator),
        [Doing.MentionEverybody] = new(Role.Moderator),
        [Doing.ReadQueue] = new(Role.Moderator, Administrator: true),
        [Doing.Claim] = new(Role.Moderator, Administrator: true),
        [Doing.Decide] = new(Role.Moderator, Administrator: true),
        [Doing.Invite] = new(Role.Moderator, Administrator: true),
        [Doing.AnnounceAbsence] = new(Role.Moderator),
        [Doing.Restrict] = new(Role.Moderator, Administrator: true),
        [Doing.TrustNewcomer] = new(Role.Moderator, Administrator: true),
        [Doing.ChangeSettings] = new(Role.Leader, Administrator: true),
        [Doing.CloseCommunity] = new(Role.Leader, Administrator: true),
        [Doing.Publish] = new(Role.Member),
        [Doing.WithdrawPublication] = new(Role.Moderator),
        [Doing.WriteStateOfPlay] = new(Role.Leader, Administrator: true),
        [Doing.OpenRoom] = new(Role.Leader, Administrator: true),
        [Doing.LinkCommunities] = new(Role.Leader),
        [Doing.OpenBridgedThread] = new(Role.Moderator),
        [Doing.ChangeRoles] = new(Role.Leader, Administrator: true),
        [Doing.FoundCommunity] = new(null, Administrator: true),
        [Doing.ConfirmKind] = new(null, Administrator: true),
        [Doing.AppointAdministrator] = new(null, Administrator: true),
    }.ToImmutableSortedDictionary();

    /// <param name="role">In the community it is about; none for who does not belong to it.</param>
    public static bool May(Doing what, Role? role, bool isAdministrator = false) =>
        Table[what] is var right && (right.SignedIn || role >= right.Least || (isAdministrator && right.Administrator));

    /// <summary>
    /// Whether somebody may restrict, let off or clear somebody else: whoever changes roles may, a moderator those without
    /// a role only.
    /// </summary>
    /// <param name="theirs">The role of the other one, restricted or not.</param>
    /// <param name="mine">What counts of mine.</param>
    public static bool MayRestrict(Role? theirs, Role? mine, bool isAdministrator) =>
        May(theirs >= Role.Moderator ? Doing.ChangeRoles : Doing.Restrict, mine, isAdministrator);
}

/// <param name="Least">The least role that may; none: no role is enough by itself.</param>
/// <param name="Administrator">An administrator of the platform may too, without belonging to the community.</param>
/// <param name="SignedIn">Whoever is signed in may.</param>
public sealed record Right(Role? Least, bool Administrator = false, bool SignedIn = false);
