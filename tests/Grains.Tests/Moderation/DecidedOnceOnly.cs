using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using static PublicBuyers.Moderation.QueueHistory;

namespace PublicBuyers.Moderation;

/// <summary>Races and crashes: whatever happens in between, a decision has its effect once, and nobody is told twice.</summary>
public sealed class DecidedOnceOnly
{
    [Fact]
    public async Task Two_moderators_decide_at_once_a_thousand_times_and_each_time_one_is_told_who_was_first()
    {
        const int times = 1_000;
        await using var world = await AQueue.OfACommunity();
        for (var i = 0; i < times; i++)
        {
            var number = await world.Asks(new($"applicant{i}"));
            var answers = await Task.WhenAll(Task.Run(() => world.Approves(Lea, number)), Task.Run(() => world.Rejects(Dana, number)));

            var (first, late) = answers[0].IsRefused ? (answers[1], answers[0]) : (answers[0], answers[1]);
            first.ShouldBeDone();
            var by = first.Value!.Verdict is Verdict.Approved ? Lea : Dana;
            late.ShouldBeRefusedWith(new QueueRefusal.AlreadyDecided(by, world.Clock.Now, first.Value.Verdict));
        }

        world.Journal.FactsOf("queue/cpb").Count(fact => fact.Type == "queue.item-decided").ShouldBe(times);
    }

    [Fact]
    public async Task An_approval_makes_a_member_tells_them_once_and_mails_them_once()
    {
        await using var world = await AQueue.OfACommunity();
        var number = await world.Asks(Ada);
        await world.Follow();
        world.MailsTo(Lea, "Waiting").ShouldHaveSingleItem();
        world.MailsTo(Dana, "Waiting").ShouldHaveSingleItem();
        (await world.Told(Lea)).ShouldBe([NoticeKind.Waiting]);

        (await world.Approves(Lea, number)).ShouldBeDone();
        await world.Follow();
        (await world.RoleOf(Ada)).ShouldBeNull("it can still be undone");
        await world.TakesEffect();
        await world.TakesEffect();

        (await world.RoleOf(Ada)).ShouldBe(Role.Member);
        (await world.Item(number)).State.ShouldBe(ItemState.Settled);
        (await world.Told(Ada)).ShouldBe([NoticeKind.Decided]);
        world.MailsTo(Ada, "Decided").ShouldHaveSingleItem().Text.ShouldBe("AccessRequest 1 Approved   desk@buyers.example");
        (await world.Told(Dana)).ShouldBeEmpty("nothing waits any more");
    }

    [Fact]
    public async Task A_rejection_says_why_and_whom_to_ask_and_makes_nobody_a_member()
    {
        await using var world = await AQueue.OfACommunity();
        var number = await world.Asks(Ada);
        (await world.Rejects(Dana, number)).ShouldBeDone();

        await world.TakesEffect();

        (await world.RoleOf(Ada)).ShouldBeNull();
        world.MailsTo(Ada, "Decided").ShouldHaveSingleItem().Text.ShouldBe("AccessRequest 1 Rejected  Please say more. desk@buyers.example");
        var mine = (await world.Queue().Mine(Ada)).Value.ShouldHaveSingleItem();
        mine.Decision!.Contact.ShouldBe("desk@buyers.example");
        mine.MayAppeal.ShouldBeTrue();
    }

    [Fact]
    public async Task Undone_in_the_last_moment_it_never_happened()
    {
        await using var world = await AQueue.OfACommunity();
        var number = await world.Asks(Ada);
        var decided = (await world.Approves(Lea, number)).Value!;
        world.Clock.Move(QueueLimits.UndoWindow - TimeSpan.FromTicks(1));

        (await world.Queue().Undo(new() { By = Lea, Request = world.NewRequest(), Number = new(number), Version = decided.Version })).ShouldBeDone();
        await world.TakesEffect();

        (await world.RoleOf(Ada)).ShouldBeNull();
        var item = await world.Item(number);
        item.State.ShouldBe(ItemState.Open);
        (await world.Approves(Dana, number, item.Version)).ShouldBeDone();
        await world.TakesEffect();
        (await world.RoleOf(Ada)).ShouldBe(Role.Member);
    }

