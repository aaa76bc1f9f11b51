using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.SignIn;
using PublicBuyers.Testing;
using static PublicBuyers.Moderation.QueueHistory;

namespace PublicBuyers.Mails;

/// <summary>A mail is written, something happens before it leaves, and it is looked at again.</summary>
public sealed class MailsThatWait
{
    private static readonly PublicationId trams = new(Scene.Cpb, new string('t', 24));

    [Fact]
    public async Task A_request_is_mailed_while_it_waits_and_its_reader_may_decide()
    {
        await using var world = await AQueue.OfACommunity();
        await world.Asks(Ada);
        await world.Follow();
        var (toLea, toDana) = (world.MailsTo(Lea, "Waiting").Single(), world.MailsTo(Dana, "Waiting").Single());
        toDana.Cause.ShouldBe("ada");
        (await WhyNot(world, toDana)).ShouldBeNull();

        (await world.Community().ChangeRole(Lea.Makes(Dana, Role.Member))).ShouldBeDone();
        (await WhyNot(world, toDana)).ShouldBe(MailObsolete.NotForReader);
        (await WhyNot(world, toLea)).ShouldBeNull();

        (await world.Queue().Withdraw(new() { By = Ada, Request = world.NewRequest(), Number = new(1) })).ShouldBeDone();
        (await WhyNot(world, toLea)).ShouldBe(MailObsolete.Over);
    }

    [Fact]
    public async Task A_decision_that_can_be_undone_does_not_take_the_mail_back_and_one_in_effect_does()
    {
        await using var world = await AQueue.OfACommunity();
        var item = await world.Asks(Ada);
        await world.Follow();
        var toLea = world.MailsTo(Lea, "Waiting").Single();

        (await world.Approves(Dana, item)).ShouldBeDone();
        (await WhyNot(world, toLea)).ShouldBeNull();
        await world.TakesEffect();
        (await WhyNot(world, toLea)).ShouldBe(MailObsolete.Over);
    }

    [Theory]
    [InlineData(RestrictionKind.Ban)]
    [InlineData(RestrictionKind.Suspension)]
    public async Task A_moderator_who_was_banned_or_suspended_gets_no_mail_of_the_queue(RestrictionKind kind)
    {
        await using var world = await AQueue.OfACommunity();
        await world.Asks(Ada);
        await world.Follow();

        (await world.Community().Restrict(Lea.Restricts(Dana, kind))).ShouldBeDone();

        (await WhyNot(world, world.MailsTo(Dana, "Waiting").Single())).ShouldBe(MailObsolete.NotForReader);
    }

    [Fact]
    public async Task Who_was_welcomed_and_has_left_or_was_banned_is_not_welcomed_by_mail_and_a_rejection_goes_whatever_happens()
    {
        await using var world = await AQueue.OfACommunity();
        (await world.Approves(Dana, await world.Asks(Ada))).ShouldBeDone();
        await world.TakesEffect();
        var welcome = world.MailsTo(Ada, "Decided").Single();
        (await WhyNot(world, welcome)).ShouldBeNull();

        (await world.Community().Restrict(Lea.Restricts(Ada, RestrictionKind.Ban))).ShouldBeDone();
        await world.Follow();
        (await WhyNot(world, welcome)).ShouldBe(MailObsolete.NotForReader);

        var ban = world.MailsTo(Ada, "Restricted").Single();
        (await WhyNot(world, ban)).ShouldBeNull("who is banned is told so");
        var rejected = welcome with { About = new MailAbout.Outcome(Ada, Scene.Cpb, new(1), ItemKind.AccessRequest, Verdict.Rejected) };
        (await WhyNot(world, rejected)).ShouldBeNull();
    }

