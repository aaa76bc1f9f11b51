using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Members;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Directories;

public sealed class TheDirectoriesFollow
{
    [Fact]
    public async Task Rebuilt_from_nothing_they_are_what_they_were()
    {
        await using var world = await Scene.ARoom();
        await world.Follow();
        for (var i = 0; i < 10; i++)
        {
            var member = new MemberId($"m{i}");
            await Registered(world, member);
            await world.Join(member);
            world.Clock.Move(TimeSpan.FromMinutes(1));
            await world.Post(member);
            if (i % 3 == 0) await world.Leave(member);
            if (i % 2 == 0) await world.Follow();
        }

        // History brought in is older than what was said since.
        world.Journal.Put(Scene.Stream, RoomEvent.Posted, """{"number":11,"markdown":"old"}""", "post/11", at: FakeClock.Noon.AddYears(-1), imported: true);
        await world.Follow();
        var running = world.Directories.Contents;

        world.Directories.Lose();
        await world.RestartAsync();
        await world.Follow();

        world.Directories.Contents.ShouldBe(running);
        world.Directories.LastPostAt(Scene.Cpb).ShouldBe(world.Clock.Now);
    }

    /// <summary>As after a silo was taken for dead that is not: both activations follow, from where they stood.</summary>
    [Fact]
    public async Task Two_activations_count_each_fact_once()
    {
        await using var world = await Scene.ARoom();
        var directories = new[] { "directory/0", "directory/again" }
            .Select(key => world.Grains.GetGrain<IDirectoryFollowerGrain>(key)).ToList();
        var indexes = new[] { "post-index/0", "post-index/again" }
            .Select(key => world.Grains.GetGrain<IPostIndexFollowerGrain>(key)).ToList();
        foreach (var directory in directories) await directory.CatchUp();
        foreach (var index in indexes) await index.CatchUp();

        for (var post = 1; post <= 20; post++)
        {
            await world.Post(Ada);
            if (post % 4 == 0) await Task.WhenAll(directories.Select(directory => directory.CatchUp()));
            if (post % 3 == 0) await directories[1].CatchUp();
            if (post % 5 == 0) await Task.WhenAll(indexes.Select(index => index.CatchUp()));
        }

        var head = await world.Journal.LastPosition();
        foreach (var directory in directories) (await directory.CatchUp()).ShouldBe(head);
        foreach (var index in indexes) (await index.CatchUp()).ShouldBe(head);
        world.Directories.HowOften("posts", Scene.Cpb).ShouldBe(20);
        world.Posts.Contents.Split('\n').Length.ShouldBe(20);
    }

