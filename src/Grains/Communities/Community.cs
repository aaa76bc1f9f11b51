using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PublicBuyers.Journal;

namespace PublicBuyers.Communities;

/// <summary>Who belongs to a community, and what it has.</summary>
internal sealed record Community : IFolded<Community, CommunityEvent>
{
    public static Community Empty { get; } = new();

    public static int Schema => 1;

    public string Name { get; init; } = "";

    public Access Access { get; init; }

    public string Goal { get; init; } = "";

    public string About { get; init; } = "";

    /// <summary>At most <see cref="CommunityLimits.MostMembers"/>.</summary>
    public ImmutableDictionary<MemberId, Membership> Members { get; init; } = ImmutableDictionary<MemberId, Membership>.Empty;

    /// <summary>In the order of opening, at most <see cref="CommunityLimits.MostRooms"/>.</summary>
    public ImmutableArray<RoomCard> Rooms { get; init; } = [];

    [JsonIgnore]
    public bool IsFounded => Name.Length > 0;

    [JsonIgnore]
    public IEnumerable<MemberId> Leaders => Members.Values.Where(member => member.Role == Role.Leader).OrderBy(member => member.Since).Select(member => member.Member);

    public Community Apply(Happened<CommunityEvent> fact) => fact.Event switch
    {
        CommunityEvent.Founded founded => this with { Name = founded.Name, Access = founded.Access, Goal = founded.Goal, About = founded.About },
        CommunityEvent.RoomOpened opened => this with { Rooms = Rooms.Add(new(opened.Room, opened.Name, opened.TopicGroup)) },
        CommunityEvent.MemberJoined joined => this with { Members = Members.SetItem(joined.Member, new(joined.Member, joined.Role, fact.At)) },
        CommunityEvent.MemberLeft left => this with { Members = Members.Remove(left.Member) },
        _ => this,
    };

    public Role? RoleOf(MemberId member) => Members.TryGetValue(member, out var membership) ? membership.Role : null;

    public RoomCard? RoomOf(RoomId room) => Rooms.FirstOrDefault(card => card.Room == room);
}
