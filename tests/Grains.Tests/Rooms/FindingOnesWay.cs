using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Rooms;

public sealed class FindingOnesWay
{
    private static readonly AttachmentId file = new("0a1b2c3d4e5f6g7h8i9j");

    [Fact]
    public async Task Reading_on_ends_where_the_room_ends()
    {
        await using var world = await Scene.ARoom();
        (await Numbers(0, 3)).ShouldBe("");
        for (var i = 0; i < 7; i++) await world.Post(Ada);

        (await Numbers(0, 3)).ShouldBe("1 2 3 newer");
        (await Numbers(4, 2)).ShouldBe("older 5 6 newer");
        (await Numbers(4, 3)).ShouldBe("older 5 6 7");
        (await Numbers(7, 3)).ShouldBe("older ");
        (await Numbers(long.MaxValue, int.MaxValue)).ShouldBe("older ");
        (await Numbers(long.MinValue, int.MinValue)).ShouldBe("1 newer");

        async Task<string> Numbers(long after, int count)
        {
            var page = (await world.Room().PageAfter(Ada, after, count)).Value.ShouldNotBeNull();
            return (page.Older ? "older " : "") + string.Join(' ', page.Posts.Select(post => post.Number)) + (page.Newer ? " newer" : "");
        }
    }

    [Fact]
    public async Task Forwards_and_backwards_it_is_the_same_room()
    {
        await using var world = await Scene.ARoom();
        for (var i = 0; i < RoomLimits.PostsKept + 30; i++) await world.Post(Ada, $"{i}");

        var forwards = new List<PostView>();
        for (var more = true; more;)
        {
            var page = (await world.Room().PageAfter(Bo, forwards.Count, RoomLimits.PageSize)).Value.ShouldNotBeNull();
            forwards.AddRange(page.Posts);
            more = page.Newer;
        }

        forwards.Select(Json).ShouldBe(world.FoldedInFull().Values.OrderBy(post => post.Number).Select(Json));
    }

    [Fact]
    public async Task A_day_leads_to_its_first_post_old_or_new()
    {
        await using var world = await Scene.ARoom();
        (await world.Room().NumberAt(Ada, FakeClock.Noon)).Value.ShouldBe(new PostNumber(0));
        for (var i = 0; i < RoomLimits.PostsKept + 60; i++)
        {
            await world.Post(Ada);
            world.Clock.Move(TimeSpan.FromMinutes(10));
        }

        var last = RoomLimits.PostsKept + 60;
        foreach (var number in new[] { 1, 2, 37, 60, 61, 62, 200, last })
        {
            (await world.Room().NumberAt(Ada, FakeClock.Noon.AddMinutes(10 * (number - 1)))).Value.ShouldBe(new PostNumber(number));
            (await world.Room().NumberAt(Ada, FakeClock.Noon.AddMinutes((10 * (number - 1)) - 5))).Value.ShouldBe(new PostNumber(number));
        }

        (await world.Room().NumberAt(Ada, DateTimeOffset.MaxValue)).Value.ShouldBe(new PostNumber(last));
        (await world.Room().NumberAt(Ada, DateTimeOffset.MinValue)).Value.ShouldBe(new PostNumber(1));
    }

    [Fact]
    public async Task Posts_asked_for_by_number_come_in_that_order_without_what_is_withheld()
    {
        await using var world = await Scene.ARoom();
        for (var i = 0; i < RoomLimits.PostsKept + 10; i++) await world.Post(Ada);
        await world.Delete(Ada, 3);
        (await world.Room().Hide(Scene.Lea.Hides(4))).ShouldBeDone();

        var posts = (await world.Room().Posts(Ada, [new(205), new(3), new(2), new(4), new(0), new(-5), new(9_999), new(long.MaxValue), new(2)])).Value;

        posts.Select(post => post.Number.Value).ShouldBe([205, 2]);
    }

    [Fact]
    public async Task A_file_is_there_as_long_as_its_post_may_be_read()
    {
        await using var world = await Scene.ARoom();
        var attachment = new Attachment(file, "prices.png", "image/png", 20_480, 640, 480);
        (await world.Room().Post(Ada.Says() with { Attachments = [attachment] })).ShouldBeDone();
        await world.Post(Bo);

        (await world.Room().Attachment(Bo, new(1), file)).Value.ShouldBe(attachment);
        (await world.Room().Attachment(Bo, new(2), file)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await world.Room().Attachment(Bo, new(1), new("another"))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await world.Room().Hide(Scene.Lea.Hides(1))).ShouldBeDone();
        (await world.Room().Attachment(Bo, new(1), file)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await world.Room().Attachment(Scene.Lea, new(1), file)).Value.ShouldBe(attachment, "a moderator may see the hidden post");
        (await world.Room().Hide(Scene.Lea.Hides(1, false, "x", "s"))).ShouldBeDone();
        (await world.Room().Attachment(Bo, new(1), file)).Value.ShouldBe(attachment);
        await world.Delete(Ada, 1);
        (await world.Room().Attachment(Ada, new(1), file)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());

        (await world.Room().Post(Ada.Says(request: "many") with { Attachments = [.. Enumerable.Repeat(attachment, RoomLimits.MostAttachments + 1)] }))
            .ShouldBeRefusedWith(new RoomRefusal.TooManyAttachments(RoomLimits.MostAttachments));
    }

