using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Inbox;
using PublicBuyers.Mails;
using PublicBuyers.Moderation;
using PublicBuyers.Testing;
using static PublicBuyers.Moderation.QueueHistory;

namespace PublicBuyers.Communities;

/// <summary>Whoever has another role, or is restricted, hears it from us first.</summary>
public sealed class StandingIsTold
{
    [Fact]
    public async Task A_new_role_is_told_to_whom_it_is_given()
    {
        await using var world = await AQueue.OfACommunity();
        (await world.Community().ChangeRole(new() { By = Lea, Request = world.NewRequest(), Member = Dana, Role = Role.Leader })).ShouldBeDone();

        await world.Follow();

        var told = (await world.Grains.Inbox(Dana).Page(Dana, 0)).Value!.Notices.ShouldHaveSingleItem();
        (told.Kind, told.By, told.Of!.Role).ShouldBe((NoticeKind.Standing, Lea, Role.Leader));
        world.MailsTo(Dana, "Standing").ShouldHaveSingleItem().Text.ShouldStartWith("Leader cpb");
    }

    [Theory]
    [InlineData(Role.Moderator)]
    [InlineData(Role.Leader)]
    public async Task Every_new_role_is_mailed_and_not_any_more_when_it_has_changed_again(Role role)
    {
        await using var world = await AQueue.OfACommunity();
        (await world.Community().ChangeRole(Lea.Makes(Bo, role))).ShouldBeDone();
        await world.Follow();
        var mail = world.MailsTo(Bo, "Standing").ShouldHaveSingleItem();
        mail.Text.ShouldStartWith($"{role} cpb");
        (await WhyNot(world, mail)).ShouldBeNull();

        (await world.Community().ChangeRole(Lea.Makes(Bo, Role.Member, "back"))).ShouldBeDone();
        await world.Follow();

        (await WhyNot(world, mail)).ShouldBe(MailObsolete.Over);
        world.MailsTo(Bo, "Standing").Last().Text.ShouldStartWith("Member cpb");
    }

    [Fact]
    public async Task The_leader_of_a_new_community_is_told_by_whoever_founded_it_for_them()
    {
        await using var world = await AQueue.OfACommunity();
        world.Administrators.Members = [Dana];
        (await world.Grains.Member(Dana).AppointAdministrator(new() { By = MemberId.System, Request = new("appointed") })).ShouldBeDone();
        var bikes = world.Grains.Community(new("bikes"));
        (await bikes.Found(Founds(world, Dana, Bo))).ShouldBeDone();

        await world.Follow();

        var told = (await world.Grains.Inbox(Bo).Page(Bo, 0)).Value!.Notices.ShouldHaveSingleItem();
        (told.Kind, told.By, told.Of!.Role, told.Community.Value).ShouldBe((NoticeKind.Standing, Dana, Role.Leader, "bikes"));
        world.MailsTo(Bo, "Standing").ShouldHaveSingleItem().Text.ShouldStartWith("Leader bikes");
    }

    [Fact]
    public async Task Who_founds_a_community_for_themselves_is_told_nothing()
    {
        await using var world = await AQueue.OfACommunity();
        (await world.Grains.Member(Dana).AppointAdministrator(new() { By = MemberId.System, Request = new("appointed") })).ShouldBeDone();
        (await world.Grains.Community(new("bikes")).Found(Founds(world, Dana, Dana))).ShouldBeDone();

        await world.Follow();

        (await world.Told(Dana)).ShouldBeEmpty();
        world.MailsTo(Dana, "Standing").ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_is_let_go_again_gets_the_reason_by_mail()
    {
        await using var world = await AQueue.OfACommunity();
        (await world.Community().Restrict(Lea.Restricts(Bo, RestrictionKind.Mute))).ShouldBeDone();
        (await world.Community().Lift(Lea.Lifts(Bo))).ShouldBeDone();

        await world.Follow();

        world.MailsTo(Bo, "Standing").ShouldHaveSingleItem().Text.ShouldStartWith("Lifted cpb");
    }

    [Fact]
    public async Task Who_is_banned_is_told_why_by_mail_and_keeps_the_notice_though_they_are_out()
    {
        await using var world = await AQueue.OfACommunity();
        (await world.Community().Restrict(new() { By = Lea, Request = world.NewRequest(), Member = Bo, Kind = RestrictionKind.Ban, Reason = "Advertising." })).ShouldBeDone();

        await world.Follow();
        await world.Follow();

        (await world.Told(Bo)).ShouldBe([NoticeKind.Standing]);
        world.MailsTo(Bo, "Restricted").ShouldHaveSingleItem().Text.ShouldBe("Ban Advertising. desk@buyers.example");
    }

    private static FoundCommunity Founds(GrainWorld world, MemberId by, MemberId leader) =>
        new() { By = by, Request = world.NewRequest(), Name = "Bikes", Access = Access.OnRequest, Goal = "To buy bikes", Leader = leader };

    private static Task<MailObsolete?> WhyNot(GrainWorld world, Mail mail) =>
        world.Services.GetRequiredService<IMailCheck>().WhyNot(mail);
}
