using PublicBuyers.Inbox;
using PublicBuyers.Moderation;
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
}
