using PublicBuyers.Journal;
using Answer = PublicBuyers.Journal.Decision<PublicBuyers.Done, PublicBuyers.Communities.CommunityEvent>;

namespace PublicBuyers.Communities;

/// <summary>Every rule of a community. Pure.</summary>
internal static class CommunityRules
{
    /// <summary>The room every community begins with.</summary>
    public const string FirstRoom = "general";

    public static Answer Found(Community community, CommunityId id, bool mayFound, FoundCommunity command)
    {
        if (!mayFound) return new CommunityRefusal.NotAllowed();
        if (!Slugs.IsSlug(id.Value) || id.Value is "new") return new CommunityRefusal.SlugInvalid(id.Value);
        if (community.IsFounded) return new CommunityRefusal.AlreadyFounded();
        if (!IsLine(command.Name, CommunityLimits.LongestName)) return new CommunityRefusal.TextInvalid("name", CommunityLimits.LongestName);
        if (!IsLine(command.Goal, CommunityLimits.LongestAbout)) return new CommunityRefusal.TextInvalid("goal", CommunityLimits.LongestAbout);
        if (command.About.Length > CommunityLimits.LongestAbout || Texts.HasLoneSurrogate(command.About)) return new CommunityRefusal.TextInvalid("about", CommunityLimits.LongestAbout);

        return Answer.Yes(
            Done.Value,
            new CommunityEvent.Founded(command.Name.Trim(), command.Access, command.Goal.Trim(), command.About.Trim()),
            new CommunityEvent.MemberJoined(command.Leader, Role.Leader),
            new CommunityEvent.RoomOpened(new(id, FirstRoom), "General", false));
    }

    public static Decision<RoomId, CommunityEvent> OpenRoom(Community community, CommunityId id, bool isAdministrator, OpenRoom command)
    {
        if (!community.IsFounded) return new CommunityRefusal.NotVisible();
        if (!isAdministrator && community.RoleOf(command.By) is not Role.Leader) return new CommunityRefusal.NotAllowed();
        if (!Slugs.IsSlug(command.Slug) || IsTaken(command.Slug)) return new CommunityRefusal.SlugInvalid(command.Slug);
        if (!IsLine(command.Name, CommunityLimits.LongestName)) return new CommunityRefusal.TextInvalid("name", CommunityLimits.LongestName);

        var room = new RoomId(id, command.Slug);
        if (community.RoomOf(room) is not null) return new CommunityRefusal.RoomExists(room);
        if (community.Rooms.Length >= CommunityLimits.MostRooms) return new CommunityRefusal.TooManyRooms(CommunityLimits.MostRooms);

        return Decision<RoomId, CommunityEvent>.Yes(room, new CommunityEvent.RoomOpened(room, command.Name.Trim(), command.TopicGroup));
    }

    public static Answer Join(Community community, JoinCommunity command)
    {
        if (!community.IsFounded) return new CommunityRefusal.NotVisible();
        if (community.RoleOf(command.By) is not null) return Answer.Yes(Done.Value);
        if (community.Access is not Access.Open) return new CommunityRefusal.NotOpen(community.Access);
        if (community.Members.Count >= CommunityLimits.MostMembers) return new CommunityRefusal.Full(CommunityLimits.MostMembers);

        return Answer.Yes(Done.Value, new CommunityEvent.MemberJoined(command.By, Role.Member));
    }

    public static Answer Leave(Community community, LeaveCommunity command)
    {
        if (!community.IsFounded) return new CommunityRefusal.NotVisible();
        if (community.RoleOf(command.By) is not { } role) return new CommunityRefusal.NotAMember();
        if (role is Role.Leader && community.Leaders.Take(2).Count() == 1) return new CommunityRefusal.LastLeader();

        return Answer.Yes(Done.Value, new CommunityEvent.MemberLeft(command.By));
    }

    /// <summary>Names of pages below a community's own address: a room of that name could not be reached.</summary>
    private static bool IsTaken(string slug) => slug is "members" or "leave" or "join" or "open-room" or "rooms" or "new" or "settings" or "queue" or "meetings";

    private static bool IsLine(string text, int most) => !string.IsNullOrWhiteSpace(text) && text.Length <= most && !text.Any(char.IsControl) && !Texts.HasLoneSurrogate(text);
}
