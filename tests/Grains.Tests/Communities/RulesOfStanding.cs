using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.SignIn;
using static PublicBuyers.Communities.CommunityHistory;

namespace PublicBuyers.Communities;

public sealed class ChangingARole
{
    private static readonly Community Cast = Given(Founded, LeaLeads, AdaJoined, BoModerates);

    [Fact]
    public void The_server_itself_cannot_be_restricted()
    {
        var ban = new RestrictMember
        {
            By = Bo,
            Request = new("r"),
            Member = MemberId.System,
            Kind = RestrictionKind.Ban,
            Reason = "Silence.",
        };
        StandingRules.Restrict(Cast, false, ban, Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAMember());

        var restricted = new CommunityEvent.MemberRestricted(MemberId.System, RestrictionKind.Ban, null, "Silence.", null);
        Given(Founded, LeaLeads, BoModerates, restricted).RestrictionOf(MemberId.System, Noon).ShouldBeNull();
    }

    [Fact]
    public void A_leader_makes_a_member_a_moderator() =>
        StandingRules.ChangeRole(Cast, false, Lea.Makes(Ada, Role.Moderator), Noon).Facts.ShouldBe([new CommunityEvent.RoleChanged(Ada, Role.Moderator, Role.Moderator)]);

    [Fact]
    public void An_administrator_does_so_without_belonging_to_it() =>
        StandingRules.ChangeRole(Cast, true, new MemberId("admin").Makes(Ada, Role.Leader), Noon).Facts.Length.ShouldBe(1);

