using System.Collections.Immutable;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Rooms;

public sealed class ModeratingARoom
{
    private static readonly MemberId Lea = new("lea");
    private static readonly Act act = new(Lea, FakeClock.Noon, "Answered");

    private static readonly Room Thread = Given(Posted(1, Ada, "Secret"), Posted(2, Bo, "Yes", 1), Replied(1, 2, Bo));

    [Fact]
    public void A_stranger_learns_nothing_a_moderator_of_elsewhere_included()
    {
        foreach (var outsider in new[] { Stranger(Lea), Moderates(Lea) with { RoomName = null } })
        {
            ModerationRules.Pin(Thread, outsider, Thread.At(1), Lea.Pins(1)).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();
            ModerationRules.Hide(outsider, Thread.At(1), Lea.Hides(1)).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();
            ModerationRules.Lock(outsider, Thread.At(1), Lea.Locks(1)).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();
            ModerationRules.SlowDown(Thread, outsider, Lea.Slows(-1)).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();
            RoomRules.React(outsider, Thread.At(1), Lea.Reacts(1, Reaction.Agree)).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();
            RoomRules.Delete(outsider, Thread.At(1), Lea.Removes(1, "x")).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();
        }
    }

    [Fact]
    public void What_is_not_there_is_absent_to_moderators_too()
    {
        ModerationRules.Pin(Thread, Moderates(Lea), null, Lea.Pins(9)).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();
        ModerationRules.Hide(Moderates(Lea), null, Lea.Hides(9)).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();
        ModerationRules.Lock(Moderates(Lea), null, Lea.Locks(9)).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();
        RoomRules.React(Moderates(Lea), null, Lea.Reacts(9, Reaction.Agree)).ShouldBeRefusedWith(new RoomRefusal.NotVisible()).ShouldBeEmpty();
    }

