using PublicBuyers.Rooms;
using static PublicBuyers.Inbox.InboxHistory;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Inbox;

/// <summary>All reactions to one post are one notice, about the newest of them.</summary>
public sealed class ReactionsToOnePost
{
    [Fact]
    public void Move_their_notice_up_with_the_newest()
    {
        var inbox = After(Reacts(Bo, Reaction.Agree), Reacts(Carla, Reaction.Thanks, post: 2), Reacts(Carla, Reaction.Done));

        inbox.Newest.Select(notice => (notice.Number, notice.Post!.Value.Value, notice.By, notice.Reaction)).ShouldBe([(3, 1, Carla, Reaction.Done), (2, 2, Carla, Reaction.Thanks)]);
        (inbox.Unread, inbox.ByRoom.Count).ShouldBe((2, 0));
    }

    [Fact]
    public void Are_told_of_again_after_they_were_read()
    {
        var inbox = After(Reacts(Bo, Reaction.Agree));
        inbox = inbox.After(InboxRules.Read(inbox, Ada, new() { By = Ada, Request = new("r"), Upto = 1 }));
        inbox.Unread.ShouldBe(0);

        inbox.After(inbox.Hears(Reacts(Carla, Reaction.Agree))).Unread.ShouldBe(1);
    }

    [Fact]
    public void Taken_back_leave_the_others()
    {
        var inbox = After(Reacts(Bo, Reaction.Agree), Reacts(Carla, Reaction.Thanks), Reacts(Carla, Reaction.Done));

        inbox = inbox.After(InboxRules.Withdraw(inbox, mayRead: true, TakesBack(Carla, Reaction.Done)));
        Shown(inbox).ShouldBe((3, Carla, Reaction.Thanks));

        inbox = inbox.After(InboxRules.Withdraw(inbox, mayRead: true, TakesBack(Bo, Reaction.Agree)));
        Shown(inbox).ShouldBe((3, Carla, Reaction.Thanks));

        inbox = inbox.After(InboxRules.Withdraw(inbox, mayRead: true, TakesBack(Carla, Reaction.Thanks)));
        inbox.Notices.ShouldBeEmpty();
        InboxRules.Withdraw(inbox, mayRead: true, TakesBack(Carla, Reaction.Thanks)).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void Toggled_twenty_times_are_one_notice_or_none()
    {
        var inbox = Inbox.Empty;
        for (var time = 0; time < 20; time++)
        {
            inbox = inbox.After(inbox.Hears(Reacts(Bo, Reaction.Agree)));
            inbox.Unread.ShouldBe(1);
            inbox = inbox.After(InboxRules.Withdraw(inbox, mayRead: true, TakesBack(Bo, Reaction.Agree)));
            inbox.Unread.ShouldBe(0);
        }
    }

    [Fact]
    public void Are_remembered_up_to_a_limit()
    {
        var inbox = After([.. Enumerable.Range(0, InboxLimits.ReactionsKept + 5).Select(i => Reacts(new($"member-{i}"), Reaction.Agree))]);

        inbox.Notices.Values.ShouldHaveSingleItem().Reactions.Length.ShouldBe(InboxLimits.ReactionsKept);
    }

    [Fact]
    public void Are_not_read_by_reading_the_room() =>
        InboxRules.ReadUpTo(After(Reacts(Bo, Reaction.Agree)), ReadTo(100)).Facts.ShouldBeEmpty();

    private static Inbox After(params TellMember[] told) => told.Aggregate(Inbox.Empty, (inbox, command) => inbox.After(inbox.Hears(command)));

    private static (long, MemberId, Reaction?) Shown(Inbox inbox)
    {
        var notice = inbox.Newest.ShouldHaveSingleItem();
        return (notice.Number, notice.By, notice.Reaction);
    }
}