    [Fact]
    public void Nobody_else_does()
    {
        StandingRules.ChangeRole(Cast, false, Bo.Makes(Ada, Role.Moderator), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
        StandingRules.ChangeRole(Cast, false, new MemberId("stranger").Makes(Ada, Role.Moderator), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
        StandingRules.ChangeRole(Community.Empty, true, Lea.Makes(Ada, Role.Moderator), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
    }

    [Fact]
    public void Nobody_lifts_themselves_up_not_even_an_administrator()
    {
        StandingRules.ChangeRole(Cast, true, Ada.Makes(Ada, Role.Leader), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
        StandingRules.ChangeRole(Given(Founded, LeaLeads, new CommunityEvent.MemberJoined(Ada, Role.Leader)), false, Ada.Makes(Ada, Role.Member), Noon).Facts.Length.ShouldBe(1);
    }

    [Fact]
    public void A_community_keeps_a_leader()
    {
        StandingRules.ChangeRole(Cast, false, Lea.Makes(Lea, Role.Moderator), Noon).ShouldBeRefusedWith(new CommunityRefusal.LastLeader());
        StandingRules.ChangeRole(Cast, true, MemberId.System.Makes(Lea, Role.Member), Noon).ShouldBeRefusedWith(new CommunityRefusal.LastLeader());
    }

    [Fact]
    public void A_leader_who_is_suspended_is_none_to_fall_back_on()
    {
        var suspended = Given(Founded, LeaLeads, new CommunityEvent.MemberJoined(Ada, Role.Leader), Restricted(Ada, RestrictionKind.Suspension, Noon.AddDays(1)));

        StandingRules.ChangeRole(suspended, false, Lea.Makes(Lea, Role.Member), Noon).ShouldBeRefusedWith(new CommunityRefusal.LastLeader());
        CommunityRules.Leave(suspended, Lea.Leaves(), Noon).ShouldBeRefusedWith(new CommunityRefusal.LastLeader());
        CommunityRules.Leave(suspended, Lea.Leaves(), Noon.AddDays(1)).Facts.ShouldBe([new CommunityEvent.MemberLeft(Lea)]);
    }

    [Fact]
    public void Who_does_not_belong_to_it_has_no_role_there() =>
        StandingRules.ChangeRole(Cast, false, Lea.Makes(new("stranger"), Role.Moderator), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAMember());

    [Fact]
    public void What_is_so_already_changes_nothing_and_what_is_no_role_is_refused()
    {
        StandingRules.ChangeRole(Cast, false, Lea.Makes(Bo, Role.Moderator), Noon).Facts.ShouldBeEmpty();
        StandingRules.ChangeRole(Cast, false, Lea.Makes(Bo, (Role)9), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
    }

    [Fact]
    public void The_role_of_who_is_suspended_changes_and_holds_when_the_suspension_ends()
    {
        var suspended = Given(Founded, LeaLeads, AdaJoined, Restricted(Ada, RestrictionKind.Suspension, Noon.AddDays(1)));

        var changed = (CommunityEvent.RoleChanged)StandingRules.ChangeRole(suspended, false, Lea.Makes(Ada, Role.Moderator), Noon).Facts.ShouldHaveSingleItem();
        changed.StandingAfter().ShouldBe((Ada, null));
    }
}

public sealed class RestrictingAMember
{
    private static readonly DateTimeOffset Tomorrow = Noon.AddDays(1);
    private static readonly Community Cast = Given(Founded, LeaLeads, AdaJoined, BoModerates);

    [Fact]
    public void A_mute_leaves_the_role()
    {
        var decision = StandingRules.Restrict(Cast, false, Bo.Restricts(Ada, RestrictionKind.Mute, Tomorrow), Noon);

        decision.Facts.ShouldBe([Restricted(Ada, RestrictionKind.Mute, Tomorrow, Role.Member)]);
        decision.Due.ShouldBe([new(StandingRules.RestrictionsDue, Tomorrow)]);
    }

    [Fact]
    public void A_suspension_takes_it_until_its_end_and_not_the_membership()
    {
        StandingRules.Restrict(Cast, false, Bo.Restricts(Ada, RestrictionKind.Suspension, Tomorrow), Noon).Facts.ShouldBe([Restricted(Ada, RestrictionKind.Suspension, Tomorrow)]);

        var suspended = Given(Founded, LeaLeads, AdaJoined, Restricted(Ada, RestrictionKind.Suspension, Tomorrow));
        suspended.RoleOf(Ada, Tomorrow.AddTicks(-1)).ShouldBeNull();
        suspended.RoleOf(Ada, Tomorrow).ShouldBe(Role.Member);
        suspended.Members.ContainsKey(Ada).ShouldBeTrue();
    }

    [Fact]
    public void A_ban_ends_the_membership_and_keeps_out()
    {
        StandingRules.Restrict(Cast, false, Bo.Restricts(Ada, RestrictionKind.Ban), Noon).Facts.ShouldBe([Restricted(Ada, RestrictionKind.Ban), new CommunityEvent.MemberLeft(Ada)]);

        var banned = Given(Founded, LeaLeads, AdaJoined, Restricted(Ada, RestrictionKind.Ban), new CommunityEvent.MemberLeft(Ada));
        CommunityRules.Join(banned, false, null, Ada.Joins(), Noon).ShouldBeRefusedWith(new CommunityRefusal.Banned());
        CommunityRules.Admit(banned, true, null, MemberId.System.Admits(Ada), Noon).ShouldBeRefusedWith(new CommunityRefusal.Banned());
    }

    [Fact]
    public void Who_never_came_can_be_banned_and_nothing_else()
    {
        StandingRules.Restrict(Cast, false, Bo.Restricts(new("stranger"), RestrictionKind.Ban), Noon).Facts.Length.ShouldBe(1);
        StandingRules.Restrict(Cast, false, Bo.Restricts(new("stranger"), RestrictionKind.Mute), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAMember());
    }

    [Fact]
    public void A_moderator_restricts_no_leader_and_nobody_restricts_themselves()
    {
        var two = Given(Founded, LeaLeads, new CommunityEvent.MemberJoined(Ada, Role.Leader), BoModerates);

        StandingRules.Restrict(two, false, Bo.Restricts(Ada, RestrictionKind.Mute), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
        StandingRules.Restrict(two, false, Lea.Restricts(Ada, RestrictionKind.Mute), Noon).Facts.Length.ShouldBe(1);
        StandingRules.Restrict(two, true, new MemberId("admin").Restricts(Ada, RestrictionKind.Suspension), Noon).Facts.Length.ShouldBe(1);
        StandingRules.Restrict(two, true, Lea.Restricts(Lea, RestrictionKind.Mute), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
        StandingRules.Restrict(two, false, new MemberId("stranger").Restricts(Bo, RestrictionKind.Mute), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
    }

    [Theory]
    [InlineData(RestrictionKind.Suspension)]
    [InlineData(RestrictionKind.Ban)]
    [InlineData(RestrictionKind.Mute)]
    public void The_last_leader_is_not_restricted(RestrictionKind kind)
    {
        StandingRules.Restrict(Cast, true, MemberId.System.Restricts(Lea, kind), Noon).ShouldBeRefusedWith(new CommunityRefusal.LastLeader());
    }

    [Theory]
    [InlineData(RestrictionKind.Mute)]
    [InlineData(RestrictionKind.Suspension)]
    [InlineData(RestrictionKind.Ban)]
    public void A_moderator_restricts_no_moderator_and_a_leader_does(RestrictionKind kind)
    {
        var two = Given(Founded, LeaLeads, new CommunityEvent.MemberJoined(Ada, Role.Moderator), BoModerates);

        StandingRules.Restrict(two, false, Bo.Restricts(Ada, kind), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
        StandingRules.Restrict(two, false, Lea.Restricts(Ada, kind), Noon).Outcome.IsRefused.ShouldBeFalse();
        StandingRules.Restrict(two, true, new MemberId("admin").Restricts(Ada, kind), Noon).Outcome.IsRefused.ShouldBeFalse();
        ClearingRules.WhyNot(two, Bo, Ada, Noon).ShouldBe(new CommunityRefusal.NotAllowed());
        ClearingRules.WhyNot(two, Lea, Ada, Noon).ShouldBeNull();
    }

    [Fact]
    public void A_moderator_whose_posting_is_suspended_counts_as_a_member_until_that_ends()
    {
        StandingRules.Restrict(Cast, false, Lea.Restricts(Bo, RestrictionKind.Mute, Tomorrow), Noon)
            .Facts.ShouldBe([Restricted(Bo, RestrictionKind.Mute, Tomorrow, Role.Member)]);
        var community = Given(Founded, LeaLeads, AdaJoined, BoModerates, Restricted(Bo, RestrictionKind.Mute, Tomorrow, Role.Member));

        foreach (var what in Rights.Table.Keys)
        {
            (CommunityRules.WhyNot(what, community, Bo, false, Noon) is null).ShouldBe(Rights.May(what, Role.Member), what.ToString());
            (CommunityRules.WhyNot(what, community, Bo, false, Tomorrow) is null).ShouldBe(Rights.May(what, Role.Moderator), what.ToString());
        }

        community.BearingOf(Bo, Noon, 1).Role.ShouldBe(Role.Member);
        community.ModeratingAt(Noon).ShouldBe([Lea]);
        community.ModeratingAt(Tomorrow).ShouldBe([Lea, Bo]);
        ((CommunityEvent.RestrictionEnded)StandingRules.End(community, Tomorrow).Facts.ShouldHaveSingleItem()).StandingAfter().ShouldBe((Bo, Role.Moderator));
    }

    [Fact]
    public void An_appeal_that_a_moderator_approves_lets_a_moderator_off()
    {
        var two = Given(
            Founded, LeaLeads, new CommunityEvent.MemberJoined(Ada, Role.Moderator), BoModerates, Restricted(Ada, RestrictionKind.Mute, holds: Role.Member));

        StandingRules.Lift(two, false, Bo.Lifts(Ada), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
        StandingRules.Lift(two, false, Bo.Lifts(Ada) with { IsDecided = true }, Noon).Facts.Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("bell \u0007")]
    public void It_has_a_reason(string reason)
    {
        StandingRules.Restrict(Cast, false, Bo.Restricts(Ada, RestrictionKind.Mute, reason: reason), Noon).ShouldBeRefusedWith(new CommunityRefusal.ReasonMissing());
        StandingRules.Lift(Given(Founded, BoModerates, AdaJoined, Restricted(Ada, RestrictionKind.Mute)), false, Bo.Lifts(Ada, reason), Noon).ShouldBeRefusedWith(new CommunityRefusal.ReasonMissing());
    }

    [Fact]
    public void No_half_of_a_character_is_stored()
    {
        StandingRules.Restrict(Cast, false, Bo.Restricts(Ada, RestrictionKind.Mute, reason: "half \ud800"), Noon).ShouldBeRefusedWith(new CommunityRefusal.ReasonMissing());
        CommunityRules.PublishContact(Cast, false, Bo.Publishes("half \udfff"), Noon).ShouldBeRefusedWith(new CommunityRefusal.TextInvalid("contact", CommunityLimits.LongestContact));
    }

    [Fact]
    public void It_ends_later_than_now_and_within_what_can_be_told()
    {
        var invalid = new CommunityRefusal.UntilInvalid((int)CommunityLimits.LongestRestriction.TotalDays);

        StandingRules.Restrict(Cast, false, Bo.Restricts(Ada, RestrictionKind.Mute, Noon), Noon).ShouldBeRefusedWith(invalid);
        StandingRules.Restrict(Cast, false, Bo.Restricts(Ada, RestrictionKind.Mute, DateTimeOffset.MaxValue), Noon).ShouldBeRefusedWith(invalid);
        StandingRules.Restrict(Cast, false, Bo.Restricts(Ada, RestrictionKind.Mute, reason: new('r', CommunityLimits.LongestReason + 1)), Noon).ShouldBeRefusedWith(new CommunityRefusal.ReasonMissing());
    }

    [Fact]
    public void There_are_only_so_many()
    {
        var full = Cast with { Restrictions = Enumerable.Range(1, CommunityLimits.MostRestrictions).Select(i => new MemberId($"m{i}")).ToImmutableDictionary(member => member, member => new Restriction(member, RestrictionKind.Ban, null, "r", Lea, Noon)) };

        StandingRules.Restrict(full, false, Bo.Restricts(Ada, RestrictionKind.Ban), Noon).ShouldBeRefusedWith(new CommunityRefusal.TooManyRestrictions(CommunityLimits.MostRestrictions));
        StandingRules.Restrict(full, false, Bo.Restricts(new("m1"), RestrictionKind.Ban), Noon).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void The_clock_wakes_for_the_first_that_ends()
    {
        var one = Given(Founded, LeaLeads, AdaJoined, BoModerates, Restricted(Ada, RestrictionKind.Mute, Tomorrow, Role.Member));

        StandingRules.Restrict(one, false, Lea.Restricts(Bo, RestrictionKind.Mute, Tomorrow.AddDays(1)), Noon).Due.ShouldBe([new(StandingRules.RestrictionsDue, Tomorrow)]);
        StandingRules.Restrict(one, false, Lea.Restricts(Ada, RestrictionKind.Mute), Noon).Due.ShouldBe([new(StandingRules.RestrictionsDue, null)]);
        StandingRules.Lift(one, false, Bo.Lifts(Ada), Noon).Due.ShouldBe([new(StandingRules.RestrictionsDue, null)]);
    }

    [Fact]
    public void What_has_run_out_ends_and_the_rest_does_not()
    {
        var two = Given(Founded, LeaLeads, AdaJoined, BoModerates, Restricted(Ada, RestrictionKind.Suspension, Tomorrow), Restricted(Bo, RestrictionKind.Mute, Tomorrow.AddDays(1)));

        StandingRules.End(two, Tomorrow.AddTicks(-1)).Facts.ShouldBeEmpty();
        var ended = StandingRules.End(two, Tomorrow);
        ended.Facts.ShouldBe([new CommunityEvent.RestrictionEnded(Ada, RestrictionKind.Suspension, Role.Member)]);
        ended.Due.ShouldBe([new(StandingRules.RestrictionsDue, Tomorrow.AddDays(1))]);
    }

    [Fact]
    public void It_is_lifted_once()
    {
        var muted = Given(Founded, LeaLeads, AdaJoined, BoModerates, Restricted(Ada, RestrictionKind.Suspension, Tomorrow));

        StandingRules.Lift(muted, false, Bo.Lifts(Ada), Noon).Facts.ShouldBe([new CommunityEvent.RestrictionLifted(Ada, RestrictionKind.Suspension, "Apologised", Role.Member)]);
        StandingRules.Lift(muted, false, Bo.Lifts(Ada), Tomorrow).ShouldBeRefusedWith(new CommunityRefusal.NotRestricted());
        StandingRules.Lift(Cast, false, Bo.Lifts(Ada), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotRestricted());
    }

    [Fact]
    public void Nobody_lets_themselves_off() =>
        StandingRules.Lift(Given(Founded, LeaLeads, BoModerates, Restricted(Bo, RestrictionKind.Mute, holds: Role.Moderator)), false, Bo.Lifts(Bo), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());

    [Fact]
    public void Who_leaves_while_suspended_stays_suspended()
    {
        var left = Given(Founded, LeaLeads, AdaJoined, Restricted(Ada, RestrictionKind.Suspension, Tomorrow), new CommunityEvent.MemberLeft(Ada));

        CommunityRules.Join(left, false, null, Ada.Joins(), Noon).ShouldBeRefusedWith(new CommunityRefusal.Suspended(Tomorrow));
        CommunityRules.Join(left, false, null, Ada.Joins(), Tomorrow).Facts.ShouldBe([AdaJoined]);
    }
}

public sealed class LettingIn
{
    private static readonly AddressKey Key = new("k1");
    private static readonly CommunityEvent OnRequest = new CommunityEvent.SettingsChanged("CPB", Access.OnRequest, "Buying well", "", "", false, 5);
    private static readonly CommunityEvent BuyersOnly = new CommunityEvent.SettingsChanged("CPB", Access.Open, "Buying well", "", "", true, 5);

    [Fact]
    public void Who_was_approved_comes_in_and_it_says_by_whom() =>
        CommunityRules.Admit(Given(Founded, LeaLeads, OnRequest), false, null, MemberId.System.Admits(Ada), Noon).Facts.ShouldBe([new CommunityEvent.MemberJoined(Ada, Role.Member, Bo)]);

    [Fact]
    public void Only_the_server_lets_in() =>
        CommunityRules.Admit(Given(Founded, LeaLeads, OnRequest), false, null, Lea.Admits(Ada), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());

    [Fact]
    public void Who_is_in_already_is_in()
    {
        var suspended = Given(Founded, LeaLeads, AdaJoined, Restricted(Ada, RestrictionKind.Suspension));

        CommunityRules.Admit(suspended, false, null, MemberId.System.Admits(Ada), Noon).Outcome.IsRefused.ShouldBeFalse();
        CommunityRules.Admit(suspended, false, null, MemberId.System.Admits(Ada), Noon).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void What_changed_since_it_was_approved_counts()
    {
        CommunityRules.Admit(Community.Empty, false, null, MemberId.System.Admits(Ada), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
        CommunityRules.Admit(Given(Founded, LeaLeads, BuyersOnly), false, null, MemberId.System.Admits(Ada), Noon).ShouldBeRefusedWith(new CommunityRefusal.BuyersOnly());
        CommunityRules.Admit(Given(Founded, LeaLeads, BuyersOnly), true, null, MemberId.System.Admits(Ada), Noon).Facts.Length.ShouldBe(1);
    }

    [Fact]
    public void A_community_of_buyers_takes_buyers()
    {
        CommunityRules.Join(Given(Founded, LeaLeads, BuyersOnly), false, null, Ada.Joins(), Noon).ShouldBeRefusedWith(new CommunityRefusal.BuyersOnly());
        CommunityRules.Join(Given(Founded, LeaLeads, BuyersOnly), true, null, Ada.Joins(), Noon).Facts.ShouldBe([AdaJoined]);
    }

    [Fact]
    public void Who_is_invited_joins_at_once_and_the_invitation_is_used()
    {
        var invited = Given(Founded, LeaLeads, OnRequest, new CommunityEvent.Invited(Key));

        var joined = CommunityRules.Join(invited, false, Key, Ada.Joins(), Noon).Facts.ShouldHaveSingleItem();
        joined.ShouldBe(new CommunityEvent.MemberJoined(Ada, Role.Member, Invitation: Key));
        Given(Founded, LeaLeads, OnRequest, new CommunityEvent.Invited(Key), joined).Invited.ShouldBeEmpty();
        CommunityRules.Join(invited, false, new("k2"), Ada.Joins(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotOpen(Access.OnRequest));
    }

    [Fact]
    public void Being_invited_makes_nobody_a_buyer_and_lifts_no_ban()
    {
        CommunityRules.Join(Given(Founded, LeaLeads, BuyersOnly, new CommunityEvent.Invited(Key)), false, Key, Ada.Joins(), Noon).ShouldBeRefusedWith(new CommunityRefusal.BuyersOnly());
        CommunityRules.Join(Given(Founded, LeaLeads, Restricted(Ada, RestrictionKind.Ban), new CommunityEvent.Invited(Key)), false, Key, Ada.Joins(), Noon).ShouldBeRefusedWith(new CommunityRefusal.Banned());
    }

    [Fact]
    public void Each_address_is_invited_once()
    {
        var community = Given(Founded, LeaLeads, BoModerates, new CommunityEvent.Invited(Key));

        var decision = InvitationRules.Invite(community, false, [Key, new("k2"), new("k3"), new("k2")], Owned((new("k3"), Bo)), Bo.Invites(), Noon);

        var invited = decision.Outcome.Value.ShouldNotBeNull();
        (invited.New, invited.Known, invited.Refused).ShouldBe((1, 2, 0));
        invited.Each.ShouldBe([InvitationResult.InvitedBefore, InvitationResult.Invited, InvitationResult.Member, InvitationResult.Invited]);
        decision.Facts.ShouldBe([new CommunityEvent.Invited(new("k2"))]);
    }

    [Theory]
    [InlineData(RestrictionKind.Ban, InvitationResult.Banned)]
    [InlineData(RestrictionKind.Suspension, InvitationResult.Suspended)]
    public void Nobody_who_may_not_come_back_is_invited(RestrictionKind restriction, InvitationResult expected)
    {
        var community = Given(Founded, LeaLeads, AdaJoined, BoModerates, Restricted(Ada, restriction), new CommunityEvent.MemberLeft(Ada));

        var decision = InvitationRules.Invite(community, false, [Key], Owned((Key, Ada)), Bo.Invites(), Noon);

        decision.Outcome.Value.ShouldNotBeNull().Each.ShouldBe([expected]);
        decision.Outcome.Value.ShouldNotBeNull().Refused.ShouldBe(1);
        decision.Facts.ShouldBeEmpty();
    }

    private static ImmutableDictionary<AddressKey, MemberId> Owned(params (AddressKey Key, MemberId Owner)[] owners) =>
        owners.ToImmutableDictionary(each => each.Key, each => each.Owner);

    [Fact]
    public void Inviting_is_for_moderators_and_has_an_end()
    {
        var full = Given(Founded, LeaLeads, AdaJoined, BoModerates) with { Invited = Enumerable.Range(1, CommunityLimits.MostInvitations).ToImmutableDictionary(i => new AddressKey($"i{i}"), _ => Noon) };

        InvitationRules.Invite(full, false, [Key], Owned(), Ada.Invites(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
        InvitationRules.Invite(full, false, [Key], Owned(), new MemberId("stranger").Invites(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
        InvitationRules.Invite(full, false, [Key], Owned(), Bo.Invites(), Noon).ShouldBeRefusedWith(new CommunityRefusal.TooManyInvitations(CommunityLimits.MostInvitations));
        InvitationRules.Invite(full, false, [new("i1")], Owned(), Bo.Invites(), Noon).Outcome.Value.ShouldNotBeNull().Known.ShouldBe(1);
        InvitationRules.WhyNot(full, false, Bo.Invites([.. Enumerable.Repeat("a@example.eu", CommunityLimits.MostInvitedAtOnce + 1)]), Noon).ShouldBe(new CommunityRefusal.TooManyInvitations(CommunityLimits.MostInvitedAtOnce));
    }
}

public sealed class SettingsOfACommunity
{
    private static readonly Community Cast = Given(Founded, LeaLeads, AdaJoined, BoModerates);

    [Fact]
    public void A_leader_changes_them()
    {
        var changed = CommunityRules.ChangeSettings(Cast, false, Lea.Sets(), Noon).Facts.ShouldHaveSingleItem();

        changed.ShouldBe(new CommunityEvent.SettingsChanged("CPB", Access.OnRequest, "Buying well", "", "cpb@example.eu", true, 3));
        CommunityRules.ChangeSettings(Given(Founded, LeaLeads, changed), false, Lea.Sets(), Noon).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void Nobody_else_does()
    {
        CommunityRules.ChangeSettings(Cast, false, Bo.Sets(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
        CommunityRules.ChangeSettings(Cast, false, new MemberId("stranger").Sets(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
        CommunityRules.ChangeSettings(Cast, true, new MemberId("admin").Sets(), Noon).Facts.Length.ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(61)]
    public void An_answer_is_promised_within_days(int days) =>
        CommunityRules.ChangeSettings(Cast, false, Lea.Sets() with { AnswerDays = days }, Noon).ShouldBeRefusedWith(new CommunityRefusal.AnswerDaysInvalid(CommunityLimits.LongestAnswerDays));

    [Theory]
    [InlineData("two\r\nlines")]
    [InlineData("bell\u0007")]
    public void A_contact_is_a_line(string contact)
    {
        var invalid = new CommunityRefusal.TextInvalid("contact", CommunityLimits.LongestContact);

        CommunityRules.ChangeSettings(Cast, false, Lea.Sets() with { Contact = contact }, Noon).ShouldBeRefusedWith(invalid);
        CommunityRules.PublishContact(Cast, false, Bo.Publishes(contact), Noon).ShouldBeRefusedWith(invalid);
        CommunityRules.PublishContact(Cast, false, Bo.Publishes(new('c', CommunityLimits.LongestContact + 1)), Noon).ShouldBeRefusedWith(invalid);
    }

    [Fact]
    public void What_is_no_access_is_refused() =>
        CommunityRules.ChangeSettings(Cast, false, Lea.Sets() with { Access = (Access)9 }, Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());

    [Fact]
    public void A_moderator_says_whom_to_ask_and_takes_it_back()
    {
        var published = CommunityRules.PublishContact(Cast, false, Bo.Publishes(" bo@example.eu "), Noon).Facts.ShouldHaveSingleItem();
        published.ShouldBe(new CommunityEvent.ContactPublished(Bo, "bo@example.eu"));

        var taken = CommunityRules.PublishContact(Given(Founded, LeaLeads, BoModerates, published), false, Bo.Publishes(""), Noon).Facts.ShouldHaveSingleItem();
        Given(Founded, LeaLeads, BoModerates, published, taken).Contacts.ShouldBeEmpty();
        CommunityRules.PublishContact(Cast, false, Ada.Publishes("ada@example.eu"), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
    }

    [Fact]
    public void It_goes_with_the_role()
    {
        var published = new CommunityEvent.ContactPublished(Bo, "bo@example.eu");

        Given(Founded, LeaLeads, BoModerates, published, new CommunityEvent.RoleChanged(Bo, Role.Member, Role.Member)).Contacts.ShouldBeEmpty();
        Given(Founded, LeaLeads, BoModerates, published, new CommunityEvent.MemberLeft(Bo)).Contacts.ShouldBeEmpty();
    }
}
