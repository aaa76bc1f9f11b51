using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Rooms;

public sealed class WhomItConcerns
{
    private static readonly MemberId Cy = new("cy");

    [Fact]
    public async Task Whoever_is_mentioned_and_may_still_read_it()
    {
        await using var world = await ARoomOfThree();
        await world.Room().Post(Ada.Mentioning("@bo @cy @ada @_lea"));

        (await world.Room().Concerned(1)).Mentioned.ShouldBe([Bo, Cy]);
        await world.Leave(Bo);
        var now = await world.Room().Concerned(1);
        now.Mentioned.ShouldBe([Cy]);
        now.Post.ShouldNotBeNull().Number.ShouldBe(new PostNumber(1));
    }

    [Fact]
    public async Task An_edit_concerns_only_who_is_new_in_it()
    {
        await using var world = await ARoomOfThree();
        await world.Room().Post(Ada.Mentioning("@bo"));
        await world.Room().Edit(Ada.EditsMentioning(1, "@bo @cy", "e"));

        (await world.Room().Concerned(2)).Mentioned.ShouldBe([Cy]);
    }

    [Fact]
    public async Task A_reply_concerns_who_began_and_who_took_part_but_not_twice_and_not_its_author()
    {
        await using var world = await ARoomOfThree();
        await world.Post(Ada);
        await world.Post(Bo, thread: 1);
        await world.Room().Post(Cy.Mentioning("@bo", 1, "m"));

        var reply = await world.Room().Concerned(4);
        reply.Mentioned.ShouldBe([Bo]);
        reply.Following.ShouldBe([Ada]);
        (await world.Room().Concerned(5)).Following.ShouldBeEmpty();   // that the thread grew is no second news
    }

    [Fact]
    public async Task A_reaction_concerns_who_wrote_what_it_is_to_unless_it_is_gone_again()
    {
        await using var world = await ARoomOfThree();
        await world.Post(Ada);
        (await world.Room().React(Bo.Reacts(1, Reaction.Thanks, request: "1"))).ShouldBeDone();
        (await world.Room().React(Ada.Reacts(1, Reaction.Thanks, request: "2"))).ShouldBeDone();

        (await world.Room().Concerned(2)).Author.ShouldBe(Ada);
        (await world.Room().Concerned(3)).Author.ShouldBeNull();

        (await world.Room().React(Bo.Reacts(1, Reaction.Thanks, false, "3"))).ShouldBeDone();
        (await world.Room().Concerned(2)).Author.ShouldBeNull();
        (await world.Room().Concerned(4)).Author.ShouldBe(Ada);
    }

    [Fact]
    public async Task What_is_withheld_by_now_tells_nobody_and_withholding_concerns_all_who_were_told()
    {
        await using var world = await ARoomOfThree();
        await world.Post(Ada);
        await world.Post(Bo, thread: 1);
        await world.Room().Post(Ada.Mentioning("@cy", 1, "m"));
        (await world.Room().Hide(Scene.Lea.Hides(3))).ShouldBeDone();

        var posted = await world.Room().Concerned(4);
        (posted.Post, posted.Mentioned.Length, posted.Following.Length).ShouldBe((null, 0, 0));
        var hidden = await world.Room().Concerned(6);
        hidden.Post.ShouldBeNull();
        hidden.ToldBefore.ShouldBe([Cy, Ada, Bo], ignoreOrder: true);

        (await world.Room().Hide(Scene.Lea.Hides(3, false, "It was a mistake", "s"))).ShouldBeDone();
        var shown = await world.Room().Concerned(7);
        shown.Post.ShouldNotBeNull();
        shown.ToldBefore.ShouldBe([Cy, Ada, Bo], ignoreOrder: true);
    }

    [Fact]
    public async Task Everybody_is_said_once_and_who_was_told_already_is_named()
    {
        await using var world = await ARoomOfThree();
        await world.Room().Post(Scene.Lea.Mentioning("@bo"));
        await world.Room().Edit(Scene.Lea.EditsMentioning(1, "@bo @room", "e"));
        await world.Room().Delete(Scene.Lea.Deletes(1, "d"));

        (await world.Room().Concerned(1)).Everybody.ShouldBeFalse();
        (await world.Room().Concerned(3)).Everybody.ShouldBeTrue();
        (await world.Room().Concerned(3)).ToldBefore.ShouldBe([Bo]);

        await world.Room().Post(Scene.Lea.Mentioning("@room", request: "p2"));
        await world.Room().Edit(Scene.Lea.EditsMentioning(2, "@room now", "e2"));
        (await world.Room().Concerned(4)).Everybody.ShouldBeTrue();
        (await world.Room().Concerned(5)).Everybody.ShouldBeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(99)]
    [InlineData(long.MaxValue)]
    public async Task What_has_not_happened_concerns_nobody(long sequence)
    {
        await using var world = await ARoomOfThree();
        await world.Post(Ada);

        Json(await world.Room().Concerned(sequence)).ShouldBe(Json(new Concerned(null, [], false, [], null, [])));
    }

    [Fact]
    public async Task What_is_about_the_room_as_a_whole_or_erased_concerns_nobody()
    {
        await using var world = await ARoomOfThree();
        (await world.Room().SlowDown(Scene.Lea.Slows(60))).ShouldBeDone();
        await world.Room().Post(Ada.Mentioning("@bo"));
        await world.Journal.Erase(Scene.Stream, [2]);

        foreach (var sequence in new[] { 1, 2 }) Json(await world.Room().Concerned(sequence) with { Post = null }).ShouldBe(Json(new Concerned(null, [], false, [], null, [])));
    }

    private static async Task<GrainWorld> ARoomOfThree()
    {
        var world = await Scene.ARoom();
        await world.Join(Cy);
        return world;
    }
}
