using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Testing;
using static PublicBuyers.Moderation.QueueHistory;

namespace PublicBuyers.Moderation;

public sealed class Arriving
{
    private static readonly ArrivalPost first = new(new("cpb/general"), new(7));

    [Fact]
    public void Who_joins_an_open_community_is_new_and_in_another_one_nobody_is()
    {
        Notes(Queue.Empty, ArrivalSign.Joined).Facts.ShouldBe([new QueueEvent.MemberArrived(Ada, Noon)]);
        ArrivalRules.Note(Queue.Empty, Communities.Access.OnRequest, Note(ArrivalSign.Joined), Noon).Facts.ShouldBeEmpty();
        Notes(AdaArrived(), ArrivalSign.Joined).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void The_first_posts_of_who_is_new_are_counted_and_of_others_none()
    {
        Notes(Queue.Empty, ArrivalSign.Posted, first).Facts.ShouldBeEmpty();

        var queue = AdaArrived();
        for (var i = 0; i < ArrivalLimits.PostsCounted + 3; i++)
            foreach (var fact in Notes(queue, ArrivalSign.Posted, first with { Number = new(i + 1) }).Facts) queue = queue.After(MemberId.System, fact);

        queue.Arrivals.Open[Ada].Posts.Length.ShouldBe(ArrivalLimits.PostsCounted);
        Notes(AdaArrived().After(MemberId.System, new QueueEvent.ArrivalPosted(Ada, first)), ArrivalSign.Posted, first).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void Who_is_watched_comes_up_again_for_thirty_days_and_then_no_more()
    {
        var watched = AdaArrived().After(Dana, new QueueEvent.ArrivalAnswered(Ada, ArrivalAct.Watch, Noon + ArrivalLimits.WatchLasts));

        var posted = Notes(watched, ArrivalSign.Posted, first);
        posted.Facts.ShouldBe([new QueueEvent.ArrivalPosted(Ada, first)]);
        watched.After(MemberId.System, posted.Facts[0]).Arrivals.Open[Ada].IsNew.ShouldBeFalse();

        var late = Noon + ArrivalLimits.WatchLasts;
        ArrivalRules.Note(watched, Communities.Access.Open, Note(ArrivalSign.Posted, first) with { At = late }, late).Facts.ShouldBeEmpty();
        Notes(AdaArrived().After(Dana, new QueueEvent.ArrivalAnswered(Ada, ArrivalAct.Welcome, null)), ArrivalSign.Posted, first).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void Who_left_is_no_arrival_and_what_is_old_neither()
    {
        Notes(AdaArrived(), ArrivalSign.Left).Facts.ShouldBe([new QueueEvent.ArrivalLeft(Ada)]);
        Notes(Queue.Empty, ArrivalSign.Left).Facts.ShouldBeEmpty();
        ArrivalRules.Note(Queue.Empty, Communities.Access.Open, Note(ArrivalSign.Joined), Noon + ArrivalLimits.Fresh + TimeSpan.FromTicks(1)).Facts.ShouldBeEmpty();
        ArrivalRules.Note(Queue.Empty, Communities.Access.Open, Note(ArrivalSign.Joined) with { By = Dana }, Noon).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
    }

    [Fact]
    public void Of_more_than_are_kept_the_first_goes()
    {
        var queue = Queue.Empty;
        for (var i = 0; i <= ArrivalLimits.MostOpen; i++) queue = queue.After(MemberId.System, new QueueEvent.MemberArrived(new($"member{i}"), Noon.AddMinutes(i)));

        queue.Arrivals.Open.Count.ShouldBe(ArrivalLimits.MostOpen);
        queue.Arrivals.Open.ShouldNotContainKey(new MemberId("member0"));
    }

    [Fact]
    public void Who_is_second_is_told_who_welcomed_and_the_same_again_is_done()
    {
        var welcomed = AdaArrived().After(Lea, new QueueEvent.ArrivalAnswered(Ada, ArrivalAct.Welcome, null));

        ArrivalRules.Answer(welcomed, Answers(Dana, ArrivalAct.Welcome), Noon).ShouldBeRefusedWith(new QueueRefusal.ArrivalAnswered(Lea, Noon.AddMinutes(1), ArrivalAct.Welcome));
        ArrivalRules.Answer(welcomed, Answers(Lea, ArrivalAct.Welcome), Noon).Outcome.IsRefused.ShouldBeFalse();
        ArrivalRules.Answer(welcomed, Answers(Lea, ArrivalAct.Welcome), Noon).Facts.ShouldBeEmpty();
        ArrivalRules.Answer(Queue.Empty, Answers(Lea, ArrivalAct.Welcome), Noon).ShouldBeRefusedWith(new QueueRefusal.NoArrival());
        ArrivalRules.Answer(AdaArrived(), Answers(Ada, ArrivalAct.Welcome), Noon).ShouldBeRefusedWith(new QueueRefusal.Own());
    }

    [Fact]
    public void A_review_opens_an_item_that_another_moderator_decides()
    {
        var queue = AdaArrived().After(MemberId.System, new QueueEvent.ArrivalPosted(Ada, first));

        var moved = ArrivalRules.Answer(queue, Answers(Lea, ArrivalAct.Review), Noon);
        moved.Facts.Length.ShouldBe(2);
        foreach (var fact in moved.Facts) queue = queue.After(Lea, fact);
        var item = queue.Find(One)!;
        (item.Kind, item.Reviewed!.Member, item.Reviewed.Posts.ShouldHaveSingleItem()).ShouldBe((ItemKind.Review, Ada, first));

        QueueRules.Decide(item, null, "desk@buyers.example", Lea.Approves(), Noon).ShouldBeRefusedWith(new QueueRefusal.Own());
        QueueRules.Decide(item, null, "desk@buyers.example", Dana.Approves(), Noon).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public async Task Two_moderators_welcome_at_once_and_there_is_one_welcome()
    {
        await using var world = await AnOpenCommunity();
        await world.Joins(Ada);

        var answers = await Task.WhenAll(world.Answers(Lea, ArrivalAct.Welcome), world.Answers(Dana, ArrivalAct.Welcome));
        await world.Follow();

        answers.Count(answer => answer.Refusal is null).ShouldBe(1);
        answers.Count(answer => answer.Refusal is QueueRefusal.ArrivalAnswered).ShouldBe(1);
        (await world.Told(Ada)).ShouldBe([NoticeKind.Welcomed]);
    }

    [Fact]
    public async Task What_somebody_new_posts_is_there_and_goes_with_them()
    {
        await using var world = await AnOpenCommunity();
        await world.Joins(Ada);
        (await world.Grains.Room(new(Scene.Cpb, "general")).Post(new() { By = Ada, Request = world.NewRequest(), Markdown = "Hello." })).ShouldBeDone();
        await world.Follow();

        var arrival = (await world.Queue().Arrivals(Dana)).Value.ShouldHaveSingleItem();
        (arrival.Member, arrival.IsNew, arrival.Posts.Length).ShouldBe((Ada, true, 1));
        (await world.Queue().Figures(Dana)).Value!.Arrived.ShouldBe(new(1, 1));
        (await world.Queue().Arrivals(Ada)).Refusal.ShouldBe(new QueueRefusal.NotVisible());

        (await world.Community().Leave(new() { By = Ada, Request = world.NewRequest() })).ShouldBeDone();
        await world.Follow();
        (await world.Queue().Arrivals(Dana)).Value.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_review_that_is_rejected_bans_and_one_that_is_approved_changes_nothing()
    {
        await using var world = await AnOpenCommunity();
        await world.Joins(Ada);
        (await world.Answers(Lea, ArrivalAct.Review)).ShouldBeDone();
        (await world.Rejects(Dana, 1)).ShouldBeDone();
        await world.TakesEffect();

        (await world.Community().BearingOf(Ada)).Restriction.ShouldBe(RestrictionKind.Ban);
        (await world.Item(1)).State.ShouldBe(ItemState.Settled);
        (await world.Told(Lea)).ShouldContain(NoticeKind.Decided);

        var carl = new MemberId("carl");
        (await world.Grains.Member(carl).Register(new() { By = MemberId.System, Request = world.NewRequest(), Address = "carl@buyers.example" })).ShouldBeDone();
        await world.Joins(carl);
        (await world.Queue().AnswerArrival(new() { By = Lea, Request = world.NewRequest(), Member = carl, Act = ArrivalAct.Review })).ShouldBeDone();
        (await world.Approves(Dana, 2)).ShouldBeDone();
        await world.TakesEffect();

        (await world.RoleOf(carl)).ShouldBe(Role.Member);
        (await world.Item(2)).State.ShouldBe(ItemState.Settled);
    }

    [Fact]
    public async Task Whoever_was_away_is_told_and_a_fresh_snapshot_says_the_same()
    {
        await using var world = await AnOpenCommunity();
        var before = (await world.Queue().Admit(Dana)).Value;
        await world.Joins(Ada);
        (await world.Answers(Lea, ArrivalAct.Watch)).ShouldBeDone();

        var missed = await world.Queue().Since(before.Epoch, before.Position);
        var told = missed.Changes.OfType<QueueChange.ArrivalsPut>().ShouldHaveSingleItem().Arrivals;
        await world.RestartAsync();
        var fresh = (QueueSnapshot)(await world.Queue().Since(0, -1)).Snapshot!;

        Said(told).ShouldBe([(Ada, ArrivalAct.Watch, Lea)]);
        Said(fresh.Arrivals).ShouldBe(Said(told));
    }

    private static IEnumerable<(MemberId, ArrivalAct?, MemberId?)> Said(ImmutableArray<ArrivalView> arrivals) => arrivals.Select(each => (each.Member, each.Answer?.Act, each.Answer?.By));

    private static async Task<GrainWorld> AnOpenCommunity()
    {
        var world = await AQueue.OfACommunity();
        (await world.Community().ChangeSettings(new() { By = Lea, Request = world.NewRequest(), Name = "CPB", Access = Communities.Access.Open, Goal = "Buying well", Contact = "desk@buyers.example" })).ShouldBeDone();
        return world;
    }

    private static Queue AdaArrived() => Given((MemberId.System, new QueueEvent.MemberArrived(Ada, Noon)));

    private static NoteArrival Note(ArrivalSign sign, ArrivalPost? post = null) => new() { By = MemberId.System, Request = new("r"), Sign = sign, Member = Ada, At = Noon, Post = post };

    private static Journal.Decision<Done, QueueEvent> Notes(Queue queue, ArrivalSign sign, ArrivalPost? post = null) => ArrivalRules.Note(queue, Communities.Access.Open, Note(sign, post), Noon);

    private static AnswerArrival Answers(MemberId by, ArrivalAct act) => new() { By = by, Request = new("r"), Member = Ada, Act = act };
}

file static class Acts
{
    public static async Task Joins(this GrainWorld world, MemberId member)
    {
        (await world.Community().Join(new() { By = member, Request = world.NewRequest() })).ShouldBeDone();
        await world.Follow();
    }

    public static Task<Outcome<Done>> Answers(this GrainWorld world, MemberId by, ArrivalAct act) => world.Queue().AnswerArrival(new() { By = by, Request = world.NewRequest(), Member = Ada, Act = act });
}
