using PublicBuyers.Journal;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;
using static PublicBuyers.Inbox.InboxHistory;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Inbox;

public sealed class TellingAMember
{
    [Theory]
    [InlineData(NoticeKind.Mention)]
    [InlineData(NoticeKind.Room)]
    [InlineData(NoticeKind.Reply)]
    public void Puts_a_notice_without_any_text(NoticeKind kind)
    {
        var inbox = Inbox.Empty.After(Inbox.Empty.Hears(Tells(kind, post: 4, thread: 2)));

        inbox.Newest.ShouldHaveSingleItem().ShouldBe(new(1, kind, General, new(4), new PostNumber(2), Bo, Testing.FakeClock.Noon, null, IsRead: false));
        (inbox.Unread, inbox.ByRoom[General.Value]).ShouldBe((1, 1));
    }

    [Fact]
    public void Is_for_the_server_only()
    {
        Inbox.Empty.Hears(Tells(NoticeKind.Mention, 1) with { By = Bo }).ShouldBeRefusedWith(new InboxRefusal.NotVisible()).ShouldBeEmpty();
        InboxRules.Withdraw(Given(Told(1, NoticeKind.Mention, 1)), mayRead: true, Withdraws(1) with { By = Bo }).ShouldBeRefusedWith(new InboxRefusal.NotVisible()).ShouldBeEmpty();
    }

    [Fact]
    public void Says_nothing_of_what_they_did_themselves() => Inbox.Empty.Hears(Tells(NoticeKind.Reply, 1, by: Ada)).Facts.ShouldBeEmpty();

    [Fact]
    public void Says_nothing_of_a_room_they_may_not_read() => Inbox.Empty.Hears(Tells(NoticeKind.Mention, 1), mayRead: false).Facts.ShouldBeEmpty();

    [Fact]
    public void Says_nothing_of_what_they_have_read()
    {
        Inbox.Empty.Hears(Tells(NoticeKind.Mention, 4), ReadTo(4)).Facts.ShouldBeEmpty();
        Inbox.Empty.Hears(Tells(NoticeKind.Reply, 4, thread: 2), ReadTo(3, (2, 4))).Facts.ShouldBeEmpty();
        Inbox.Empty.Hears(Tells(NoticeKind.Reply, 4, thread: 2), ReadTo(3, (1, 4))).Facts.ShouldNotBeEmpty();
        Inbox.Empty.Hears(Tells(NoticeKind.Mention, 5), ReadTo(4)).Facts.ShouldNotBeEmpty();
    }

    [Fact]
    public void Says_that_an_edit_mentions_them_though_they_have_read_the_post() =>
        Inbox.Empty.Hears(Tells(NoticeKind.Mention, 4, later: true), ReadTo(4)).Facts.ShouldNotBeEmpty();

    [Fact]
    public void Says_that_somebody_reacts_though_they_have_read_the_post() => Inbox.Empty.Hears(Reacts(Bo, Reaction.Thanks, 4), ReadTo(4)).Facts.ShouldNotBeEmpty();

    [Fact]
    public void Tells_of_a_post_once()
    {
        var inbox = Given(Told(1, NoticeKind.Mention, 4));

        inbox.Hears(Tells(NoticeKind.Mention, 4)).Facts.ShouldBeEmpty();
        inbox.Hears(Tells(NoticeKind.Room, 4)).Facts.ShouldBeEmpty();
        inbox.Hears(Tells(NoticeKind.Reply, 4)).Facts.ShouldBeEmpty();
        inbox.Hears(Tells(NoticeKind.Mention, 4, room: new("cpb/other"))).Facts.ShouldNotBeEmpty();
    }

    [Fact]
    public void Puts_a_mention_in_the_place_of_the_reply_that_was_told_of_before()
    {
        var inbox = Given(Told(1, NoticeKind.Reply, 4), new InboxEvent.Read([1]));

        inbox = inbox.After(inbox.Hears(Tells(NoticeKind.Mention, 4, later: true)));

        var notice = inbox.Newest.ShouldHaveSingleItem();
        (notice.Number, notice.Kind, notice.IsRead).ShouldBe((2, NoticeKind.Mention, false));
    }

    [Fact]
    public void From_somebody_muted_is_silent_whatever_it_is()
    {
        var inbox = Given(new InboxEvent.MemberMuted(Bo));

        foreach (var kind in Enum.GetValues<NoticeKind>()) inbox.Hears(Tells(kind, 4, reaction: Reaction.Agree)).Facts.ShouldBeEmpty();
        inbox.Hears(Tells(NoticeKind.Reply, 4, by: Carla)).Facts.ShouldNotBeEmpty();
    }

