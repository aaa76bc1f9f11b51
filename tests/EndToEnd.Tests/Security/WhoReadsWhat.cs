using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Rooms;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

internal enum Reading
{
    No,

    /// <summary>Either would be right: theirs by a right of another kind, or not on any page that must show it.</summary>
    Perhaps,

    Yes,
}

/// <summary>A word that stands in one text only, so that it is recognised in whatever contains it.</summary>
/// <param name="What">For who reads a counter-example.</param>
/// <param name="For">As things stand when it is asked.</param>
internal sealed record Marker(string Word, string What, Func<Somebody, Reading> For);

/// <summary>A person, and what they are to every community.</summary>
/// <param name="who">None: not signed in.</param>
internal sealed class Somebody(string name, Person? who)
{
    private readonly Dictionary<CommunityId, Role> roles = [];
    private readonly Dictionary<CommunityId, RestrictionKind> restrictions = [];
    private readonly HashSet<CommunityId> belongedTo = [];

    public string Name => name;

    public Person? Who => who;

    public MemberId Id => who!.Member;

    public bool IsAdministrator { get; init; }

    public bool IsSupplier { get; set; }

    /// <summary>On its list, suspended or not.</summary>
    public bool IsListed(CommunityId community) => roles.ContainsKey(community);

    public bool HasBelongedTo(CommunityId community) => belongedTo.Contains(community);

    public RestrictionKind? RestrictionIn(CommunityId community) => restrictions.TryGetValue(community, out var kind) ? kind : null;

    public bool IsKeptOut(CommunityId community) => RestrictionIn(community) is RestrictionKind.Ban or RestrictionKind.Suspension;

    /// <summary>Who may not post is a member meanwhile, and moderates nobody.</summary>
    public Role? RoleIn(CommunityId community) =>
        IsKeptOut(community) || !roles.TryGetValue(community, out var role) ? null
        : RestrictionIn(community) is RestrictionKind.Mute ? Role.Member
        : role;

    public bool Belongs(CommunityId community) => RoleIn(community) is not null;

    public bool Moderates(CommunityId community) => RoleIn(community) is Role.Moderator or Role.Leader;

    public bool MayWrite(CommunityId community) => Belongs(community) && RestrictionIn(community) is null;

    public void Becomes(CommunityId community, Role? role)
    {
        belongedTo.Add(community);
        if (role is { } now) roles[community] = now;
        else roles.Remove(community);
    }

    public void IsRestricted(CommunityId community, RestrictionKind? kind)
    {
        if (kind is { } now) restrictions[community] = now;
        else restrictions.Remove(community);
        if (kind is RestrictionKind.Ban) roles.Remove(community);
    }

    public string StandingIn(CommunityId community) =>
        string.Join(' ', new[] { $"{community}:", roles.TryGetValue(community, out var role) ? $"{role}" : "nobody", RestrictionIn(community)?.ToString() ?? "", IsSupplier ? "supplier" : "" }.Where(word => word.Length > 0));

    public override string ToString() => IsAdministrator ? $"{name} (administrator)" : name;
}

internal enum WorkState
{
    Draft,
    Waiting,
    Published,
    Withdrawn,
}

/// <summary>A publication, as the test knows it.</summary>
internal sealed class Work(PublicationId id, Somebody author)
{
    public PublicationId Id => id;

    public CommunityId Community => id.Community;

    public Somebody Author => author;

    public Classification Readers { get; set; }

    public ImmutableArray<Somebody> Named { get; set; } = [];

    public WorkState State { get; set; }

    public int Version { get; set; } = 1;

    /// <summary>Its author is shown a newer version in its place.</summary>
    public bool IsBeingRewritten { get; set; }

    public string Title { get; init; } = "";

    public string Summary { get; init; } = "";

    public string Text { get; init; } = "";

    public ImmutableArray<Attachment> Files { get; set; } = [];

    public bool HasComments => State is WorkState.Published or WorkState.Withdrawn;
}

/// <summary>A thread of two communities.</summary>
internal sealed record CommonThread(RoomId Room, Classification Readers)
{
    public ImmutableArray<CommunityId> Sides => Room.Communities.ToImmutableArray();
}

/// <summary>Who may read what, written a second time: from section 3 of the product and the tables of rights in the documentation, and from none of the product's code.</summary>
internal static class Rules
{
    /// <param name="isNamed">On the thing's own list.</param>
    /// <param name="hosts">It is theirs.</param>
    public static bool Reads(this Somebody reader, Classification what, CommunityId community, bool isNamed = false, bool hosts = false) => what switch
    {
        Classification.Public => true,
        Classification.Members => reader.Who is not null,
        Classification.Community => reader.Belongs(community),
        Classification.Participants => reader.Moderates(community) || (reader.Belongs(community) && (isNamed || hosts)),
        Classification.Hosts => reader.Moderates(community) || (reader.Belongs(community) && hosts),
        _ => false,
    };

    /// <summary>What is published, by whom it is for.</summary>
    public static bool Reads(this Somebody reader, Work work) =>
        work.State is WorkState.Published && reader.Reads(work.Readers, work.Community, work.Named.Contains(reader), work.Author == reader);

    /// <summary>The same, and for who wrote it, and for who decides on it.</summary>
    public static Reading LooksAt(this Somebody reader, Work work) =>
        IsTheirs(reader, work) ? work.IsBeingRewritten ? Reading.Perhaps : Reading.Yes
        : reader.Reads(work) ? Reading.Yes
        : work.State is WorkState.Waiting && Judges(reader, work.Community) ? Reading.Yes
        : work.State is WorkState.Published or WorkState.Withdrawn && Judges(reader, work.Community) ? Reading.Perhaps   // an appeal may bring it before them
        : Reading.No;

    /// <summary>The title: who submitted it is told what came of that, in the community or not.</summary>
    public static Reading LooksAtTitle(this Somebody reader, Work work) =>
        reader.LooksAt(work) is var looks && looks is Reading.No && work.State is not WorkState.Draft && work.Author == reader ? Reading.Perhaps : looks;

    /// <summary>Comments are for the community, however public what they are about is.</summary>
    public static bool ReadsComments(this Somebody reader, Work work) =>
        work.HasComments && reader.Belongs(work.Community) && (reader.Reads(work) || work.Author == reader || reader.Moderates(work.Community));

    /// <summary>Members of either side, but nobody whom one of them keeps out.</summary>
    /// <param name="buyersOnly">Communities that admit public buyers only; nobody here is confirmed to be one.</param>
    public static bool Reads(this Somebody reader, CommonThread thread, IReadOnlySet<CommunityId> buyersOnly) =>
        reader.Who is not null
        && thread.Sides.All(side => !reader.IsKeptOut(side) && (!buyersOnly.Contains(side) || (!reader.IsSupplier && reader.Belongs(side))))
        && thread.Sides.Any(side => thread.Readers is Classification.Hosts ? reader.Moderates(side) : reader.Belongs(side));

    public static bool Judges(this Somebody reader, CommunityId community) => reader.Moderates(community) || reader.IsAdministrator;

    private static bool IsTheirs(Somebody reader, Work work) => work.Author == reader && reader.Belongs(work.Community);
}