    [Fact]
    public async Task A_restriction_is_mailed_only_while_it_is_the_one_in_force()
    {
        await using var world = await AQueue.OfACommunity();
        (await world.Community().Restrict(Lea.Restricts(Bo, RestrictionKind.Mute))).ShouldBeDone();
        await world.Follow();
        var muted = world.MailsTo(Bo, "Restricted").Single();
        (await WhyNot(world, muted)).ShouldBeNull();

        (await world.Community().Lift(Lea.Lifts(Bo))).ShouldBeDone();
        (await WhyNot(world, muted)).ShouldBe(MailObsolete.Over);

        world.Clock.Move(TimeSpan.FromMinutes(1));
        (await world.Community().Restrict(Lea.Restricts(Bo, RestrictionKind.Mute, request: "again"))).ShouldBeDone();
        await world.Follow();
        (await WhyNot(world, muted)).ShouldBe(MailObsolete.Over);
        (await WhyNot(world, world.MailsTo(Bo, "Restricted").Last())).ShouldBeNull();
    }

    [Fact]
    public async Task What_was_published_and_withdrawn_is_mailed_as_withdrawn_only()
    {
        await using var world = await Published();
        var toLea = world.MailsTo(Lea, "Published").Single();
        (await WhyNot(world, toLea)).ShouldBeNull();

        (await world.Grains.Publication(trams).Withdraw(new() { By = Dana, Request = world.NewRequest(), Reason = "Old" })).ShouldBeDone();
        await world.Follow();

        (await WhyNot(world, toLea)).ShouldBe(MailObsolete.Over);
        (await WhyNot(world, world.MailsTo(Bo, "Withdrawn").Single())).ShouldBeNull();
    }

    [Fact]
    public async Task What_an_author_is_told_of_their_withdrawn_text_goes_also_when_they_were_banned()
    {
        await using var world = await Published();
        (await world.Grains.Publication(trams).Withdraw(new() { By = Dana, Request = world.NewRequest(), Reason = "Old" })).ShouldBeDone();
        await world.Follow();
        var withdrawn = world.MailsTo(Bo, "Withdrawn").Single();

        (await world.Community().Restrict(Lea.Restricts(Bo, RestrictionKind.Ban))).ShouldBeDone();
        (await WhyNot(world, withdrawn)).ShouldBeNull();
    }

    [Fact]
    public async Task An_invitation_is_not_mailed_to_who_has_come_was_banned_or_finds_the_community_closed()
    {
        await using var world = await AQueue.OfACommunity();
        var dora = await world.Services.GetRequiredService<IAccounts>().Of("dora@example.eu", "en");
        (await world.Community().Invite(Lea.Invites("dora@example.eu", "new@example.eu"))).ShouldBeDone();
        for (var i = 0; i < 3; i++) await world.Follow();
        var (known, unknown) = (world.Mailbox.Mails.Single(mail => mail.To == "dora@example.eu"), world.Mailbox.Mails.Single(mail => mail.To == "new@example.eu"));
        (await WhyNot(world, known)).ShouldBeNull();
        (await WhyNot(world, unknown)).ShouldBeNull();

        (await world.Community().Join(dora.Joins())).ShouldBeDone();
        (await WhyNot(world, known)).ShouldBe(MailObsolete.Over);
        (await world.Community().Restrict(Lea.Restricts(dora, RestrictionKind.Ban))).ShouldBeDone();
        (await WhyNot(world, known)).ShouldBe(MailObsolete.NotForReader);
        (await world.Community().Close(new() { By = Lea, Request = world.NewRequest(), Reason = "Done" })).ShouldBeDone();
        (await WhyNot(world, unknown)).ShouldBe(MailObsolete.Over);
    }

    [Fact]
    public async Task A_mail_to_an_address_that_is_its_readers_no_more_is_not_sent()
    {
        await using var world = await AQueue.OfACommunity();
        await world.Asks(Ada);
        await world.Follow();

        (await WhyNot(world, world.MailsTo(Dana, "Waiting").Single() with { To = "old@buyers.example" })).ShouldBe(MailObsolete.AddressChanged);
    }

