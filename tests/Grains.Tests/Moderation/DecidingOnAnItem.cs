using static PublicBuyers.Moderation.QueueHistory;

namespace PublicBuyers.Moderation;

public sealed class DecidingOnAnItem
{
    private static readonly DateTimeOffset EffectAt = Noon + QueueLimits.UndoWindow;

    [Fact]
    public void A_decision_takes_effect_ten_seconds_later()
    {
        var decided = Decide(Given(AdaAsked()), Lea.Approves());

        decided.Outcome.Value.ShouldBe(new Decided(One, Verdict.Approved, 2, EffectAt));
        decided.Due.ShouldBe([new("decision/1", EffectAt)]);
    }

    [Fact]
    public void A_late_decision_is_told_who_decided_what_and_when()
    {
        var queue = Given(AdaAsked(), Decided(Lea, Verdict.Approved));

        Decide(queue, Dana.Rejects()).ShouldBeRefusedWith(new QueueRefusal.AlreadyDecided(Lea, Noon.AddMinutes(1), Verdict.Approved));
        Decide(queue.After(MemberId.System, InEffect().Item2), Dana.Rejects()).ShouldBeRefusedWith(new QueueRefusal.AlreadyDecided(Lea, Noon.AddMinutes(1), Verdict.Approved));
    }

