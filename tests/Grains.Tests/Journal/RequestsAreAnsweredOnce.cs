using PublicBuyers.Rooms;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.WritePath;

public sealed class RequestsAreAnsweredOnce
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_request_is_one_post_restarted_or_not(bool restarted)
    {
        await using var world = await Scene.ARoom();
        var command = Ada.Says("once", request: "once");
        var first = await world.Room().Post(command);
        await world.Post(Bo);
        if (restarted) await world.RestartAsync();

        (await world.Room().Post(command)).ShouldBe(first);
        world.Journal.FactsOf(Scene.Stream).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Sent_fifty_times_at_once_it_is_one_post()
    {
        await using var world = await Scene.ARoom();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => world.Room().Post(Ada.Says("once", request: "once"))));

        answers.ShouldAllBe(answer => answer.Value == new Posted(new(1)));
        world.Journal.FactsOf(Scene.Stream).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Another_body_under_the_same_id_is_refused()
    {
        await using var world = await Scene.ARoom();
        (await world.Room().Post(Ada.Says("one", request: "once"))).ShouldBeDone();

        (await world.Room().Post(Ada.Says("other", request: "once"))).ShouldBeRefusedWith(new Refused.RequestReused());
        (await world.Room().Edit(Ada.Edits(1, "other", "once"))).ShouldBeRefusedWith(new Refused.RequestReused());
        (await world.Community().Leave(new() { By = Ada, Request = new("once") })).ShouldBeRefusedWith(new Refused.RequestReused());
        world.Journal.FactsOf(Scene.Stream).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Two_members_may_use_the_same_id()
    {
        await using var world = await Scene.ARoom();

        (await world.Room().Post(Ada.Says(request: "once"))).Value.ShouldBe(new Posted(new(1)));
        (await world.Room().Post(Bo.Says(request: "once"))).Value.ShouldBe(new Posted(new(2)));
    }

    [Fact]
    public async Task Deleting_again_under_the_same_id_was_done_under_another_it_is_too_late()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        (await world.Room().Delete(Ada.Deletes(1, "once"))).ShouldBeDone();

        (await world.Room().Delete(Ada.Deletes(1, "once"))).ShouldBeDone();
        (await world.Room().Delete(Ada.Deletes(1, "another"))).ShouldBeRefusedWith(new RoomRefusal.AlreadyDeleted(world.Clock.Now));
    }

    [Fact]
    public async Task Leaving_again_under_the_same_id_was_done()
    {
        await using var world = await Scene.ARoom();
        (await world.Community().Leave(new() { By = Ada, Request = new("once") })).ShouldBeDone();

        (await world.Community().Leave(new() { By = Ada, Request = new("once") })).ShouldBeDone();
        await world.Join(Ada);
        (await world.Community().Leave(new() { By = Ada, Request = new("once") })).ShouldBeDone();
        (await world.Community().Standing(Ada, General)).MayRead.ShouldBeTrue();
    }

    [Fact]
    public async Task What_was_refused_may_be_tried_again()
    {
        await using var world = await Scene.ARoom();
        (await world.Room().Post(Ada.Says("reply", 1, "again"))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        await world.Post(Bo);

        (await world.Room().Post(Ada.Says("reply", 1, "again"))).Value.ShouldBe(new Posted(new(2)));
    }
}
