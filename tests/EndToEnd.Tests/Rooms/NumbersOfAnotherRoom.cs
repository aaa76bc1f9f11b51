using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Attachments;
using PublicBuyers.EndToEnd.Tests.Attachments;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.EndToEnd.Tests.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Rooms;

/// <summary>B7: a number says nothing without its room. Whoever may read both finds under the one room nothing of the other.</summary>
public sealed class NumbersOfAnotherRoom(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task A_post_is_in_its_own_room_and_in_no_other_that_one_may_read()
    {
        var (room, other, ada) = await TwoRooms();
        using var http = server.Http(ada);
        using var browser = Visitor.As(server.Address, ada.Cookie);

        foreach (var path in new[] { "", "/history" }) (await http.GetAsync($"/api/rooms/{room}/posts/3{path}")).StatusCode.ShouldBe(HttpStatusCode.OK, path);
        foreach (var path in new[] { "", "/history" }) (await Body(await http.GetAsync($"/api/rooms/{other}/posts/3{path}"))).ShouldBe(await Body(await http.GetAsync($"/api/rooms/{other}/posts/99{path}")), path);
        foreach (var page in new[] { "", "/edit", "/delete", "/history", "/hide", "/lock", "/pin", "/report" }) (await browser.Get($"/communities/{other}/posts/3{page}")).Status.ShouldBe(HttpStatusCode.NotFound, page);
        foreach (var (path, body) in new (string, object)[]
        {
            ("reactions", new { requestId = "1", reaction = "agree", reacts = true }), ("hide", new { requestId = "2", hidden = true, reason = "x" }), ("lock", new { requestId = "3", locked = true, reason = "x" }),
            ("pin", new { requestId = "4", pinned = true }), ("report", new { requestId = "5", message = "x" }),
        }) (await http.PostAsJsonAsync($"/api/rooms/{other}/posts/3/{path}", body)).StatusCode.ShouldBe(HttpStatusCode.NotFound, path);

        (await http.PutAsJsonAsync($"/api/rooms/{other}/posts/3", new { requestId = "6", markdown = "Mine" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.DeleteAsync($"/api/rooms/{other}/posts/3?requestId=7&reason=x")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.PostAsJsonAsync($"/api/rooms/{other}/posts", new { requestId = "8", markdown = "A reply", thread = 3 })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await server.Grains.Room(room).Page(ada.Member, 0, 10)).Value!.Posts.ShouldAllBe(post => !post.IsWithheld && post.Reactions.IsEmpty && post.Replies == 0);
    }

    [Fact]
    public async Task Commands_of_a_live_connection_find_it_as_little()
    {
        var (_, other, ada) = await TwoRooms();
        await using var client = await server.Connect(ada);

        foreach (var (method, arguments) in new (string, object?[])[]
        {
            ("Edit", ["1", 3, "Mine", null]), ("Delete", ["2", 3, "x"]), ("React", ["3", 3, "agree", true]), ("Pin", ["4", 3, true]), ("Hide", ["5", 3, true, "x"]), ("Lock", ["6", 3, true, "x"]), ("Post", ["7", "A reply", 3, null, null]),
        })
        {
            var refused = (await client.Call(method, [other.Value, .. arguments])).GetProperty("refused");
            refused.GetProperty("status").GetInt32().ShouldBe(404, method);
        }
    }

    [Fact]
    public async Task What_is_read_up_to_a_number_is_read_in_that_room_and_no_further_than_it_goes()
    {
        var (room, other, ada) = await TwoRooms();
        await using var client = await server.Connect(ada);

        (await client.Call("MarkRead", other.Value, 3, null)).GetProperty("value").GetProperty("number").GetInt64().ShouldBe(1);
        await client.Call("MarkRead", other.Value, 1, 3);   // of a thread that is in the first room only

        var marks = QueueScene.Must(await server.Grains.Inbox(ada.Member).Marks(ada.Member, [room, other]));
        marks.Where(mark => mark.Room == other).ShouldHaveSingleItem().Threads.ShouldBeEmpty();
        marks.ShouldNotContain(mark => mark.Room == room && mark.Upto.Value == 3);
    }

    [Fact]
    public async Task A_file_is_in_its_own_post_and_in_no_other()
    {
        var (room, other, ada) = await TwoRooms();
        var file = await Posts(room, ada);
        await server.Says(room, ada, "Beside it");
        await Posts(other, ada);
        using var http = server.Http(ada);

        (await http.GetAsync($"/communities/{room}/posts/4/files/{file}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var path in new[] { $"{other}/posts/2", $"{other}/posts/4", $"{room}/posts/5" }) (await http.GetAsync($"/communities/{path}/files/{file}")).StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
    }

    [Fact]
    public async Task A_publication_its_files_and_its_comments_are_in_their_own_community()
    {
        var (room, ada, _) = await server.Scene();
        var elsewhere = await server.Found($"beside-{room.Community}", ada);
        var (id, twin) = (new PublicationId(room.Community, $"{Guid.NewGuid():n}"), new PublicationId(elsewhere.Community, $"{Guid.NewGuid():n}"));
        foreach (var each in new[] { id, twin })
        {
            QueueScene.Must(await server.Grains.Publication(each).Write(new() { By = ada.Member, Request = server.NewRequest(), Seen = 0, Content = new(PublicationKind.News, "Trams", "", "About trams.", Classification.Community, [], []) }));
            QueueScene.Must(await server.Grains.Publication(each).Submit(new() { By = ada.Member, Request = server.NewRequest(), Version = 1 })).IsPublished.ShouldBeTrue();
        }

        await server.Says(id.Comments, ada, "Which ones?");
        using var http = server.Http(ada);

        (await http.GetAsync($"/api/communities/{id.Community}/publications/{id.Key}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var path in new[]
        {
            $"/api/communities/{twin.Community}/publications/{id.Key}", $"/api/communities/{twin.Community}/publications/{id.Key}/versions", $"/api/communities/{twin.Community}/publications/{id.Key}/versions/1",
            $"/communities/{twin.Community}/publications/{id.Key}", $"/api/rooms/{twin.Community}/~{id.Key}/posts", $"/api/rooms/{twin.Comments}/posts/1", $"/communities/{twin.Community}/~{id.Key}/posts/1",
        }) (await http.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
    }

    [Fact]
    public async Task An_item_is_in_its_own_queue()
    {
        var (scene, beside) = (await server.QueueScene(), await server.QueueScene());
        await scene.Asks("Not for the others");
        using var http = server.Http(beside.Ada);

        (await http.GetAsync($"{beside.Api}/items/1")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var (command, body) in new (string, object)[] { ("claim", new { requestId = "1" }), ("decide", new { requestId = "2", version = 1, verdict = "approved" }), ("undo", new { requestId = "3", version = 1 }) })
            (await http.PostAsJsonAsync($"{beside.Api}/items/1/{command}", body)).StatusCode.ShouldBe(HttpStatusCode.NotFound, command);
    }

    /// <summary>Three posts in the first room, one in the second; Ada leads the community of both.</summary>
    private async Task<(RoomId Room, RoomId Other, Person Ada)> TwoRooms()
    {
        var (room, ada, _) = await server.Scene();
        var other = QueueScene.Must(await server.Grains.Community(room.Community).OpenRoom(new() { By = ada.Member, Request = server.NewRequest(), Slug = "beside", Name = "Beside" }));
        for (var i = 1; i <= 3; i++) await server.Says(room, ada, $"Number {i}");
        await server.Says(other, ada, "The only one");
        return (room, other, ada);
    }

    /// <returns>The file of the post.</returns>
    private async Task<string> Posts(RoomId room, Person author)
    {
        var (desk, request) = (server.Services.GetRequiredService<AttachmentDesk>(), server.NewRequest());
        using var body = new MemoryStream(SampleFiles.Png());
        var kept = QueueScene.Must(await desk.Add(new(author.Member, room), "plan.png", body.Length, body, default));
        var taken = QueueScene.Must(await desk.Take(author.Member, room, request, [kept.Id.Value]));
        QueueScene.Must(await server.Grains.Room(room).Post(new() { By = author.Member, Request = request, Markdown = "See", Attachments = taken }));
        return kept.Id.Value;
    }

    private static async Task<(HttpStatusCode Status, string Said)> Body(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
