using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using PublicBuyers.SignIn;

namespace PublicBuyers.Communities;

/// <summary>Who belongs to a community, and what it has.</summary>
internal sealed record Community : IFolded<Community, CommunityEvent>
{
    public const int DefaultAnswerDays = 5;

    public static Community Empty { get; } = new();

    public static int Schema => 3;

    public string Name { get; init; } = "";

    public Access Access { get; init; }

    public string Goal { get; init; } = "";

    public string About { get; init; } = "";

    public string Contact { get; init; } = "";

    public bool BuyersOnly { get; init; }

    public int AnswerDays { get; init; } = DefaultAnswerDays;

    /// <summary>Suspended ones too, at most <see cref="CommunityLimits.MostMembers"/>.</summary>
    public ImmutableDictionary<MemberId, Membership> Members { get; init; } = ImmutableDictionary<MemberId, Membership>.Empty;

    /// <summary>In the order of opening, at most <see cref="CommunityLimits.MostRooms"/>.</summary>
    public ImmutableArray<RoomCard> Rooms { get; init; } = [];

    /// <summary>One of a person, who need not be a member any more; at most <see cref="CommunityLimits.MostRestrictions"/>.</summary>
    public ImmutableDictionary<MemberId, Restriction> Restrictions { get; init; } = ImmutableDictionary<MemberId, Restriction>.Empty;

    /// <summary>What moderators have published, while they are moderators, and administrators.</summary>
    public ImmutableDictionary<MemberId, string> Contacts { get; init; } = ImmutableDictionary<MemberId, string>.Empty;

    /// <summary>Announced by who moderates, one each; over ones too, until the next.</summary>
    public ImmutableDictionary<MemberId, Absence> Absences { get; init; } = ImmutableDictionary<MemberId, Absence>.Empty;

    /// <summary>Invitations that nobody has come on yet and since when, at most <see cref="CommunityLimits.MostInvitations"/>.</summary>
    public ImmutableDictionary<AddressKey, DateTimeOffset> Invited { get; init; } = ImmutableDictionary<AddressKey, DateTimeOffset>.Empty;

    /// <summary>The newest of a person; at most <see cref="CommunityLimits.ClearingsKept"/> that are over.</summary>
    public ImmutableDictionary<MemberId, Clearing> Clearings { get; init; } = ImmutableDictionary<MemberId, Clearing>.Empty;

    /// <summary>Who closed it, when and why; none while it is open.</summary>
    public Act? Closed { get; init; }

    [JsonIgnore]
    public bool IsFounded => Name.Length > 0;

    public Community Apply(Happened<CommunityEvent> fact) => fact.Event switch
    {
        CommunityEvent.Founded founded => this with { Name = founded.Name, Access = founded.Access, Goal = founded.Goal, About = founded.About, Contact = founded.Contact ?? "" },
        CommunityEvent.SettingsChanged changed => this with
        {
            Name = changed.Name,
            Access = changed.Access,
            Goal = changed.Goal,
            About = changed.About,
            Contact = changed.Contact,
            BuyersOnly = changed.BuyersOnly,
            AnswerDays = changed.AnswerDays,
        },
        CommunityEvent.Closed closed => this with { Closed = new(fact.By, fact.At, closed.Reason) },
        CommunityEvent.Reopened => this with { Closed = null },
        CommunityEvent.RoomOpened opened => this with { Rooms = Rooms.Add(new(opened.Room, opened.Name, opened.TopicGroup)) },
        CommunityEvent.MemberJoined joined => this with
        {
            Members = Members.SetItem(joined.Member, new(joined.Member, joined.Role, fact.At) { NewUntil = joined.NewUntil }),
            Invited = joined.Invitation is { } invitation ? Invited.Remove(invitation) : Invited,
        },
        CommunityEvent.MemberLeft left => this with { Members = Members.Remove(left.Member), Contacts = Contacts.Remove(left.Member), Absences = Absences.Remove(left.Member) },
        CommunityEvent.RoleChanged changed when Members.TryGetValue(changed.Member, out var membership) => this with
        {
            Members = Members.SetItem(changed.Member, membership with { Role = changed.Role, NewUntil = null }),
            Contacts = changed.Role is Role.Member ? Contacts.Remove(changed.Member) : Contacts,
            Absences = changed.Role is Role.Member ? Absences.Remove(changed.Member) : Absences,
        },
        CommunityEvent.MemberTrusted trusted when Members.TryGetValue(trusted.Member, out var membership) =>
            this with { Members = Members.SetItem(trusted.Member, membership with { NewUntil = null }) },
        CommunityEvent.MemberRestricted restricted => this with
        {
            Restrictions = Restrictions.SetItem(restricted.Member, new(restricted.Member, restricted.Kind, restricted.Until, restricted.Reason, fact.By, fact.At)),
        },
        CommunityEvent.RestrictionLifted lifted => this with { Restrictions = Restrictions.Remove(lifted.Member) },
        CommunityEvent.RestrictionEnded ended => this with { Restrictions = Restrictions.Remove(ended.Member) },
        CommunityEvent.ContactPublished published => this with { Contacts = published.Contact.Length == 0 ? Contacts.Remove(published.Member) : Contacts.SetItem(published.Member, published.Contact) },
        CommunityEvent.AbsenceAnnounced absence => this with { Absences = Absences.SetItem(absence.Member, new(absence.Member, absence.From, absence.Until, absence.Substitute)) },
        CommunityEvent.AbsenceEnded ended => this with { Absences = Absences.Remove(ended.Member) },
        CommunityEvent.Invited invited => this with { Invited = Invited.SetItem(invited.Key, fact.At) },
        CommunityEvent.ClearingOrdered ordered =>
            With(new(ordered.Member, fact.Sequence, fact.By, fact.At, ordered.Reason, ordered.Posts) { Step = fact.Sequence }),
        CommunityEvent.ClearingMoved moved when Clearings.TryGetValue(moved.Member, out var clearing) =>
            With(clearing with { After = moved.After, Left = moved.Unchanged, Step = fact.Sequence }),
        CommunityEvent.ClearingSettled settled when Clearings.TryGetValue(settled.Member, out var clearing) =>
            With(clearing with
            {
                State = clearing.State is ClearingState.Showing ? ClearingState.Shown : ClearingState.Hidden,
                Posts = settled.Posts,
                Left = settled.Unchanged,
                After = null,
            }),
        CommunityEvent.ClearingUndone undone when Clearings.TryGetValue(undone.Member, out var clearing) =>
            With(clearing with
            {
                State = ClearingState.Showing,
                Undone = new(fact.By, fact.At, undone.Reason),
                VisibleBefore = undone.Posts,
                Left = 0,
                Step = fact.Sequence,
            }),
        _ => this,
    };

