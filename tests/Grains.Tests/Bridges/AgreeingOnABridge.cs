using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Testing;
using static PublicBuyers.Bridges.TwoCommunities;

namespace PublicBuyers.Bridges;

/// <summary>One leader of each side.</summary>
public sealed class AgreeingOnABridge
{
    [Fact]
    public async Task Who_proposes_and_who_agrees_lead_the_two_communities()
    {
        await using var world = await Apart();

        (await world.Proposes(Aim, Ai)).ShouldBeRefusedWith(new BridgeRefusal.NotAllowed());
        (await world.Proposes(Lea, Ai)).ShouldBeRefusedWith(new BridgeRefusal.NotVisible());
        (await world.Proposes(Aia, new("nowhere"))).ShouldBeRefusedWith(new BridgeRefusal.NotVisible());
        (await world.Bridge().Propose(new() { By = Aia, Request = world.NewRequest(), Side = Ai, Room = Hall(Cpb) })).ShouldBeRefusedWith(new BridgeRefusal.RoomAbsent());
        (await world.Proposes(Aia, Ai, new string('a', BridgeLimits.LongestMessage + 1))).ShouldBeRefusedWith(new BridgeRefusal.TextInvalid(BridgeLimits.LongestMessage));
        (await world.Proposes(Aia, Ai)).Value.ShouldBe(BridgeState.Proposed);

        (await world.Proposes(Aia, Ai)).ShouldBeRefusedWith(new BridgeRefusal.Waits());
        (await world.Agrees(Aia, Ai)).ShouldBeRefusedWith(new BridgeRefusal.Changed());
        (await world.Agrees(Dana, Cpb)).ShouldBeRefusedWith(new BridgeRefusal.NotAllowed());
        (await world.Agrees(Bo, Cpb)).ShouldBeRefusedWith(new BridgeRefusal.NotAllowed());
        (await world.Agrees(Eve, Cpb)).ShouldBeRefusedWith(new BridgeRefusal.NotVisible());
        (await world.Agrees(Lea, Cpb)).ShouldBeDone();
        (await world.State()).ShouldBe(BridgeState.Standing);
        (await world.Proposes(Aia, Ai)).ShouldBeRefusedWith(new BridgeRefusal.Stands());
    }

    [Fact]
    public async Task A_community_that_does_not_exist_is_linked_with_nothing()
    {
        await using var world = await Apart();
        var nowhere = world.Grains.Bridge(new(Ai, new("nowhere")));

        (await nowhere.Propose(new() { By = Aia, Request = world.NewRequest(), Side = Ai, Room = Hall(Ai) })).ShouldBeRefusedWith(new BridgeRefusal.NotVisible());
    }

    [Fact]
    public async Task Declined_taken_back_or_ended_it_can_be_proposed_again_from_either_side()
    {
        await using var world = await Apart();
        (await world.Proposes(Aia, Ai)).ShouldBeDone();
        (await world.TakesBack(Lea, Cpb)).ShouldBeRefusedWith(new BridgeRefusal.Changed());
        (await world.TakesBack(Aia, Ai)).ShouldBeDone();
        (await world.Proposes(Lea, Cpb)).ShouldBeDone();
        (await world.Declines(Aia, Ai)).ShouldBeDone();
        (await world.Proposes(Lea, Cpb)).ShouldBeDone();
        (await world.Agrees(Aia, Ai)).ShouldBeDone();
        (await world.Ends(Lea, Cpb, " ")).ShouldBeRefusedWith(new BridgeRefusal.ReasonMissing());
        (await world.Ends(Lea, Cpb)).ShouldBeDone();
        (await world.Ends(Aia, Ai)).ShouldBeRefusedWith(new BridgeRefusal.NotStanding());
        (await world.Proposes(Aia, Ai)).Value.ShouldBe(BridgeState.Proposed);

        (await world.Bridge().Describe(Dana, Cpb)).Value!.Acts.Select(act => act.State).ShouldBe(
            [BridgeState.Proposed, BridgeState.Ended, BridgeState.Standing, BridgeState.Proposed, BridgeState.Declined, BridgeState.Proposed, BridgeState.TakenBack, BridgeState.Proposed]);
    }

    [Fact]
    public async Task Agreed_is_to_the_proposal_that_was_read()
    {
        await using var world = await Apart();
        (await world.Proposes(Aia, Ai)).ShouldBeDone();
        var read = (await world.Bridge().Describe(Lea, Cpb)).Value!.Version;
        (await world.TakesBack(Aia, Ai)).ShouldBeDone();
        (await world.Proposes(Aia, Ai, "Something else")).ShouldBeDone();

        (await world.Agrees(Lea, Cpb, read)).ShouldBeRefusedWith(new BridgeRefusal.Changed());
        (await world.State()).ShouldBe(BridgeState.Proposed);
    }

