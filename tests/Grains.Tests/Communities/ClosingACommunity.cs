using System.Collections.Immutable;
using PublicBuyers.SignIn;
using static PublicBuyers.Communities.CommunityHistory;

namespace PublicBuyers.Communities;

/// <summary>Who closes a community and opens it again, and what is refused in between.</summary>
public sealed class ClosingACommunity
{
    private static readonly CommunityEvent isClosed = new CommunityEvent.Closed("All is bought");
    private static readonly CommunityRefusal.Closed refusal = new();

    [Fact]
    public void Its_leaders_and_administrators_close_it_and_open_it_again()
    {
        var open = Given(Founded, LeaLeads, AdaJoined, BoModerates);

        foreach (var (by, isAdministrator) in new[] { (Lea, false), (new MemberId("root"), true) })
        {
            CommunityRules.Close(open, isAdministrator, by.Closes(), Noon).Facts.ShouldBe([isClosed]);
            CommunityRules.Reopen(open.Closed(), isAdministrator, by.Reopens(), Noon).Facts.ShouldHaveSingleItem().ShouldBeOfType<CommunityEvent.Reopened>();
        }

        foreach (var by in new[] { Ada, Bo })
        {
            CommunityRules.Close(open, false, by.Closes(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
            CommunityRules.Reopen(open.Closed(), false, by.Reopens(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
        }

        CommunityRules.Close(open, false, new MemberId("stranger").Closes(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
    }

    [Fact]
    public void A_suspended_leader_closes_nothing()
    {
        var suspended = Given(Founded, LeaLeads, AdaJoined, Restricted(Lea, RestrictionKind.Suspension));

        CommunityRules.Close(suspended, false, Lea.Closes(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
        CommunityRules.Reopen(suspended.Closed(), false, Lea.Reopens(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n ")]
    [InlineData("a control \u0007 character")]
    public void A_reason_is_asked_for(string reason) =>
        CommunityRules.Close(Given(Founded, LeaLeads), false, Lea.Closes(reason), Noon).ShouldBeRefusedWith(new CommunityRefusal.TextInvalid("reason", CommunityLimits.LongestReason));

    [Fact]
    public void A_reason_is_bounded()
    {
        var community = Given(Founded, LeaLeads);

        CommunityRules.Close(community, false, Lea.Closes(new string('a', CommunityLimits.LongestReason)), Noon).Outcome.Refusal.ShouldBeNull();
        CommunityRules.Close(community, false, Lea.Closes(new string('a', CommunityLimits.LongestReason + 1)), Noon).Outcome.Refusal.ShouldNotBeNull();
    }

    [Fact]
    public void Closed_twice_the_first_reason_stays_and_reopened_twice_nothing_happens()
    {
        var closed = Given(Founded, LeaLeads).Closed();

        CommunityRules.Close(closed, false, Lea.Closes("Another one"), Noon).Facts.ShouldBeEmpty();
        closed.Closed.ShouldNotBeNull().Reason.ShouldBe("All is bought");
        CommunityRules.Reopen(Given(Founded, LeaLeads), false, Lea.Reopens(), Noon).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void Nobody_joins_is_admitted_or_invited_and_no_room_is_opened()
    {
        var closed = Given(Founded, LeaLeads, AdaJoined).Closed();
        var stranger = new MemberId("stranger");

        CommunityRules.Join(closed, true, null, stranger.Joins(), Noon).ShouldBeRefusedWith(refusal);
        CommunityRules.Admit(closed, true, null, MemberId.System.Admits(stranger), Noon).ShouldBeRefusedWith(refusal);
        InvitationRules.Invite(closed, false, [], ImmutableDictionary<AddressKey, MemberId>.Empty, Lea.Invites("a@example.eu"), Noon).ShouldBeRefusedWith(refusal);
        CommunityRules.OpenRoom(closed, Cpb, false, Lea.Opens(), Noon).ShouldBeRefusedWith(refusal);

        CommunityRules.Join(closed, true, null, Ada.Joins(), Noon).Facts.ShouldBeEmpty("she is in it");
        CommunityRules.Admit(closed, true, null, MemberId.System.Admits(Ada), Noon).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void Who_wants_to_leaves_and_moderators_protect_people_and_roles_and_settings_change()
    {
        var closed = Given(Founded, LeaLeads, AdaJoined, BoModerates, Restricted(Ada, RestrictionKind.Mute)).Closed();

        CommunityRules.Leave(closed, Ada.Leaves(), Noon).Facts.ShouldNotBeEmpty();
        CommunityRules.Leave(closed, Lea.Leaves(), Noon).ShouldBeRefusedWith(new CommunityRefusal.LastLeader());
        StandingRules.Lift(closed, false, Bo.Lifts(Ada), Noon).Facts.ShouldNotBeEmpty();
        StandingRules.Restrict(closed, false, Bo.Restricts(Ada, RestrictionKind.Ban), Noon).Facts.ShouldNotBeEmpty();
        StandingRules.ChangeRole(closed, false, Lea.Makes(Ada, Role.Leader), Noon).Facts.ShouldNotBeEmpty();
        CommunityRules.ChangeSettings(closed, false, Lea.Sets(), Noon).Facts.ShouldNotBeEmpty();
        CommunityRules.PublishContact(closed, false, Bo.Publishes("desk@example.eu"), Noon).Facts.ShouldNotBeEmpty();
    }

    [Fact]
    public void Opened_again_it_is_as_it_was()
    {
        var before = Given(Founded, LeaLeads, AdaJoined, Opened("energy"));
        var after = before.Closed().Apply(new(9, Noon, Lea, CommunityEvent.ReopenedName, "", new CommunityEvent.Reopened()));

        after.ShouldBe(before);
    }
}
