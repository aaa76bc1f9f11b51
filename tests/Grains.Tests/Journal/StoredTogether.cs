using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.WritePath;

/// <summary>What is said while a commit is under way waits for the next one, all of it together.</summary>
public sealed class StoredTogether
{
    [Fact]
    public async Task Posts_that_come_during_a_commit_are_stored_by_one_append_and_told_in_order()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        await world.Post(Bo);
        var listener = await world.Listen(world.Room());
        var before = world.Journal.Appends;

        List<Task<long>> posting = [];
        using (var hold = world.Journal.HoldAppends(Scene.Stream))
        {
            posting.Add(world.Post(Ada, "first"));
            await hold.Reached;
            for (var i = 0; i < 10; i++) posting.Add(world.Post(i % 2 == 0 ? Ada : Bo, $"{i}"));
            await AllHaveCome(world);
        }

        (await Task.WhenAll(posting)).Order().ShouldBe(Enumerable.Range(3, 11).Select(number => (long)number));
        (world.Journal.Appends - before).ShouldBe(2);
        await listener.Hears(13);
        listener.Steps.Select(step => step.Position).ShouldBe(Enumerable.Range(3, 11).Select(position => (long)position));
    }

    [Fact]
    public async Task A_request_sent_twice_among_them_has_one_effect_and_one_answer()
    {
        await using var world = await Scene.ARoom();
        List<Task<Outcome<Posted>>> posting = [];
        using (var hold = world.Journal.HoldAppends(Scene.Stream))
        {
            posting.Add(world.Room().Post(Ada.Says("first", request: "first")));
            await hold.Reached;
            posting.Add(world.Room().Post(Ada.Says("twice", request: "twice")));
            posting.Add(world.Room().Post(Bo.Says("other", request: "other")));
            posting.Add(world.Room().Post(Ada.Says("twice", request: "twice")));
            posting.Add(world.Room().Post(Bo.Says("last", request: "last")));
            await AllHaveCome(world);
        }

        var answers = await Task.WhenAll(posting);

        answers[3].Value!.Number.ShouldBe(answers[1].Value!.Number);
        answers.Select(answer => answer.Value!.Number.Value).Distinct().Order().ShouldBe([1, 2, 3, 4]);
        world.Journal.FactsOf(Scene.Stream).Length.ShouldBe(4);
    }

    [Fact]
    public async Task What_another_node_wrote_in_between_is_read_and_all_of_them_are_decided_again()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        List<Task<long>> posting = [];
        using (var hold = world.Journal.HoldAppends(Scene.Stream))
        {
            posting.Add(world.Post(Ada, "mine"));
            await hold.Reached;
            for (var i = 0; i < 3; i++) posting.Add(world.Post(Bo, $"{i}"));
            await AllHaveCome(world);
            world.Journal.Put(Scene.Stream, "room.post-posted", """{"number":2,"markdown":"theirs"}""", "post/2", by: Bo);
        }

        (await Task.WhenAll(posting)).Order().ShouldBe([3, 4, 5, 6]);
        (await world.View(2)).Markdown.ShouldBe("theirs");
    }

    [Fact]
    public async Task When_nobody_knows_whether_they_were_stored_all_are_told_so_and_sending_again_is_safe()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        world.Journal.LoseAnswerOfAppend(2);
        List<Task<Outcome<Posted>>> posting = [];
        using (var hold = world.Journal.HoldAppends(Scene.Stream))
        {
            posting.Add(world.Room().Post(Ada.Says("0", request: "r0")));
            await hold.Reached;
            for (var i = 1; i < 4; i++) posting.Add(world.Room().Post(Ada.Says($"{i}", request: $"r{i}")));
            await AllHaveCome(world);
        }

        (await posting[0]).Value!.Number.ShouldBe(new PostNumber(2));
        foreach (var lost in posting.Skip(1)) await Should.ThrowAsync<IOException>(() => lost);

        var again = new List<long>();
        for (var i = 1; i < 4; i++) again.Add((await world.Room().Post(Ada.Says($"{i}", request: $"r{i}"))).Value!.Number.Value);
        again.Order().ShouldBe([3, 4, 5]);
        world.Journal.FactsOf(Scene.Stream).Length.ShouldBe(5);
    }

    [Fact]
    public async Task Who_leaves_while_waiting_has_left()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Bo);
        Task<Outcome<Posted>> late;
        using (var hold = world.Journal.HoldAppends(Scene.Stream))
        {
            var first = world.Post(Ada, "first");
            await hold.Reached;
            late = world.Room().Post(Bo.Says("late"));
            await AllHaveCome(world);
            (await world.Community().Leave(new() { By = Bo, Request = new("leave") })).IsRefused.ShouldBeFalse();
        }

        (await late).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
    }

    /// <summary>A call that was made after them has been answered: they are in the grain, and not on their way to it.</summary>
    private static Task AllHaveCome(GrainWorld world) => world.Room().Tally();
}