    [Fact]
    public async Task Both_propose_at_the_same_moment_and_there_is_one_bridge()
    {
        await using var silos = GrainWorld.SameSilosForEveryRound();
        for (var round = 0; round < 50; round++)
        {
            await using var world = await Apart();
            var (one, other) = (world.Proposes(Aia, Ai), world.Proposes(Lea, Cpb));
            new[] { (await one).Value, (await other).Value }.ShouldBe([BridgeState.Proposed, BridgeState.Standing], ignoreOrder: true);

            (await world.State()).ShouldBe(BridgeState.Standing);
            world.Journal.FactsOf(Streams.Of(Between)).Select(fact => fact.Type).ShouldBe([BridgeEvent.Proposing, BridgeEvent.Agreeing]);
        }
    }

    [Fact]
    public async Task Agreed_and_taken_back_at_once_one_of_the_two_happens()
    {
        await using var silos = GrainWorld.SameSilosForEveryRound();
        for (var round = 0; round < 50; round++)
        {
            await using var world = await Apart();
            (await world.Proposes(Aia, Ai)).ShouldBeDone();
            var (agreed, taken) = round % 2 == 0 ? (world.Agrees(Lea, Cpb, 1), world.TakesBack(Aia, Ai)) : Swapped(world.TakesBack(Aia, Ai), world.Agrees(Lea, Cpb, 1));
            var (isAgreed, isTaken) = (!(await agreed).IsRefused, !(await taken).IsRefused);

            isAgreed.ShouldNotBe(isTaken);
            (await world.State()).ShouldBe(isAgreed ? BridgeState.Standing : BridgeState.TakenBack);
        }

        static (Task<Outcome<Done>>, Task<Outcome<Done>>) Swapped(Task<Outcome<Done>> taken, Task<Outcome<Done>> agreed) => (agreed, taken);
    }

    [Fact]
    public async Task Who_leads_no_longer_when_it_is_their_turn_agrees_to_nothing()
    {
        await using var world = await Apart();
        (await world.Grains.Community(Cpb).ChangeRole(new() { By = Lea, Request = world.NewRequest(), Member = Dana, Role = Role.Leader })).ShouldBeDone();

        Task<Outcome<BridgeState>> proposing;
        Task<Outcome<Done>> agreeing;
        using (var hold = world.Journal.HoldAppends(Streams.Of(Between)))
        {
            proposing = world.Proposes(Aia, Ai);
            await hold.Reached;
            agreeing = world.Agrees(Dana, Cpb, 1);
            (await world.Grains.Community(Cpb).ChangeRole(new() { By = Lea, Request = world.NewRequest(), Member = Dana, Role = Role.Member })).ShouldBeDone();
        }

        (await proposing).ShouldBeDone();
        (await agreeing).ShouldBeRefusedWith(new BridgeRefusal.NotAllowed());
        (await world.State()).ShouldBe(BridgeState.Proposed);
    }

    [Fact]
    public async Task Leaders_are_told_once_and_who_proposed_what_came_of_it_also_when_everything_restarts()
    {
        await using var world = await Apart();
        (await world.Proposes(Aia, Ai)).ShouldBeDone();
        await world.RestartAsync();
        await world.Follow();
        await world.Follow();

        var asked = (await world.Grains.Inbox(Lea).Page(Lea, 0)).Value!.Notices.ShouldHaveSingleItem();
        (asked.Kind, asked.Of!.News, asked.Of.Across).ShouldBe((NoticeKind.Bridge, BridgeNews.Proposed, Ai));
        (await world.Grains.Inbox(Dana).Page(Dana, 0)).Value!.Notices.ShouldNotContain(notice => notice.Kind == NoticeKind.Bridge);
        MailsTo(world, Lea).ShouldHaveSingleItem().Text.ShouldContain("Let us talk");

        (await world.Agrees(Lea, Cpb)).ShouldBeDone();
        (await world.Opens(Aim, Ai)).ShouldBeDone();
        await world.Follow();
        (await world.Grains.Inbox(Aia).Page(Aia, 0)).Value!.Notices.ShouldHaveSingleItem().Of!.News.ShouldBe(BridgeNews.Agreed);
        (await world.Grains.Inbox(Dana).Page(Dana, 0)).Value!.Notices.ShouldContain(notice => notice.Of!.Thread == Between.Thread(Ai, 1));

        (await world.Ends(Aia, Ai)).ShouldBeDone();
        await world.Follow();
        (await world.Grains.Inbox(Lea).Page(Lea, 0)).Value!.Notices.Count(notice => notice.Of?.News == BridgeNews.Ended).ShouldBe(1);
        MailsTo(world, Lea).Count().ShouldBe(2);
        MailsTo(world, Aia).ShouldHaveSingleItem();
    }

    private static IEnumerable<Mail> MailsTo(GrainWorld world, MemberId member) => world.Mailbox.Deliveries.Where(mail => mail.To == $"{member}@buyers.example" && mail.Subject == "Bridge");
}
