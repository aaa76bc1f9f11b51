using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Rooms;

public sealed class EditingAPost
{
    private static readonly Room OnePost = Given(Posted(1, Ada));

    [Fact]
    public void A_stranger_learns_nothing() =>
        RoomRules.Edit(Stranger(Ada), OnePost.At(1), [], Ada.Edits(1, "New")).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();

    [Fact]
    public void What_is_not_there_cannot_be_edited() =>
        RoomRules.Edit(Belongs(Ada), null, [], Ada.Edits(7, "New")).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();

    [Fact]
    public void Ones_own_post_gets_a_new_text()
    {
        RoomRules.Edit(Belongs(Ada), OnePost.At(1), [], Ada.Edits(1, "New")).Facts.ShouldBe([new RoomEvent.PostEdited(new(1), "New")]);

        var edited = Given(Posted(1, Ada), Edited(1, "New", Ada)).At(1);
        (edited.Markdown, edited.Revision, edited.EditedAt).ShouldBe(("New", 2, FakeClock.Noon.AddMinutes(1)));
    }

    [Fact]
    public void Somebody_elses_post_is_not_ones_own() =>
        RoomRules.Edit(Belongs(Bo), OnePost.At(1), [], Bo.Edits(1, "New")).ShouldBeRefusedWith(new RoomRefusal.NotYours()).ShouldBeEmpty();

    [Fact]
    public void A_deleted_post_stays_as_it_is()
    {
        var deleted = Given(Posted(1, Ada), Deleted(1, Ada)).At(1);

        RoomRules.Edit(Belongs(Ada), deleted, [], Ada.Edits(1, "New")).ShouldBeRefusedWith(new RoomRefusal.AlreadyDeleted(FakeClock.Noon.AddMinutes(1))).ShouldBeEmpty();
        RoomRules.Edit(Belongs(Bo), deleted, [], Bo.Edits(1, "New")).ShouldBeRefusedWith(new RoomRefusal.AlreadyDeleted(FakeClock.Noon.AddMinutes(1))).ShouldBeEmpty();
    }

    [Fact]
    public void The_new_text_has_to_be_one() =>
        RoomRules.Edit(Belongs(Ada), OnePost.At(1), [], Ada.Edits(1, " ")).ShouldBeRefusedWith(new RoomRefusal.TextEmpty()).ShouldBeEmpty();

    [Fact]
    public void The_same_text_changes_nothing()
    {
        var decision = RoomRules.Edit(Belongs(Ada), OnePost.At(1), [], Ada.Edits(1, "Hello"));

        decision.Outcome.IsRefused.ShouldBeFalse();
        decision.Facts.ShouldBeEmpty();
    }

    [Fact]
    public void A_post_is_edited_a_hundred_times_and_no_more()
    {
        var last = OnePost.At(1) with { Revision = RoomLimits.MostEdits };

        RoomRules.Edit(Belongs(Ada), last, [], Ada.Edits(1, "New")).Outcome.IsRefused.ShouldBeFalse();
        RoomRules.Edit(Belongs(Ada), last with { Revision = RoomLimits.MostEdits + 1 }, [], Ada.Edits(1, "New"))
            .ShouldBeRefusedWith(new RoomRefusal.EditedTooOften(RoomLimits.MostEdits)).ShouldBeEmpty();
    }
}
