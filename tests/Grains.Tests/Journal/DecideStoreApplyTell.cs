using PublicBuyers.Journal;
using PublicBuyers.Live;
using PublicBuyers.Rooms;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.WritePath;

public sealed class DecideStoreApplyTell
{
    [Fact]
    public async Task Nobody_is_told_before_it_is_stored()
    {
        await using var world = await Scene.ARoom();
        var storedWhenTold = -1;
        var listener = await world.Listen(world.Room(), _ => storedWhenTold = world.Journal.FactsOf(Scene.Stream).Length);

        Task<long> posting;
        using (var hold = world.Journal.HoldAppends(Scene.Stream))
        {
            posting = world.Post(Ada);
            await hold.Reached;
            listener.Steps.ShouldBeEmpty();
            posting.IsCompleted.ShouldBeFalse();
        }

        (await posting).ShouldBe(1);
        await listener.Hears(1);
        storedWhenTold.ShouldBe(1);
    }

    [Fact]
    public async Task Who_watches_is_told_every_position_in_order()
    {
        await using var world = await Scene.ARoom();
        var listener = await world.Listen(world.Room());

        await world.Post(Ada);
        await world.Post(Bo, thread: 1);
        await world.Edit(Ada, 1, "Good morning");
        await world.Delete(Bo, 2);
        await listener.Hears(6);

        listener.Steps.Select(step => step.Position).ShouldBe([1, 2, 3, 4, 5, 6]);
        listener.Steps.SelectMany(step => step.Changes).Select(change => change.Key).ShouldBe(["post/1", "post/2", "post/1", "post/1", "post/2", "post/1"]);
        listener.Steps[^1].Changes.ShouldHaveSingleItem().ShouldBe(new RoomChange.PostPut(await world.View(1)));
    }

    [Fact]
    public async Task Who_stops_watching_is_told_no_more()
    {
        await using var world = await Scene.ARoom();
        var (leaving, staying) = (new Testing.Listener(), await world.Listen(world.Room()));
        var reference = world.Grains.CreateObjectReference<IStreamObserver>(leaving);
        await world.Room().Watch(reference);
        await world.Room().Unwatch(reference);

        await world.Post(Ada);
        await staying.Hears(1);

        leaving.Steps.ShouldBeEmpty();
        GC.KeepAlive(leaving);
    }

    [Fact]
    public async Task What_could_not_be_stored_did_not_happen()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada, "first");
        world.Journal.FailAppend();

        await Should.ThrowAsync<IOException>(() => world.TryPost(Ada, "lost"));

        var listener = await world.Listen(world.Room());
        (await world.Post(Ada, "second")).ShouldBe(2);
        await listener.Hears(2);
        listener.Steps.ShouldHaveSingleItem().Position.ShouldBe(2);
        (await world.View(2)).Markdown.ShouldBe("second");
    }

    [Fact]
    public async Task What_was_stored_without_an_answer_did_happen_and_a_retry_gets_its_answer()
    {
        await using var world = await Scene.ARoom();
        var command = Ada.Says("once", request: "once");
        world.Journal.LoseAnswerOfAppend();
        await Should.ThrowAsync<IOException>(() => world.Room().Post(command));

        (await world.View(1)).Markdown.ShouldBe("once");
        (await world.Room().Post(command)).Value.ShouldBe(new Posted(new(1)));
        (await world.Post(Bo, "next")).ShouldBe(2);
    }

    [Fact]
    public async Task Calls_that_waited_behind_a_failure_see_what_is_stored()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        await world.Post(Bo);
        world.Journal.LoseAnswerOfAppend();

        var posts = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                return await world.Post(i % 2 == 0 ? Ada : Bo, $"{i}");
            }
            catch (IOException)
            {
                return 0;
            }
        }));

        // One append was lost, and whoever was in it; all the others know their place among what was stored.
        posts.Count(number => number == 0).ShouldBeInRange(1, 19);
        world.Journal.FactsOf(Scene.Stream).Length.ShouldBe(22);
        foreach (var (number, i) in posts.Select((number, i) => (number, i)).Where(post => post.number > 0)) (await world.View(number)).Markdown.ShouldBe($"{i}");
    }

    [Fact]
    public async Task A_decision_is_made_again_on_what_another_node_wrote_meanwhile()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        world.Journal.Put(Scene.Stream, RoomEvent.Posted, """{"number":2,"markdown":"from another node"}""", "post/2", by: Bo);

        (await world.Post(Ada)).ShouldBe(3);
        (await world.View(2)).Markdown.ShouldBe("from another node");
    }

    [Fact]
    public async Task What_a_later_version_wrote_meanwhile_is_not_decided_upon()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        world.Journal.Put(Scene.Stream, "room.closed", "{}");

        (await world.TryPost(Ada)).Refusal.ShouldBeOfType<Refused.Quarantined>();
        world.Journal.FactsOf(Scene.Stream).Length.ShouldBe(2);
    }

    [Fact]
    public async Task What_was_stored_is_applied_whole_though_it_cannot_be_told()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        await world.Post(Bo, "reply", thread: 1);
        for (var i = 0; i < RoomLimits.PostsKept; i++) await world.Post(Ada);
        var listener = await world.Listen(world.Room());

        using (var hold = world.Journal.HoldAppends(Scene.Stream))
        {
            var deleting = world.Delete(Bo, 2);
            await hold.Reached;
            world.Journal.FailReads();
            hold.Dispose();
            await deleting;
        }

        var next = await world.Post(Ada);
        await listener.HearsOf(world.Journal.FactsOf(Scene.Stream).Length);
        listener.Steps.ShouldHaveSingleItem().Changes.ShouldHaveSingleItem().Key.ShouldBe($"post/{next}");
        (await world.View(1)).Replies.ShouldBe(0);
    }
}
