using PublicBuyers.Journal;
using PublicBuyers.SignIn;
using Answer = PublicBuyers.Journal.Decision<PublicBuyers.Done, PublicBuyers.Communities.CommunityEvent>;

namespace PublicBuyers.Communities;

/// <summary>Every rule of a community but those about people (<see cref="StandingRules"/>) and invitations. Pure.</summary>
internal static class CommunityRules
{
    /// <summary>The room every community begins with.</summary>
    public const string FirstRoom = "general";

    public static Answer Found(Community community, CommunityId id, bool mayFound, FoundCommunity command)
    {
        if (!mayFound) return new CommunityRefusal.NotAllowed();
        if (!Slugs.IsSlug(id.Value) || id.Value is "new") return new CommunityRefusal.SlugInvalid(id.Value);
        if (community.IsFounded) return new CommunityRefusal.AlreadyFounded();
        if ((WrongName(command.Name) ?? WrongText(command.Goal, command.About)) is { } wrong) return wrong;
        if (!IsContact(command.Contact)) return new CommunityRefusal.TextInvalid("contact", CommunityLimits.LongestContact);

        var contact = string.IsNullOrWhiteSpace(command.Contact) ? null : command.Contact.Trim();
        return Answer.Yes(
            Done.Value,
            new CommunityEvent.Founded(Naming.Tidy(command.Name), command.Access, command.Goal.Trim(), command.About.Trim(), contact),
            new CommunityEvent.MemberJoined(command.Leader, Role.Leader),
            new CommunityEvent.RoomOpened(new(id, FirstRoom), "General", false));
    }

    public static Answer ChangeSettings(Community community, bool isAdministrator, ChangeSettings command, DateTimeOffset now)
    {
        if (WhyNot(Doing.ChangeSettings, community, command.By, isAdministrator, now) is { } no) return no;
        var name = command.Name.Trim() == community.Name ? community.Name : Naming.Tidy(command.Name);
        if (((name == community.Name ? null : WrongName(command.Name)) ?? WrongText(command.Goal, command.About)) is { } wrong) return wrong;
        if (!IsContact(command.Contact)) return new CommunityRefusal.TextInvalid("contact", CommunityLimits.LongestContact);
        if (!Enum.IsDefined(command.Access)) return new CommunityRefusal.NotAllowed();
        if (command.AnswerDays is < 1 or > CommunityLimits.LongestAnswerDays) return new CommunityRefusal.AnswerDaysInvalid(CommunityLimits.LongestAnswerDays);

        var changed = new CommunityEvent.SettingsChanged(name, command.Access, command.Goal.Trim(), command.About.Trim(), command.Contact.Trim(), command.BuyersOnly, command.AnswerDays);
        var present = new CommunityEvent.SettingsChanged(community.Name, community.Access, community.Goal, community.About, community.Contact, community.BuyersOnly, community.AnswerDays);
        return changed == present ? Answer.Yes(Done.Value) : Answer.Yes(Done.Value, changed);
    }

    public static Answer Close(Community community, bool isAdministrator, CloseCommunity command, DateTimeOffset now)
    {
        if (WhyNot(Doing.CloseCommunity, community, command.By, isAdministrator, now) is { } no) return no;
        if (StandingRules.WrongReason(command.Reason) is not null) return new CommunityRefusal.TextInvalid("reason", CommunityLimits.LongestReason);

        return community.Closed is null ? Answer.Yes(Done.Value, new CommunityEvent.Closed(command.Reason.Trim())) : Answer.Yes(Done.Value);
    }

    public static Answer Reopen(Community community, bool isAdministrator, ReopenCommunity command, DateTimeOffset now)
    {
        if (WhyNot(Doing.CloseCommunity, community, command.By, isAdministrator, now) is { } no) return no;

        return community.Closed is null ? Answer.Yes(Done.Value) : Answer.Yes(Done.Value, new CommunityEvent.Reopened());
    }

    public static Answer PublishContact(
        Community community, bool isAdministrator, PublishContact command, DateTimeOffset now)
    {
        if (WhyNot(Doing.Decide, community, command.By, isAdministrator, now) is { } no) return no;
        if (!IsContact(command.Contact)) return new CommunityRefusal.TextInvalid("contact", CommunityLimits.LongestContact);

        var contact = command.Contact.Trim();
        return community.Contacts.GetValueOrDefault(command.By, "") == contact
            ? Answer.Yes(Done.Value)
            : Answer.Yes(Done.Value, new CommunityEvent.ContactPublished(command.By, contact));
    }

    public static Decision<RoomId, CommunityEvent> OpenRoom(Community community, CommunityId id, bool isAdministrator, OpenRoom command, DateTimeOffset now)
    {
        if (WhyNot(Doing.OpenRoom, community, command.By, isAdministrator, now) is { } no) return no;
        if (community.Closed is not null) return new CommunityRefusal.Closed();
        if (!Slugs.IsSlug(command.Slug) || IsTaken(command.Slug)) return new CommunityRefusal.SlugInvalid(command.Slug);
        if (WrongName(command.Name) is { } wrong) return wrong;

        var room = new RoomId(id, command.Slug);
        if (community.RoomOf(room) is not null) return new CommunityRefusal.RoomExists(room);
        if (community.Rooms.Length >= CommunityLimits.MostRooms) return new CommunityRefusal.TooManyRooms(CommunityLimits.MostRooms);

        return Decision<RoomId, CommunityEvent>.Yes(room, new CommunityEvent.RoomOpened(room, Naming.Tidy(command.Name), command.TopicGroup));
    }

