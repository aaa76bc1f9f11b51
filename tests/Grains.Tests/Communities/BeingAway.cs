using PublicBuyers.Inbox;
using PublicBuyers.Moderation;
using PublicBuyers.Testing;
using static PublicBuyers.Moderation.QueueHistory;

namespace PublicBuyers.Communities;

/// <summary>A moderator who is away has a substitute. Lea leads, Dana moderates.</summary>
public sealed class BeingAway
{
    [Fact]
    public async Task Who_is_away_is_told_nothing_new_and_who_stands_in_once()
    {
        await using var world = await AQueue.OfACommunity();
        (await Announces(world, Lea, Dana, days: 3)).ShouldBeDone();

        await world.Asks(Ada);
        await world.Follow();

        (await world.Told(Lea)).ShouldBeEmpty();
        (await world.Told(Dana)).ShouldBe([NoticeKind.Waiting]);
        world.MailsTo(Lea, "Waiting").ShouldBeEmpty();
        world.MailsTo(Dana, "Waiting").ShouldHaveSingleItem();
        (await world.Community().OnDuty()).Leaders.ShouldBe([Dana]);
    }

    [Fact]
    public async Task An_absence_begins_and_ends_by_itself_or_by_coming_back()
    {
        await using var world = await AQueue.OfACommunity();
        (await Announces(world, Dana, Lea, days: 3, inDays: 1)).ShouldBeDone();

        (await world.Community().OnDuty()).Moderators.ShouldBe([Dana]);
        world.Clock.Move(TimeSpan.FromDays(1));
        (await world.Community().OnDuty()).Moderators.ShouldBe([Lea]);
        world.Clock.Move(TimeSpan.FromDays(2));
        (await world.Community().OnDuty()).Moderators.ShouldBe([Dana]);

        (await Announces(world, Dana, Lea, days: 3)).ShouldBeDone();
        (await world.Community().OnDuty()).Moderators.ShouldBe([Lea]);
        (await world.Community().EndAbsence(new() { By = Dana, Request = world.NewRequest() })).ShouldBeDone();
        (await world.Community().OnDuty()).Moderators.ShouldBe([Dana]);
        (await world.Community().Absences(Lea)).Value.ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_who_stand_in_for_each_other_leave_nobody_there()
    {
        await using var world = await AQueue.OfACommunity();
        (await Announces(world, Dana, Lea, days: 3)).ShouldBeDone();
        (await Announces(world, Lea, Dana, days: 3)).ShouldBeDone();

        var duty = await world.Community().OnDuty();

        duty.Moderators.ShouldBeEmpty();
        duty.Leaders.ShouldBeEmpty();
        world.Administrators.Members = [new("root")];
        var number = await world.Asks(Ada);
        await world.Attend();
        (await world.Item(number)).Escalation!.Why.ShouldBe(EscalationReason.NobodyThere);
    }

    [Fact]
    public async Task A_substitute_who_moderates_no_more_stands_in_for_nobody()
    {
        await using var world = await AQueue.OfACommunity();
        (await Announces(world, Lea, Dana, days: 3)).ShouldBeDone();
        (await world.Community().ChangeRole(new() { By = Lea, Request = world.NewRequest(), Member = Dana, Role = Role.Member })).ShouldBeDone();

        (await world.Community().OnDuty()).Leaders.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_moderates_names_somebody_else_who_does_and_days_that_are_to_come()
    {
        await using var world = await AQueue.OfACommunity();

        (await Announces(world, Dana, Bo, days: 3)).ShouldBeRefusedWith(new CommunityRefusal.SubstituteInvalid());
        (await Announces(world, Dana, Dana, days: 3)).ShouldBeRefusedWith(new CommunityRefusal.SubstituteInvalid());
        (await Announces(world, Dana, null, days: 3)).ShouldBeRefusedWith(new CommunityRefusal.SubstituteInvalid());
        (await Announces(world, Dana, Lea, days: 0)).ShouldBeRefusedWith(new CommunityRefusal.AbsenceInvalid(366));
        (await Announces(world, Dana, Lea, days: 3, inDays: 4)).ShouldBeRefusedWith(new CommunityRefusal.AbsenceInvalid(366));
        (await Announces(world, Dana, Lea, days: 400)).ShouldBeRefusedWith(new CommunityRefusal.AbsenceInvalid(366));
        (await Announces(world, Bo, Lea, days: 3)).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
        (await Announces(world, Ada, Lea, days: 3)).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
        (await world.Community().Absences(Bo)).Refusal.ShouldNotBeNull();
    }

    [Fact]
    public async Task Where_nobody_else_moderates_nobody_need_stand_in()
    {
        await using var world = await AQueue.OfACommunity();
        (await world.Community().ChangeRole(new() { By = Lea, Request = world.NewRequest(), Member = Dana, Role = Role.Member })).ShouldBeDone();

        (await Announces(world, Lea, null, days: 3)).ShouldBeDone();
        (await world.Community().OnDuty()).Leaders.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task What_waits_goes_up_as_soon_as_nobody_is_there_any_more(int inDays)
    {
        await using var world = await AQueue.OfACommunity();
        world.Administrators.Members = [new("root")];
        var number = await world.Asks(Ada);
        (await Announces(world, Dana, Lea, days: 3, inDays)).ShouldBeDone();
        await world.Passes(TimeSpan.FromDays(inDays));
        (await world.Item(number)).Escalation.ShouldBeNull("Lea is there");

        (await Announces(world, Lea, Dana, days: 3)).ShouldBeDone();
        await world.Passes(TimeSpan.Zero);

        (await world.Item(number)).Escalation.ShouldBe(new(EscalationLevel.Administrators, EscalationReason.NobodyThere, world.Clock.Now));
        (await world.Told(new("root"))).ShouldBe([NoticeKind.Escalated]);
    }

    [Fact]
    public async Task An_absence_announced_for_later_has_what_waits_go_up_when_it_begins_and_not_when_it_is_called_off()
    {
        await using var world = await AQueue.OfACommunity();
        world.Administrators.Members = [new("root")];
        var number = await world.Asks(Ada);
        (await Announces(world, Dana, Lea, days: 3)).ShouldBeDone();
        (await Announces(world, Lea, Dana, days: 3, inDays: 1)).ShouldBeDone();
        (await world.Community().EndAbsence(new() { By = Lea, Request = world.NewRequest() })).ShouldBeDone();
        await world.Passes(TimeSpan.FromDays(1));
        (await world.Item(number)).Escalation.ShouldBeNull("she stayed");

        (await Announces(world, Lea, Dana, days: 2, inDays: 1)).ShouldBeDone();
        await world.Passes(TimeSpan.FromHours(23));
        (await world.Item(number)).Escalation.ShouldBeNull("she is there yet");
        await world.Passes(TimeSpan.FromHours(1));

        (await world.Item(number)).Escalation.ShouldBe(new(EscalationLevel.Administrators, EscalationReason.NobodyThere, world.Clock.Now));
    }

    [Theory]
    [InlineData("leaves")]
    [InlineData("moderates no more")]
    [InlineData("is suspended")]
    public async Task An_appeal_goes_up_as_soon_as_the_last_who_may_decide_on_it(string what)
    {
        await using var world = await AQueue.OfACommunity();
        world.Administrators.Members = [new("root")];
        var asked = await world.Asks(Ada);
        (await world.Rejects(Lea, asked)).ShouldBeDone();
        await world.TakesEffect();
        var appeal = (await world.Queue().Appeal(new() { By = Ada, Request = world.NewRequest(), Number = new(asked), Message = "I do buy." })).Value!;
        await world.Passes(TimeSpan.Zero);
        (await world.Item(appeal.Value)).Escalation.ShouldBeNull("Dana is there");

        (await (what switch
        {
            "leaves" => world.Community().Leave(new() { By = Dana, Request = world.NewRequest() }),
            "is suspended" => world.Community().Restrict(new() { By = Lea, Request = world.NewRequest(), Member = Dana, Kind = RestrictionKind.Suspension, Reason = "She knows why." }),
            _ => world.Community().ChangeRole(new() { By = Lea, Request = world.NewRequest(), Member = Dana, Role = Role.Member }),
        })).ShouldBeDone();
        await world.Passes(TimeSpan.Zero);

        (await world.Item(appeal.Value)).Escalation.ShouldBe(new(EscalationLevel.Administrators, EscalationReason.NobodyThere, world.Clock.Now));
    }

    private static Task<Outcome<Done>> Announces(GrainWorld world, MemberId member, MemberId? substitute, int days, int inDays = 0) => world.Community().AnnounceAbsence(new()
    {
        By = member,
        Request = world.NewRequest(),
        From = world.Clock.Now.AddDays(inDays),
        Until = world.Clock.Now.AddDays(days),
        Substitute = substitute,
    });
}
