using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.WritePath;

public sealed class WhatCannotBeRead
{
    [Theory]
    [InlineData("room.post-framed", 1, """{"number":1}""", "post/1")]
    [InlineData("room.post-edited", 2, """{"number":1,"html":"<b>"}""", "post/1")]
    [InlineData("room.post-edited", 0, """{"number":1,"markdown":"x"}""", "post/1")]
    [InlineData("room.post-edited", 1, "{\"number\":1,", "post/1")]
    [InlineData("room.post-edited", 1, "null", "post/1")]
    [InlineData("room.post-edited", 1, "{}", "post/1")]
    [InlineData("room.post-edited", 1, """{"number":2,"markdown":"x"}""", "post/1")]
    [InlineData("room.post-edited", 1, """{"number":1,"markdown":"x"}""", "")]
    [InlineData("community.founded", 1, "{}", "")]
    public async Task A_fact_nobody_understands_makes_its_room_read_only(string type, int version, string payload, string subject)
    {
        await using var world = await Scene.ARoom();
        await world.Grains.Community(Scene.Cpb).OpenRoom(new() { By = MemberId.System, Request = new("open"), Slug = "energy", Name = "Energy" });
        await world.Post(Ada, "before");
        await world.RestartAsync();
        world.Journal.Put(Scene.Stream, type, payload, subject, version);
        world.Journal.Put(Scene.Stream, RoomEvent.Posted, """{"number":2,"markdown":"after"}""", "post/2", by: Bo);

        var page = (await world.Room().Page(Ada, 0, 10)).Value.ShouldNotBeNull();
        page.Posts.Select(post => post.Markdown).ShouldBe(["before", "after"]);
        (await world.Room().Thread(Ada, new(1), 0)).ShouldBeDone();
        (await world.Room().History(Ada, new(1))).ShouldBeDone();
        (await world.Room().Admit(Ada)).ShouldBeDone();

        var refusal = (await world.TryPost(Ada)).Refusal.ShouldBeOfType<Refused.Quarantined>();
        refusal.Kind.ShouldBe(RefusalKind.Unavailable);
        (await world.Room().Edit(Ada.Edits(1, "x"))).ShouldBeRefusedWith(refusal);
        (await world.Room().Delete(Ada.Deletes(1))).ShouldBeRefusedWith(refusal);
        world.Journal.FactsOf(Scene.Stream).Length.ShouldBe(3);

        var listed = world.Quarantine.Streams.ShouldHaveSingleItem();
        (listed.Stream, listed.Sequence, listed.Reference).ShouldBe((Scene.Stream, 2, refusal.Reference));
        (await world.Grains.Room(new("cpb/energy")).Post(Ada.Says())).ShouldBeDone();
    }

    [Fact]
    public async Task An_old_post_is_shown_without_the_fact_about_it_that_nobody_understands()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada, "old");
        await world.Post(Bo, "reply", thread: 1);
        for (var i = 0; i < RoomLimits.PostsKept; i++) await world.Post(Ada);
        await world.Edit(Ada, 1, "edited");
        world.Journal.Put(Scene.Stream, "room.post-framed", "{}", "post/1");
        await world.RestartAsync();

        (await world.View(1)).Markdown.ShouldBe("edited");
        var thread = (await world.Room().Thread(Ada, new(2), 0)).Value.ShouldNotBeNull();
        (thread.Root.Markdown, thread.Replies.ShouldHaveSingleItem().Markdown).ShouldBe(("edited", "reply"));
        (await world.Room().History(Ada, new(1))).Value.ShouldNotBeNull().Texts.Select(text => text.Markdown).ShouldBe(["old", "edited"]);
    }

    [Fact]
    public async Task A_damaged_room_answers_nothing()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        await world.Post(Ada);
        await world.RestartAsync();
        world.Snapshots.Lose();
        world.Journal.Damage(Scene.Stream, 1);

        var refusal = (await world.TryPost(Ada)).Refusal.ShouldBeOfType<Refused.Quarantined>();
        (await world.Room().Page(Ada, 0, 10)).ShouldBeRefusedWith(refusal);
        (await world.Room().Thread(Ada, new(1), 0)).ShouldBeRefusedWith(refusal);
        (await world.Room().History(Ada, new(1))).ShouldBeRefusedWith(refusal);
        (await world.Room().Admit(Ada)).ShouldBeRefusedWith(refusal);
        (await world.Room().Edit(Ada.Edits(1, "x"))).ShouldBeRefusedWith(refusal);
        world.Quarantine.Streams.ShouldHaveSingleItem().Stream.ShouldBe(Scene.Stream);

        await world.RestartAsync();
        (await world.TryPost(Ada)).ShouldBeRefusedWith(refusal);
        world.Quarantine.Streams.Length.ShouldBe(1);
    }

    [Fact]
    public async Task The_rooms_of_a_damaged_community_are_nobodys()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        world.Journal.Damage(Streams.Of(Scene.Cpb), 1);
        world.Journal.LoseAnswerOfAppend();
        await Should.ThrowAsync<IOException>(() => world.Join(new("carla")));   // the community forgets what it knows, the rooms do not

        (await world.Community().Describe(Ada)).Refusal.ShouldBeOfType<Refused.Quarantined>();
        (await world.TryPost(Bo).WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
    }

    [Fact]
    public async Task A_journal_that_gives_nothing_fails_the_call_and_the_next_one_tries_again()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        await world.RestartAsync();
        world.Journal.FailReads();

        await Should.ThrowAsync<IOException>(() => world.Room().Page(Ada, 0, 10));
        (await world.Post(Ada)).ShouldBe(2);
        world.Quarantine.Streams.ShouldBeEmpty();
    }
}