    /// <summary>What other grains ask about somebody before they let them do anything.</summary>
    /// <param name="version">Of the community, as it stands.</param>
    public Bearing BearingOf(MemberId member, DateTimeOffset at, long version) =>
        new(member, RoleOf(member, at), RestrictionOf(member, at)?.Kind ?? (IsBeingCleared(member) ? RestrictionKind.Mute : null), Contacts.GetValueOrDefault(member, Contact), IsFounded, Name, Access, BuyersOnly, AnswerDays, version) { Closed = Closed, NewUntil = NewUntil(member, at) };

    /// <summary>
    /// What counts at that time: none for who does not belong to it, or is suspended. A moderator or leader whose posting
    /// is suspended counts as a member meanwhile, and moderates nobody.
    /// </summary>
    public Role? RoleOf(MemberId member, DateTimeOffset now) => Under(RestrictionOf(member, now)?.Kind, RoleOnList(member));

    /// <summary>What is left of a role under a restriction.</summary>
    public static Role? Under(RestrictionKind? restriction, Role? role) => restriction switch
    {
        RestrictionKind.Suspension or RestrictionKind.Ban => null,
        RestrictionKind.Mute when role is not null => Role.Member,
        _ => role,
    };

    /// <summary>What a member is, restricted or not.</summary>
    public Role? RoleOnList(MemberId member) => Members.TryGetValue(member, out var membership) ? membership.Role : null;

    /// <summary>Is a newcomer until then; none for who is not.</summary>
    public DateTimeOffset? NewUntil(MemberId member, DateTimeOffset now) =>
        Members.TryGetValue(member, out var membership) && membership.NewUntil > now ? membership.NewUntil : null;

    /// <summary>
    /// The one in force; the clock ends what has run out soon after. The server itself cannot be restricted: in old folders
    /// somebody may have done so.
    /// </summary>
    public Restriction? RestrictionOf(MemberId member, DateTimeOffset now) =>
        member != MemberId.System && Restrictions.TryGetValue(member, out var restriction) && !(restriction.Until <= now) ? restriction : null;

    /// <summary>By time of joining, without who is restricted.</summary>
    public IEnumerable<MemberId> LeadersAt(DateTimeOffset now) => ModeratingAt(now).Where(member => RoleOnList(member) is Role.Leader);

    /// <summary>Leaders and moderators by time of joining, without who is restricted; who is away too.</summary>
    public IEnumerable<MemberId> ModeratingAt(DateTimeOffset now) => Members.Values
        .Where(member => RoleOf(member.Member, now) >= Role.Moderator)
        .OrderBy(member => member.Since).ThenBy(member => member.Member.Value, StringComparer.Ordinal)
        .Select(member => member.Member);

    /// <summary>What the member wrote is being hidden: until that is over they write nothing new.</summary>
    public bool IsBeingCleared(MemberId member) =>
        Clearings.TryGetValue(member, out var clearing) && clearing.State is ClearingState.Hiding;

    /// <summary>Of those that are over the oldest is forgotten; one that runs never is.</summary>
    private Community With(Clearing clearing)
    {
        var all = Clearings.SetItem(clearing.Member, clearing);
        var over = all.Values.Where(each => !each.IsRunning).ToList();
        return this with
        {
            Clearings = over.Count > CommunityLimits.ClearingsKept ? all.Remove(over.MinBy(each => each.Act)!.Member) : all,
        };
    }

    public RoomCard? RoomOf(RoomId room) => Rooms.FirstOrDefault(card => card.Room == room);
}