    [Fact]
    public void Nobody_decides_on_what_is_not_what_they_saw()
    {
        var queue = Given(AdaAsked(), Decided(Lea, Verdict.Approved), (Lea, new QueueEvent.DecisionUndone(One)));

        Decide(queue, Dana.Approves(version: 1)).ShouldBeRefusedWith(new QueueRefusal.Changed());
        Decide(queue, Dana.Approves(version: 3)).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void A_claim_does_not_change_what_was_seen()
    {
        var queue = Given(AdaAsked(), (Lea, new QueueEvent.ItemClaimed(One, 1)), (Lea, new QueueEvent.ItemReleased(One, 1)));

        Decide(queue, Dana.Approves(version: 1)).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void Who_looks_at_it_decides_and_others_wait_until_their_time_is_over()
    {
        var item = Given(AdaAsked()).Find(One);
        var held = new Claim(Lea, Noon.AddMinutes(2), 1);

        QueueRules.Decide(item, held, "desk@buyers.example", Dana.Approves(), Noon).ShouldBeRefusedWith(new QueueRefusal.Claimed(Lea, held.Until));
        QueueRules.Decide(item, held, "desk@buyers.example", Lea.Approves(), Noon).Outcome.IsRefused.ShouldBeFalse();
        QueueRules.Decide(item, null, "desk@buyers.example", Dana.Approves(), Noon).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void Nobody_decides_on_what_concerns_themselves()
    {
        Decide(Given(AdaAsked()), Ada.Approves()).ShouldBeRefusedWith(new QueueRefusal.Own());
        Decide(Given(BoReported()), Bo.Approves(reason: "x")).ShouldBeRefusedWith(new QueueRefusal.Own());
        Decide(Given(BoReported()), Ada.Rejects()).ShouldBeRefusedWith(new QueueRefusal.Own());

        var appeal = Given((Ada, new QueueEvent.ItemOpened(One, ItemKind.Appeal, "Again.", null, new(new(9), ItemKind.AccessRequest, Verdict.Rejected, Lea, Ada))));
        Decide(appeal, Lea.Rejects()).ShouldBeRefusedWith(new QueueRefusal.Own());
        Decide(appeal, Dana.Rejects()).Outcome.IsRefused.ShouldBeFalse();
    }

    /// <summary>R4.</summary>
    [Fact]
    public void A_rejection_says_why_and_whom_to_ask()
    {
        var item = Given(AdaAsked()).Find(One);

        QueueRules.Decide(item, null, "", Lea.Rejects(), Noon).ShouldBeRefusedWith(new QueueRefusal.NoContact());
        QueueRules.Decide(item, null, "desk@buyers.example", Lea.Rejects(reason: " "), Noon).ShouldBeRefusedWith(new QueueRefusal.ReasonMissing());
        QueueRules.Decide(item, null, "", Lea.Approves(), Noon).Outcome.IsRefused.ShouldBeFalse();
        QueueRules.Decide(item, null, "desk@buyers.example", Lea.Rejects(), Noon).Facts.ShouldHaveSingleItem().ShouldBeOfType<QueueEvent.ItemDecided>().Contact.ShouldBe("desk@buyers.example");
    }

    [Fact]
    public void Whose_post_is_hidden_is_told_why() =>
        Decide(Given(BoReported()), Lea.Approves()).ShouldBeRefusedWith(new QueueRefusal.ReasonMissing());

    [Fact]
    public void It_is_undone_up_to_the_last_tick_of_the_ten_seconds_and_not_after()
    {
        var queue = Given(AdaAsked()).After(Lea, new QueueEvent.ItemDecided(One, Verdict.Approved, "", null, "", EffectAt, null), Noon);

        var undone = QueueRules.Undo(queue.Find(One), Undoes(Lea), EffectAt.AddTicks(-1));
        undone.Facts.ShouldBe([new QueueEvent.DecisionUndone(One)]);
        undone.Due.ShouldBe([new("decision/1", null), new("escalation/1", EffectAt.AddTicks(-1))]);
        QueueRules.Undo(queue.Find(One), Undoes(Lea), EffectAt).ShouldBeRefusedWith(new QueueRefusal.InEffect(EffectAt));
        QueueRules.Undo(queue.Find(One), Undoes(Dana), Noon).ShouldBeRefusedWith(new QueueRefusal.NotYours());
    }

    [Fact]
    public void What_was_undone_takes_no_effect_and_neither_does_what_is_not_due()
    {
        var decided = Given(AdaAsked()).After(Lea, new QueueEvent.ItemDecided(One, Verdict.Approved, "", null, "", EffectAt, null), Noon);

        QueueRules.TakeEffect(decided.Find(One), EffectAt.AddTicks(-1)).Facts.ShouldBeEmpty();
        QueueRules.TakeEffect(decided.After(Lea, new QueueEvent.DecisionUndone(One)).Find(One), EffectAt).Facts.ShouldBeEmpty();
        QueueRules.TakeEffect(decided.Find(One), EffectAt).Facts.ShouldBe([new QueueEvent.TookEffect(One, new(Lea, "", Ada, null, false))]);
        QueueRules.TakeEffect(decided.After(MemberId.System, InEffect().Item2).Find(One), EffectAt).Facts.ShouldBeEmpty("it is in effect already");
    }

    [Fact]
    public void A_rejection_has_nothing_to_carry_out_and_its_receipt_is_written_at_once()
    {
        var queue = Given(AdaAsked()).After(Lea, new QueueEvent.ItemDecided(One, Verdict.Rejected, "Please say more.", null, "desk@buyers.example", EffectAt, null), Noon);

        QueueRules.TakeEffect(queue.Find(One), EffectAt).Facts.ShouldBe([
            new QueueEvent.TookEffect(One, null),
            new QueueEvent.ItemSettled(One, new(ItemKind.AccessRequest, Ada, Verdict.Rejected, Lea, Noon, "Please say more.", "desk@buyers.example", null)),
        ]);
    }

    [Fact]
    public void What_the_target_refuses_is_open_again_and_says_so()
    {
        var queue = Given(AdaAsked(), Decided(Lea, Verdict.Approved), InEffect());
        var back = QueueRules.Settle(queue.Find(One), new() { By = MemberId.System, Request = new("r"), Number = One, Refused = "community.banned" }, Noon);

        var item = queue.After(MemberId.System, back.Facts.ShouldHaveSingleItem()).Find(One)!;
        item.State.ShouldBe(ItemState.Open);
        item.CameBack.ShouldBe("community.banned");
        item.Version.ShouldBe(3);
    }

    [Theory]
    [InlineData(Verdict.Approved, true)]
    [InlineData(Verdict.Rejected, false)]
    public void Approving_an_appeal_reverses_what_was_decided_about_a_post(Verdict before, bool shows)
    {
        var appeal = Given((Ada, new QueueEvent.ItemOpened(One, ItemKind.Appeal, "Again.", AdasPost, new(new(9), ItemKind.Report, before, Lea, Bo))))
            .After(Dana, new QueueEvent.ItemDecided(One, Verdict.Approved, "Looked again.", null, "", EffectAt, null), Noon);

        QueueRules.TakeEffect(appeal.Find(One), EffectAt).Facts.ShouldBe([new QueueEvent.TookEffect(One, new(Dana, "Looked again.", null, AdasPost, shows))]);
    }

    [Fact]
    public void An_item_is_looked_at_by_one_person_at_a_time_and_each_new_look_has_a_higher_fence()
    {
        var queue = Given(AdaAsked());

        QueueRules.Claim(queue.Find(One), null, Claims(Lea)).Facts.ShouldBe([new QueueEvent.ItemClaimed(One, 1)]);
        var held = queue.After(Lea, new QueueEvent.ItemClaimed(One, 1));
        QueueRules.Claim(held.Find(One), new(Lea, Noon.AddMinutes(2), 1), Claims(Dana)).ShouldBeRefusedWith(new QueueRefusal.Claimed(Lea, Noon.AddMinutes(2)));
        QueueRules.Claim(held.Find(One), new(Lea, Noon.AddMinutes(2), 1), Claims(Lea)).Facts.ShouldBeEmpty("it is renewed");
        QueueRules.Claim(held.Find(One), null, Claims(Dana)).Facts.ShouldBe([new QueueEvent.ItemClaimed(One, 2)]);
        QueueRules.Release(held.Find(One), new() { By = Lea, Request = new("r"), Number = One, Fence = 0 }).Facts.ShouldBeEmpty("that claim is over");
        QueueRules.Release(held.Find(One), new() { By = Lea, Request = new("r"), Number = One, Fence = 1 }).Facts.ShouldBe([new QueueEvent.ItemReleased(One, 1)]);
    }

    private static Journal.Decision<Decided, QueueEvent> Decide(Queue queue, DecideItem command) => QueueRules.Decide(queue.Find(command.Number), null, "desk@buyers.example", command, Noon);

    private static UndoDecision Undoes(MemberId by) => new() { By = by, Request = new("r"), Number = One, Version = 2 };

    private static ClaimItem Claims(MemberId by) => new() { By = by, Request = new("r"), Number = One };
}
