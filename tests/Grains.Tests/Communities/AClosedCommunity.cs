using PublicBuyers.Bridges;
using PublicBuyers.Coordination;
using PublicBuyers.Inbox;
using PublicBuyers.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using static PublicBuyers.Communities.CommunityHistory;

namespace PublicBuyers.Communities;

/// <summary>A closed community, as its rooms, queue, publications, card and bridges see it: readable, and quiet.</summary>
public sealed class AClosedCommunity
{
    private static readonly MemberId Dana = new("dana");

    [Fact]
    public async Task Everybody_reads_on_and_nobody_writes_edits_or_reacts()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        await world.Post(Bo);

        (await world.Community().Close(Lea.Closes())).ShouldBeDone();

        (await world.TryPost(Ada)).ShouldBeRefusedWith(new RoomRefusal.Closed());
        (await world.TryPost(Lea)).ShouldBeRefusedWith(new RoomRefusal.Closed());
        (await world.Room().Edit(Ada.Edits(1, "Changed"))).ShouldBeRefusedWith(new RoomRefusal.Closed());
        (await world.Room().React(Ada.Reacts(2, Reaction.Agree))).ShouldBeRefusedWith(new RoomRefusal.Closed());
        (await world.Room().Page(Ada, 0, 10)).Value.ShouldNotBeNull().Posts.Length.ShouldBe(2);
        (await world.Room().Admit(Bo)).ShouldBeDone();
        (await world.Community().Members(Ada, 0)).ShouldBeDone();
        (await world.Community().Describe(Ada)).Value.ShouldNotBeNull().Closed.ShouldBe(new Act(Lea, FakeClock.Noon, "All is bought"));