    [Fact]
    public async Task Who_is_suspended_belongs_to_nothing_there_until_it_ends()
    {
        await using var world = await Scene.ARoom();
        await world.Community().ChangeRole(new() { By = Scene.Lea, Request = world.NewRequest(), Member = Ada, Role = Role.Moderator });
        await world.Community().Restrict(new() { By = Scene.Lea, Request = world.NewRequest(), Member = Ada, Kind = RestrictionKind.Suspension, Until = FakeClock.Noon.AddDays(1), Reason = "A quarrel" });
        await world.Follow();
        world.Directories.Contents.ShouldNotContain("membership cpb ada");

        world.Clock.Move(TimeSpan.FromDays(1));
        await world.Attend();
        await world.Follow();
        world.Directories.Contents.Split('\n').ShouldContain(row => row.StartsWith("membership cpb ada", StringComparison.Ordinal) && row.Contains(nameof(Role.Moderator), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_waits_to_be_confirmed_is_listed_until_an_administrator_has_looked()
    {
        await using var world = await Scene.ARoom();
        await Registered(world, Ada);
        await world.Grains.Member(Ada).ClaimKind(new() { By = Ada, Request = world.NewRequest(), Kind = MemberKind.Buyer });
        await world.Follow();
        world.Directories.Contents.ShouldContain("claim ada");

        await world.Grains.Member(Ada).ConfirmKind(new() { By = MemberId.System, Request = world.NewRequest(), Kind = MemberKind.Supplier });
        await world.Follow();
        world.Directories.Contents.ShouldNotContain("claim ada");
    }

    [Fact]
    public async Task In_which_communities_something_concerns_somebody_is_known_and_stays_so()
    {
        await using var world = await Scene.ARoom();
        var post = await world.Post(Ada);
        await world.Follow();
        world.Directories.Contents.ShouldNotContain("concern ");

        (await world.Grains.Queue(Scene.Cpb).Report(new() { By = Bo, Request = world.NewRequest(), Room = General, Post = new(post), Message = "It names a tenderer." })).IsRefused.ShouldBeFalse();
        (await world.Grains.Queue(Scene.Cpb).Withdraw(new() { By = Bo, Request = world.NewRequest(), Number = new(1) })).IsRefused.ShouldBeFalse();
        await world.Leave(Bo);
        await world.Follow();
        foreach (var concerned in new[] { Ada, Bo }) world.Directories.Contents.ShouldContain($"concern {concerned} cpb");

        world.Directories.Contents.ShouldNotContain("concern lea");
        await world.Community().Restrict(new() { By = Scene.Lea, Request = world.NewRequest(), Member = new("eve"), Kind = RestrictionKind.Ban, Reason = "A quarrel" });
        await world.Follow();
        world.Directories.Contents.ShouldContain("concern eve cpb");
    }

    [Fact]
    public async Task Who_asks_to_be_in_the_directory_of_members_is_in_it_until_they_do_not()
    {
        await using var world = await Scene.ARoom();
        await Registered(world, Ada);
        await Presents(new("BE", ["fr"], ["BIM"], true));
        world.Directories.Contents.ShouldContain("presentation ada");
        await Presents(new("BE", ["fr"], ["BIM"], false));
        world.Directories.Contents.ShouldNotContain("presentation ada");

        await Presents(new("BE", ["fr"], ["BIM"], true));
        await world.Journal.Erase(Streams.Of(Ada), [.. (await world.Journal.ReadStream(Streams.Of(Ada), 0, 100)).Where(fact => fact.Type == "member.presented").Select(fact => fact.Sequence)]);
        world.Directories.Lose();
        await world.RestartAsync();
        await world.Follow();
        world.Directories.Contents.ShouldNotContain("presentation ada");

        async Task Presents(Presentation said)
        {
            (await world.Grains.Member(Ada).Present(new() { By = Ada, Request = world.NewRequest(), Presentation = said })).IsRefused.ShouldBeFalse();
            await world.Follow();
        }
    }

    [Fact]
    public async Task An_erased_name_is_no_name()
    {
        await using var world = await Scene.ARoom();
        await Registered(world, Ada);
        await world.Follow();
        world.Directories.Card(Ada).ShouldNotBeNull().Name.ShouldBe("Name of ada");

        await world.Journal.Erase(Streams.Of(Ada), [2]);
        world.Directories.Lose();
        await world.RestartAsync();
        await world.Follow();

        world.Directories.Card(Ada).ShouldNotBeNull().Name.ShouldBe("");
    }

    [Fact]
    public async Task What_is_damaged_is_passed_over()
    {
        await using var world = await Scene.ARoom();
        await Registered(world, Ada);
        await Registered(world, Bo);
        world.Journal.Damage(Streams.Of(Ada), 1);

        for (var rounds = 0; rounds < 3; rounds++) await world.Follow();

        world.Directories.Card(Bo).ShouldNotBeNull().Name.ShouldBe("Name of bo");
    }

    [Fact]
    public async Task What_nobody_understands_is_passed_over()
    {
        await using var world = await Scene.ARoom();
        world.Journal.Put(Streams.Of(Scene.Cpb), "community.dissolved", "{}");
        world.Journal.Put(Streams.Of(Ada), "member.profile-changed", "{\"name\":", "profile");
        await Registered(world, Bo);

        await world.Follow();

        world.Directories.Card(Bo).ShouldNotBeNull().Name.ShouldBe("Name of bo");
    }

    private static async Task Registered(GrainWorld world, MemberId member)
    {
        (await world.Grains.Member(member).Register(new() { By = MemberId.System, Request = world.NewRequest(), Address = $"{member}@example.eu" })).ShouldBeDone();
        (await world.Grains.Member(member).ChangeProfile(new() { By = member, Request = world.NewRequest(), Name = $"Name of {member}", Organisation = "", Language = "en", TimeZone = "Europe/Brussels" })).ShouldBeDone();
    }
}
