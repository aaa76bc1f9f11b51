using FsCheck;
using FsCheck.Fluent;
using PublicBuyers.Journal;
using PublicBuyers.Live;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using static PublicBuyers.Inbox.InboxHistory;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Inbox;

/// <summary>P1 for an inbox: whatever happens while a device is away, what it is told when it comes back makes it equal to one that enters anew; and the count is what is counted.</summary>
public sealed class AnyCourseOfAnInbox
{
    private const int Posts = 12;

    private static readonly RoomId[] Rooms = [General, new("cpb/other")];

    [Fact]
    public async Task Snapshot_and_changes_make_a_fresh_snapshot_and_the_count_is_a_recount()
    {
        await using var silos = GrainWorld.SameSilosForEveryRound();
        Prop.ForAll<ushort[]>(steps => Plays(steps)).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(250));
    }

    [Fact]
    public async Task Whoever_was_away_too_long_gets_a_snapshot()
    {
        await using var world = await Scene.ARoom();
        for (var i = 0; i < InboxLimits.ChangesKept; i++) await world.InboxOf(Ada).Tell(Tells(NoticeKind.Mention, i + 1, request: $"r{i}"));
        var justInTime = await world.InboxOf(Ada).Since(1, 0);
        await world.InboxOf(Ada).Tell(Tells(NoticeKind.Mention, 1_000));
        var late = await world.InboxOf(Ada).Since(1, 0);

        justInTime.Snapshot.ShouldBeNull();
        late.Snapshot.ShouldBeOfType<InboxSnapshot>().Notices.Length.ShouldBe(InboxLimits.SnapshotNotices);
        late.Changes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_notice_taken_back_lets_an_older_one_come_up()
    {
        await using var world = await Scene.ARoom();
        for (var i = 1; i <= InboxLimits.SnapshotNotices + 10; i++) await world.InboxOf(Ada).Tell(Tells(NoticeKind.Mention, i, request: $"r{i}"));
        var before = (await world.InboxOf(Ada).Admit(Ada)).Value;
        var listener = await world.Listen(world.InboxOf(Ada));

        await world.InboxOf(Ada).Withdraw(Withdraws(InboxLimits.SnapshotNotices + 10));

        var missed = (await world.InboxOf(Ada).Since(before.Epoch, before.Position)).Changes;
        await listener.HearsOf(before.Position + 1);
        foreach (var changes in new[] { missed, listener.Steps.ShouldHaveSingleItem().Changes })
        {
            changes.OfType<InboxChange.NoticeGone>().ShouldHaveSingleItem().Number.ShouldBe(InboxLimits.SnapshotNotices + 10);
            changes.OfType<InboxChange.NoticePut>().ShouldHaveSingleItem().Notice.Number.ShouldBe(10);
        }
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 4)]
    [InlineData(1, -1)]
    public async Task A_position_of_another_epoch_or_of_no_time_gets_a_snapshot(long epoch, long position)
    {
        await using var world = await Scene.ARoom();
        for (var i = 0; i < 3; i++) await world.InboxOf(Ada).Tell(Tells(NoticeKind.Mention, i + 1, request: $"r{i}"));

        (await world.InboxOf(Ada).Since(epoch, position)).Snapshot.ShouldBeOfType<InboxSnapshot>().Unread.ShouldBe(3);
    }

    private static async Task<bool> Plays(ushort[] steps)
    {
        await using var world = await Scene.ARoom();
        (await world.Community().OpenRoom(new() { By = Scene.Lea, Request = world.NewRequest(), Slug = "other", Name = "Other" })).ShouldBeDone();
        foreach (var room in Rooms)
            for (var i = 0; i < Posts; i++) (await world.Grains.Room(room).Post(Bo.Says(request: world.Ids.Next()))).ShouldBeDone();

        var inbox = world.InboxOf(Ada);
        var devices = new[] { new Device(), new Device() };
        var watching = new Device();
        await watching.ComesBack(world);
        var listener = await world.Listen(inbox);

        foreach (var step in steps)
        {
            // Small numbers are made most often: spread, so that every part of them counts.
            var (kind, which) = (step % 16, (ushort)(step * 40503) / 16);
            var room = Rooms[which % 2];
            var post = 1 + (which / 2 % (kind > 12 ? 400 : Posts));
            var reaction = (Reaction)(which % 3);
            var actor = which % 5 < 3 ? Bo : Carla;
            var request = world.Ids.Next();
            switch (kind)
            {
                case <= 3: await inbox.Tell(Tells((NoticeKind)(which % 3), post, actor, thread: which % 4, later: which % 7 == 0, room: room, request: request)); break;
                case <= 5: await inbox.Tell(Reacts(actor, reaction, post, request) with { Room = room }); break;
                case 6: await inbox.Withdraw(TakesBack(actor, reaction, post, request) with { Room = room }); break;
                case 7:
                    // One of the newest, so that an older one comes up in its place.
                    var newest = (await inbox.Page(Ada, 0)).Value!.Notices;
                    if (!newest.IsEmpty) await inbox.Withdraw(Withdraws(newest[which % newest.Length].Post?.Value ?? 0, newest[which % newest.Length].Room, request));
                    break;
                case 8: await inbox.Read(new() { By = Ada, Request = new(request), Number = 1 + (which % 60) }); break;
                case 9: await inbox.Mark(new(Ada, room, new(post), which % 3 == 0 ? new PostNumber(which % 4) : null)); break;
                case 10 when which % 4 == 0: await inbox.Read(new() { By = Ada, Request = new(request), Upto = which % 80 }); break;
                case 10: await inbox.MuteRoom(new() { By = Ada, Request = new(request), Room = room, Muted = which % 3 == 0 }); break;
                case 14: await inbox.TellOf(new() { By = MemberId.System, Request = new(request), Kind = which % 2 == 0 ? NoticeKind.Waiting : NoticeKind.Joined, Of = new(Scene.Cpb, which % 2 == 0 ? new ItemNumber(which % 5) : null, ItemKind.AccessRequest, null, null, null), Actor = actor }); break;
                case 15 when which % 4 == 0: await inbox.Withdraw(new() { By = MemberId.System, Request = new(request), Community = Scene.Cpb, Item = new ItemNumber(which % 5) }); break;
                case 11 when which % 8 == 0: await inbox.Withdraw(new() { By = MemberId.System, Request = new(request), Community = Scene.Cpb }); break;
                case 12 when which % 8 == 0:
                    await world.RestartAsync();
                    listener = await world.Listen(inbox);
                    await watching.ComesBack(world);
                    break;
                case 13:
                    for (var i = 0; i < 30; i++) await inbox.Tell(Tells(NoticeKind.Mention, post + i, actor, room: room, later: true, request: $"{request}-{i}"));
                    break;
                default: await devices[which % devices.Length].ComesBack(world); break;
            }
        }

        var head = (await inbox.Admit(Ada)).Value;
        if (watching.Position < head.Position) await listener.Hears(head.Position);
        watching.Hears(listener.Steps);
        foreach (var device in devices) await device.ComesBack(world);

        var fresh = new Device();
        await fresh.ComesBack(world);
        return devices.Append(watching).All(device => device.SeesTheSameAs(fresh)) && await IsCountedAnew(world, fresh);
    }

    /// <summary>Page by page, and once more from the facts alone.</summary>
    private static async Task<bool> IsCountedAnew(GrainWorld world, Device fresh)
    {
        var all = new List<Notice>();
        for (NoticePage? page = null; page is not { Older: false };)
        {
            page = (await world.InboxOf(Ada).Page(Ada, all.Count == 0 ? 0 : all[^1].Number)).Value!;
            all.AddRange(page.Notices);
        }

        var unread = new SortedSet<long>();
        var reactors = new Dictionary<long, HashSet<(MemberId, Reaction)>>();
        foreach (var happened in world.Journal.FactsOf("inbox/ada").Select(fact => FactCodec<InboxEvent>.Read(fact).Event))
        {
            switch (happened)
            {
                case InboxEvent.Told told:
                    unread.Add(told.Number);
                    if (told.Reaction is { } reaction) reactors[told.Number] = [.. told.Replaces is { } before ? reactors[before] : [], (told.Actor, reaction)];
                    if (told.Replaces is { } replaced) unread.Remove(replaced);
                    break;
                case InboxEvent.ToldOf told:
                    unread.Add(told.Number);
                    if (told.Replaces is { } earlier) unread.Remove(earlier);
                    break;
                case InboxEvent.Withdrawn withdrawn: unread.ExceptWith(withdrawn.Notices); break;
                case InboxEvent.Read read: unread.ExceptWith(read.Notices); break;
                case InboxEvent.ReactionWithdrawn withdrawn: reactors[withdrawn.Number].Remove((withdrawn.Actor, withdrawn.Reaction)).ShouldBeTrue(); break;
            }
        }

        all.Select(notice => notice.Number).ShouldBe(all.Select(notice => notice.Number).OrderDescending());
        all.Where(notice => !notice.IsRead).Select(notice => notice.Number).ShouldBe(unread.Reverse());
        all.Where(notice => notice.Kind != NoticeKind.Reaction && notice.Room is not null).Select(notice => (notice.Room, notice.Post)).ShouldBeUnique();
        all.Where(notice => notice.Kind == NoticeKind.Waiting).Select(notice => notice.Of!.Item).ShouldBeUnique();
        all.Where(notice => notice.Kind == NoticeKind.Reaction).Select(notice => (notice.Room, notice.Post)).ShouldBeUnique();
        return fresh.Unread == unread.Count && fresh.ByRoom.Values.Sum() == all.Count(notice => !notice.IsRead && notice.Kind != NoticeKind.Reaction && notice.Room is not null);
    }

    /// <summary>What a browser does: a snapshot replaces, a change is put under its key, and only the newest notices are kept.</summary>
    private sealed class Device
    {
        private SortedDictionary<long, Notice> notices = [];
        private string mutes = "";

        public long Epoch { get; private set; }

        public long Position { get; private set; }

        public int Unread { get; private set; }

        public IReadOnlyDictionary<string, int> ByRoom { get; private set; } = new Dictionary<string, int>(StringComparer.Ordinal);

        public async Task ComesBack(GrainWorld world)
        {
            var catchup = await world.InboxOf(Ada).Since(Epoch, Position);
            if (catchup.Snapshot is InboxSnapshot snapshot)
            {
                notices = new(snapshot.Notices.ToDictionary(notice => notice.Number));
                (Unread, ByRoom, mutes) = (snapshot.Unread, snapshot.ByRoom, Text(snapshot.Mutes));
            }

            foreach (var change in catchup.Changes) Put(change);
            (Epoch, Position) = (catchup.At.Epoch, catchup.At.Position);
            Trim();
        }

        public void Hears(IEnumerable<Step> steps)
        {
            foreach (var step in steps.Where(step => step.Position > Position))
            {
                step.Position.ShouldBe(Position + 1);
                foreach (var change in step.Changes) Put(change);
                Position = step.Position;
                Trim();
            }
        }

        public bool SeesTheSameAs(Device other) =>
            Position == other.Position && notices.Values.SequenceEqual(other.notices.Values) && Unread == other.Unread && ByRoom.SequenceEqual(other.ByRoom) && mutes == other.mutes;

        private void Put(Change change)
        {
            switch (change)
            {
                case InboxChange.NoticePut put: notices[put.Notice.Number] = put.Notice; break;
                case InboxChange.NoticeGone gone: notices.Remove(gone.Number); break;
                case InboxChange.CountsPut counts: (Unread, ByRoom) = (counts.Unread, counts.ByRoom); break;
                case InboxChange.MutesPut put: mutes = Text(put.Mutes); break;
                default: throw new InvalidOperationException($"{change} is nothing that follows from facts.");
            }
        }

        private void Trim()
        {
            while (notices.Count > InboxLimits.SnapshotNotices) notices.Remove(notices.Keys.First());
        }

        private static string Text(Mutes mutes) => string.Join(',', mutes.Rooms) + "|" + string.Join(',', mutes.Members);
    }
}
