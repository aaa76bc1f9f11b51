using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Members;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using static PublicBuyers.Bridges.TwoCommunities;

namespace PublicBuyers.Bridges;

/// <summary>Who comes into a common thread, and what they do there.</summary>
public sealed class TalkingAcrossABridge
{
    [Fact]
    public async Task Members_of_either_side_read_and_write_and_nobody_else_learns_that_it_is_there()
    {
        await using var world = await Linked();
        (await world.Opens(Ada, Ai)).ShouldBeRefusedWith(new BridgeRefusal.NotAllowed());
        (await world.Opens(Aim, Ai, "")).ShouldBeRefusedWith(new BridgeRefusal.TitleInvalid(BridgeLimits.LongestTitle));
        var thread = (await world.Opens(Aim, Ai)).Value;
        thread.ShouldBe(new("ai/+cpb+1"));

        foreach (var member in new[] { Aia, Aim, Ada, Lea, Dana, Bo, Max }) (await world.SaysIn(thread, member)).ShouldBeDone();
        (await world.SaysIn(thread, Eve)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await world.Reads(new("cpb/+ai+1"), Max)).ShouldBeFalse("it was opened by the other side");
        (await world.Reads(new("ai/+cpb+2"), Max)).ShouldBeFalse("there is no second one");
        (await world.Bridge().Threads(Bo)).ShouldHaveSingleItem().Links.ShouldBe([Hall(Ai), Hall(Cpb)]);
        (await world.Bridge().Threads(Eve)).ShouldBeEmpty();
        (await world.Bridge().Describe(Bo, Cpb)).ShouldBeRefusedWith(new BridgeRefusal.NotAllowed());
    }

    [Theory]
    [InlineData(RestrictionKind.Ban)]
    [InlineData(RestrictionKind.Suspension)]
    public async Task Whom_one_side_keeps_out_stays_out_though_the_other_would_have_them(RestrictionKind kind)
    {
        await using var world = await Linked();
        var thread = (await world.Opens(Lea, Cpb)).Value;
        (await world.Reads(thread, Max)).ShouldBeTrue();

        await world.Restricts(Ai, Max, kind);
        (await world.Reads(thread, Max)).ShouldBeFalse();
        (await world.Grains.Community(Cpb).BearingOf(Max)).Role.ShouldBe(Role.Member);
        (await world.Bridge().Everybody(thread)).ShouldBe([Aia, Aim, Ada, Lea, Dana, Bo], ignoreOrder: true);
    }

    [Fact]
    public async Task Who_is_muted_on_one_side_reads_and_writes_nothing_in_common_threads()
    {
        await using var world = await Linked();
        var thread = (await world.Opens(Lea, Cpb)).Value;
        await world.Restricts(Ai, Max, RestrictionKind.Mute);

        (await world.Reads(thread, Max)).ShouldBeTrue();
        (await world.SaysIn(thread, Max)).ShouldBeRefusedWith(new RoomRefusal.Muted(null));
        (await world.Grains.Room(Hall(Cpb)).Post(new() { By = Max, Request = world.NewRequest(), Markdown = "Here I may" })).ShouldBeDone();
    }

    [Fact]
    public async Task Where_one_side_admits_public_buyers_only_so_does_the_thread()
    {
        await using var world = await Linked(aiForBuyersOnly: true);
        var thread = (await world.Opens(Lea, Cpb)).Value;

        (await world.Reads(thread, Bo)).ShouldBeFalse("nobody has confirmed what Bo is");
        (await world.Reads(thread, Ada)).ShouldBeTrue("ai has let Ada in");
        await Is(Bo, MemberKind.Supplier);
        (await world.Reads(thread, Bo)).ShouldBeFalse();
        await Is(Bo, MemberKind.Buyer);
        (await world.Reads(thread, Bo)).ShouldBeTrue();
        await Is(Ada, MemberKind.Supplier);
        (await world.Reads(thread, Ada)).ShouldBeFalse("admitted before, and a supplier all the same");
        (await world.Bridge().Everybody(thread)).ShouldNotContain(Ada);

        async Task Is(MemberId member, MemberKind kind)
        {
            (await world.Grains.Member(member).ClaimKind(new() { By = member, Request = world.NewRequest(), Kind = kind })).ShouldBeDone();
            (await world.Grains.Member(member).ConfirmKind(new() { By = MemberId.System, Request = world.NewRequest(), Kind = kind })).ShouldBeDone();
        }
    }

    [Fact]
    public async Task A_thread_for_moderators_is_absent_to_members_of_both_sides()
    {
        await using var world = await Linked();
        var thread = (await world.Opens(Dana, Cpb, readers: Classification.Hosts)).Value;

        foreach (var moderator in new[] { Aia, Aim, Lea, Dana }) (await world.Reads(thread, moderator)).ShouldBeTrue($"{moderator}");
        foreach (var member in new[] { Ada, Bo, Max }) (await world.Reads(thread, member)).ShouldBeFalse($"{member}");
        (await world.Bridge().Threads(Max)).ShouldBeEmpty();
        (await world.Bridge().Everybody(thread)).ShouldBe([Aia, Aim, Lea, Dana], ignoreOrder: true);
    }

