using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Rooms;

/// <summary>A room forgets all but its newest posts; whoever asks for an older one cannot tell.</summary>
public sealed class ReadingBack
{
    [Fact]
    public async Task Old_posts_are_what_the_whole_stream_says_they_are()
    {
        await using var world = await ALongRoom();
        await world.Edit(Ada, 3, "edited late");
        await world.Delete(Bo, 4);
        var reply = await world.Post(Bo, "late reply", thread: 2);
        await world.Post(Ada, "reply to a reply", thread: reply);
        await world.Delete(Bo, reply);

        await PagesAreTheFold(world);
        await world.RestartAsync();
        await PagesAreTheFold(world);
        world.Snapshots.Lose();
        await world.RestartAsync();
        await PagesAreTheFold(world);
    }

    [Fact]
    public async Task Old_posts_obey_the_same_rules()
    {
        await using var world = await ALongRoom();

        (await world.Room().Edit(Bo.Edits(1, "mine"))).ShouldBeRefusedWith(new RoomRefusal.NotYours());
        await world.Delete(Ada, 1);
        (await world.Room().Delete(Ada.Deletes(1, "again"))).ShouldBeRefusedWith(new RoomRefusal.AlreadyDeleted(world.Clock.Now));
        (await world.TryPost(Bo, thread: 1)).ShouldBeRefusedWith(new RoomRefusal.AlreadyDeleted(world.Clock.Now));
        (await world.TryPost(Bo, thread: 9_999)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await world.TryPost(Bo, thread: 0)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await world.TryPost(Bo, thread: -1)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
    }

    [Fact]
    public async Task Pages_end_where_the_room_begins()
    {
        await using var world = await Scene.ARoom();
        (await world.Room().Page(Ada, 0, 10)).Value.ShouldNotBeNull().ShouldSatisfyAllConditions(page => page.Posts.ShouldBeEmpty(), page => page.Older.ShouldBeFalse());
        for (var i = 0; i < 7; i++) await world.Post(Ada, $"{i + 1}");

        (await Numbers(0, 3)).ShouldBe("older 5 6 7");
        (await Numbers(5, 3)).ShouldBe("older 2 3 4");
        (await Numbers(2, 3)).ShouldBe("1");
        (await Numbers(1, 3)).ShouldBe("");
        (await Numbers(long.MaxValue, int.MaxValue)).ShouldBe("1 2 3 4 5 6 7");
        (await Numbers(long.MinValue, int.MinValue)).ShouldBe("older 7");

        async Task<string> Numbers(long before, int count)
        {
            var page = (await world.Room().Page(Ada, before, count)).Value.ShouldNotBeNull();
            return (page.Older ? "older " : "") + string.Join(' ', page.Posts.Select(post => post.Number));
        }
    }

    [Fact]
    public async Task A_thread_is_read_to_its_end_each_reply_once()
    {
        await using var world = await Scene.ARoom();
        var root = await world.Post(Ada, "root");
        var replies = new List<long>();
        for (var i = 0; i < 120; i++)
        {
            await world.Post(Bo, "something else");
            replies.Add(await world.Post(Bo, "reply", root));
            if (i % 10 == 0) await world.Edit(Ada, root, $"edit {i}");
            if (i % 25 == 0) await world.Delete(Bo, replies[^1]);
        }

        var read = new List<PostView>();
        for (long? after = 0; after is { } from;)
        {
            var page = (await world.Room().Thread(Ada, new(replies[5]), from)).Value.ShouldNotBeNull();
            page.Root.Number.ShouldBe(new PostNumber(root));
            page.Replies.Length.ShouldBeLessThanOrEqualTo(RoomLimits.PageSize);
            read.AddRange(page.Replies);
            after = page.After;
        }

        read.Select(post => post.Number.Value).ShouldBe(replies);
        var full = world.FoldedInFull();
        read.ShouldBe(replies.Select(reply => full[reply]));
    }

    [Fact]
    public async Task History_is_every_text_first_to_last_until_the_post_is_deleted()
    {
        await using var world = await ALongRoom();
        await world.Edit(Ada, 1, "second");
        world.Clock.Move(TimeSpan.FromHours(1));
        await world.Edit(Ada, 1, "third");

        var history = (await world.Room().History(Bo, new(1))).Value.ShouldNotBeNull();
        history.Texts.ShouldBe([new(FakeClock.Noon, "post 1"), new(FakeClock.Noon, "second"), new(world.Clock.Now, "third")]);
        history.Post.Revision.ShouldBe(3);

        await world.Delete(Ada, 1);
        (await world.Room().History(Ada, new(1))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await world.Room().History(Ada, new(0))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await world.Room().History(Ada, new(99_999))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
    }

    [Fact]
    public async Task An_edit_after_a_long_thread_is_part_of_the_history()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada, "first");
        for (var i = 0; i < 1_050; i++) world.Journal.Put(Scene.Stream, i % 2 == 0 ? "room.reply-added" : "room.reply-removed", """{"root":1,"reply":2}""", "post/1");
        await world.Edit(Ada, 1, "second");

        (await world.Room().History(Ada, new(1))).Value.ShouldNotBeNull().Texts.Select(text => text.Markdown).ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task Whoever_missed_edits_of_hundreds_of_old_posts_catches_up_on_all()
    {
        await using var world = await Scene.ARoom();
        for (var i = 1; i <= 500; i++) await world.Post(Ada, $"post {i}");
        var away = (await world.Room().Admit(Ada)).Value;
        for (var i = 1; i <= 300; i++) await world.Edit(Ada, i, "edited");

        var catchup = await world.Room().Since(away.Epoch, away.Position);

        catchup.Snapshot.ShouldBeNull();
        var full = world.FoldedInFull();
        catchup.Changes.OfType<RoomChange.PostPut>().Select(put => put.Post).ShouldBe(Enumerable.Range(1, 300).Select(number => full[number]));
    }

    [Fact]
    public async Task What_was_erased_is_a_tombstone_wherever_it_is_read()
    {
        await using var world = await ALongRoom();
        var newest = await world.Post(Ada, "private");
        var stored = world.Journal.FactsOf(Scene.Stream);
        await world.Journal.Erase(Scene.Stream, [.. stored.Where(fact => fact.Subject is "post/1" || fact.Subject == $"post/{newest}").Select(fact => fact.Sequence)]);
        world.Snapshots.Lose();
        await world.RestartAsync();
        world.Snapshots.Lose();

        foreach (var number in new[] { 1, newest })
        {
            var view = await world.View(number);
            (view.Markdown, view.IsDeleted, view.Author).ShouldBe(("", true, Ada));
            (await world.Room().History(Ada, new(number))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await world.Room().Edit(Ada.Edits(number, "back"))).Refusal.ShouldBeOfType<RoomRefusal.AlreadyDeleted>();
        }

        (await world.Post(Ada)).ShouldBe(newest + 1);
        await PagesAreTheFold(world);
    }

    [Fact]
    public async Task An_erased_deletion_deletes_all_the_same()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada, "private");
        await world.Delete(Ada, 1);
        await world.Journal.Erase(Scene.Stream, [2]);
        world.Snapshots.Lose();
        await world.RestartAsync();
        world.Snapshots.Lose();

        (await world.View(1)).IsDeleted.ShouldBeTrue();
        (await world.View(1)).Markdown.ShouldBe("");
    }

    private static async Task<GrainWorld> ALongRoom()
    {
        var world = await Scene.ARoom();
        for (var i = 1; i <= RoomLimits.PostsKept + 40; i++) await world.Post(i % 2 == 0 ? Bo : Ada, $"post {i}", thread: i % 7 == 0 ? i - 5 : null);
        return world;
    }

    private static async Task PagesAreTheFold(GrainWorld world)
    {
        var read = new List<PostView>();
        var before = 0L;
        do
        {
            var page = (await world.Room().Page(Ada, before, RoomLimits.PageSize)).Value.ShouldNotBeNull();
            read.InsertRange(0, page.Posts);
            before = page.Older ? page.Posts[0].Number.Value : -1;
        }
        while (before > 0);

        var full = world.FoldedInFull();
        read.ShouldBe(full.Values.OrderBy(post => post.Number));
    }
}
