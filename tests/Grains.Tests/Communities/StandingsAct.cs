using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Members;
using PublicBuyers.Rooms;
using PublicBuyers.SignIn;
using PublicBuyers.Testing;
using static PublicBuyers.Communities.CommunityHistory;

namespace PublicBuyers.Communities;

/// <summary>What is decided about people, as the rooms, the mail and the directories see it.</summary>
public sealed class StandingsAct
{
    private static readonly DateTimeOffset Tomorrow = FakeClock.Noon.AddDays(1);

    [Fact]
    public async Task A_mute_refuses_the_next_post_edit_and_reaction_and_not_the_reading()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);

        (await world.Community().Restrict(Lea.Restricts(Ada, RestrictionKind.Mute, Tomorrow))).ShouldBeDone();

        (await world.TryPost(Ada)).ShouldBeRefusedWith(new RoomRefusal.Muted(Tomorrow));
        (await world.Room().Edit(Ada.Edits(1, "Changed"))).ShouldBeRefusedWith(new RoomRefusal.Muted(Tomorrow));
        (await world.Room().React(Ada.Reacts(1, Reaction.Agree))).ShouldBeRefusedWith(new RoomRefusal.Muted(Tomorrow));
        (await world.Room().Page(Ada, 0, 10)).ShouldBeDone();
    }

    [Fact]
    public async Task It_ends_by_itself_the_clock_awake_or_not()
    {
        await using var world = await Scene.ARoom();
        await world.Community().Restrict(Lea.Restricts(Ada, RestrictionKind.Mute, Tomorrow));
        (await world.TryPost(Ada)).Refusal.ShouldNotBeNull();

        world.Clock.Move(TimeSpan.FromDays(1));
        (await world.TryPost(Ada)).ShouldBeDone();
    }

    [Fact]
    public async Task A_mute_without_an_end_lasts_until_it_is_lifted()
    {
        await using var world = await Scene.ARoom();
        await world.Community().Restrict(Lea.Restricts(Ada, RestrictionKind.Mute));
        world.Clock.Move(TimeSpan.FromDays(1_000));
        (await world.TryPost(Ada)).ShouldBeRefusedWith(new RoomRefusal.Muted(null));

        (await world.Community().Lift(Lea.Lifts(Ada))).ShouldBeDone();
        (await world.TryPost(Ada)).ShouldBeDone();
    }

    [Fact]
    public async Task Who_is_suspended_reads_nothing_and_is_told_when_it_ends()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        await world.Community().Restrict(Lea.Restricts(Ada, RestrictionKind.Suspension, Tomorrow));
        (await world.TryPost(Ada)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await world.Room().Admit(Ada)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await world.Community().Members(Ada, 0)).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
        (await world.Community().Everybody(new(Scene.Cpb, "general"))).ShouldNotContain(Ada);
        (await world.Community().Describe(Ada)).Value.ShouldNotBeNull().MyRestriction.ShouldNotBeNull().Reason.ShouldBe("Advertising");

        (await world.Attend()).ShouldBe(Tomorrow);
        world.Clock.Move(TimeSpan.FromDays(1));
        (await world.Attend()).ShouldBeNull();

        (await world.TryPost(Ada)).ShouldBeDone();
        world.Journal.FactsOf(Streams.Of(Cpb))[^1].Type.ShouldBe("community.restriction-ended");
    }

    [Fact]
    public async Task What_ends_at_the_same_time_ends_at_once_and_the_next_in_its_own()
    {
        await using var world = await Scene.ARoom();
        await world.Community().Restrict(Lea.Restricts(Ada, RestrictionKind.Mute, Tomorrow, request: "one"));
        await world.Community().Restrict(Lea.Restricts(Bo, RestrictionKind.Suspension, Tomorrow, request: "two"));
        await world.Community().Restrict(Lea.Restricts(new("stranger"), RestrictionKind.Ban, Tomorrow.AddDays(1), request: "three"));

        world.Clock.Move(TimeSpan.FromDays(1));
        (await world.Attend()).ShouldBe(Tomorrow.AddDays(1));
        world.Clock.Move(TimeSpan.FromDays(1));
        (await world.Attend()).ShouldBeNull();

        world.Journal.FactsOf(Streams.Of(Cpb)).Count(fact => fact.Type == "community.restriction-ended").ShouldBe(3);
        (await world.Community().Restrictions(Lea)).Value.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_ban_is_leaving_and_not_coming_back()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);

        (await world.Community().Restrict(Lea.Restricts(Ada, RestrictionKind.Ban))).ShouldBeDone();
        (await world.TryPost(Ada)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await world.Community().Join(Ada.Joins())).ShouldBeRefusedWith(new CommunityRefusal.Banned());
        (await world.Community().BearingOf(Ada)).Restriction.ShouldBe(RestrictionKind.Ban);

        (await world.Community().Lift(Lea.Lifts(Ada))).ShouldBeDone();
        (await world.TryPost(Ada)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await world.Community().Join(Ada.Joins("again"))).ShouldBeDone();
        (await world.TryPost(Ada)).ShouldBeDone();
    }

    [Fact]
    public async Task A_role_taken_away_is_forgotten_by_the_rooms()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Bo);
        (await world.Community().ChangeRole(Lea.Makes(Ada, Role.Moderator, "up"))).ShouldBeDone();
        (await world.Room().Pin(Ada.Pins(1))).ShouldBeDone();
        (await world.Community().Moderators()).ShouldBe([Ada, Lea], ignoreOrder: true);

        (await world.Community().ChangeRole(Lea.Makes(Ada, Role.Member, "down"))).ShouldBeDone();
        (await world.Room().Pin(Ada.Pins(1, false) with { Request = new("unpin") })).ShouldBeRefusedWith(new RoomRefusal.ModeratorsOnly());
    }

    [Fact]
    public async Task Restrictions_are_for_those_who_may_restrict()
    {
        await using var world = await Scene.ARoom();
        await world.Community().Restrict(Lea.Restricts(Ada, RestrictionKind.Mute, Tomorrow));

        (await world.Community().Restrictions(Lea)).Value.ShouldHaveSingleItem().ShouldBe(new(Ada, RestrictionKind.Mute, Tomorrow, "Advertising", Lea, FakeClock.Noon));
        (await world.Community().Restrictions(Bo)).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
        (await world.Community().Restrictions(new("stranger"))).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
    }

    [Fact]
    public async Task Whom_to_ask_is_ones_own_contact_or_the_communitys()
    {
        await using var world = await Scene.ARoom();
        (await world.Community().BearingOf(Lea)).Contact.ShouldBe("");

        await world.Community().ChangeSettings(Lea.Sets());
        (await world.Community().BearingOf(Lea)).Contact.ShouldBe("cpb@example.eu");

        await world.Community().PublishContact(Lea.Publishes("+32 2 000 00 00"));
        (await world.Community().BearingOf(Lea)).Contact.ShouldBe("+32 2 000 00 00");
        (await world.Community().BearingOf(Ada)).ShouldBe(new Bearing(Ada, Role.Member, null, "cpb@example.eu", true, "CPB", Access.OnRequest, true, 3, (await world.Community().BearingOf(Ada)).Version));
    }

    [Fact]
    public async Task A_mail_invites_each_address_once_and_its_owner_may_join()
    {
        await using var world = await Scene.ARoom();
        await world.Follow();
        await world.Community().ChangeSettings(Lea.Sets() with { BuyersOnly = false, Access = Access.ByInvitation });
        var dana = await Account(world, "dana@example.eu");

        (await world.Community().Join(dana.Joins())).ShouldBeRefusedWith(new CommunityRefusal.NotOpen(Access.ByInvitation));
        (await world.Community().Invite(Lea.Invites("Dana@example.eu", "new@example.eu", "dana@example.eu"))).Value.ShouldNotBeNull().New.ShouldBe(2);
        (await world.Community().Invite(Lea.Invites("dana@example.eu", "new@example.eu") with { Request = new("again") })).Value.ShouldNotBeNull().Known.ShouldBe(2);
        for (var i = 0; i < 3; i++) await world.Follow();

        world.Mailbox.Deliveries.Select(mail => mail.To).ShouldBe(["dana@example.eu", "new@example.eu"], ignoreOrder: true);
        world.Journal.FactsOf(Streams.Of(Cpb)).ShouldAllBe(fact => !Written(fact).Contains("dana@", StringComparison.Ordinal));
        (await world.Community().Describe(dana)).Value.ShouldNotBeNull().IsInvited.ShouldBeTrue();
        (await world.Community().Join(dana.Joins("invited"))).ShouldBeDone();
        (await world.Community().Invite(Lea.Invites("dana@example.eu") with { Request = new("third") })).Value.ShouldNotBeNull().Each.ShouldBe([InvitationResult.Member]);
    }

    [Fact]
    public async Task An_address_that_nothing_can_be_delivered_to_holds_up_no_other()
    {
        await using var world = await Scene.ARoom();
        await world.Follow();
        world.Mailbox.Refuse("broken@example.eu");

        await world.Community().Invite(Lea.Invites("broken@example.eu", "new@example.eu"));
        for (var i = 0; i < 3; i++) await world.Follow();

        world.Mailbox.Mails.Where(each => each.Subject == "Invitation").ShouldHaveSingleItem().To.ShouldBe("new@example.eu");
    }

    [Fact]
    public async Task A_mail_says_who_invites_and_to_what()
    {
        await using var world = await Scene.ARoom();
        await world.Follow();
        var dana = await Account(world, "dana@example.eu");
        await world.Community().Join(dana.Joins());
        await world.Community().ChangeRole(Lea.Makes(dana, Role.Moderator));

        await world.Community().Invite(dana.Invites("new@example.eu"));
        for (var i = 0; i < 3; i++) await world.Follow();

        var mail = world.Mailbox.Mails.Where(each => each.Subject == "Invitation").ShouldHaveSingleItem();
        mail.Text.ShouldBe("Dana\ncpb\nCPB\nBuying well");
        mail.Language.ShouldBe("fr");
    }

    [Fact]
    public async Task A_buyer_is_who_an_administrator_says_is_one()
    {
        await using var world = await Scene.ARoom();
        var (dana, admin) = (await Account(world, "dana@example.eu"), await Account(world, "admin@example.eu"));
        await world.Grains.Member(admin).AppointAdministrator(new() { By = MemberId.System, Request = world.NewRequest() });
        await world.Community().ChangeSettings(Lea.Sets() with { Access = Access.Open });

        await Claim(world, dana, MemberKind.Buyer);
        (await world.Community().Join(dana.Joins())).ShouldBeRefusedWith(new CommunityRefusal.BuyersOnly());

        (await Confirm(world, Ada, dana)).ShouldBeRefusedWith(new MemberRefusal.NotAllowed());
        (await Confirm(world, dana, dana)).ShouldBeRefusedWith(new MemberRefusal.NotAllowed());
        (await Confirm(world, admin, admin)).ShouldBeRefusedWith(new MemberRefusal.NotAllowed());
        (await Confirm(world, admin, dana)).ShouldBeDone();
        (await world.Community().AdmitMember(MemberId.System.Admits(dana))).ShouldBeDone();

        await Claim(world, dana, MemberKind.Supplier);
        (await world.Grains.Member(dana).Profile()).Value.ShouldNotBeNull().IsKindConfirmed.ShouldBeFalse();
    }

    [Fact]
    public async Task Two_administrators_confirm_each_other_at_once()
    {
        await using var world = await Scene.ARoom();
        var (one, other) = (await Account(world, "one@example.eu"), await Account(world, "other@example.eu"));
        foreach (var admin in new[] { one, other }) await world.Grains.Member(admin).AppointAdministrator(new() { By = MemberId.System, Request = world.NewRequest() });

        var confirmed = await Task.WhenAll(Confirm(world, one, other), Confirm(world, other, one)).WaitAsync(TimeSpan.FromSeconds(20));

        confirmed.ShouldAllBe(outcome => !outcome.IsRefused);
    }

    private static async Task<MemberId> Account(GrainWorld world, string address)
    {
        var member = await world.Services.GetRequiredService<IAccounts>().Of(address, "fr");
        (await world.Grains.Member(member).ChangeProfile(new() { By = member, Request = world.NewRequest(), Name = "Dana", Organisation = "", Language = "fr", TimeZone = "Europe/Brussels" })).ShouldBeDone();
        return member;
    }

    private static string Written(Journal.RecordedFact fact) => System.Text.Encoding.UTF8.GetString(fact.Payload!.Value.Span);

    private static async Task Claim(GrainWorld world, MemberId member, MemberKind kind) =>
        (await world.Grains.Member(member).ClaimKind(new() { By = member, Request = world.NewRequest(), Kind = kind })).ShouldBeDone();

    private static Task<Outcome<Done>> Confirm(GrainWorld world, MemberId by, MemberId member) =>
        world.Grains.Member(member).ConfirmKind(new() { By = by, Request = world.NewRequest(), Kind = MemberKind.Buyer });
}
