using System.Collections.Immutable;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using static PublicBuyers.Inbox.InboxHistory;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Inbox;

public sealed class ReadingUpToAPost
{
    [Fact]
    public void Moves_forward_only()
    {
        InboxRules.Forward(ReadTo(5), new(7), null, new(9)).Upto.Value.ShouldBe(7);
        InboxRules.Forward(ReadTo(5), new(3), null, new(9)).ShouldBe(ReadTo(5), new SameMark());
        InboxRules.Forward(ReadTo(5, (2, 8)), new(6), new PostNumber(2), new(9)).ShouldBe(ReadTo(5, (2, 8)), new SameMark());
    }

    [Fact]
    public void Never_goes_beyond_the_newest_post()
    {
        InboxRules.Forward(ReadTo(5), new(long.MaxValue), null, new(9)).ShouldBe(ReadTo(9), new SameMark());
        InboxRules.Forward(ReadTo(5), new(long.MaxValue), new PostNumber(2), new(9)).ShouldBe(ReadTo(5, (2, 9)), new SameMark());
        InboxRules.Forward(ReadTo(0), new(4), null, new(0)).ShouldBe(ReadTo(0), new SameMark());
    }

    [Fact]
    public void Of_a_thread_says_nothing_of_the_room()
    {
        var mark = InboxRules.Forward(ReadTo(5), new(8), new PostNumber(2), new(9));

        mark.ShouldBe(ReadTo(5, (2, 8)), new SameMark());
        InboxRules.Covers(mark, new(7), new PostNumber(2)).ShouldBeTrue();
        InboxRules.Covers(mark, new(7), null).ShouldBeFalse();
        InboxRules.Covers(mark, new(7), new PostNumber(3)).ShouldBeFalse();
    }

    [Fact]
    public void Of_the_room_passes_over_the_marks_of_threads_it_has_reached() =>
        InboxRules.Forward(ReadTo(5, (2, 7), (3, 9)), new(8), null, new(9)).ShouldBe(ReadTo(8, (3, 9)), new SameMark());

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(10)]
    public void Of_a_thread_that_cannot_be_is_nothing(long thread) => InboxRules.Forward(ReadTo(5), new(8), new PostNumber(thread), new(9)).ShouldBe(ReadTo(5), new SameMark());

    [Fact]
    public void Keeps_the_marks_of_the_newest_threads()
    {
        var mark = Enumerable.Range(1, InboxLimits.ThreadMarksKept + 2).Aggregate(ReadTo(0), (read, thread) => InboxRules.Forward(read, new(1_000), new PostNumber(thread), new(1_000)));

        mark.Threads.Count.ShouldBe(InboxLimits.ThreadMarksKept);
        mark.Threads.Keys.First().ShouldBe(3);
    }

    [Fact]
    public void Reads_the_notices_of_what_was_read()
    {
        var inbox = Given(
            Told(1, NoticeKind.Mention, 4), Told(2, NoticeKind.Room, 5), Told(3, NoticeKind.Reply, 6, thread: 2), Told(4, NoticeKind.Reply, 7, thread: 3),
            Told(5, NoticeKind.Mention, 2, later: true), Told(6, NoticeKind.Mention, 4, room: new("cpb/other")));

        Read(ReadTo(4)).ShouldBe([1]);
        Read(ReadTo(6)).ShouldBe([1, 2, 3]);
        Read(ReadTo(4, (3, 7))).ShouldBe([1, 4]);

        ImmutableArray<long> Read(RoomMark mark) => InboxRules.ReadUpTo(inbox, mark).Facts.ShouldHaveSingleItem().ShouldBeOfType<InboxEvent.Read>().Notices;
    }

    [Fact]
    public async Task Is_kept_over_a_restart_and_is_no_fact()
    {
        await using var world = await ARoomWithPosts(5);
        (await Mark(world, 3)).Upto.Value.ShouldBe(3);
        await Mark(world, 5, thread: 2);

        await world.RestartAsync();

        (await world.InboxOf(Ada).Marks(Ada, [General, new("cpb/nowhere")])).Value.ShouldHaveSingleItem().ShouldBe(ReadTo(3, (2, 5)), new SameMark());
        world.Journal.FactsOf("inbox/ada").ShouldBeEmpty();
    }

    [Fact]
    public async Task On_two_devices_at_once_the_one_that_read_further_counts()
    {
        await using var world = await ARoomWithPosts(40);

        await Task.WhenAll(Enumerable.Range(1, 40).Select(i => i % 2 == 0 ? Mark(world, i) : Mark(world, 41 - i)));

        (await world.InboxOf(Ada).Marks(Ada, [General])).Value.ShouldHaveSingleItem().Upto.Value.ShouldBe(40);
        (await world.Marks.Of(Ada, [General])).ShouldHaveSingleItem().Upto.Value.ShouldBe(40);
    }

    [Fact]
    public async Task At_the_same_time_as_being_told_leaves_nothing_unread_that_was_read()
    {
        await using var world = await ARoomWithPosts(30);

        await Task.WhenAll(Enumerable.Range(1, 30).SelectMany(post => new Task[]
        {
            world.InboxOf(Ada).Tell(Tells(NoticeKind.Mention, post, request: $"tell-{post}")),
            Mark(world, post),
        }));

        (await world.UnreadOf(Ada)).ShouldBe(0);
    }

    [Fact]
    public async Task Is_heard_on_the_other_device()
    {
        await using var world = await ARoomWithPosts(5);
        var device = await world.Listen(world.InboxOf(Ada));

        await Mark(world, 4);

        await device.Passes(value => value is InboxChange.MarkPut { Key: "mark/cpb/general", Mark.Upto.Value: 4 });
    }

    [Fact]
    public async Task Is_for_who_may_read_the_room_and_for_oneself()
    {
        await using var world = await ARoomWithPosts(5);

        (await world.InboxOf(new("stranger")).Mark(new(new("stranger"), General, new(3), null))).ShouldBeRefusedWith(new InboxRefusal.NotVisible());
        (await world.InboxOf(Ada).Mark(new(Ada, new("cpb/nowhere"), new(3), null))).ShouldBeRefusedWith(new InboxRefusal.NotVisible());
        (await world.InboxOf(Ada).Mark(new(Bo, General, new(3), null))).ShouldBeRefusedWith(new InboxRefusal.NotVisible());
        (await world.InboxOf(Ada).Marks(Bo, [General])).ShouldBeRefusedWith(new InboxRefusal.NotVisible());
        (await world.InboxOf(Ada).Page(Bo, 0)).ShouldBeRefusedWith(new InboxRefusal.NotVisible());
        (await world.InboxOf(Ada).Admit(Bo)).ShouldBeRefusedWith(new InboxRefusal.NotVisible());
    }

    private static async Task<GrainWorld> ARoomWithPosts(int posts)
    {
        var world = await Scene.ARoom();
        for (var i = 0; i < posts; i++) await world.Post(Bo);
        return world;
    }

    private static async Task<RoomMark> Mark(GrainWorld world, long upto, long? thread = null)
    {
        var outcome = await world.InboxOf(Ada).Mark(new(Ada, General, new(upto), thread is { } root ? new(root) : null));
        outcome.ShouldBeDone();
        return outcome.Value!;
    }

    private sealed class SameMark : IEqualityComparer<RoomMark>
    {
        public bool Equals(RoomMark? x, RoomMark? y) => x!.Room == y!.Room && x.Upto == y.Upto && x.Threads.SequenceEqual(y.Threads);

        public int GetHashCode(RoomMark mark) => mark.Upto.GetHashCode();
    }
}
