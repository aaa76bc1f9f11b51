using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Rooms;

public sealed class PostingAMessage
{
    [Fact]
    public void A_stranger_learns_nothing() =>
        RoomRules.Post(Given(Posted(1, Ada)), Stranger(Bo), null, [], Bo.Says(), FakeClock.Noon).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();

    [Fact]
    public void A_room_that_is_not_there_looks_like_one_that_may_not_be_read() =>
        RoomRules.Post(Room.Empty, Belongs(Ada) with { RoomName = null }, null, [], Ada.Says(), FakeClock.Noon).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();

    [Fact]
    public void The_first_post_is_number_one()
    {
        var decision = RoomRules.Post(Room.Empty, Belongs(Ada), null, [], Ada.Says("Good morning"), FakeClock.Noon);

        decision.Outcome.Value.ShouldBe(new Posted(new(1)));
        decision.Facts.ShouldHaveSingleItem().ShouldBe(new RoomEvent.PostPosted(new(1), "Good morning", null));
    }

    [Fact]
    public void Numbers_go_on_without_gaps_whatever_else_happened() =>
        RoomRules.Post(Given(Posted(1, Ada), Edited(1, "Hi", Ada), Posted(2, Bo), Deleted(2, Bo)), Belongs(Ada), null, [], Ada.Says(), FakeClock.Noon).Outcome.Value.ShouldBe(new Posted(new(3)));

    [Theory]
    [InlineData("")]
    [InlineData(" \t\r\n ")]
    [InlineData("\u00a0\u2003")]
    public void An_empty_text_is_refused(string text) =>
        RoomRules.Post(Room.Empty, Belongs(Ada), null, [], Ada.Says(text), FakeClock.Noon).ShouldBeRefusedWith(new RoomRefusal.TextEmpty()).ShouldBeEmpty();

    [Fact]
    public void The_longest_text_is_taken_and_one_byte_more_is_not()
    {
        RoomRules.WrongText(new string('a', RoomLimits.LongestText)).ShouldBeNull();
        RoomRules.WrongText(new string('a', RoomLimits.LongestText + 1)).ShouldBe(new RoomRefusal.TextTooLong(RoomLimits.LongestText + 1, RoomLimits.LongestText));
    }

    [Fact]
    public void Length_is_counted_in_bytes_of_UTF_8()
    {
        RoomRules.WrongText(new string('ж', RoomLimits.LongestText / 2)).ShouldBeNull();
        RoomRules.WrongText(new string('ж', (RoomLimits.LongestText / 2) + 1)).ShouldBe(new RoomRefusal.TextTooLong(RoomLimits.LongestText + 2, RoomLimits.LongestText));
    }

    [Theory]
    [InlineData("nul\0")]
    [InlineData("\u001b[31m")]
    [InlineData("a\u0085b")]
    public void What_cannot_be_written_down_exactly_is_refused(string text) => RoomRules.WrongText(text).ShouldBe(new RoomRefusal.TextMalformed());

    [Fact]
    public void Half_a_character_is_refused() =>
        new[] { "a\ud800b", "\udc00", "end \ud83d" }.ShouldAllBe(text => new RoomRefusal.TextMalformed().Equals(RoomRules.WrongText(text)));

    [Theory]
    [InlineData("one\r\ntwo\tthree")]
    [InlineData("👩‍👩‍👧 здравей καλημέρα")]
    public void Lines_tabs_and_every_script_are_taken(string text) => RoomRules.WrongText(text).ShouldBeNull();
}
