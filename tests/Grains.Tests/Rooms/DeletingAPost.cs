using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Rooms;

public sealed class DeletingAPost
{
    private static readonly Room Thread = Given(Posted(1, Ada), Posted(2, Bo, "Yes", 1), Replied(1, 2, Bo));

    [Fact]
    public void A_stranger_learns_nothing() =>
        RoomRules.Delete(Stranger(Ada), Thread.At(1), Ada.Deletes(1)).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();

    [Fact]
    public void What_is_not_there_cannot_be_deleted() =>
        RoomRules.Delete(Belongs(Ada), null, Ada.Deletes(7)).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();

    [Fact]
    public void Somebody_elses_post_is_not_ones_own() =>
        RoomRules.Delete(Belongs(Bo), Thread.At(1), Bo.Deletes(1)).ShouldBeRefusedWith(new RoomRefusal.NotYours()).ShouldBeEmpty();

    [Fact]
    public void A_tombstone_stays_in_its_place()
    {
        RoomRules.Delete(Belongs(Ada), Thread.At(1), Ada.Deletes(1)).Facts.ShouldBe([new RoomEvent.PostDeleted(new(1))]);

        var tombstone = Given(Posted(1, Ada, "Secret"), Deleted(1, Ada)).At(1);
        (tombstone.Markdown, tombstone.IsDeleted, tombstone.Author).ShouldBe(("", true, Ada));
    }

    [Fact]
    public void The_thread_of_a_deleted_reply_is_told() =>
        RoomRules.Delete(Belongs(Bo), Thread.At(2), Bo.Deletes(2)).Facts.ShouldBe([new RoomEvent.PostDeleted(new(2)), new RoomEvent.ReplyRemoved(new(1), new(2))]);

    [Fact]
    public void Twice_is_refused_with_the_time_of_the_first() =>
        RoomRules.Delete(Belongs(Ada), Given(Posted(1, Ada), Deleted(1, Ada)).At(1), Ada.Deletes(1)).ShouldBeRefusedWith(new RoomRefusal.AlreadyDeleted(FakeClock.Noon.AddMinutes(1))).ShouldBeEmpty();
}