    [Fact]
    public void In_a_muted_room_is_silent_unless_they_are_named()
    {
        var inbox = Given(new InboxEvent.RoomMuted(General));

        inbox.Hears(Tells(NoticeKind.Room, 4)).Facts.ShouldBeEmpty();
        inbox.Hears(Tells(NoticeKind.Reply, 4)).Facts.ShouldBeEmpty();
        inbox.Hears(Reacts(Bo, Reaction.Agree)).Facts.ShouldBeEmpty();
        inbox.Hears(Tells(NoticeKind.Mention, 4)).Facts.ShouldNotBeEmpty();
        inbox.After(InboxRules.MuteRoom(inbox, Ada, true, new() { By = Ada, Request = new("r"), Room = General, Muted = false })).Hears(Tells(NoticeKind.Reply, 4)).Facts.ShouldNotBeEmpty();
    }

    [Fact]
    public void One_person_who_says_too_much_pushes_out_only_what_they_said_themselves()
    {
        var decided = new InboxEvent.ToldOf(
            2, NoticeKind.Decided, new(General.Community, new(4), ItemKind.AccessRequest, Verdict.Approved, null, null), new("cy"), null);
        var many = Enumerable.Range(3, InboxLimits.NoticesKept + 5).Select(number => Told(number, NoticeKind.Mention, number, Bo));

        var inbox = Given([Told(1, NoticeKind.Mention, 1, new MemberId("cy")), decided, .. many]);

        inbox.Notices.Count.ShouldBe(InboxLimits.NoticesKept);
        inbox.Notices.Keys.Take(3).ShouldBe([1, 2, 10]);
    }

    [Fact]
    public void What_somebody_has_to_know_stays_until_they_have_read_it()
    {
        var decided = new InboxEvent.ToldOf(
            1, NoticeKind.Decided, new(General.Community, new(4), ItemKind.AccessRequest, Verdict.Approved, null, null), Bo, null);
        var many = Enumerable.Range(2, InboxLimits.NoticesKept).Select(number => Told(number, NoticeKind.Mention, number, Bo));

        Given([decided, .. many]).Notices.Keys.Take(2).ShouldBe([1, 3]);
        Given([decided, new InboxEvent.Read([1]), .. many]).Notices.Keys.First().ShouldBe(2);
    }

    [Fact]
    public void Lets_go_of_the_oldest_notice_when_there_are_too_many()
    {
        var inbox = Given([.. Enumerable.Range(1, InboxLimits.NoticesKept + 3).Select(post => Told(post, NoticeKind.Mention, post))]);

        inbox.Notices.Count.ShouldBe(InboxLimits.NoticesKept);
        inbox.Unread.ShouldBe(InboxLimits.NoticesKept);
        inbox.Notices.Keys.First().ShouldBe(4);
    }

    [Fact]
    public void Takes_back_everything_about_a_post_or_a_community_and_nothing_else()
    {
        var inbox = Given(
            Told(1, NoticeKind.Mention, 4), Told(2, NoticeKind.Reaction, 4, reaction: Reaction.Agree), Told(3, NoticeKind.Mention, 5),
            Told(4, NoticeKind.Mention, 4, room: new("cpb/other")), Told(5, NoticeKind.Mention, 4, room: new("bim/general")));

        Left(InboxRules.Withdraw(inbox, mayRead: true, Withdraws(4))).ShouldBe([3, 4, 5]);
        Left(InboxRules.Withdraw(inbox, mayRead: true, new() { By = MemberId.System, Request = new("r"), Community = new("cpb") })).ShouldBe([5]);
        InboxRules.Withdraw(inbox, mayRead: true, Withdraws(6)).Facts.ShouldBeEmpty();

        IEnumerable<long> Left(Decision<Done, InboxEvent> withdrawn) => inbox.After(withdrawn).Notices.Keys;
    }

    [Fact]
    public void Takes_back_all_of_a_room_from_who_may_read_it_no_longer_and_from_nobody_else()
    {
        var inbox = Given(Told(1, NoticeKind.Mention, 4), Told(2, NoticeKind.Reaction, 5, reaction: Reaction.Agree), Told(3, NoticeKind.Mention, 4, room: new("cpb/other")));
        var ofTheRoom = new WithdrawNotices { By = MemberId.System, Request = new("r"), Room = General };

        inbox.After(InboxRules.Withdraw(inbox, mayRead: false, ofTheRoom)).Notices.Keys.ShouldBe([3]);
        InboxRules.Withdraw(inbox, mayRead: true, ofTheRoom).Facts.ShouldBeEmpty();
        InboxRules.Withdraw(inbox, mayRead: false, ofTheRoom with { By = Ada }).ShouldBeRefusedWith(new InboxRefusal.NotVisible()).ShouldBeEmpty();
    }
}
