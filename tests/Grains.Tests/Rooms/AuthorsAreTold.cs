using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Mails;
using PublicBuyers.Moderation;
using PublicBuyers.Testing;
using static PublicBuyers.Moderation.QueueHistory;

namespace PublicBuyers.Rooms;

/// <summary>Nobody finds out by chance that a moderator took something of theirs away.</summary>
public sealed class AuthorsAreTold
{
    [Fact]
    public async Task A_post_hidden_in_the_room_is_told_with_the_reason_and_whom_to_ask()
    {
        await using var world = await AQueue.OfACommunity();
        var post = await world.Post(Bo);
        (await world.Room().Hide(Lea.Hides(post))).ShouldBeDone();

        await world.Follow();

        var told = (await world.Grains.Inbox(Bo).Page(Bo, 0)).Value!.Notices.ShouldHaveSingleItem();
        (told.Kind, told.By, told.Of!.Hiding, told.Of.Post).ShouldBe((NoticeKind.Hidden, Lea, Hiding.Hidden, new PostNumber(post)));
        var mail = world.MailsTo(Bo, "Hidden").ShouldHaveSingleItem();
        mail.Text.ShouldBe($"hidden {RoomHistory.General} {post} Names a tenderer desk@buyers.example ");
        (await WhyNot(world, mail)).ShouldBeNull();

        (await world.Room().Hide(Lea.Hides(post, hidden: false, request: "shown"))).ShouldBeDone();
        await world.Follow();
        (await world.Grains.Inbox(Bo).Page(Bo, 0)).Value!.Notices.ShouldHaveSingleItem().Of!.Hiding.ShouldBe(Hiding.Shown);
        (await WhyNot(world, mail)).ShouldBe(MailObsolete.Over);
    }

    [Fact]
    public async Task A_post_hidden_after_a_report_is_told_with_the_item_that_can_be_appealed()
    {
        await using var world = await AQueue.OfACommunity();
        var post = await world.Post(Bo);
        var reported = await world.Queue().Report(new() { By = Dana, Request = world.NewRequest(), Room = RoomHistory.General, Post = new(post), Message = "No." });

        var approves = Lea.Approves(reported.Value.Value, 1, request: world.Ids.Next()) with { Reason = "Advertising." };
        (await world.Queue().Decide(approves)).ShouldBeDone();
        await world.TakesEffect();

        world.MailsTo(Bo, "Hidden").ShouldHaveSingleItem().Text.ShouldEndWith($" {reported.Value}");
        (await world.Grains.Inbox(Bo).Page(Bo, 0)).Value!.Notices.ShouldHaveSingleItem().Of!.Item.ShouldBe(reported.Value);
        world.MailsTo(Dana, "Decided").ShouldHaveSingleItem("who reported it has a mail of their own");
    }

    [Fact]
    public async Task Each_post_is_told_of_and_one_that_a_moderator_deletes_too()
    {
        await using var world = await AQueue.OfACommunity();
        var (first, second) = (await world.Post(Bo), await world.Post(Bo));
        (await world.Room().Hide(Lea.Hides(first))).ShouldBeDone();
        (await world.Room().Delete(Lea.Removes(second, "Advertising") with { Request = world.NewRequest() })).ShouldBeDone();

        await world.Follow();

        (await world.Told(Bo)).ShouldBe([NoticeKind.Hidden, NoticeKind.Hidden]);
        world.MailsTo(Bo, "Hidden").Select(mail => mail.Text.Split(' ')[0]).ShouldBe(["hidden", "deleted"]);
    }

    [Fact]
    public async Task Authors_are_not_told_what_they_did_themselves()
    {
        await using var world = await AQueue.OfACommunity();
        var (bos, leas) = (await world.Post(Bo), await world.Post(Lea));
        await world.Delete(Bo, bos);
        (await world.Room().Hide(Lea.Hides(leas))).ShouldBeDone();

        await world.Follow();

        (await world.Told(Bo)).ShouldBeEmpty();
        (await world.Told(Lea)).ShouldBeEmpty();
        world.Mailbox.Deliveries.ShouldNotContain(mail => mail.Subject == "Hidden");
    }

    [Fact]
    public async Task An_author_who_was_banned_is_told_all_the_same()
    {
        await using var world = await AQueue.OfACommunity();
        var post = await world.Post(Bo);
        (await world.Community().Restrict(Lea.Restricts(Bo, RestrictionKind.Ban))).ShouldBeDone();
        (await world.Room().Hide(Lea.Hides(post))).ShouldBeDone();

        await world.Follow();

        (await world.Told(Bo)).ShouldBe([NoticeKind.Hidden, NoticeKind.Standing], ignoreOrder: true);
        (await WhyNot(world, world.MailsTo(Bo, "Hidden").ShouldHaveSingleItem())).ShouldBeNull();
    }

    private static Task<MailObsolete?> WhyNot(GrainWorld world, Mail mail) =>
        world.Services.GetRequiredService<IMailCheck>().WhyNot(mail);
}
