using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Attachments;
using PublicBuyers.Journal;
using PublicBuyers.Testing.Live;
using FactAttribute = Xunit.FactAttribute;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

/// <summary>A file belongs to the request that took it, and to the post of that request alone.</summary>
public sealed class OneFileOnePost : IAsyncLifetime
{
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Of_two_posts_at_once_one_gets_the_file_and_keeps_it_when_the_other_is_deleted()
    {
        var (room, ada) = await Scene();
        for (var round = 0; round < 5; round++)
        {
            var file = await Uploaded(room, ada);

            var answers = await Task.WhenAll(
                Enumerable.Range(0, 4).Select(_ => Post(room, ada, server.NewRequest(), file))
            );

            answers.Count(answer => answer.Status == HttpStatusCode.Created).ShouldBe(1);
            answers
                .Where(answer => answer.Status != HttpStatusCode.Created)
                .ShouldAllBe(answer => answer.Code == "attachment.not-uploaded");
            (await HasFile(room, ada, answers.Single(answer => answer.Number > 0).Number, file)).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task The_same_request_again_is_the_same_post_with_its_file()
    {
        var (room, ada) = await Scene();
        var (file, request) = (await Uploaded(room, ada), server.NewRequest());

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Post(room, ada, request, file)));
        await server.FilesFollowed();
        var later = await Post(room, ada, request, file);

        answers.Append(later).Select(answer => answer.Number).Distinct().ShouldHaveSingleItem().ShouldBeGreaterThan(0);
        (await HasFile(room, ada, later.Number, file)).ShouldBeTrue();
    }

    [Fact]
    public async Task After_a_restart_it_is_still_so()
    {
        var (room, ada) = await Scene();
        var (posted, taken) = (await Uploaded(room, ada), await Uploaded(room, ada));
        var (request, another) = (server.NewRequest(), server.NewRequest());
        var number = (await Post(room, ada, request, posted)).Number;
        var desk = server.Services.GetRequiredService<AttachmentDesk>();
        (await desk.Take(ada.Member, room, another, [taken])).IsRefused.ShouldBeFalse();

        server = await server.Restart();

        foreach (var file in new[] { posted, taken })
            (await Post(room, ada, server.NewRequest(), file)).Code.ShouldBe("attachment.not-uploaded");
        var files = server.Services.GetRequiredService<IAttachmentFiles>();
        await files.Discard(ada.Member, request, [new(posted)]);
        await files.Release(ada.Member, request, [new(posted)]);
        await files.DiscardUntaken(ada.Member, new(posted));
        (await Post(room, ada, request, posted)).Number.ShouldBe(number);
        (await HasFile(room, ada, number, posted)).ShouldBeTrue();
        (await Post(room, ada, another, taken)).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_a_refused_post_named_can_be_posted_with_a_better_text()
    {
        var (room, ada) = await Scene();
        var file = await Uploaded(room, ada);

        (await Post(room, ada, server.NewRequest(), file, text: " ")).Code.ShouldBe("room.text-empty");
        var posted = await Post(room, ada, server.NewRequest(), file);

        posted.Status.ShouldBe(HttpStatusCode.Created);
        (await HasFile(room, ada, posted.Number, file)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_refused_copy_of_a_form_takes_nothing_from_the_accepted_one()
    {
        var (room, ada) = await Scene();
        for (var round = 0; round < 5; round++)
        {
            var form = await server.Composer(ada, room);

            var answers = await Task.WhenAll(
                Submit(form, room, ada, "With a file", "plan.pdf"),
                Submit(form, room, ada, "With a file", "plan.pdf", "setup.exe"),
                Submit(form, room, ada, " ", "plan.pdf"),
                Submit(form, room, ada, "With a file", "plan.pdf", "setup.exe")
            );

            answers[0].ShouldBe(HttpStatusCode.SeeOther);
            await Submit(form, room, ada, "With a file", "plan.pdf", "setup.exe");
            var post = (await server.Grains.Room(room).Page(ada.Member, 0, 100)).Value!.Posts.MaxBy(each => each.Number)!;
            (await HasFile(room, ada, post.Number.Value, post.Attachments.ShouldHaveSingleItem().Id.Value))
                .ShouldBeTrue($"round {round}");
        }
    }

    [Fact]
    public async Task A_refused_form_leaves_nothing_behind()
    {
        var (room, ada) = await Scene();
        var form = await server.Composer(ada, room);

        await Submit(form, room, ada, "With a file", "plan.pdf", "setup.exe");
        await Submit(form, room, ada, " ", "plan.pdf");

        server.Services.GetRequiredService<IAttachmentFiles>().UsedBy(ada.Member).Used.ShouldBe(0);
    }

    private async Task<(RoomId Room, Person Ada)> Scene()
    {
        var ada = await server.SignIn("Ada");
        return (await server.Found("buyers", ada), ada);
    }

    private async Task<string> Uploaded(RoomId room, Person person) =>
        (await server.Uploaded(person, room, "plan.pdf", SampleFiles.Pdf)).Id;

    private async Task<(HttpStatusCode Status, string? Code, long Number)> Post(
        RoomId room,
        Person person,
        RequestId request,
        string file,
        string text = "See"
    )
    {
        using var http = server.Http(person);
        using var sent = await http.PostAsJsonAsync(
            $"/api/rooms/{room}/posts",
            new
            {
                requestId = request.Value,
                markdown = text,
                attachments = new[] { file },
            }
        );
        var answer = await sent.Content.ReadFromJsonAsync<JsonElement>();
        return sent.IsSuccessStatusCode
            ? (sent.StatusCode, null, answer.GetProperty("number").GetInt64())
            : (sent.StatusCode, answer.GetProperty("title").GetString(), 0);
    }

    private async Task<bool> HasFile(RoomId room, Person person, long number, string file)
    {
        await server.FilesFollowed();
        using var got = await server.Get(person, $"/communities/{room}/posts/{number}/files/{file}");
        return got.IsSuccessStatusCode
            && (await got.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(SampleFiles.Pdf);
    }

    private async Task<HttpStatusCode> Submit(
        ComposerForm form,
        RoomId room,
        Person person,
        string text,
        params string[] files
    )
    {
        using var answer = await server.Submit(
            form,
            person,
            room,
            text,
            [.. files.Select(name => (name, SampleFiles.Pdf))]
        );
        return answer.StatusCode;
    }
}
