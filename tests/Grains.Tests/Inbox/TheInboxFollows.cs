using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using static PublicBuyers.Inbox.InboxHistory;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Inbox;

/// <summary>From what happens in a room to the inboxes of whom it concerns.</summary>
public sealed class TheInboxFollows
{
    [Fact]
    public async Task A_mention_is_told_to_who_is_mentioned()
    {
        await using var world = await ARoom();
        var number = await Mentions(world, Bo, "Ask @ada and @_carla and @nobody");

        await world.Follow();

        (await Told(world, Ada)).ShouldBe([(NoticeKind.Mention, number, Bo)]);
        (await Told(world, Carla)).ShouldBeEmpty("it named her silently");
        (await Told(world, Bo)).ShouldBeEmpty();
        (await Told(world, new("nobody"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_post_that_mentions_nobody_and_is_no_reply_concerns_nobody_whatever_it_says()
    {
        await using var world = await ARoom();
        var root = await world.Post(Ada, """{"mentions":[],"thread":1,"attachments":[]}""");
        await world.Post(Bo, "We do", root);
        await Mentions(world, Bo, "Ask @ada");

        var posted = world.Journal.Facts.Where(fact => fact.Type == RoomEvent.Posted).ToList();

        var effects = world.Services.GetServices<IEffect>().ToDictionary(effect => effect.Name);
        posted.Select(effects["inbox"].Concerns).ShouldBe([false, true, true]);
        posted.Select(effects[PostedFiles.EffectName].Concerns).ShouldBe([false, false, false]);
    }

    [Fact]
    public async Task A_post_to_everybody_is_told_to_everybody_else_and_as_a_mention_to_who_is_named()
    {
        await using var world = await ARoom();
        var number = await Mentions(world, Scene.Lea, "@room look, @ada first");

        await world.Follow();

        (await Told(world, Ada)).ShouldBe([(NoticeKind.Mention, number, Scene.Lea)]);
        (await Told(world, Bo)).ShouldBe([(NoticeKind.Room, number, Scene.Lea)]);
        (await Told(world, Carla)).ShouldBe([(NoticeKind.Room, number, Scene.Lea)]);
        (await Told(world, Scene.Lea)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reply_is_told_to_who_takes_part_and_once_to_who_is_mentioned_too()
    {
        await using var world = await ARoom();
        var root = await world.Post(Ada, "Who buys trams?");
        await world.Post(Carla, "We do", root);
        await world.Follow();
        var reply = await Mentions(world, Bo, "So do we, @ada", root);

        await world.Follow();

        (await Told(world, Ada)).ShouldBe([(NoticeKind.Mention, reply, Bo), (NoticeKind.Reply, 2, Carla)]);
        (await Told(world, Carla)).ShouldBe([(NoticeKind.Reply, reply, Bo)]);
        (await Told(world, Bo)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_edit_is_told_only_to_who_is_mentioned_by_it_though_they_have_read_the_post()
    {
        await using var world = await ARoom();
        var number = await Mentions(world, Bo, "Ask @ada");
        await world.Follow();
        foreach (var member in new[] { Ada, Carla }) (await world.InboxOf(member).Mark(new(member, General, new(number), null))).ShouldBeDone();

        (await world.Room().Edit(Bo.EditsMentioning(number, "Ask @ada or @carla", world.Ids.Next()))).ShouldBeDone();
        await world.Follow();

        (await world.UnreadOf(Ada)).ShouldBe(0);
        (await Told(world, Ada)).Length.ShouldBe(1);
        (await world.UnreadOf(Carla)).ShouldBe(1);
    }

    [Theory]
    [InlineData("Ask somebody")]
    [InlineData("Ask @_ada")]
    [InlineData("Ask @carla")]
    public async Task A_mention_that_is_taken_out_or_made_silent_is_withdrawn_with_its_count_and_put_back_it_is_told_again(string edited)
    {
        await using var world = await ARoom();
        var number = await Mentions(world, Bo, "Ask @ada");
        await React(world, Ada, number, Reaction.Thanks);
        await world.Follow();
        (await world.UnreadOf(Ada)).ShouldBe(1);

        (await world.Room().Edit(Bo.EditsMentioning(number, edited, world.Ids.Next()))).ShouldBeDone();
        await world.Follow();
        (await Told(world, Ada)).ShouldBeEmpty();
        (await world.UnreadOf(Ada)).ShouldBe(0);
        (await Told(world, Bo)).ShouldBe([(NoticeKind.Reaction, number, Ada)]);

        (await world.Room().Edit(Bo.EditsMentioning(number, "Do ask @ada", world.Ids.Next()))).ShouldBeDone();
        await world.Follow();
        (await Told(world, Ada)).ShouldBe([(NoticeKind.Mention, number, Bo)]);
    }

    [Fact]
    public async Task Taken_out_and_put_back_before_anybody_is_told_it_is_told_once()
    {
        await using var world = await ARoom();
        var number = await Mentions(world, Bo, "Ask @ada and @carla");
        foreach (var text in new[] { "Ask nobody", "Ask @ada" }) (await world.Room().Edit(Bo.EditsMentioning(number, text, world.Ids.Next()))).ShouldBeDone();

        await world.Follow();

        (await Told(world, Ada)).ShouldBe([(NoticeKind.Mention, number, Bo)]);
        (await Told(world, Carla)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Taken_out_of_a_reply_it_stays_one_to_who_follows_the_thread()
    {
        await using var world = await ARoom();
        var root = await world.Post(Ada, "Who buys trams?");
        var reply = await Mentions(world, Bo, "We do, @ada and @carla", root);
        await world.Follow();

        (await world.Room().Edit(Bo.EditsMentioning(reply, "We do", world.Ids.Next()))).ShouldBeDone();
        await world.Follow();

        (await Told(world, Ada)).ShouldBe([(NoticeKind.Reply, reply, Bo)]);
        (await world.UnreadOf(Ada)).ShouldBe(1);
        (await Told(world, Carla)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Everybody_who_is_named_no_more_is_told_no_more_but_who_is_named_alone()
    {
        await using var world = await ARoom();
        var number = await Mentions(world, Scene.Lea, "@room look");
        await world.Follow();
        (await Told(world, Bo)).ShouldBe([(NoticeKind.Room, number, Scene.Lea)]);

        (await world.Room().Edit(Scene.Lea.EditsMentioning(number, "@ada look", world.Ids.Next()))).ShouldBeDone();
        await world.Follow();

        (await Told(world, Ada)).ShouldBe([(NoticeKind.Mention, number, Scene.Lea)]);
        (await Told(world, Bo)).ShouldBeEmpty();
        (await world.UnreadOf(Bo)).ShouldBe(0);
    }

    [Fact]
    public async Task A_reaction_is_told_to_the_author_and_taken_back_with_it()
    {
        await using var world = await ARoom();
        var number = await world.Post(Ada);
        await React(world, Bo, number, Reaction.Thanks);
        await React(world, Ada, number, Reaction.Agree);
        await world.Follow();
        (await Told(world, Ada)).ShouldBe([(NoticeKind.Reaction, number, Bo)]);

        await React(world, Bo, number, Reaction.Thanks, reacts: false);
        await world.Follow();
        (await Told(world, Ada)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reaction_toggled_twenty_times_leaves_one_notice()
    {
        await using var world = await ARoom();
        var number = await world.Post(Ada);
        for (var time = 0; time < 21; time++)
        {
            await React(world, Bo, number, Reaction.Thanks, reacts: time % 2 == 0);
            if (time % 5 == 0) await world.Follow();
        }

        await world.Follow();

        (await Told(world, Ada)).ShouldBe([(NoticeKind.Reaction, number, Bo)]);
        (await world.UnreadOf(Ada)).ShouldBe(1);
    }

    [Fact]
    public async Task A_deleted_or_hidden_post_takes_everything_back()
    {
        await using var world = await ARoom();
        var root = await world.Post(Ada, "Who buys trams?");
        var reply = await Mentions(world, Scene.Lea, "@room see @ada", root);
        await React(world, Carla, reply, Reaction.Agree);
        await React(world, Bo, root, Reaction.Agree);
        await world.Follow();
        foreach (var member in new[] { Ada, Bo, Carla, Scene.Lea }) (await world.UnreadOf(member)).ShouldBeGreaterThan(0);

        await world.Delete(Scene.Lea, reply);
        await Hide(world, root);
        await world.Follow();

        foreach (var member in new[] { Ada, Bo, Carla, Scene.Lea }) (await Told(world, member)).ShouldBeEmpty(member.Value);
    }

    [Fact]
    public async Task A_post_shown_again_is_told_again_to_who_has_not_read_it()
    {
        await using var world = await ARoom();
        var number = await Mentions(world, Bo, "Ask @ada and @carla");
        await world.Follow();
        (await world.InboxOf(Carla).Mark(new(Carla, General, new(number), null))).ShouldBeDone();

        await Hide(world, number);
        await world.Follow();
        await Hide(world, number, hidden: false);
        await world.Follow();

        (await Told(world, Ada)).ShouldBe([(NoticeKind.Mention, number, Bo)]);
        (await world.UnreadOf(Ada)).ShouldBe(1);
        (await Told(world, Carla)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_post_that_was_deleted_meanwhile_is_told_to_nobody()
    {
        await using var world = await ARoom();
        var number = await Mentions(world, Bo, "Ask @ada");
        await world.Delete(Bo, number);

        await world.Follow();

        (await Told(world, Ada)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_fact_followed_again_after_a_crash_is_one_notice()
    {
        await using var world = await ARoom();
        var number = await Mentions(world, Bo, "Ask @ada");
        await React(world, Carla, number, Reaction.Agree);
        await world.Follow();
        (await world.InboxOf(Ada).Read(new() { By = Ada, Request = world.NewRequest(), Upto = 1 })).ShouldBeDone();

        world.Cursors.SetBack(0);
        await world.RestartAsync();
        await world.Follow();

        (await Told(world, Ada)).ShouldBe([(NoticeKind.Mention, number, Bo)]);
        (await world.UnreadOf(Ada)).ShouldBe(0);
        (await Told(world, Bo)).ShouldBe([(NoticeKind.Reaction, number, Carla)]);
    }

    [Fact]
    public async Task A_server_that_stops_between_the_post_and_the_inbox_tells_when_it_is_back()
    {
        await using var world = await ARoom();
        var number = await Mentions(world, Bo, "Ask @ada");

        await world.RestartAsync();
        (await Told(world, Ada)).ShouldBeEmpty();
        await world.Follow();

        (await Told(world, Ada)).ShouldBe([(NoticeKind.Mention, number, Bo)]);
    }

    [Fact]
    public async Task Fifty_mentions_at_once_are_fifty_notices()
    {
        await using var world = await ARoom();
        await world.StartFollowers();
        var listener = await world.Listen(world.InboxOf(Ada));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Mentions(world, i % 2 == 0 ? Bo : Carla, $"{i} @ada")));

        await listener.Hears(50);
        (await world.UnreadOf(Ada)).ShouldBe(50);
        (await world.NoticesOf(Ada)).Select(notice => notice.Post!.Value.Value).Order().ShouldBe(Enumerable.Range(1, 50).Select(post => (long)post));
    }

    [Fact]
    public async Task Whoever_leaves_while_being_mentioned_keeps_no_notice()
    {
        await using var world = await ARoom();
        for (var time = 0; time < 20; time++)
        {
            await Task.WhenAll(
                world.Leave(Ada),
                world.Room().Post(Bo.Mentioning($"{time} @ada", request: world.Ids.Next())),
                world.Follow());
            await world.Follow();

            (await Told(world, Ada)).ShouldBeEmpty();
            await world.Join(Ada);
        }
    }

    [Fact]
    public async Task Whoever_leaves_a_community_keeps_the_notices_of_others()
    {
        await using var world = await ARoom();
        await Mentions(world, Bo, "Ask @ada");
        await world.Follow();
        (await world.Grains.Community(new("bim")).Found(new() { By = MemberId.System, Request = world.NewRequest(), Name = "BIM", Access = Communities.Access.Open, Goal = "Models", Leader = Bo })).ShouldBeDone();
        (await world.Grains.Community(new("bim")).Join(new() { By = Ada, Request = world.NewRequest() })).ShouldBeDone();
        (await world.Grains.Room(new("bim/general")).Post(Bo.Mentioning("And here @ada", request: world.Ids.Next()))).ShouldBeDone();
        await world.Follow();

        await world.Leave(Ada);
        await world.Follow();

        (await world.NoticesOf(Ada)).ShouldHaveSingleItem().Room.ShouldBe(new("bim/general"));
    }

    [Fact]
    public async Task An_inbox_that_is_damaged_keeps_nobody_else_from_being_told()
    {
        await using var world = await ARoom();
        await Mentions(world, Bo, "Ask @ada");
        await world.Follow();
        world.Journal.Damage("inbox/ada", 1);
        await world.RestartAsync();

        await Mentions(world, Bo, "Ask @ada or @carla");
        for (var rounds = 0; rounds < 3; rounds++) await world.Follow();   // a round ends at what is damaged

        (await Told(world, Carla)).Length.ShouldBe(1);
        world.Cursors.AllParked.ShouldAllBe(parked => parked.Stream == "inbox/ada");
    }

    private static async Task<GrainWorld> ARoom()
    {
        var world = await Scene.ARoom();
        await world.Join(Carla);
        await world.Follow();   // followers begin at the head
        return world;
    }

    private static async Task<long> Mentions(GrainWorld world, MemberId by, string text, long? thread = null)
    {
        var outcome = await world.Room().Post(by.Mentioning(text, thread, world.Ids.Next()));
        outcome.ShouldBeDone();
        return outcome.Value!.Number.Value;
    }

    private static async Task React(GrainWorld world, MemberId by, long number, Reaction reaction, bool reacts = true) =>
        (await world.Room().React(by.Reacts(number, reaction, reacts, world.Ids.Next()))).ShouldBeDone();

    private static async Task Hide(GrainWorld world, long number, bool hidden = true) =>
        (await world.Room().Hide(Scene.Lea.Hides(number, hidden, request: world.Ids.Next()))).ShouldBeDone();

    private static async Task<(NoticeKind, long, MemberId)[]> Told(GrainWorld world, MemberId member) =>
        [.. (await world.NoticesOf(member)).Select(notice => (notice.Kind, notice.Post!.Value.Value, notice.By))];
}