    /// <param name="isBuyer">An administrator has confirmed it.</param>
    /// <param name="key">Of the member's address, where it is known.</param>
    /// <param name="newUntil">When the account's first week ends. Who was invited has been let in, and is no newcomer.</param>
    public static Answer Join(Community community, bool isBuyer, AddressKey? key, JoinCommunity command, DateTimeOffset now, DateTimeOffset? newUntil = null)
    {
        if (!community.IsFounded) return new CommunityRefusal.NotVisible();
        if (WhyKeptOut(community, command.By, now) is { } keptOut) return keptOut;
        if (community.Members.ContainsKey(command.By)) return Answer.Yes(Done.Value);
        if (community.Closed is not null) return new CommunityRefusal.Closed();
        if (community.BuyersOnly && !isBuyer) return new CommunityRefusal.BuyersOnly();

        var invitation = key is { } mine && community.Invited.ContainsKey(mine) ? key : null;
        if (community.Access is not Access.Open && invitation is null) return new CommunityRefusal.NotOpen(community.Access);
        if (community.Members.Count >= CommunityLimits.MostMembers) return new CommunityRefusal.Full(CommunityLimits.MostMembers);

        var isNew = newUntil > now && invitation is null;
        var joined = new CommunityEvent.MemberJoined(command.By, Role.Member, Invitation: invitation, NewUntil: isNew ? newUntil : null);
        return Answer.Yes(Done.Value, joined);
    }

    /// <param name="isBuyer">An administrator has confirmed it.</param>
    /// <param name="key">Of the member's address, where it is known: who was invited too has come.</param>
    public static Answer Admit(Community community, bool isBuyer, AddressKey? key, AdmitMember command, DateTimeOffset now)
    {
        if (!community.IsFounded) return new CommunityRefusal.NotVisible();
        if (command.By != MemberId.System) return new CommunityRefusal.NotAllowed();
        if (community.Members.ContainsKey(command.Member)) return Answer.Yes(Done.Value);
        if (WhyKeptOut(community, command.Member, now) is { } keptOut) return keptOut;
        if (community.Closed is not null) return new CommunityRefusal.Closed();
        if (community.BuyersOnly && !isBuyer) return new CommunityRefusal.BuyersOnly();
        if (community.Members.Count >= CommunityLimits.MostMembers) return new CommunityRefusal.Full(CommunityLimits.MostMembers);

        var invitation = key is { } theirs && community.Invited.ContainsKey(theirs) ? key : null;
        return Answer.Yes(Done.Value, new CommunityEvent.MemberJoined(command.Member, Role.Member, command.ApprovedBy, invitation));
    }

    public static Answer Leave(Community community, LeaveCommunity command, DateTimeOffset now)
    {
        if (!community.IsFounded) return new CommunityRefusal.NotVisible();
        if (!community.Members.ContainsKey(command.By)) return new CommunityRefusal.NotAMember();
        if (StandingRules.IsLastLeader(community, command.By, now)) return new CommunityRefusal.LastLeader();

        return Answer.Yes(Done.Value, new CommunityEvent.MemberLeft(command.By));
    }

    /// <summary>Why somebody may not do something here, if so. To who does not belong to it, what is done inside is absent.</summary>
    public static Refusal? WhyNot(Doing what, Community community, MemberId by, bool isAdministrator, DateTimeOffset now)
    {
        if (!community.IsFounded) return new CommunityRefusal.NotVisible();

        var role = community.RoleOf(by, now);
        return Rights.May(what, role, isAdministrator) ? null
            : role is null ? new CommunityRefusal.NotVisible()
            : new CommunityRefusal.NotAllowed();
    }

    /// <summary>Who leaves while suspended stays suspended.</summary>
    private static Refusal? WhyKeptOut(Community community, MemberId member, DateTimeOffset now) => community.RestrictionOf(member, now) switch
    {
        { Kind: RestrictionKind.Ban } => new CommunityRefusal.Banned(),
        { Kind: RestrictionKind.Suspension, Until: var until } => new CommunityRefusal.Suspended(until),
        _ => null,
    };

    /// <summary>What is wrong with the name of a community or a room, if anything.</summary>
    private static Refusal? WrongName(string name) =>
        name.Trim().Any(char.IsControl) ? new CommunityRefusal.TextInvalid("name", CommunityLimits.LongestName)
        : Naming.Wrong(name, Naming.Tidy(name), CommunityLimits.LongestName, "name", new CommunityRefusal.TextInvalid("name", CommunityLimits.LongestName));

    private static CommunityRefusal.TextInvalid? WrongText(string goal, string about) =>
        !IsLine(goal, CommunityLimits.LongestAbout) ? new("goal", CommunityLimits.LongestAbout)
        : about.Length > CommunityLimits.LongestAbout || Texts.HasLoneSurrogate(about) ? new("about", CommunityLimits.LongestAbout)
        : null;

    /// <summary>Names of pages below a community's own address: a room of that name could not be reached.</summary>
    public static bool IsTaken(string slug) =>
        slug is "members" or "leave" or "join" or "open-room" or "rooms" or "new" or "settings" or "queue" or "meetings" or "ask" or "requests" or "invite" or "restrictions" or "contact" or "bridges" or "close" or "reopen" or "publications" or "state-of-play" or "absence" or "appeal";

    private static bool IsContact(string text) => string.IsNullOrWhiteSpace(text) || IsLine(text, CommunityLimits.LongestContact);

    private static bool IsLine(string text, int most) => !string.IsNullOrWhiteSpace(text) && text.Length <= most && !text.Any(char.IsControl) && !Texts.HasLoneSurrogate(text);
}
