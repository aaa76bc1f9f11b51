using System.Collections.Immutable;
using static PublicBuyers.Communities.CommunityHistory;

namespace PublicBuyers.Communities;

public sealed class FoundingACommunity
{
    [Fact]
    public void It_begins_with_a_leader_and_a_room_for_everything()
    {
        var decision = CommunityRules.Found(Community.Empty, Cpb, mayFound: true, Lea.Founds(" CPB ", " Buying well "));

        decision.Facts.ShouldBe([Founded, LeaLeads, new CommunityEvent.RoomOpened(new(Cpb, CommunityRules.FirstRoom), "General", false)]);
    }

    [Fact]
    public void Only_who_may_found_does() =>
        CommunityRules.Found(Community.Empty, Cpb, mayFound: false, Lea.Founds()).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());

    [Theory]
    [InlineData("")]
    [InlineData("CPB")]
    [InlineData("a--b")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("ä")]
    public void Its_slug_has_to_be_one(string slug) =>
        CommunityRules.Found(Community.Empty, new(slug), mayFound: true, Lea.Founds()).ShouldBeRefusedWith(new CommunityRefusal.SlugInvalid(slug));

    [Fact]
    public void It_is_founded_once() =>
        CommunityRules.Found(Given(Founded, LeaLeads), Cpb, mayFound: true, Lea.Founds()).ShouldBeRefusedWith(new CommunityRefusal.AlreadyFounded());

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("two\nlines")]
    public void Its_name_is_a_line(string name) =>
        CommunityRules.Found(Community.Empty, Cpb, mayFound: true, Lea.Founds(name)).ShouldBeRefusedWith(new CommunityRefusal.TextInvalid("name", CommunityLimits.LongestName));

    [Fact]
    public void No_half_of_a_character_is_stored() =>
        CommunityRules.Found(Community.Empty, Cpb, mayFound: true, Lea.Founds("half \ud800")).ShouldBeRefusedWith(new CommunityRefusal.TextInvalid("name", CommunityLimits.LongestName));

    [Fact]
    public void Its_name_its_goal_and_what_is_said_about_it_have_an_end()
    {
        CommunityRules.Found(Community.Empty, Cpb, mayFound: true, Lea.Founds(new string('n', CommunityLimits.LongestName), new string('g', CommunityLimits.LongestAbout), new string('a', CommunityLimits.LongestAbout)))
            .Outcome.IsRefused.ShouldBeFalse();
        CommunityRules.Found(Community.Empty, Cpb, mayFound: true, Lea.Founds(new string('n', CommunityLimits.LongestName + 1))).ShouldBeRefusedWith(new CommunityRefusal.TextInvalid("name", CommunityLimits.LongestName));
        CommunityRules.Found(Community.Empty, Cpb, mayFound: true, Lea.Founds(goal: new string('g', CommunityLimits.LongestAbout + 1))).ShouldBeRefusedWith(new CommunityRefusal.TextInvalid("goal", CommunityLimits.LongestAbout));
        CommunityRules.Found(Community.Empty, Cpb, mayFound: true, Lea.Founds(about: new string('a', CommunityLimits.LongestAbout + 1))).ShouldBeRefusedWith(new CommunityRefusal.TextInvalid("about", CommunityLimits.LongestAbout));
        CommunityRules.Found(Community.Empty, Cpb, mayFound: true, Lea.Founds(about: "\udc00")).ShouldBeRefusedWith(new CommunityRefusal.TextInvalid("about", CommunityLimits.LongestAbout));
    }
}

public sealed class OpeningARoom
{
    [Fact]
    public void A_leader_opens_one() =>
        CommunityRules.OpenRoom(Given(Founded, LeaLeads), Cpb, isAdministrator: false, Lea.Opens(), Noon).Facts.ShouldBe([new CommunityEvent.RoomOpened(new(Cpb, "energy"), "Energy", false)]);

    [Fact]
    public void An_administrator_opens_one() =>
        CommunityRules.OpenRoom(Given(Founded, LeaLeads), Cpb, isAdministrator: true, Ada.Opens(), Noon).Outcome.Value.ShouldBe(new RoomId("cpb/energy"));