    [Fact]
    public async Task Undoing_and_the_clock_at_the_same_moment_agree()
    {
        await using var world = await AQueue.OfACommunity();
        for (var i = 0; i < 50; i++)
        {
            var number = await world.Asks(new($"applicant{i}"));
            var decided = (await world.Approves(Lea, number)).Value!;
            world.Clock.Move(QueueLimits.UndoWindow - TimeSpan.FromTicks(1));
            var undoing = Task.Run(() => world.Queue().Undo(new() { By = Lea, Request = world.NewRequest(), Number = new(number), Version = decided.Version }));
            world.Clock.Move(TimeSpan.FromTicks(1));
            await world.Attend();
            var undone = await undoing;

            var item = await world.Item(number);
            if (undone.IsRefused) item.State.ShouldBe(ItemState.InEffect);
            else item.State.ShouldBe(ItemState.Open);
        }
    }

    [Fact]
    public async Task The_server_ends_between_decision_and_effect_and_it_happens_once_after_the_restart()
    {
        await using var world = await AQueue.OfACommunity();
        var number = await world.Asks(Ada);
        (await world.Approves(Lea, number)).ShouldBeDone();

        await world.RestartAsync();
        await world.TakesEffect();
        await world.RestartAsync();
        await world.TakesEffect();

        (await world.RoleOf(Ada)).ShouldBe(Role.Member);
        world.Journal.FactsOf("community/cpb").Count(fact => fact.Type == "community.member-joined" && fact.Subject == "member/ada").ShouldBe(1);
        world.MailsTo(Ada, "Decided").ShouldHaveSingleItem();
    }

    /// <summary>The follower had admitted the member, and went down before it could say so.</summary>
    [Fact]
    public async Task Carried_out_and_not_noted_it_is_carried_out_again_with_no_effect()
    {
        await using var world = await AQueue.OfACommunity();
        var number = await world.Asks(Ada);
        (await world.Approves(Lea, number)).ShouldBeDone();
        world.Clock.Move(QueueLimits.UndoWindow);
        await world.Attend();
        var effect = world.Journal.FactsOf("queue/cpb").Single(fact => fact.Type == "queue.decision-took-effect");
        var request = RequestId.OfEffect(effect.Stream, effect.Sequence);
        (await world.Community().AdmitMember(new() { By = MemberId.System, Request = request, Member = Ada, ApprovedBy = Lea })).ShouldBeDone();
        await world.Leave(Ada);

        await world.Follow();

        (await world.RoleOf(Ada)).ShouldBeNull("who was let in and left again is not let in twice");
        (await world.Item(number)).State.ShouldBe(ItemState.Settled);
    }

    [Fact]
    public async Task Who_was_banned_meanwhile_comes_back_to_the_queue_and_is_told_nothing()
    {
        await using var world = await AQueue.OfACommunity();
        var number = await world.Asks(Ada);
        (await world.Approves(Dana, number)).ShouldBeDone();
        (await world.Community().Restrict(new() { By = Lea, Request = world.NewRequest(), Member = Ada, Kind = RestrictionKind.Ban, Reason = "Advertising." })).ShouldBeDone();

        await world.TakesEffect();

        (await world.RoleOf(Ada)).ShouldBeNull();
        var item = await world.Item(number);
        item.State.ShouldBe(ItemState.Open);
        item.CameBack.ShouldBe("community.banned");
        (await world.Told(Ada)).ShouldNotContain(NoticeKind.Decided);
        world.MailsTo(Ada, "Decided").ShouldBeEmpty();
        (await world.Told(Lea)).ShouldBe([NoticeKind.Waiting]);
    }

    [Fact]
    public async Task A_moderator_removed_in_the_middle_decides_nothing_more_and_what_they_decided_stands()
    {
        await using var world = await AQueue.OfACommunity();
        var (one, other) = (await world.Asks(Ada), await world.Asks(new("carla")));
        (await world.Approves(Dana, one)).ShouldBeDone();
        (await world.Community().ChangeRole(new() { By = Lea, Request = world.NewRequest(), Member = Dana, Role = Role.Member })).ShouldBeDone();

        (await world.Approves(Dana, other)).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
        await world.TakesEffect();

        (await world.RoleOf(Ada)).ShouldBe(Role.Member);
    }

    [Fact]
    public async Task Many_at_once_and_one_by_one_are_decided_once_each()
    {
        await using var world = await AQueue.OfACommunity();
        var numbers = new List<long>();
        for (var i = 0; i < 30; i++) numbers.Add(await world.Asks(new($"applicant{i}")));

        var bulk = Task.Run(() => world.Queue().DecideAll(new() { By = Lea, Request = world.NewRequest(), Items = [.. numbers.Select(number => new SeenItem(new(number), 1))], Verdict = Verdict.Approved }));
        var single = Task.Run(() => Task.WhenAll(numbers.Select(number => world.Rejects(Dana, number))));
        var (answers, singles) = (await bulk, await single);

        answers.Length.ShouldBe(numbers.Count);
        foreach (var (answer, one) in answers.Zip(singles)) (answer.Refusal is null).ShouldBe(one.IsRefused, $"item {answer.Number}");
        foreach (var answer in answers.Where(answer => answer.Refusal is not null)) answer.Refusal.ShouldBeOfType<QueueRefusal.AlreadyDecided>().By.ShouldBe(Dana);
    }

