using PublicBuyers.Journal;
using static PublicBuyers.Moderation.QueueHistory;

namespace PublicBuyers.Moderation;

/// <summary>Who asks and withdraws again and again fills no list, and takes nothing from anybody.</summary>
public sealed class AskingAgainAndAgain
{
    private long sequence;

    [Fact]
    public void Is_refused_after_a_few_times_in_a_day()
    {
        var queue = Queue.Empty;
        for (var number = 1; number <= QueueLimits.MostOpenedInADay; number++)
        {
            QueueRules.Ask(queue, Bears(Ada), false, Asks(Ada), Noon).Outcome.IsRefused.ShouldBeFalse();
            queue = AskedAndWithdrawn(queue, Ada, number);
        }

        QueueRules.Ask(queue, Bears(Ada), false, Asks(Ada), Noon.AddHours(1))
            .ShouldBeRefusedWith(new QueueRefusal.TooOften(QueueLimits.MostOpenedInADay));
        QueueRules.Ask(queue, Bears(Ada), false, Asks(Ada), Noon.AddDays(1)).Outcome.IsRefused.ShouldBeFalse();
        QueueRules.Ask(queue, Bears(Bo), false, Asks(Bo), Noon.AddHours(1)).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void Pushes_out_neither_what_was_decided_nor_whose_post_was_hidden()
    {
        var queue = Apply(Queue.Empty, BoReported());
        queue = Apply(queue, Decided(Lea, Verdict.Approved));
        queue = Apply(queue, InEffect());
        queue = Apply(queue, Settled(ItemKind.Report, Bo, Verdict.Approved));

        for (var number = 2; number <= Queue.AskersKept + 10; number++)
            queue = AskedAndWithdrawn(queue, new($"stranger{number % 40}"), number);

        queue.Over.Values.ShouldContain(item => item.Number == One);
        queue.Askers[1].ShouldBe(Bo);
        queue.HiddenOf[1].ShouldBe(Ada);
        (queue.Over.Count, queue.Askers.Count).ShouldBe((QueueLimits.SettledKept, Queue.AskersKept));
    }

    [Fact]
    public void What_was_hidden_is_remembered_however_many_items_are_over_since()
    {
        var queue = Queue.Empty;
        for (var number = 1; number <= QueueLimits.SettledKept + 10; number++)
        {
            queue = Apply(queue, BoReported(number));
            queue = Apply(queue, Decided(Lea, Verdict.Approved, number));
            queue = Apply(queue, InEffect(number));
            queue = Apply(queue, Settled(ItemKind.Report, Bo, Verdict.Approved, number));
        }

        queue.Over.Values.ShouldNotContain(item => item.Number == One);
        queue.HiddenOf[1].ShouldBe(Ada);
    }

    private static AskToJoin Asks(MemberId by) => new() { By = by, Request = new("r"), Message = "Me?" };

    private Queue AskedAndWithdrawn(Queue queue, MemberId by, long number)
    {
        var asked = Apply(queue, (by, new QueueEvent.ItemOpened(new(number), ItemKind.AccessRequest, "Me?", null, null)));
        return Apply(asked, (by, new QueueEvent.ItemWithdrawn(new(number))));
    }

    private Queue Apply(Queue queue, (MemberId By, QueueEvent Event) each) => queue.Apply(new(
        ++sequence, Noon, each.By, FactCodec<QueueEvent>.Write(each.Event).Type, each.Event.Subject, each.Event));
}