    [Fact]
    public async Task The_log_says_who_did_what_and_why_newest_first_and_page_by_page()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        await world.Post(Bo);
        (await world.Room().Hide(Scene.Lea.Hides(1, request: "1"))).ShouldBeDone();
        (await world.Room().SlowDown(Scene.Lea.Slows(60, "Slowly", "2"))).ShouldBeDone();
        (await world.Room().Delete(Scene.Lea.Removes(2, "Advertising", "3"))).ShouldBeDone();
        await world.Delete(Ada, 1);

        (await world.Room().Acts(Bo, 0)).Value.ShouldBe(
        [
            new(5, RoomEvent.Deleted, new(Scene.Lea, FakeClock.Noon, "Advertising"), new PostNumber(2), null),
            new(4, RoomEvent.SlowedDown, new(Scene.Lea, FakeClock.Noon, "Slowly"), null, 60),
            new(3, RoomEvent.Hidden, new(Scene.Lea, FakeClock.Noon, "Names a tenderer"), new PostNumber(1), null),
        ]);
        (await world.Room().Acts(Bo, 4)).Value.Select(act => act.Position).ShouldBe([3]);
        (await world.Room().Acts(Bo, 3)).Value.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_log_is_bounded()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        for (var i = 0; i < RoomLimits.ActsKept + 10; i++) (await world.Room().Pin(Scene.Lea.Pins(1, i % 2 == 0, $"{i}"))).ShouldBeDone();

        var read = 0;
        for (var before = 0L; (await world.Room().Acts(Ada, before)).Value is { IsEmpty: false } acts; before = acts[^1].Position)
        {
            acts.Length.ShouldBeLessThanOrEqualTo(RoomLimits.PageSize);
            read += acts.Length;
        }

        read.ShouldBe(RoomLimits.ActsKept);
    }

    [Fact]
    public async Task How_many_everybody_is_only_moderators_are_told()
    {
        await using var world = await Scene.ARoom();

        (await world.Room().Reach(Scene.Lea)).Value.ShouldBe(2);
        (await world.Room().Reach(Ada)).ShouldBeRefusedWith(new RoomRefusal.ModeratorsOnly());
    }

    [Fact]
    public async Task The_history_of_a_hidden_post_is_for_moderators()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada, "first");
        await world.Edit(Ada, 1, "second");
        (await world.Room().Hide(Scene.Lea.Hides(1))).ShouldBeDone();

        (await world.Room().History(Ada, new(1))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await world.Room().History(Scene.Lea, new(1))).Value.ShouldNotBeNull().Texts.Select(text => text.Markdown).ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task What_counts_as_unread_is_told_and_moves_when_older_posts_do()
    {
        await using var world = await Scene.ARoom();
        Json(await world.Room().Tally()).ShouldBe(Json(new RoomTally(new(1, 0), new(0), new(1), [], 0)));
        for (var i = 0; i < RoomLimits.PostsKept + 5; i++) await world.Post(Ada);
        await world.Delete(Ada, 100);
        (await world.Room().Hide(Scene.Lea.Hides(101))).ShouldBeDone();

        var tally = await world.Room().Tally();
        (tally.Last, tally.From, tally.OlderChanged).ShouldBe((new PostNumber(205), new PostNumber(51), 0));
        tally.Posts.Select(post => post.Number.Value).ShouldBe(Enumerable.Range(51, 155).Except([100, 101]).Select(number => (long)number));

        await world.Delete(Ada, 5);
        (await world.Room().Hide(Scene.Lea.Hides(4, request: "4"))).ShouldBeDone();
        (await world.Room().Hide(Scene.Lea.Hides(4, false, "x", "5"))).ShouldBeDone();
        await world.Edit(Ada, 3, "edited");
        (await world.Room().Tally()).OlderChanged.ShouldBe(3);
        await world.RestartAsync();
        (await world.Room().Tally()).OlderChanged.ShouldBe(3);
    }

    [Fact]
    public async Task What_was_counted_of_older_posts_holds_for_many_posts()
    {
        await using var world = await Scene.ARoom();
        List<long> firsts = [];
        for (var i = 0; i < RoomLimits.PostsKept + 101; i++)
        {
            await world.Post(Ada);
            var tally = await world.Room().Tally();
            tally.Posts.Length.ShouldBeLessThanOrEqualTo(RoomLimits.PostsKept);
            firsts.Add(tally.From.Value);
        }

        firsts.CountBy(first => first).ShouldBe([new(1, 200), new(51, 50), new(101, 50), new(151, 1)]);
    }
}
