using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Rooms;

public sealed class Replying
{
    [Fact]
    public void A_reply_is_a_post_and_its_thread_is_told()
    {
        var room = Given(Posted(1, Ada));

        var decision = RoomRules.Post(room, Belongs(Bo), room.At(1), [], Bo.Says("Indeed", thread: 1), FakeClock.Noon);

        decision.Outcome.Value.ShouldBe(new Posted(new(2)));
        decision.Facts.ShouldBe([new RoomEvent.PostPosted(new(2), "Indeed", new(1)), new RoomEvent.ReplyAdded(new(1), new(2))]);
    }

    [Fact]
    public void A_reply_to_what_is_not_there_is_refused_as_absent() =>
        RoomRules.Post(Given(Posted(1, Ada)), Belongs(Bo), null, [], Bo.Says(thread: 9), FakeClock.Noon).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();

    [Fact]
    public void A_deleted_post_without_replies_takes_none()
    {
        var room = Given(Posted(1, Ada), Deleted(1, Ada));

        RoomRules.Post(room, Belongs(Bo), room.At(1), [], Bo.Says(thread: 1), FakeClock.Noon).ShouldBeRefusedWith(new RoomRefusal.AlreadyDeleted(FakeClock.Noon.AddMinutes(1))).ShouldBeEmpty();
    }

    [Fact]
    public void A_thread_outlives_the_post_that_began_it()
    {
        var room = Given(Posted(1, Ada), Posted(2, Bo, "Yes", 1), Replied(1, 2, Bo), Deleted(1, Ada));

        RoomRules.Post(room, Belongs(Bo), room.At(1), [], Bo.Says(thread: 1), FakeClock.Noon).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void A_thread_has_an_end()
    {
        var root = Given(Posted(1, Ada)).At(1) with { Replies = RoomLimits.MostReplies };

        RoomRules.Post(Given(Posted(1, Ada)), Belongs(Bo), root, [], Bo.Says(thread: 1), FakeClock.Noon).ShouldBeRefusedWith(new RoomRefusal.ThreadFull(RoomLimits.MostReplies)).ShouldBeEmpty();
        RoomRules.Post(Given(Posted(1, Ada)), Belongs(Bo), root with { Replies = RoomLimits.MostReplies - 1 }, [], Bo.Says(thread: 1), FakeClock.Noon).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void Replies_are_counted_while_they_are_there()
    {
        var room = Given(Posted(1, Ada), Posted(2, Bo, "a", 1), Replied(1, 2, Bo), Posted(3, Ada, "b", 1), Replied(1, 3, Ada), Deleted(2, Bo), ReplyGone(1, 2, Bo));

        room.At(1).Replies.ShouldBe(1);
        room.At(1).LastReplyAt.ShouldBe(FakeClock.Noon.AddMinutes(4));
    }
}