    [Fact]
    public async Task Sent_twice_a_bulk_decision_is_made_once()
    {
        await using var world = await AQueue.OfACommunity();
        var number = await world.Asks(Ada);
        var command = new DecideItems { By = Lea, Request = world.NewRequest(), Items = [new(new(number), 1)], Verdict = Verdict.Approved };

        var first = await world.Queue().DecideAll(command);
        await world.RestartAsync();
        var second = await world.Queue().DecideAll(command);

        second.Select(answer => answer.Decided).ShouldBe(first.Select(answer => answer.Decided));
        second.ShouldAllBe(answer => answer.Refusal == null);
    }

    [Fact]
    public async Task A_claim_that_ends_while_deciding_lets_the_other_decide_and_the_first_is_told()
    {
        await using var world = await AQueue.OfACommunity();
        var number = await world.Asks(Ada);
        (await world.Queue().Claim(new() { By = Lea, Request = world.NewRequest(), Number = new(number) })).Value!.Until.ShouldBe(world.Clock.Now + QueueLimits.ClaimLasts);
        (await world.Approves(Dana, number)).Refusal.ShouldBeOfType<QueueRefusal.Claimed>().By.ShouldBe(Lea);

        world.Clock.Move(TimeSpan.FromSeconds(90));
        (await world.Queue().Claim(new() { By = Lea, Request = world.NewRequest(), Number = new(number) })).ShouldBeDone();
        world.Clock.Move(TimeSpan.FromSeconds(90));
        (await world.Approves(Dana, number)).Refusal.ShouldBeOfType<QueueRefusal.Claimed>("it was renewed");
        world.Clock.Move(TimeSpan.FromSeconds(30));

        (await world.Approves(Dana, number)).ShouldBeDone();
        (await world.Approves(Lea, number)).ShouldBeRefusedWith(new QueueRefusal.AlreadyDecided(Dana, world.Clock.Now, Verdict.Approved));
    }

    [Fact]
    public async Task A_report_that_is_approved_hides_the_post_and_an_appeal_shows_it_again()
    {
        await using var world = await AQueue.OfACommunity();
        var room = new RoomId(Scene.Cpb, "general");
        (await world.Community().AdmitMember(new() { By = MemberId.System, Request = world.NewRequest(), Member = Ada, ApprovedBy = Lea })).ShouldBeDone();
        var post = (await world.Grains.Room(room).Post(new() { By = Bo, Request = world.NewRequest(), Markdown = "Buy my trams" })).Value!.Number;
        var report = (await world.Queue().Report(new() { By = Ada, Request = world.NewRequest(), Room = room, Post = post, Message = "An advertisement." })).Value;
        (await world.Queue().Decide(Lea.Approves(report.Value, reason: "No advertisements here.", request: world.Ids.Next()))).ShouldBeDone();
        await world.TakesEffect();

        (await world.View(post.Value)).Hidden!.Reason.ShouldBe("No advertisements here.");
        world.MailsTo(Ada, "Decided").ShouldHaveSingleItem();

        var appeal = (await world.Queue().Appeal(new() { By = Bo, Request = world.NewRequest(), Number = report, Message = "It is a question." })).Value;
        (await world.Queue().Decide(Lea.Approves(appeal.Value, reason: "x", request: world.Ids.Next()))).ShouldBeRefusedWith(new QueueRefusal.Own());
        (await world.Queue().Decide(Dana.Approves(appeal.Value, reason: "It is.", request: world.Ids.Next()))).ShouldBeDone();
        await world.TakesEffect();

        (await world.View(post.Value)).Hidden.ShouldBeNull();
    }

    [Fact]
    public async Task Outsiders_and_members_find_no_queue()
    {
        await using var world = await AQueue.OfACommunity();
        var number = await world.Asks(Ada);
        foreach (var member in new[] { Ada, Bo, new("stranger") })
        {
            (await world.Queue().Admit(member)).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
            (await world.Queue().Page(member, new(true, null, null, 0))).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
            (await world.Queue().Item(member, new(number))).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
            (await world.Queue().Figures(member)).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
            (await world.Queue().Claim(new() { By = member, Request = world.NewRequest(), Number = new(number) })).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
            (await world.Approves(member, number)).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
        }
    }
}
