using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Testing;
using static PublicBuyers.Moderation.QueueHistory;

namespace PublicBuyers.Moderation;

public sealed class AppealingARestriction
{
    private static readonly Restriction adasBan = new(Ada, RestrictionKind.Ban, null, "Advertising.", Lea, Noon);

    private static readonly QueueEvent.ItemOpened adasAppeal = new(One, ItemKind.Appeal, "It was a question.", null, null, adasBan);

    [Fact]
    public void It_is_appealed_once_and_another_one_again()
    {
        RestrictionAppealRules.Appeal(Queue.Empty, adasBan, Appeals(), Noon).Facts.ShouldBe([adasAppeal]);

        var open = Given((Ada, adasAppeal));
        RestrictionAppealRules.Appeal(open, adasBan, Appeals(), Noon).Outcome.Value.ShouldBe(One);
        RestrictionAppealRules.Appeal(open, adasBan, Appeals(), Noon).Facts.ShouldBeEmpty();

        var over = open.After(Ada, new QueueEvent.ItemWithdrawn(One));
        RestrictionAppealRules.Appeal(over, adasBan, Appeals(), Noon).ShouldBeRefusedWith(new QueueRefusal.NoAppeal());
        RestrictionAppealRules.Appeal(over, adasBan with { At = Noon.AddTicks(1) }, Appeals(), Noon).Outcome.Value.ShouldBe(new(2));
    }

    [Fact]
    public void Who_is_not_restricted_has_nothing_to_appeal_and_says_why_otherwise()
    {
        RestrictionAppealRules.Appeal(Queue.Empty, null, Appeals(), Noon).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
        RestrictionAppealRules.Appeal(Queue.Empty, adasBan, Appeals(" "), Noon).ShouldBeRefusedWith(new QueueRefusal.TextInvalid(QueueLimits.LongestMessage));
    }

    [Fact]
    public void Who_restricted_does_not_decide_and_who_does_says_why()
    {
        var item = Given((Ada, adasAppeal)).Find(One);

        QueueRules.Decide(item, null, "desk@buyers.example", Lea.Approves(reason: "Still."), Noon).ShouldBeRefusedWith(new QueueRefusal.Own());
        QueueRules.Claim(item, null, new() { By = Lea, Request = new("r"), Number = One }).ShouldBeRefusedWith(new QueueRefusal.Own());
        QueueRules.Decide(item, null, "desk@buyers.example", Dana.Approves(), Noon).ShouldBeRefusedWith(new QueueRefusal.ReasonMissing());
        QueueRules.Decide(item, null, "desk@buyers.example", Dana.Approves(reason: "A question."), Noon).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public async Task Approving_lifts_it_and_who_appealed_has_the_receipt()
    {
        await using var world = await AQueue.OfACommunity();
        await world.Restricts(RestrictionKind.Ban);
        var number = await world.Appeals();

        (await world.Approves(Lea, number)).Refusal.ShouldBe(new QueueRefusal.Own());
        (await world.Queue().Decide(Dana.Approves(number, reason: "A question."))).ShouldBeDone();
        await world.TakesEffect();

        (await world.Community().BearingOf(Bo)).Restriction.ShouldBeNull();
        (await world.Item(number)).State.ShouldBe(ItemState.Settled);
        (await world.Told(Bo)).ShouldContain(NoticeKind.Decided);
        (await world.Queue().AppealRestriction(Appeals(by: Bo, request: "once-more"))).Refusal.ShouldBe(new QueueRefusal.NotVisible());
    }

    [Fact]
    public async Task A_rejected_appeal_leaves_it_and_cannot_be_made_again()
    {
        await using var world = await AQueue.OfACommunity();
        await world.Restricts(RestrictionKind.Mute);
        var number = await world.Appeals();

        (await world.Rejects(Dana, number)).ShouldBeDone();
        await world.TakesEffect();

        (await world.Community().BearingOf(Bo)).Restriction.ShouldBe(RestrictionKind.Mute);
        (await world.Queue().AppealRestriction(Appeals(by: Bo, request: "once-more"))).Refusal.ShouldBe(new QueueRefusal.NoAppeal());
        (await world.Queue().Mine(Bo)).Value.ShouldHaveSingleItem().MayAppeal.ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_lifted_meanwhile_is_settled_all_the_same()
    {
        await using var world = await AQueue.OfACommunity();
        await world.Restricts(RestrictionKind.Mute);
        var number = await world.Appeals();
        (await world.Queue().Decide(Dana.Approves(number, reason: "A question."))).ShouldBeDone();

        (await world.Community().Lift(new() { By = Lea, Request = world.NewRequest(), Member = Bo, Reason = "My mistake." })).ShouldBeDone();
        await world.TakesEffect();

        (await world.Item(number)).State.ShouldBe(ItemState.Settled);
    }

    [Fact]
    public async Task What_took_its_place_meanwhile_stays()
    {
        await using var world = await AQueue.OfACommunity();
        await world.Restricts(RestrictionKind.Mute);
        var number = await world.Appeals();
        (await world.Queue().Decide(Dana.Approves(number, reason: "A question."))).ShouldBeDone();

        world.Clock.Move(TimeSpan.FromSeconds(1));
        await world.Restricts(RestrictionKind.Ban);
        await world.TakesEffect();

        (await world.Community().BearingOf(Bo)).Restriction.ShouldBe(RestrictionKind.Ban);
        (await world.Item(number)).State.ShouldBe(ItemState.Settled);
    }

    [Fact]
    public async Task It_is_appealed_once_across_a_restart()
    {
        await using var world = await AQueue.OfACommunity();
        await world.Restricts(RestrictionKind.Ban);
        var number = await world.Appeals();
        (await world.Queue().Withdraw(new() { By = Bo, Request = world.NewRequest(), Number = new(number) })).ShouldBeDone();

        await world.RestartAsync();

        (await world.Queue().AppealRestriction(Appeals(by: Bo, request: "once-more"))).Refusal.ShouldBe(new QueueRefusal.NoAppeal());
    }

    private static AppealRestriction Appeals(string message = "It was a question.", MemberId? by = null, string request = "r") => new() { By = by ?? Ada, Request = new(request), Message = message };
}

file static class Bos
{
    public static async Task Restricts(this GrainWorld world, RestrictionKind kind) =>
        (await world.Community().Restrict(new() { By = Lea, Request = world.NewRequest(), Member = Bo, Kind = kind, Reason = "Advertising." })).ShouldBeDone();

    public static async Task<long> Appeals(this GrainWorld world)
    {
        var appealed = await world.Queue().AppealRestriction(new() { By = Bo, Request = world.NewRequest(), Message = "It was a question." });
        appealed.ShouldBeDone();
        return appealed.Value.Value;
    }
}
