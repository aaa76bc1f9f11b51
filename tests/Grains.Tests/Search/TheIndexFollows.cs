using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Search;

public sealed class TheIndexFollows
{
    [Fact]
    public async Task A_post_is_found_by_what_it_says_now()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada, "Clean *vehicles*");
        await world.Post(Bo, "Dirty vehicles");
        await world.Follow();
        (await Found(world, "vehicles")).ShouldBe([2, 1]);

        await world.Edit(Ada, 1, "Clean buses");
        await world.Delete(Bo, 2);
        await world.Follow();

        (await Found(world, "vehicles")).ShouldBeEmpty();
        (await Found(world, "buses")).ShouldBe([1]);
        world.Posts.Contents.ShouldNotContain("dirty");
    }

    [Fact]
    public async Task A_hidden_post_is_found_by_nobody_until_it_is_shown_again()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada, "The tenderer is Acme");
        await world.Edit(Ada, 1, "The tenderer is Acme Limited");
        await world.Follow();

        (await world.Room().Hide(Scene.Lea.Hides(1, request: "hide"))).ShouldBeDone();
        await world.Follow();
        (await Found(world, "acme")).ShouldBeEmpty();
        world.Posts.Contents.ShouldNotContain("acme");
        (await world.Posts.Count(General, Bo, new(0), new(9), CancellationToken.None)).ShouldBe(0);

        (await world.Room().Hide(Scene.Lea.Hides(1, hidden: false, request: "show"))).ShouldBeDone();
        await world.Follow();
        (await Found(world, "acme limited")).ShouldBe([1]);
    }

    [Fact]
    public async Task The_names_of_files_are_words_too_and_stay_so_when_the_text_is_edited()
    {
        await using var world = await Scene.ARoom();
        (await world.Room().Post(Ada.Says("See") with { Attachments = [new(new("aaaaaaaaaaaaaaaaaaaaaaaaaa"), "Réponses aux questions.pdf", "application/pdf", 1_000)] })).ShouldBeDone();
        await world.Edit(Ada, 1, "See below");
        await world.Follow();

        (await Found(world, "reponses")).ShouldBe([1]);
        (await world.Posts.Find(new([], [General], HasAttachment: true), 9, CancellationToken.None)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Rebuilt_from_nothing_it_is_what_it_was()
    {
        await using var world = await Scene.ARoom();
        for (var i = 1; i <= 30; i++)
        {
            world.Clock.Move(TimeSpan.FromMinutes(1));
            await world.Post(i % 2 == 0 ? Ada : Bo, $"word{i} said", i % 5 == 0 ? 1 : null);
            if (i % 3 == 0) await world.Edit(i % 2 == 0 ? Ada : Bo, i, $"word{i} corrected");
            if (i % 7 == 0) await world.Delete(i % 2 == 0 ? Ada : Bo, i);
            if (i % 4 == 0) await world.Follow();
        }

        await world.Follow();
        var running = world.Posts.Contents;

        world.Posts.Lose();
        await world.RestartAsync();
        await world.Follow();

        running.Split('\n').Length.ShouldBe(30);
        world.Posts.Contents.ShouldBe(running);
    }

    [Fact]
    public async Task An_erased_text_is_not_in_it_when_it_is_rebuilt()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada, "Something private");
        await world.Follow();

        await world.Journal.Erase(Scene.Stream, [1]);
        world.Posts.Lose();
        await world.RestartAsync();
        await world.Follow();

        world.Posts.Contents.ShouldNotContain("private");
        (await world.Posts.Count(General, Bo, new(0), new(9), CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_damaged_or_not_understood_is_passed_over()
    {
        await using var world = await Scene.ARoom();
        await world.Post(Ada, "First");
        await world.Post(Ada, "Second");
        world.Journal.Put(Scene.Stream, RoomEvent.Posted, "{\"number\":", "post/3");
        world.Journal.Put(Scene.Stream, RoomEvent.Posted, """{"number":4,"markdown":"Fourth"}""", "post/4");
        world.Journal.Damage(Scene.Stream, 2);

        for (var rounds = 0; rounds < 4; rounds++) await world.Follow();

        (await Found(world, "fourth")).ShouldBe([4]);
        (await world.Posts.Position()).ShouldBe(world.Journal.Facts[^1].Position);
    }

    private static async Task<IEnumerable<long>> Found(GrainWorld world, string words) =>
        (await world.Posts.Find(new([.. PostWords.In(words)], [General]), 50, CancellationToken.None)).Select(post => post.Number.Value);
}