    [Fact]
    public void Members_moderate_nothing_not_even_their_own()
    {
        ModerationRules.Pin(Thread, Belongs(Ada), Thread.At(1), Ada.Pins(1)).ShouldBeRefusedWith(new RoomRefusal.ModeratorsOnly()).ShouldBeEmpty();
        ModerationRules.Hide(Belongs(Ada), Thread.At(1), Ada.Hides(1, reason: "")).ShouldBeRefusedWith(new RoomRefusal.ModeratorsOnly()).ShouldBeEmpty();
        ModerationRules.Lock(Belongs(Ada), Thread.At(1), Ada.Locks(1)).ShouldBeRefusedWith(new RoomRefusal.ModeratorsOnly()).ShouldBeEmpty();
        ModerationRules.SlowDown(Thread, Belongs(Ada), Ada.Slows(60)).ShouldBeRefusedWith(new RoomRefusal.ModeratorsOnly()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \n ")]
    public void Nothing_is_hidden_locked_slowed_or_deleted_without_a_reason(string? reason)
    {
        var missing = new RoomRefusal.ReasonMissing(RoomLimits.LongestReason);
        ModerationRules.Hide(Moderates(Lea), Thread.At(1), Lea.Hides(1, reason: reason!)).ShouldBeRefusedWith(missing).ShouldBeEmpty();
        ModerationRules.Lock(Moderates(Lea), Thread.At(1), Lea.Locks(1, reason: reason!)).ShouldBeRefusedWith(missing).ShouldBeEmpty();
        ModerationRules.SlowDown(Thread, Moderates(Lea), Lea.Slows(60, reason!)).ShouldBeRefusedWith(missing).ShouldBeEmpty();
        RoomRules.Delete(Moderates(Lea), Thread.At(1), Lea.Removes(1, reason)).ShouldBeRefusedWith(missing).ShouldBeEmpty();
    }

    [Fact]
    public void A_reason_is_short_and_written_down_exactly()
    {
        ModerationRules.WrongReason(new string('a', RoomLimits.LongestReason)).ShouldBeNull();
        ModerationRules.WrongReason(new string('a', RoomLimits.LongestReason + 1)).ShouldBeOfType<RoomRefusal.ReasonMissing>();
        ModerationRules.WrongReason("\ud800").ShouldBe(new RoomRefusal.TextMalformed());
        ModerationRules.Hide(Moderates(Lea), Thread.At(1), Lea.Hides(1, reason: "  Names a tenderer ")).Facts.ShouldBe([new RoomEvent.PostHidden(new(1), "Names a tenderer")]);
    }

    [Fact]
    public void A_moderator_deletes_what_others_wrote_and_it_is_seen_who_did_and_why()
    {
        RoomRules.Delete(Moderates(Lea), Thread.At(2), Lea.Removes(2, "Advertising")).Facts
            .ShouldBe([new RoomEvent.PostDeleted(new(2), "Advertising"), new RoomEvent.ReplyRemoved(new(1), new(2))]);

        var removed = Given(Posted(1, Ada, "Buy"), (Lea, new RoomEvent.PostDeleted(new(1), "Advertising"))).At(1).View();
        removed.Removed.ShouldBe(new Act(Lea, FakeClock.Noon.AddMinutes(1), "Advertising"));
        removed.Markdown.ShouldBe("");
    }

    [Fact]
    public void Who_deletes_their_own_gives_no_reason_and_none_is_kept()
    {
        RoomRules.Delete(Moderates(Ada), Thread.At(1), Ada.Removes(1, "mine")).Facts.ShouldBe([new RoomEvent.PostDeleted(new(1))]);
        Given(Posted(1, Ada), Deleted(1, Ada)).At(1).View().Removed.ShouldBeNull();
    }

    [Fact]
    public void A_hidden_post_shows_nothing_and_all_of_it_comes_back()
    {
        var rich = Given(
            (Ada, new RoomEvent.PostPosted(new(1), "@bo Secret", null, MentionsIn("@bo"), [new(new("file"), "f.png", "image/png", 1)])),
            (Bo, new RoomEvent.ReactionAdded(new(1), Reaction.Agree)));
        var hidden = rich.Apply(Next(rich, new RoomEvent.PostHidden(new(1), "Answered")));

        var view = hidden.At(1).View();
        view.Hidden.ShouldBe(act);
        view.IsWithheld.ShouldBeTrue();
        (view.Markdown, view.Mentions.Length, view.Attachments.Length, view.Reactions.Length).ShouldBe(("", 0, 0, 0));

        var shown = hidden.Apply(Next(hidden, new RoomEvent.PostShown(new(1), "x"))).At(1).View();
        (shown.Markdown, shown.Mentions.Length, shown.Attachments.Length, shown.Reactions.Length, shown.Hidden).ShouldBe(("@bo Secret", 1, 1, 1, null));
    }

    [Fact]
    public void With_a_hidden_post_nothing_is_done_but_deleting_and_showing_it()
    {
        var room = Given(Posted(1, Ada), (Lea, new RoomEvent.PostHidden(new(1), "Answered")));
        var post = room.At(1);

        RoomRules.Edit(Belongs(Ada), post, [], Ada.Edits(1, "New")).ShouldBeRefusedWith(new RoomRefusal.Withheld());
        RoomRules.React(Belongs(Ada), post, Ada.Reacts(1, Reaction.Agree)).ShouldBeRefusedWith(new RoomRefusal.Withheld());
        RoomRules.Post(room, Belongs(Ada), post, [], Ada.Says(thread: 1), FakeClock.Noon).ShouldBeRefusedWith(new RoomRefusal.Withheld());
        ModerationRules.Pin(room, Moderates(Lea), post, Lea.Pins(1)).ShouldBeRefusedWith(new RoomRefusal.Withheld());
        ModerationRules.Lock(Moderates(Lea), post, Lea.Locks(1)).ShouldBeRefusedWith(new RoomRefusal.Withheld());
        RoomRules.Delete(Belongs(Ada), post, Ada.Deletes(1)).Facts.ShouldBe([new RoomEvent.PostDeleted(new(1))]);
        RoomRules.Delete(Moderates(Lea), post, Lea.Removes(1, "x")).Outcome.IsRefused.ShouldBeFalse();
        ModerationRules.Hide(Moderates(Lea), post, Lea.Hides(1, false)).Outcome.IsRefused.ShouldBeFalse();
        ModerationRules.Hide(Moderates(Lea), post, Lea.Hides(1)).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void With_a_deleted_post_nothing_is_done_at_all()
    {
        var post = Given(Posted(1, Ada), Deleted(1, Ada)).At(1);
        var deleted = new RoomRefusal.AlreadyDeleted(FakeClock.Noon.AddMinutes(1));

        RoomRules.React(Belongs(Ada), post, Ada.Reacts(1, Reaction.Agree)).ShouldBeRefusedWith(deleted);
        ModerationRules.Pin(Thread, Moderates(Lea), post, Lea.Pins(1)).ShouldBeRefusedWith(deleted);
        ModerationRules.Hide(Moderates(Lea), post, Lea.Hides(1)).ShouldBeRefusedWith(deleted);
        ModerationRules.Lock(Moderates(Lea), post, Lea.Locks(1)).ShouldBeRefusedWith(deleted);
    }

    [Fact]
    public void In_a_locked_thread_nobody_goes_on_by_editing_but_moderators()
    {
        var room = Given(Posted(1, Ada), (Lea, new RoomEvent.ThreadLocked(new(1), "Answered")));
        var locked = room.At(1).Locked!;

        RoomRules.Edit(Belongs(Ada), room.At(1), [], Ada.Edits(1, "And another thing"), locked)
            .ShouldBeRefusedWith(new RoomRefusal.ThreadLocked(locked));
        RoomRules.Edit(Moderates(Ada), room.At(1), [], Ada.Edits(1, "Closed."), locked).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void In_a_locked_thread_only_moderators_reply()
    {
        var room = Given(Posted(1, Ada), (Lea, new RoomEvent.ThreadLocked(new(1), "Answered")));
        var locked = room.At(1).Locked!;

        locked.ShouldBe(act with { At = FakeClock.Noon.AddMinutes(1) });
        RoomRules.Post(room, Belongs(Ada), room.At(1), [], Ada.Says(thread: 1), FakeClock.Noon).ShouldBeRefusedWith(new RoomRefusal.ThreadLocked(locked)).ShouldBeEmpty();
        RoomRules.Post(room, Moderates(Lea), room.At(1), [], Lea.Says(thread: 1), FakeClock.Noon).Outcome.IsRefused.ShouldBeFalse();
        RoomRules.Post(room, Belongs(Ada), null, [], Ada.Says(), FakeClock.Noon).Outcome.IsRefused.ShouldBeFalse();
        Given(Posted(1, Ada), (Lea, new RoomEvent.ThreadLocked(new(1), "a")), (Lea, new RoomEvent.ThreadUnlocked(new(1), "b"))).At(1).Locked.ShouldBeNull();
    }

    [Fact]
    public void A_pin_goes_with_its_post_and_so_many_fit()
    {
        var pinned = Given([.. Enumerable.Range(1, RoomLimits.MostPins + 1).Select(i => Posted(i, Ada)), .. Enumerable.Range(1, RoomLimits.MostPins).Select(i => (Lea, (RoomEvent)new RoomEvent.PostPinned(new(i))))]);
        ModerationRules.Pin(pinned, Moderates(Lea), pinned.At(RoomLimits.MostPins + 1), Lea.Pins(RoomLimits.MostPins + 1)).ShouldBeRefusedWith(new RoomRefusal.TooManyPins(RoomLimits.MostPins)).ShouldBeEmpty();
        ModerationRules.Pin(pinned, Moderates(Lea), pinned.At(1), Lea.Pins(1)).Facts.ShouldBeEmpty();

        var hidden = pinned.Apply(Next(pinned, new RoomEvent.PostHidden(new(1), "x")));
        var deleted = hidden.Apply(Next(hidden, new RoomEvent.PostDeleted(new(2), "x")));
        deleted.Settings.Pinned.ShouldBe(Enumerable.Range(3, RoomLimits.MostPins - 2).Select(i => new PostNumber(i)));
        deleted.SettingsChanged.ShouldBe(deleted.Changes.Keys.Last());
        (deleted.At(1).View().Pinned, deleted.At(2).View().Pinned).ShouldBe((null, null));
    }

    [Fact]
    public void Reacting_twice_is_reacting_once_and_taking_back_what_is_not_there_is_nothing()
    {
        var room = Given(Posted(1, Ada), (Bo, new RoomEvent.ReactionAdded(new(1), Reaction.Useful)), (Ada, new RoomEvent.ReactionAdded(new(1), Reaction.Agree)));

        RoomRules.React(Belongs(Bo), room.At(1), Bo.Reacts(1, Reaction.Useful)).Facts.ShouldBeEmpty();
        RoomRules.React(Belongs(Bo), room.At(1), Bo.Reacts(1, Reaction.Agree, false)).Facts.ShouldBeEmpty();
        RoomRules.React(Belongs(Bo), room.At(1), Bo.Reacts(1, Reaction.Useful, false)).Facts.ShouldBe([new RoomEvent.ReactionRemoved(new(1), Reaction.Useful)]);
        RoomRules.React(Belongs(Bo), room.At(1), Bo.Reacts(1, (Reaction)99)).ShouldBeRefusedWith(new RoomRefusal.TextMalformed()).ShouldBeEmpty();
        room.At(1).View().Reactions.Select(each => each.Reaction).ShouldBe([Reaction.Agree, Reaction.Useful]);
    }

    [Fact]
    public void So_many_can_react_in_one_way()
    {
        var many = Given(Posted(1, Ada)).At(1) with { Reactions = [new(Reaction.Agree, [.. Enumerable.Range(0, RoomLimits.MostReactions).Select(i => new MemberId($"m{i}"))])] };

        RoomRules.React(Belongs(Bo), many, Bo.Reacts(1, Reaction.Agree)).ShouldBeRefusedWith(new RoomRefusal.TooManyReactions(RoomLimits.MostReactions)).ShouldBeEmpty();
        RoomRules.React(Belongs(Bo), many, Bo.Reacts(1, Reaction.Done)).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void Who_takes_back_reaction_after_reaction_cannot_go_on_and_others_never_feel_it()
    {
        var history = new List<(MemberId, RoomEvent)> { Posted(1, Ada) };
        for (var each = 0; each < RoomLimits.MostReactionsTakenBack; each++)
        {
            RoomRules.React(Belongs(Bo), Given([.. history]).At(1), Bo.Reacts(1, Reaction.Useful)).Facts.ShouldHaveSingleItem();
            history.Add((Bo, new RoomEvent.ReactionAdded(new(1), Reaction.Useful)));
            history.Add((Bo, new RoomEvent.ReactionRemoved(new(1), Reaction.Useful)));
        }

        var room = Given([.. history]);
        RoomRules.React(Belongs(Bo), room.At(1), Bo.Reacts(1, Reaction.Useful))
            .ShouldBeRefusedWith(new RoomRefusal.ReactionsTakenBack(RoomLimits.MostReactionsTakenBack)).ShouldBeEmpty();
        RoomRules.React(Belongs(Ada), room.At(1), Ada.Reacts(1, Reaction.Useful)).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void Where_many_have_taken_reactions_back_whoever_has_not_reacts_all_the_same()
    {
        var many = Enumerable.Range(0, Post.MostTakenBackInAll / 10).ToImmutableDictionary(each => new MemberId($"m{each}"), _ => 10);
        var post = Given(Posted(1, Ada)).At(1) with { TakenBack = many };
        var (again, atFirst) = (new MemberId("m0"), Bo);

        RoomRules.React(Belongs(again), post, again.Reacts(1, Reaction.Done)).Outcome.IsRefused.ShouldBeTrue();
        RoomRules.React(Belongs(atFirst), post, atFirst.Reacts(1, Reaction.Done)).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void In_slow_mode_one_waits_and_is_told_how_long()
    {
        var room = Given(Posted(1, Ada), (Lea, new RoomEvent.SlowModeSet(600, "x")));   // at noon, and a minute later

        Posting(Ada, 1).ShouldBe(new RoomRefusal.SlowMode(600, 540));
        Posting(Ada, 9.99).ShouldBe(new RoomRefusal.SlowMode(600, 1));
        Posting(Ada, 10).ShouldBeNull();
        Posting(Bo, 1).ShouldBeNull();
        RoomRules.Post(room, Moderates(Ada), null, [], Ada.Says(), FakeClock.Noon.AddMinutes(1)).Outcome.IsRefused.ShouldBeFalse();
        Given(Posted(1, Ada), (Lea, new RoomEvent.SlowModeSet(600, "x")), (Lea, new RoomEvent.SlowModeSet(0, "x"))).LastPosts.ShouldBeEmpty();

        Refusal? Posting(MemberId by, double minutes) => RoomRules.Post(room, Belongs(by), null, [], by.Says(), FakeClock.Noon.AddMinutes(minutes)).Outcome.Refusal;
    }

    [Fact]
    public void Deleting_what_one_said_does_not_shorten_the_wait()
    {
        var room = Given((Lea, new RoomEvent.SlowModeSet(600, "x")), Posted(1, Ada), Deleted(1, Ada));

        RoomRules.Post(room, Belongs(Ada), null, [], Ada.Says(), FakeClock.Noon.AddMinutes(2)).Outcome.Refusal.ShouldBeOfType<RoomRefusal.SlowMode>();
    }

    [Fact]
    public void A_fast_room_does_not_let_anybody_off_waiting()
    {
        var room = Given([(Lea, new RoomEvent.SlowModeSet(3_600, "x")), Posted(1, Ada), .. Enumerable.Range(2, RoomLimits.PostsKept + 50).Select(i => Posted(i, new($"m{i}")))]);

        room.Recent.ContainsKey(1).ShouldBeFalse();
        RoomRules.Post(room, Belongs(Ada), null, [], Ada.Says(), FakeClock.Noon.AddMinutes(30)).Outcome.Refusal.ShouldBeOfType<RoomRefusal.SlowMode>();
    }

    [Fact]
    public void What_a_slow_room_remembers_of_its_members_is_bounded()
    {
        var room = Given([(Lea, new RoomEvent.SlowModeSet(3_600, "x")), .. Enumerable.Range(1, Room.MostLastPosts + 1).Select(i => Posted(i, new($"m{i}")))]);

        room.LastPosts.Count.ShouldBeLessThanOrEqualTo(Room.MostLastPosts);
        room.LastPosts.ContainsKey(new($"m{Room.MostLastPosts + 1}")).ShouldBeTrue();
        room.LastPosts.ContainsKey(new("m1")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3_601)]
    public void Nobody_waits_less_than_nothing_or_more_than_an_hour(int seconds) =>
        ModerationRules.SlowDown(Thread, Moderates(Lea), Lea.Slows(seconds)).ShouldBeRefusedWith(new RoomRefusal.SlowModeInvalid(3_600)).ShouldBeEmpty();

    [Fact]
    public void Erased_reasons_leave_what_was_done()
    {
        var room = Given(Posted(1, Ada, "Secret"), Posted(2, Ada));
        room = room.Apply(Erased(room, RoomEvent.Hidden, "post/1")).Apply(Erased(room, RoomEvent.Locked, "post/2", 1)).Apply(Erased(room, RoomEvent.SlowedDown, "", 2));

        room.At(1).View().Hidden.ShouldBe(new Act(Lea, FakeClock.Noon, ""));
        room.At(2).View().Locked.ShouldBe(new Act(Lea, FakeClock.Noon, ""));
        room.Settings.SlowedBy.ShouldBe(new Act(Lea, FakeClock.Noon, ""));
        room.Settings.SlowSeconds.ShouldBe(0);
    }

    private static Journal.Happened<RoomEvent> Next(Room room, RoomEvent happened) =>
        new(room.Changes.Keys.Last() + 1, FakeClock.Noon, Lea, Journal.FactCodec<RoomEvent>.Write(happened).Type, happened.Subject, happened);

    private static Journal.Happened<RoomEvent> Erased(Room room, string type, string subject, int more = 0) => new(room.Changes.Keys.Last() + 1 + more, FakeClock.Noon, Lea, type, subject, null);
}