        (await world.Room().Delete(Ada.Deletes(1))).ShouldBeDone();
        (await world.Room().Hide(Lea.Hides(2))).ShouldBeDone();
        await world.Leave(Bo);
    }

    [Fact]
    public async Task Opened_again_the_very_next_post_is_taken()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        (await world.Community().Close(Lea.Closes())).ShouldBeDone();
        (await world.TryPost(Ada)).Refusal.ShouldNotBeNull();

        (await world.Community().Reopen(Lea.Reopens())).ShouldBeDone();

        (await world.TryPost(Ada)).ShouldBeDone();
        (await world.Community().Describe(Ada)).Value.ShouldNotBeNull().Closed.ShouldBeNull();
    }

    [Fact]
    public async Task Whoever_posts_while_it_is_closed_is_in_or_refused_and_afterwards_everybody_is()
    {
        await using var silos = GrainWorld.SameSilosForEveryRound();
        for (var round = 0; round < 20; round++)
        {
            await using var world = await Scene.ARoom();
            await world.Post(Ada);
            var posting = Enumerable.Range(0, 10).Select(i => Task.Run(() => world.TryPost(i % 2 == 0 ? Ada : Bo, $"Post {i}"))).ToArray();
            var closing = Task.Run(() => world.Community().Close(Lea.Closes()));

            var answers = await Task.WhenAll(posting);
            (await closing).ShouldBeDone();

            (await world.TryPost(Ada)).ShouldBeRefusedWith(new RoomRefusal.Closed());
            answers.ShouldAllBe(answer => answer.Refusal == null || answer.Refusal is RoomRefusal.Closed);
            world.Journal.FactsOf(Scene.Stream).Count(fact => fact.Type == "room.post-posted").ShouldBe(1 + answers.Count(answer => !answer.IsRefused));
        }
    }

    [Fact]
    public async Task Closed_and_reopened_by_several_at_once_it_happens_once_each()
    {
        await using var world = await Scene.ARoom();

        var closed = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => world.Community().Close(Lea.Closes($"Reason {i}", $"close{i}")))));
        var reopened = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => world.Community().Reopen(Lea.Reopens($"reopen{i}")))));

        closed.Concat(reopened).ShouldAllBe(answer => answer.Refusal == null);
        world.Journal.FactsOf(Streams.Of(Cpb)).Count(fact => fact.Type == "community.closed").ShouldBe(1);
        world.Journal.FactsOf(Streams.Of(Cpb)).Count(fact => fact.Type == "community.reopened").ShouldBe(1);
    }

    [Fact]
    public async Task An_administrator_who_is_no_member_closes_and_reopens_it_and_a_suspended_leader_does_not()
    {
        await using var world = await Scene.ARoom();
        var root = new MemberId("root");
        (await world.Grains.Member(root).Register(new() { By = MemberId.System, Request = world.NewRequest(), Address = "root@buyers.example" })).ShouldBeDone();
        (await world.Grains.Member(root).AppointAdministrator(new() { By = MemberId.System, Request = world.NewRequest() })).ShouldBeDone();
        (await world.Community().ChangeRole(Lea.Makes(Ada, Role.Leader))).ShouldBeDone();
        (await world.Community().Restrict(Lea.Restricts(Ada, RestrictionKind.Suspension))).ShouldBeDone();

        (await world.Community().Close(Ada.Closes(request: "no"))).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
        (await world.Community().Close(root.Closes())).ShouldBeDone();
        (await world.Community().Reopen(Ada.Reopens("no again"))).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
        (await world.Community().Reopen(root.Reopens())).ShouldBeDone();
    }

    [Fact]
    public async Task Nobody_asks_to_join_and_what_was_approved_comes_back_with_its_reason_and_is_approved_after_reopening_once()
    {
        await using var world = await AQueue.OfACommunity();
        var number = await world.Asks(Ada);
        (await world.Approves(Lea, number)).ShouldBeDone();
        (await world.Community().Close(Lea.Closes())).ShouldBeDone();

        await world.TakesEffect();

        var back = await world.Item(number);
        back.State.ShouldBe(ItemState.Open);
        back.CameBack.ShouldBe("community.closed");
        (await world.RoleOf(Ada)).ShouldBeNull();
        world.MailsTo(Ada, "Decided").ShouldBeEmpty();
        (await world.Queue().Ask(new() { By = new("eve"), Request = world.NewRequest(), Message = "I buy trams." })).ShouldBeRefusedWith(new CommunityRefusal.Closed());

        (await world.Community().Reopen(Lea.Reopens())).ShouldBeDone();
        (await world.Approves(Dana, number, back.Version)).ShouldBeDone();
        await world.TakesEffect();
        await world.TakesEffect();

        (await world.RoleOf(Ada)).ShouldBe(Role.Member);
        (await world.Item(number)).State.ShouldBe(ItemState.Settled);
        world.MailsTo(Ada, "Decided").ShouldHaveSingleItem();
        world.Journal.FactsOf(Streams.Of(Cpb)).Count(fact => fact.Type == "community.member-joined" && fact.Subject == "member/ada").ShouldBe(1);
    }

    [Fact]
    public async Task Closing_while_the_decision_takes_effect_admits_once_or_brings_it_back()
    {
        await using var silos = GrainWorld.SameSilosForEveryRound();
        for (var round = 0; round < 10; round++)
        {
            await using var world = await AQueue.OfACommunity();
            var number = await world.Asks(Ada);
            (await world.Approves(Lea, number)).ShouldBeDone();

            await Task.WhenAll(Task.Run(world.TakesEffect), Task.Run(() => world.Community().Close(Lea.Closes())));

            var isIn = (await world.RoleOf(Ada)) is not null;
            var item = await world.Item(number);
            item.State.ShouldBe(isIn ? ItemState.Settled : ItemState.Open);
            item.CameBack.ShouldBe(isIn ? null : "community.closed");
            world.MailsTo(Ada, "Decided").Count().ShouldBe(isIn ? 1 : 0);
        }
    }

    [Fact]
    public async Task A_request_that_waits_is_rejected_all_the_same()
    {
        await using var world = await AQueue.OfACommunity();
        var number = await world.Asks(Ada);
        (await world.Community().Close(Lea.Closes())).ShouldBeDone();

        (await world.Rejects(Dana, number)).ShouldBeDone();
        await world.TakesEffect();

        (await world.Item(number)).State.ShouldBe(ItemState.Settled);
        world.MailsTo(Ada, "Decided").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Nothing_is_written_submitted_or_published_and_comments_are_read()
    {
        await using var world = await AQueue.OfACommunity();
        var publication = world.Grains.Publication(new(Cpb, new string('p', 24)));
        (await publication.Write(Writes(world, Bo, 0))).ShouldBeDone();
        (await publication.Submit(new() { By = Bo, Request = world.NewRequest(), Version = 1 })).ShouldBeDone();
        await world.Follow();
        var item = (await world.Queue().Page(Lea, new(true, null, null, 0))).Value.ShouldNotBeNull().Items.ShouldHaveSingleItem();
        (await world.Approves(Lea, item.Number.Value)).ShouldBeDone();
        (await world.Community().Close(Lea.Closes())).ShouldBeDone();
        await world.TakesEffect();

        (await world.Item(item.Number.Value)).CameBack.ShouldBe("community.closed");
        var other = world.Grains.Publication(new(Cpb, new string('q', 24)));
        (await other.Write(Writes(world, Bo, 0))).ShouldBeRefusedWith(new CommunityRefusal.Closed());
        (await other.MayWrite(Bo)).ShouldBeFalse();
        (await publication.Read(Bo)).ShouldBeDone();

        (await world.Community().Reopen(Lea.Reopens())).ShouldBeDone();
        (await world.Approves(Dana, item.Number.Value, (await world.Item(item.Number.Value)).Version)).ShouldBeDone();
        await world.TakesEffect();
        var comments = world.Grains.Room(new PublicationId(Cpb, new string('p', 24)).Comments);
        (await comments.Post(new() { By = Dana, Request = world.NewRequest(), Markdown = "Well said." })).ShouldBeDone();

        (await world.Community().Close(Lea.Closes(request: "again"))).ShouldBeDone();
        (await comments.Post(new() { By = Dana, Request = world.NewRequest(), Markdown = "And more." })).ShouldBeRefusedWith(new RoomRefusal.Closed());
        (await comments.Page(Dana, 0, 10)).Value.ShouldNotBeNull().Posts.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Its_state_of_play_stays_as_it_is()
    {
        await using var world = await Scene.ARoom();
        var card = world.Grains.StateOfPlay(Cpb);
        (await card.Write(new() { By = Lea, Request = world.NewRequest(), Card = Card.Empty with { Goal = "To buy well." }, Seen = 0 })).ShouldBeDone();
        (await world.Community().Close(Lea.Closes())).ShouldBeDone();

        (await card.Write(new() { By = Lea, Request = world.NewRequest(), Card = Card.Empty with { Goal = "To buy better." }, Seen = 1 })).ShouldBeRefusedWith(new CommunityRefusal.Closed());
        (await card.Read(Ada)).Value.ShouldNotBeNull().Card.Goal.ShouldBe("To buy well.");
        (await card.Read(Lea)).Value.ShouldNotBeNull().MayWrite.ShouldBeFalse();
    }

    [Fact]
    public async Task Neither_side_writes_in_what_a_closed_community_has_in_common_with_another()
    {
        await using var world = await TwoCommunities.Linked();
        var opened = await world.Opens(TwoCommunities.Lea, Cpb);
        var thread = opened.Value;
        (await world.SaysIn(thread, TwoCommunities.Ada)).ShouldBeDone();
        (await world.Community().Close(Lea.Closes())).ShouldBeDone();

        (await world.SaysIn(thread, TwoCommunities.Ada)).ShouldBeRefusedWith(new RoomRefusal.Closed());
        (await world.SaysIn(thread, TwoCommunities.Bo)).ShouldBeRefusedWith(new RoomRefusal.Closed());
        (await world.Reads(thread, TwoCommunities.Ada)).ShouldBeTrue();
        (await world.Reads(thread, TwoCommunities.Bo)).ShouldBeTrue();
        (await world.Bridge().Threads(TwoCommunities.Ada)).ShouldHaveSingleItem().SideClosed.ShouldNotBeNull().By.ShouldBe(Lea);
        (await world.Opens(TwoCommunities.Aia, TwoCommunities.Ai, "More clauses")).ShouldBeRefusedWith(new BridgeRefusal.SideClosed());
        (await world.Opens(TwoCommunities.Lea, Cpb, "More clauses")).ShouldBeRefusedWith(new BridgeRefusal.SideClosed());

        (await world.Community().Reopen(Lea.Reopens())).ShouldBeDone();
        (await world.SaysIn(thread, TwoCommunities.Bo)).ShouldBeDone();
        (await world.Bridge().Threads(TwoCommunities.Ada)).ShouldHaveSingleItem().IsClosed.ShouldBeFalse();
    }

    [Fact]
    public async Task No_bridge_is_proposed_or_agreed_on_while_a_side_is_closed_and_one_can_be_declined_or_ended()
    {
        await using var world = await TwoCommunities.Apart();
        (await world.Proposes(TwoCommunities.Aia, TwoCommunities.Ai)).ShouldBeDone();
        (await world.Community().Close(Lea.Closes())).ShouldBeDone();

        (await world.Agrees(TwoCommunities.Lea, Cpb)).ShouldBeRefusedWith(new BridgeRefusal.SideClosed());
        (await world.Declines(TwoCommunities.Lea, Cpb)).ShouldBeDone();
        (await world.Proposes(TwoCommunities.Aia, TwoCommunities.Ai)).ShouldBeRefusedWith(new BridgeRefusal.SideClosed());

        (await world.Community().Reopen(Lea.Reopens())).ShouldBeDone();
        (await world.Proposes(TwoCommunities.Aia, TwoCommunities.Ai)).ShouldBeDone();
        (await world.Agrees(TwoCommunities.Lea, Cpb)).ShouldBeDone();
        (await world.Community().Close(Lea.Closes(request: "again"))).ShouldBeDone();
        (await world.Ends(TwoCommunities.Aia, TwoCommunities.Ai)).ShouldBeDone();
    }

    [Fact]
    public async Task Its_other_moderators_are_told_and_its_members_are_not()
    {
        await using var world = await AQueue.OfACommunity();

        (await world.Community().Close(Lea.Closes())).ShouldBeDone();
        await world.Follow();
        (await world.Told(Dana)).ShouldBe([NoticeKind.Closed]);
        (await world.Told(Lea)).ShouldBeEmpty("she did it");
        (await world.Told(Bo)).ShouldBeEmpty();

        (await world.Community().Reopen(Lea.Reopens())).ShouldBeDone();
        await world.Follow();
        await world.Follow();
        (await world.Told(Dana)).ShouldBe([NoticeKind.Reopened, NoticeKind.Closed]);
    }

    [Fact]
    public async Task It_is_closed_after_a_restart_too()
    {
        await using var world = await Scene.ARoom();
        (await world.Community().Close(Lea.Closes())).ShouldBeDone();

        await world.RestartAsync();

        (await world.TryPost(Ada)).ShouldBeRefusedWith(new RoomRefusal.Closed());
        (await world.Community().Join(new MemberId("stranger").Joins())).ShouldBeRefusedWith(new CommunityRefusal.Closed());
    }

    private static WritePublication Writes(GrainWorld world, MemberId by, int seen) => new()
    {
        By = by, Request = world.NewRequest(), Seen = seen, Content = new(PublicationKind.News, "Trams", "", "They were **bought**.", Classification.Community, [], []),
    };
}
