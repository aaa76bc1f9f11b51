using PublicBuyers.Journal;
using PublicBuyers.Search;
using PublicBuyers.SignIn;

namespace PublicBuyers.Communities;

/// <summary>Everything that can happen to a community.</summary>
internal abstract record CommunityEvent : Fact
{
    public const string Begun = "community.founded";

    public const string Joined = "community.member-joined";

    public const string Left = "community.member-left";

    public const string NewRole = "community.role-changed";

    public const string Restricted = "community.member-restricted";

    public const string Lifted = "community.restriction-lifted";

    public const string Trusted = "community.member-trusted";

    public const string Away = "community.absence-announced";

    public const string AwayFromNow = "community.absence-begun";

    public const string InvitedName = "community.invited";

    public const string ClosedName = "community.closed";

    public const string ReopenedName = "community.reopened";

    public const string ClearingOrderedName = "community.clearing-ordered";

    public const string ClearingMovedName = "community.clearing-moved";

    public const string ClearingUndoneName = "community.clearing-undone";

    private CommunityEvent() { }

    /// <summary>Whose standing it changes, and what they are to the community from then on.</summary>
    public virtual (MemberId Member, Role? Role)? StandingAfter() => null;

    /// <param name="Contact">None: no contact was given.</param>
    [Fact(Begun)]
    public sealed record Founded(string Name, Access Access, string Goal, string About, string? Contact = null) : CommunityEvent;

    [Fact("community.settings-changed")]
    public sealed record SettingsChanged(string Name, Access Access, string Goal, string About, string Contact, bool BuyersOnly, int AnswerDays) : CommunityEvent;

    [Fact(ClosedName)]
    public sealed record Closed(string Reason) : CommunityEvent;

    [Fact(ReopenedName)]
    public sealed record Reopened : CommunityEvent;

    [Fact("community.room-opened")]
    public sealed record RoomOpened(RoomId Room, string Name, bool TopicGroup) : CommunityEvent
    {
        public override string Subject => $"room/{Room.Slug}";
    }

    /// <param name="ApprovedBy">Who let the member in; none for who came by themselves.</param>
    /// <param name="Invitation">Which the member came on, and which is used by that.</param>
    /// <param name="NewUntil">Of who came by themselves with a new account: until then they have a newcomer's limits.</param>
    [Fact(Joined)]
    public sealed record MemberJoined(
        MemberId Member,
        Role Role,
        MemberId? ApprovedBy = null,
        AddressKey? Invitation = null,
        DateTimeOffset? NewUntil = null) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";

        public override (MemberId Member, Role? Role)? StandingAfter() => (Member, Role);
    }

    [Fact(Left)]
    public sealed record MemberLeft(MemberId Member) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";

        public override (MemberId Member, Role? Role)? StandingAfter() => (Member, null);
    }

    /// <param name="Holds">The role that counts from then on: none while the member is suspended.</param>
    [Fact(NewRole)]
    public sealed record RoleChanged(MemberId Member, Role Role, Role? Holds) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";

        public override (MemberId Member, Role? Role)? StandingAfter() => (Member, Holds);
    }

    /// <summary>A ban of a member is followed by <see cref="MemberLeft"/>.</summary>
    [Fact(Restricted)]
    public sealed record MemberRestricted(MemberId Member, RestrictionKind Kind, DateTimeOffset? Until, string Reason, Role? Holds) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";

        public override (MemberId Member, Role? Role)? StandingAfter() => (Member, Holds);
    }

    [Fact(Lifted)]
    public sealed record RestrictionLifted(MemberId Member, RestrictionKind Kind, string Reason, Role? Holds) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";

        public override (MemberId Member, Role? Role)? StandingAfter() => (Member, Holds);
    }

    /// <summary>Is a newcomer no longer. Who and when stand beside the fact.</summary>
    [Fact(Trusted)]
    public sealed record MemberTrusted(MemberId Member, TrustGround Ground, Role? Holds) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";

        public override (MemberId Member, Role? Role)? StandingAfter() => (Member, Holds);
    }

    /// <summary>Its time has come.</summary>
    [Fact("community.restriction-ended")]
    public sealed record RestrictionEnded(MemberId Member, RestrictionKind Kind, Role? Holds) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";

        public override (MemberId Member, Role? Role)? StandingAfter() => (Member, Holds);
    }

    /// <summary>Everything that the member wrote until this moment is to be hidden.</summary>
    /// <param name="Posts">How many of their posts could be seen.</param>
    [Fact(ClearingOrderedName)]
    public sealed record ClearingOrdered(MemberId Member, string Reason, int Posts) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";
    }

    /// <summary>Everything up to a post has been hidden or shown again.</summary>
    /// <param name="Unchanged">How many posts could not be changed so far.</param>
    [Fact(ClearingMovedName)]
    public sealed record ClearingMoved(MemberId Member, FoundPost After, int Unchanged) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";
    }

    /// <summary>Everything has been hidden, or shown again.</summary>
    /// <param name="Posts">How many posts that were.</param>
    /// <param name="Unchanged">How many could not be changed.</param>
    [Fact("community.clearing-settled")]
    public sealed record ClearingSettled(MemberId Member, int Posts, int Unchanged) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";
    }

    /// <summary>What was hidden is to be shown again.</summary>
    /// <param name="Posts">How many of their posts could be seen.</param>
    [Fact(ClearingUndoneName)]
    public sealed record ClearingUndone(MemberId Member, string Reason, int Posts) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";
    }

    /// <summary>An empty contact takes it back.</summary>
    [Fact("community.contact-published")]
    public sealed record ContactPublished(MemberId Member, string Contact) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";
    }

    /// <param name="Substitute">None only where nobody else moderates.</param>
    [Fact(Away)]
    public sealed record AbsenceAnnounced(MemberId Member, DateTimeOffset From, DateTimeOffset Until, MemberId? Substitute) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";
    }

    /// <summary>Of an absence that was announced for later: its time has come.</summary>
    [Fact(AwayFromNow)]
    public sealed record AbsenceBegun(MemberId Member) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";
    }

    [Fact("community.absence-ended")]
    public sealed record AbsenceEnded(MemberId Member) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";
    }

    /// <summary>Somebody whose address has this key may join. The address itself waits in its own stream, where it can be erased.</summary>
    [Fact(InvitedName)]
    public sealed record Invited(AddressKey Key) : CommunityEvent
    {
        public override string Subject => $"invitation/{Key.Value}";
    }
}