    [Fact]
    public async Task Of_several_in_one_mail_one_that_is_still_true_is_enough()
    {
        await using var world = await AQueue.OfACommunity();
        await world.Asks(Ada);
        await world.Asks(new("eve"));
        await world.Follow();
        var mails = world.MailsTo(Lea, "Waiting").ToList();
        var gathered = mails[0] with { About = new MailAbout.Several([.. mails.Select(mail => mail.About!)]) };

        (await world.Queue().Withdraw(new() { By = Ada, Request = world.NewRequest(), Number = new(1) })).ShouldBeDone();
        (await WhyNot(world, gathered)).ShouldBeNull();
        (await world.Queue().Withdraw(new() { By = new("eve"), Request = world.NewRequest(), Number = new(2) })).ShouldBeDone();
        (await WhyNot(world, gathered)).ShouldBe(MailObsolete.Over);
    }

    [Fact]
    public async Task A_mail_that_was_written_before_it_said_what_it_is_about_goes()
    {
        await using var world = await AQueue.OfACommunity();

        (await WhyNot(world, new("old", "somebody@buyers.example", "Waiting", "", "", "en"))).ShouldBeNull();
    }

    private static async Task<GrainWorld> Published()
    {
        var world = await AQueue.OfACommunity();
        (await world.Community().ChangeSettings(new() { By = Lea, Request = world.NewRequest(), Name = "CPB", Access = Communities.Access.Open, Goal = "Buying well" })).ShouldBeDone();
        PublicationContent content = new(PublicationKind.News, "Trams", "", "Bought.", Classification.Community, [], []);
        (await world.Grains.Publication(trams).Write(new() { By = Bo, Request = world.NewRequest(), Content = content, Seen = 0 })).ShouldBeDone();
        (await world.Grains.Publication(trams).Submit(new() { By = Bo, Request = world.NewRequest(), Version = 1 })).ShouldBeDone();
        await world.Follow();
        return world;
    }

    private static Task<MailObsolete?> WhyNot(GrainWorld world, Mail mail) => world.Services.GetRequiredService<IMailCheck>().WhyNot(mail);
}

/// <summary>The same of links between communities.</summary>
public sealed class MailsOfLinksThatWait
{
    [Fact]
    public async Task A_proposal_is_mailed_while_it_waits_and_only_to_who_can_answer_it()
    {
        await using var world = await TwoCommunities.Apart();
        (await world.Proposes(TwoCommunities.Aia, TwoCommunities.Ai)).ShouldBeDone();
        await world.Follow();
        var proposed = world.MailsTo(TwoCommunities.Lea, "Bridge").Single();
        proposed.Cause.ShouldBe("aia");
        (await WhyNot(world, proposed)).ShouldBeNull();

        (await world.TakesBack(TwoCommunities.Aia, TwoCommunities.Ai)).ShouldBeDone();
        (await WhyNot(world, proposed)).ShouldBe(MailObsolete.Over);
    }

    [Fact]
    public async Task An_agreement_is_mailed_until_it_is_ended_and_its_end_until_it_is_agreed_again()
    {
        await using var world = await TwoCommunities.Apart();
        (await world.Proposes(TwoCommunities.Aia, TwoCommunities.Ai)).ShouldBeDone();
        (await world.Agrees(TwoCommunities.Lea, TwoCommunities.Cpb)).ShouldBeDone();
        await world.Follow();
        var agreed = world.MailsTo(TwoCommunities.Aia, "Bridge").Single();
        (await WhyNot(world, agreed)).ShouldBeNull();

        (await world.Ends(TwoCommunities.Lea, TwoCommunities.Cpb)).ShouldBeDone();
        await world.Follow();
        (await WhyNot(world, agreed)).ShouldBe(MailObsolete.Over);
        (await WhyNot(world, world.MailsTo(TwoCommunities.Aia, "Bridge").Last())).ShouldBeNull();
    }

    private static Task<MailObsolete?> WhyNot(GrainWorld world, Mail mail) => world.Services.GetRequiredService<IMailCheck>().WhyNot(mail);
}
