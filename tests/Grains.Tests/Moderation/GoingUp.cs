using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Testing;
using static PublicBuyers.Moderation.QueueHistory;

namespace PublicBuyers.Moderation;

/// <summary>What nobody decides on goes up: moderators, leaders, administrators. It is Monday, one in the afternoon in Brussels.</summary>
public sealed class GoingUp
{
    private static readonly MemberId root = new("root");

    [Fact]
    public async Task After_two_working_days_leaders_are_asked_and_after_five_administrators()
    {
        await using var world = await WithAnAdministrator();
        var number = await world.Asks(Ada);
        await world.Passes(TimeSpan.Zero);
        (await world.Item(number)).Escalation.ShouldBeNull();

        await world.Passes(TimeSpan.FromDays(2) - TimeSpan.FromSeconds(1));
        (await world.Item(number)).Escalation.ShouldBeNull("Wednesday, a second before one");
        await world.Passes(TimeSpan.FromSeconds(1));
        (await world.Item(number)).Escalation.ShouldBe(new(EscalationLevel.Leaders, EscalationReason.Waited, world.Clock.Now));
        (await world.Told(Lea)).ShouldBe([NoticeKind.Escalated, NoticeKind.Waiting]);
        (await world.Told(Dana)).ShouldBe([NoticeKind.Waiting]);
        (await world.Told(root)).ShouldBeEmpty();
        world.MailsTo(Lea, "Escalated").ShouldHaveSingleItem().Text.ShouldContain("Leaders Waited");

        await world.Passes(TimeSpan.FromDays(5) - TimeSpan.FromSeconds(1));
        (await world.Item(number)).Escalation!.Level.ShouldBe(EscalationLevel.Leaders, "the weekend does not count");
        await world.Passes(TimeSpan.FromSeconds(1));
        (await world.Item(number)).Escalation!.Level.ShouldBe(EscalationLevel.Administrators);
        (await world.Told(root)).ShouldBe([NoticeKind.Escalated]);
        world.MailsTo(root, "Escalated").ShouldHaveSingleItem();
        world.MailsTo(Lea, "Escalated").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_is_decided_in_time_goes_nowhere_and_what_is_undone_does()
    {
        await using var world = await WithAnAdministrator();
        var (decided, undone) = (await world.Asks(Ada), await world.Asks(new("edo")));
        (await world.Approves(Dana, decided)).ShouldBeDone();
        var again = await world.Approves(Dana, undone);
        (await world.Queue().Undo(new() { By = Dana, Request = world.NewRequest(), Number = new(undone), Version = again.Value!.Version })).ShouldBeDone();

        await world.Passes(TimeSpan.FromDays(2));
        await world.Passes(TimeSpan.Zero);

        (await world.Item(decided)).Escalation.ShouldBeNull();
        (await world.Item(undone)).Escalation!.Level.ShouldBe(EscalationLevel.Leaders);
    }

    [Fact]
    public async Task A_queue_of_a_dormant_community_goes_up_at_once()
    {
        await using var world = await WithAnAdministrator();
        world.Vitality.State = VitalityState.Dormant;
        var number = await world.Asks(Ada);

        await world.Passes(TimeSpan.Zero);

        (await world.Item(number)).Escalation.ShouldBe(new(EscalationLevel.Administrators, EscalationReason.Dormant, world.Clock.Now));
        (await world.Told(root)).ShouldBe([NoticeKind.Escalated]);
        (await world.Told(Dana)).ShouldBe([NoticeKind.Waiting]);
    }

    [Fact]
    public async Task What_nobody_there_may_decide_on_goes_up_at_once()
    {
        await using var world = await WithAnAdministrator();
        (await world.Community().ChangeRole(new() { By = Lea, Request = world.NewRequest(), Member = Dana, Role = Role.Member })).ShouldBeDone();
        var asked = await world.Asks(Ada);
        (await world.Rejects(Lea, asked)).ShouldBeDone();
        await world.TakesEffect();
        var appeal = (await world.Queue().Appeal(new() { By = Ada, Request = world.NewRequest(), Number = new(asked), Message = "I do buy." })).Value!;

        await world.Passes(TimeSpan.Zero);

        (await world.Item(appeal.Value)).Escalation.ShouldBe(new(EscalationLevel.Administrators, EscalationReason.NobodyThere, world.Clock.Now));
        (await world.Told(Lea)).ShouldNotContain(NoticeKind.Waiting, "it is her own decision");
        (await world.Approves(root, appeal.Value)).ShouldBeDone();
    }

    [Fact]
    public async Task Once_it_is_decided_the_notices_of_it_are_gone()
    {
        await using var world = await WithAnAdministrator();
        world.Vitality.State = VitalityState.Dormant;
        var number = await world.Asks(Ada);
        await world.Passes(TimeSpan.Zero);

        (await world.Approves(root, number)).ShouldBeDone();
        await world.TakesEffect();

        (await world.Told(root)).ShouldBeEmpty();
        (await world.Told(Dana)).ShouldBeEmpty();
        (await world.RoleOf(Ada)).ShouldBe(Role.Member);
    }

    [Fact]
    public async Task However_much_comes_up_there_is_one_mail_a_day()
    {
        await using var world = await WithAnAdministrator();
        foreach (var member in new[] { "ada", "edo", "fay" }) await world.Asks(new(member));

        await world.Passes(TimeSpan.FromDays(2));

        world.MailsTo(Lea, "Escalated").Select(mail => mail.MessageId).Distinct().ShouldHaveSingleItem();
        (await world.Told(Lea)).Count(kind => kind is NoticeKind.Escalated).ShouldBe(3);
    }

    [Fact]
    public async Task Told_again_by_a_clock_that_lost_its_place_it_goes_up_once()
    {
        await using var world = await WithAnAdministrator();
        var number = await world.Asks(Ada);
        await world.Passes(TimeSpan.FromDays(2));
        await world.RestartAsync();

        var due = world.Grains.GetGrain<IQueueDue>(Streams.QueueOf(Scene.Cpb));
        (await due.Due(new($"escalation/{number}", world.Clock.Now) { By = MemberId.System, Request = new("again") })).ShouldNotBeNull("it comes again for the administrators");
        await world.Follow();

        (await world.Told(Lea)).Count(kind => kind is NoticeKind.Escalated).ShouldBe(1);
        (await world.Queue().Item(Lea, new(number))).Value!.Steps.Count(step => step.Act is ItemAct.Escalated).ShouldBe(1);
    }

    [Fact]
    public async Task Hours_that_are_changed_count_for_what_waits()
    {
        await using var world = await WithAnAdministrator();
        var number = await world.Asks(Ada);
        await world.Passes(TimeSpan.FromHours(2));
        (await world.Item(number)).Escalation.ShouldBeNull();

        (await Changes(world, Lea, WorkingHours.Usual with { LeadersAfter = 1 })).ShouldBeDone();
        await world.Passes(TimeSpan.Zero);

        (await world.Item(number)).Escalation!.Level.ShouldBe(EscalationLevel.Leaders);
        (await world.Queue().Hours(Dana)).Value!.LeadersAfter.ShouldBe(1);
    }

    [Fact]
    public async Task Only_leaders_and_administrators_change_hours_and_only_to_what_can_be()
    {
        await using var world = await WithAnAdministrator();

        (await Changes(world, Dana, WorkingHours.Usual)).ShouldBeRefusedWith(new QueueRefusal.NotAllowed());
        (await Changes(world, Ada, WorkingHours.Usual)).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
        (await world.Queue().Hours(Ada)).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
        (await Changes(world, root, WorkingHours.Usual with { AdministratorsAfter = 20 })).ShouldBeDone();
        foreach (var (hours, field) in new (WorkingHours, string)[]
        {
            (WorkingHours.Usual with { TimeZone = "Mars/Olympus" }, "timeZone"),
            (WorkingHours.Usual with { Days = [] }, "days"),
            (WorkingHours.Usual with { Days = [(DayOfWeek)9] }, "days"),
            (WorkingHours.Usual with { Until = new(9, 30) }, "until"),
            (WorkingHours.Usual with { Until = new(8, 0) }, "until"),
            (WorkingHours.Usual with { Holidays = [.. Enumerable.Range(0, WorkingHoursLimits.MostHolidays + 1).Select(new DateOnly(2026, 1, 1).AddDays)] }, "holidays"),
            (WorkingHours.Usual with { LeadersAfter = 0 }, "leadersAfter"),
            (WorkingHours.Usual with { AdministratorsAfter = 16 }, "administratorsAfter"),
            (WorkingHours.Usual with { AdministratorsAfter = WorkingHoursLimits.LongestWait + 1 }, "administratorsAfter"),
        })
        {
            (await Changes(world, Lea, hours)).ShouldBeRefusedWith(new QueueRefusal.HoursInvalid(field));
        }
    }

    private static async Task<GrainWorld> WithAnAdministrator()
    {
        var world = await AQueue.OfACommunity();
        foreach (var member in new[] { root, new("edo"), new("fay") })
            (await world.Grains.Member(member).Register(new() { By = MemberId.System, Request = world.NewRequest(), Address = $"{member}@buyers.example" })).ShouldBeDone();
        (await world.Grains.Member(root).AppointAdministrator(new() { By = MemberId.System, Request = world.NewRequest() })).ShouldBeDone();
        world.Administrators.Members = [root];
        return world;
    }

    [Fact]
    public async Task Who_asked_is_told_by_when_to_expect_an_answer_in_the_days_on_which_somebody_works()
    {
        await using var world = await AQueue.OfACommunity();
        await world.Asks(Ada);

        (await Expected(world)).ShouldBe(FakeClock.Noon.AddDays(7));
        (await Changes(world, Lea, WorkingHours.Usual with { Holidays = [new(2026, 3, 5), new(2026, 3, 9)] })).ShouldBeDone();
        (await Expected(world)).ShouldBe(FakeClock.Noon.AddDays(9));

        (await world.Approves(Dana, 1)).ShouldBeDone();
        (await Expected(world)).ShouldNotBeNull("nobody is told before it takes effect");
        await world.TakesEffect();
        (await Expected(world)).ShouldBeNull();

        static async Task<DateTimeOffset?> Expected(GrainWorld world) => (await world.Queue().Mine(Ada)).Value.ShouldHaveSingleItem().ExpectedBy;
    }

    private static Task<Outcome<Done>> Changes(GrainWorld world, MemberId by, WorkingHours hours) => world.Queue().ChangeHours(new() { By = by, Request = world.NewRequest(), Hours = hours });
}
