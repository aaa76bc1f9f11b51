using PublicBuyers.Communities;
using static PublicBuyers.Moderation.QueueHistory;

namespace PublicBuyers.Moderation;

public sealed class AskingReportingAppealing
{
    [Fact]
    public void Asking_opens_an_item_with_the_message()
    {
        var asked = QueueRules.Ask(Queue.Empty, Bears(Ada), false, Asks(" I buy trams. "), Noon);

        asked.Outcome.Value.ShouldBe(One);
        asked.Facts.ShouldBe([new QueueEvent.ItemOpened(One, ItemKind.AccessRequest, "I buy trams.", null, null)]);
    }

    [Fact]
    public void Asking_while_a_request_is_open_answers_with_its_number()
    {
        var again = QueueRules.Ask(Given(AdaAsked()), Bears(Ada), false, Asks("again"), Noon);

        again.Outcome.Value.ShouldBe(One);
        again.Facts.ShouldBeEmpty();
    }

    [Fact]
    public void Who_cannot_be_let_in_is_told_why_before_anybody_has_to_decide()
    {
        Ask(Bears(Ada) with { IsFounded = false }).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
        Ask(Bears(Ada, Role.Member)).ShouldBeRefusedWith(new QueueRefusal.AlreadyAMember());
        Ask(Bears(Ada, restriction: RestrictionKind.Suspension)).ShouldBeRefusedWith(new QueueRefusal.AlreadyAMember());
        Ask(Bears(Ada, restriction: RestrictionKind.Ban)).ShouldBeRefusedWith(new QueueRefusal.Banned());
        Ask(Bears(Ada, access: Communities.Access.Open)).ShouldBeRefusedWith(new QueueRefusal.NotOnRequest(Communities.Access.Open));
        Ask(Bears(Ada, access: Communities.Access.ByInvitation)).ShouldBeRefusedWith(new QueueRefusal.NotOnRequest(Communities.Access.ByInvitation));
        Ask(Bears(Ada, buyersOnly: true)).ShouldBeRefusedWith(new QueueRefusal.BuyersOnly());
        Ask(Bears(Ada, buyersOnly: true), isBuyer: true).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void After_a_rejection_that_names_a_day_asking_waits_for_it()
    {
        var day = Noon.AddDays(7);
        var queue = Given(AdaAsked(), Decided(Lea, Verdict.Rejected, again: day), InEffect(), Settled(ItemKind.AccessRequest, Ada, Verdict.Rejected, again: day));

        QueueRules.Ask(queue, Bears(Ada), false, Asks("again"), day.AddTicks(-1)).ShouldBeRefusedWith(new QueueRefusal.TooSoon(day));
        QueueRules.Ask(queue, Bears(Ada), false, Asks("again"), day).Outcome.Value.ShouldBe(new(2));
    }

    [Fact]
    public void What_cannot_be_a_text_is_refused()
    {
        foreach (var message in new[] { "a\u0000b", "a\ud800", new string('a', QueueLimits.LongestMessage + 1) })
            QueueRules.Ask(Queue.Empty, Bears(Ada), false, Asks(message), Noon).ShouldBeRefusedWith(new QueueRefusal.TextInvalid(QueueLimits.LongestMessage));
    }

    [Fact]
    public void A_report_holds_the_post_and_says_whose_it_is()
    {
        var reported = QueueRules.Report(Queue.Empty, Ada, Reports(), Noon);

        reported.Facts.ShouldBe([new QueueEvent.ItemOpened(One, ItemKind.Report, "An advertisement.", AdasPost, null)]);
    }

    [Fact]
    public void The_same_post_is_reported_once_by_one_person()
    {
        QueueRules.Report(Given(BoReported()), Ada, Reports(), Noon).Outcome.Value.ShouldBe(One);
        QueueRules.Report(Given(BoReported()), Ada, Reports(), Noon).Facts.ShouldBeEmpty();
        QueueRules.Report(Given(BoReported()), Ada, Reports() with { By = Dana }, Noon).Outcome.Value.ShouldBe(new(2));
    }

    [Fact]
    public void What_one_may_not_read_or_wrote_oneself_is_not_reported()
    {
        QueueRules.Report(Queue.Empty, null, Reports(), Noon).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
        QueueRules.Report(Queue.Empty, Bo, Reports(), Noon).ShouldBeRefusedWith(new QueueRefusal.Own());
        QueueRules.Report(Queue.Empty, Ada, Reports() with { Message = " " }, Noon).ShouldBeRefusedWith(new QueueRefusal.TextInvalid(QueueLimits.LongestMessage));
    }

    [Fact]
    public void Who_was_refused_appeals_once_and_nobody_else_does()
    {
        var queue = Given(AdaAsked(), Decided(Lea, Verdict.Rejected), InEffect(), Settled(ItemKind.AccessRequest, Ada, Verdict.Rejected));

        var appealed = QueueRules.Appeal(queue, queue.Find(One), Appeals(Ada), Noon);
        appealed.Facts.ShouldBe([new QueueEvent.ItemOpened(new(2), ItemKind.Appeal, "Look again.", null, new(One, ItemKind.AccessRequest, Verdict.Rejected, Lea, Ada))]);
        QueueRules.Appeal(queue, queue.Find(One), Appeals(Bo), Noon).ShouldBeRefusedWith(new QueueRefusal.NotVisible());

        var open = queue.After(Ada, appealed.Facts[0]);
        QueueRules.Appeal(open, open.Find(One), Appeals(Ada), Noon).Outcome.Value.ShouldBe(new(2));

        var over = open.After(Ada, new QueueEvent.ItemWithdrawn(new(2)));
        QueueRules.Appeal(over, over.Find(One), Appeals(Ada), Noon).ShouldBeRefusedWith(new QueueRefusal.NoAppeal());
    }

    [Fact]
    public void Whose_post_was_hidden_appeals_and_who_reported_it_does_not()
    {
        var queue = Given(BoReported(), Decided(Lea, Verdict.Approved), InEffect(), Settled(ItemKind.Report, Bo, Verdict.Approved));

        QueueRules.Appeal(queue, queue.Find(One), Appeals(Ada), Noon).Facts.ShouldHaveSingleItem();
        QueueRules.Appeal(queue, queue.Find(One), Appeals(Bo), Noon).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
    }

    [Fact]
    public void A_decision_that_can_still_be_undone_is_not_appealed()
    {
        var queue = Given(AdaAsked(), Decided(Lea, Verdict.Rejected));

        QueueRules.Appeal(queue, queue.Find(One), Appeals(Ada), Noon).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
    }

    [Fact]
    public void A_request_is_taken_back_by_who_asked_until_it_is_decided()
    {
        var queue = Given(AdaAsked());

        QueueRules.Withdraw(queue.Find(One), Withdraws(Ada)).Facts.ShouldBe([new QueueEvent.ItemWithdrawn(One)]);
        QueueRules.Withdraw(queue.Find(One), Withdraws(Bo)).ShouldBeRefusedWith(new QueueRefusal.NotVisible());

        var decided = queue.After(Lea, Decided(Lea, Verdict.Approved).Item2);
        QueueRules.Withdraw(decided.Find(One), Withdraws(Ada)).ShouldBeRefusedWith(new QueueRefusal.BeingDecided());   // it can still be undone: who decided what is nobody's business yet

        var settled = decided.After(MemberId.System, InEffect().Item2).After(MemberId.System, Settled(ItemKind.AccessRequest, Ada, Verdict.Approved).Item2);
        QueueRules.Withdraw(settled.Find(One), Withdraws(Ada)).ShouldBeRefusedWith(new QueueRefusal.AlreadyDecided(Lea, Noon.AddMinutes(1), Verdict.Approved));
    }

    private static AskToJoin Asks(string message) => new() { By = Ada, Request = new("r"), Message = message };

    private static Journal.Decision<ItemNumber, QueueEvent> Ask(Bearing bearing, bool isBuyer = false) => QueueRules.Ask(Queue.Empty, bearing, isBuyer, Asks(""), Noon);

    private static ReportPost Reports() => new() { By = Bo, Request = new("r"), Room = AdasPost.Room, Post = AdasPost.Post, Message = "An advertisement." };

    private static AppealDecision Appeals(MemberId by) => new() { By = by, Request = new("r"), Number = One, Message = "Look again." };

    private static WithdrawItem Withdraws(MemberId by) => new() { By = by, Request = new("r"), Number = One };
}
