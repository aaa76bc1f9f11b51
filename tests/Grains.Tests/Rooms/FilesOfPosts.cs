using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Rooms;

public sealed class FilesOfPosts
{
    private static readonly Attachment Minutes = new(new("aaaaaaaaaaaaaaaaaaaaaaaaaa"), "Minutes.pdf", "application/pdf", 1_000);
    private static readonly Attachment Photo = new(new("bbbbbbbbbbbbbbbbbbbbbbbbbb"), "photo.png", "image/png", 2_000, 640, 480);

    [Fact]
    public async Task Stay_once_they_are_posted_and_go_with_the_post()
    {
        await using var world = await Scene.ARoom();
        await world.Follow();   // effects begin at the head
        (await world.Room().Post(Ada.Says("See", request: "1") with { Attachments = [Minutes, Photo] })).ShouldBeDone();
        await world.Post(Bo, "No files");
        await world.Follow();
        world.Files.Posted.ShouldBe([Minutes.Id, Photo.Id], ignoreOrder: true);
        world.Files.Removed.ShouldBeEmpty();

        await world.Edit(Ada, 1, "See, corrected");
        await world.Follow();
        world.Files.Removed.ShouldBeEmpty();

        await world.Delete(Ada, 1);
        await world.Delete(Bo, 2);
        await world.Follow();

        world.Files.Removed.ShouldBe([Minutes.Id, Photo.Id], ignoreOrder: true);
    }

    /// <summary>For a time, one file could be put into two posts.</summary>
    [Fact]
    public async Task Stay_while_another_post_has_them_too()
    {
        await using var world = await Scene.ARoom();
        await world.Follow(); // effects begin at the head
        (await world.Room().Post(Ada.Says("One", request: "1") with { Attachments = [Minutes] })).ShouldBeDone();
        (await world.Room().Post(Ada.Says("Two", request: "2") with { Attachments = [Minutes, Photo] })).ShouldBeDone();

        await world.Delete(Ada, 2);
        await world.Follow();
        world.Files.Removed.ShouldBe([Photo.Id]);

        await world.Delete(Ada, 1);
        await world.Follow();
        world.Files.Removed.ShouldBe([Minutes.Id, Photo.Id], ignoreOrder: true);
    }
}