    [Fact]
    public void Nobody_else_does() =>
        CommunityRules.OpenRoom(Given(Founded, LeaLeads, AdaJoined), Cpb, isAdministrator: false, Ada.Opens(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());

    [Fact]
    public void A_community_that_is_not_there_has_none() =>
        CommunityRules.OpenRoom(Community.Empty, Cpb, isAdministrator: true, Lea.Opens(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());

    [Theory]
    [InlineData("Energy")]
    [InlineData("members")]
    [InlineData("queue")]
    [InlineData("a/b")]
    public void Its_slug_is_one_and_no_pages_own(string slug) =>
        CommunityRules.OpenRoom(Given(Founded, LeaLeads), Cpb, isAdministrator: false, Lea.Opens(slug), Noon).ShouldBeRefusedWith(new CommunityRefusal.SlugInvalid(slug));

    [Fact]
    public void Its_name_is_a_line() =>
        CommunityRules.OpenRoom(Given(Founded, LeaLeads), Cpb, isAdministrator: false, Lea.Opens(name: "\u0007"), Noon).ShouldBeRefusedWith(new CommunityRefusal.TextInvalid("name", CommunityLimits.LongestName));

    [Fact]
    public void Two_rooms_have_two_names() =>
        CommunityRules.OpenRoom(Given(Founded, LeaLeads, Opened("energy")), Cpb, isAdministrator: false, Lea.Opens(), Noon).ShouldBeRefusedWith(new CommunityRefusal.RoomExists(new(Cpb, "energy")));

    [Fact]
    public void There_are_only_so_many() =>
        CommunityRules.OpenRoom(Given([Founded, LeaLeads, .. Enumerable.Range(1, CommunityLimits.MostRooms).Select(i => Opened($"room-{i}"))]), Cpb, isAdministrator: false, Lea.Opens(), Noon)
            .ShouldBeRefusedWith(new CommunityRefusal.TooManyRooms(CommunityLimits.MostRooms));
}

public sealed class JoiningAndLeaving
{
    [Fact]
    public void An_open_community_is_joined_at_once() =>
        CommunityRules.Join(Given(Founded, LeaLeads), false, null, Ada.Joins(), Noon).Facts.ShouldBe([AdaJoined]);

    [Fact]
    public void Joining_again_changes_nothing()
    {
        var decision = CommunityRules.Join(Given(Founded, LeaLeads, AdaJoined), false, null, Ada.Joins(), Noon);

        decision.Outcome.IsRefused.ShouldBeFalse();
        decision.Facts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Access.OnRequest)]
    [InlineData(Access.ByInvitation)]
    public void Elsewhere_joining_is_not_free(Access access) =>
        CommunityRules.Join(Given(new CommunityEvent.Founded("CPB", access, "Buying well", "")), false, null, Ada.Joins(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotOpen(access));

    [Fact]
    public void A_community_that_is_not_there_is_not_joined_and_not_left()
    {
        CommunityRules.Join(Community.Empty, false, null, Ada.Joins(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
        CommunityRules.Leave(Community.Empty, Ada.Leaves(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
    }

    [Fact]
    public void A_full_community_takes_nobody()
    {
        var members = Enumerable.Range(1, CommunityLimits.MostMembers).Select(i => new MemberId($"m{i}"));
        var full = Given(Founded) with { Members = members.Select(member => KeyValuePair.Create(member, new Membership(member, Role.Member, default))).ToImmutableDictionary() };

        CommunityRules.Join(full, false, null, Ada.Joins(), Noon).ShouldBeRefusedWith(new CommunityRefusal.Full(CommunityLimits.MostMembers));
    }

    [Fact]
    public void A_member_leaves()
    {
        CommunityRules.Leave(Given(Founded, LeaLeads, AdaJoined), Ada.Leaves(), Noon).Facts.ShouldBe([new CommunityEvent.MemberLeft(Ada)]);
        Given(Founded, LeaLeads, AdaJoined, new CommunityEvent.MemberLeft(Ada)).RoleOf(Ada, Noon).ShouldBeNull();
    }

    [Fact]
    public void Who_does_not_belong_cannot_leave() =>
        CommunityRules.Leave(Given(Founded, LeaLeads), Ada.Leaves(), Noon).ShouldBeRefusedWith(new CommunityRefusal.NotAMember());

    [Fact]
    public void The_last_leader_stays() =>
        CommunityRules.Leave(Given(Founded, LeaLeads, AdaJoined), Lea.Leaves(), Noon).ShouldBeRefusedWith(new CommunityRefusal.LastLeader());

    [Fact]
    public void A_leader_leaves_when_there_is_another() =>
        CommunityRules.Leave(Given(Founded, LeaLeads, new CommunityEvent.MemberJoined(Ada, Role.Leader)), Lea.Leaves(), Noon).Facts.ShouldBe([new CommunityEvent.MemberLeft(Lea)]);
}