    [Fact]
    public async Task A_classification_that_rooms_do_not_have_becomes_theirs()
    {
        await using var world = await Linked();
        var thread = (await world.Opens(Dana, Cpb, readers: Classification.Public)).Value;

        (await world.Bridge().Threads(Bo)).ShouldHaveSingleItem().Classification.ShouldBe(Classification.Community);
        (await world.Reads(thread, Eve)).ShouldBeFalse();
    }

    [Fact]
    public async Task Moderators_of_both_sides_hide_and_a_report_goes_to_the_side_that_opened_it()
    {
        await using var world = await Linked();
        var thread = (await world.Opens(Dana, Cpb)).Value;
        (await world.SaysIn(thread, Ada)).ShouldBeDone();
        (await world.SaysIn(thread, Ada)).ShouldBeDone();

        (await world.Grains.Room(thread).Hide(new() { By = Bo, Request = world.NewRequest(), Number = new(1), Hidden = true, Reason = "Advertising" })).ShouldBeRefusedWith(new RoomRefusal.ModeratorsOnly());
        (await world.Grains.Room(thread).Hide(new() { By = Aim, Request = world.NewRequest(), Number = new(1), Hidden = true, Reason = "Advertising" })).ShouldBeDone();
        var report = new ReportPost { By = Bo, Request = world.NewRequest(), Room = thread, Post = new(2), Message = "And again" };
        (await world.Grains.Queue(Ai).Report(report)).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
        (await world.Grains.Queue(Cpb).Report(report with { Request = world.NewRequest() })).ShouldBeDone();
    }

    [Fact]
    public async Task Once_ended_it_is_read_on_and_nobody_writes_until_it_stands_again()
    {
        await using var world = await Linked();
        var thread = (await world.Opens(Dana, Cpb)).Value;
        (await world.SaysIn(thread, Ada)).ShouldBeDone();
        (await world.Ends(Lea, Cpb)).ShouldBeDone();

        (await world.Reads(thread, Ada)).ShouldBeTrue();
        foreach (var member in new[] { Ada, Bo, Lea }) (await world.SaysIn(thread, member)).ShouldBeRefusedWith(new RoomRefusal.Closed());
        (await world.Grains.Room(thread).React(new() { By = Bo, Request = world.NewRequest(), Number = new(1), Reaction = Reaction.Agree, Reacts = true })).ShouldBeRefusedWith(new RoomRefusal.Closed());
        (await world.Grains.Room(thread).Hide(new() { By = Dana, Request = world.NewRequest(), Number = new(1), Hidden = true, Reason = "Names a tenderer" })).ShouldBeDone();
        (await world.SaysIn(thread, Eve)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());

        (await world.Proposes(Lea, Cpb)).ShouldBeDone();
        (await world.Agrees(Aia, Ai)).ShouldBeDone();
        (await world.SaysIn(thread, Bo)).ShouldBeDone();
    }

    [Fact]
    public async Task Ended_while_a_thread_is_opened_there_is_none_or_it_is_closed()
    {
        await using var silos = GrainWorld.SameSilosForEveryRound();
        for (var round = 0; round < 50; round++)
        {
            await using var world = await Linked();
            var (ended, opened) = (world.Ends(Lea, Cpb), world.Opens(Aim, Ai));
            (await ended).ShouldBeDone();
            var thread = await opened;

            if (thread.IsRefused) thread.ShouldBeRefusedWith(new BridgeRefusal.NotStanding());
            else (await world.SaysIn(thread.Value, Bo)).ShouldBeRefusedWith(new RoomRefusal.Closed());
            (await world.Bridge().Threads(Bo)).All(each => each.IsClosed).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Who_is_named_is_told_from_whichever_side_and_who_leaves_is_told_no_more()
    {
        await using var world = await Linked();
        var thread = (await world.Opens(Dana, Cpb)).Value;
        await world.Follow();
        (await world.Grains.Room(thread).Post(new() { By = Bo, Request = world.NewRequest(), Markdown = "@Ada @Eve look", Mentions = [new(0, 4, Ada), new(5, 4, Eve)] })).Value!.Unreached.ShouldBe(1);
        await world.Follow();

        (await world.Grains.Inbox(Ada).Page(Ada, 0)).Value!.Notices.ShouldHaveSingleItem().Room.ShouldBe(thread);
        (await world.Grains.Inbox(Eve).Page(Eve, 0)).Value!.Notices.ShouldBeEmpty();

        (await world.Grains.Community(Ai).Leave(new() { By = Ada, Request = world.NewRequest() })).ShouldBeDone();
        await world.Follow();
        (await world.Grains.Inbox(Ada).Page(Ada, 0)).Value!.Notices.ShouldNotContain(notice => notice.Kind == NoticeKind.Mention);
        (await world.Reads(thread, Ada)).ShouldBeFalse();
    }
}
