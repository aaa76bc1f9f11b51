using Microsoft.Extensions.Time.Testing;
using PublicBuyers.Communities;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Rooms;

public sealed class WhoMayReadARoom
{
    [Fact]
    public async Task Nothing_is_told_to_strangers_nor_of_rooms_that_are_not_there()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);
        var stranger = new MemberId("stranger");
        var nowhere = world.Grains.Room(new("cpb/nowhere"));
        var noCommunity = world.Grains.Room(new("nobody/general"));

        foreach (var (room, reader) in new[] { (world.Room(), stranger), (nowhere, Ada), (noCommunity, Ada) })
        {
            (await room.Post(reader.Says())).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.Edit(reader.Edits(1, "x"))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.Delete(reader.Deletes(1))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.Page(reader, 0, 10)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.Thread(reader, new(1), 0)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.History(reader, new(1))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.React(reader.Reacts(1, Reaction.Agree))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.Pin(reader.Pins(1))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.Hide(reader.Hides(1, reason: ""))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.Lock(reader.Locks(1))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.SlowDown(reader.Slows(-1))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.PageAfter(reader, 0, 10)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.NumberAt(reader, DateTimeOffset.MaxValue)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.Posts(reader, [new(1)])).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.Attachment(reader, new(1), new("file"))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.Acts(reader, 0)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.Reach(reader)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
            (await room.Admit(reader)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        }

        (await world.Community().Describe(stranger)).Value.ShouldNotBeNull().Rooms.ShouldBeEmpty();
        (await world.Community().Members(stranger, 0)).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
        (await world.Community().Admit(stranger)).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
    }

    [Fact]
    public async Task Who_has_left_posts_no_more_and_who_comes_back_does()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada);

        await world.Leave(Ada);
        (await world.TryPost(Ada)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await world.Room().Page(Ada, 0, 10)).ShouldBeRefusedWith(new RoomRefusal.NotVisible());

        await world.Join(Ada);
        (await world.TryPost(Ada)).ShouldBeDone();
    }

    [Fact]
    public async Task Leaving_while_the_room_asks_whether_one_belongs_is_leaving()
    {
        await using var world = await Scene.ARoom();

        Task leaving;
        Task<Outcome<Posted>> posting;
        using (var hold = world.Journal.HoldAppends(Streams.Of(Scene.Cpb)))
        {
            leaving = world.Leave(Ada);
            await hold.Reached;
            posting = world.TryPost(Ada);   // the room asks the community, which is busy with the leave
        }

        await leaving.WaitAsync(TimeSpan.FromSeconds(20));
        (await posting.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
    }

    [Fact]
    public async Task Among_fifty_posts_at_once_none_begun_after_leaving_is_taken()
    {
        await using var world = await Scene.ARoom();
        var posting = Enumerable.Range(0, 25).Select(_ => world.TryPost(Ada)).ToList();
        var leaving = world.Leave(Ada);
        posting.AddRange(Enumerable.Range(0, 25).Select(_ => world.TryPost(Ada)));

        await leaving;
        var late = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => world.TryPost(Ada)));
        var posts = await Task.WhenAll(posting);

        late.ShouldAllBe(outcome => outcome.IsRefused);
        posts.Where(outcome => outcome.IsRefused).ShouldAllBe(outcome => outcome.Refusal is RoomRefusal.NotVisible);
        var taken = posts.Where(outcome => !outcome.IsRefused).Select(outcome => outcome.Value!.Number.Value).Order().ToArray();
        taken.ShouldBe(Enumerable.Range(1, taken.Length).Select(number => (long)number));
        world.Journal.FactsOf(Scene.Stream).Length.ShouldBe(taken.Length);
    }

    [Fact]
    public void A_standing_older_than_what_the_community_said_is_not_remembered()
    {
        var standings = new Standings(TimeProvider.System);
        var yes = Belongs(Ada) with { Version = 4 };
        standings.Learn(yes).ShouldBeTrue();
        standings.Of(Ada).ShouldBe(yes);

        standings.Forget(Ada, 5);
        standings.Of(Ada).ShouldBeNull();
        standings.Learn(yes).ShouldBeFalse();
        standings.Of(Ada).ShouldBeNull();
        standings.Learn(yes with { Version = 5 }).ShouldBeTrue();
    }

    /// <summary>A timer may ring early: what is only just as old as the community waits is too old.</summary>
    [Fact]
    public void A_room_looks_for_news_before_its_community_has_waited_for_it()
    {
        var time = new FakeTimeProvider();
        var standings = new Standings(time);
        standings.Saw(3, time.GetTimestamp());
        standings.MayBeOld.ShouldBeFalse();

        time.Advance(CommunityLimits.NewsTakes - TimeSpan.FromMilliseconds(50));

        standings.MayBeOld.ShouldBeTrue();
    }

    [Fact]
    public void No_more_standings_are_remembered_than_so_many()
    {
        var standings = new Standings(TimeProvider.System);
        for (var i = 0; i <= Standings.MostKept; i++) standings.Learn(Belongs(new($"m{i}"))).ShouldBeTrue();

        standings.Of(new("m0")).ShouldBeNull();
        standings.Of(new($"m{Standings.MostKept}")).ShouldNotBeNull();
    }
}
