using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Attachments;
using PublicBuyers.EndToEnd.Tests.Attachments;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Journal;
using PublicBuyers.Moderation;
using PublicBuyers.Storage;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;
using FactAttribute = Xunit.FactAttribute;

namespace PublicBuyers.EndToEnd.Tests.Moderation;

/// <summary>
/// What was reported is kept as it was until it is decided on, for those who decide, whatever its author does to it.
/// </summary>
public sealed class WhatWasReported : IAsyncLifetime
{
    private const string Said = "Quibblewort from Acme at twelve thousand";

    private readonly FakeClock clock = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() =>
        server = await LiveServer.Start(adjust: services => services.AddSingleton<IClock>(clock));

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task An_edit_afterwards_stands_beside_it()
    {
        var report = await Reported();
        await Edits(report, "Nothing to see here");

        var (page, item) = await Seen(report, report.Scene.Ben);

        item.GetProperty("reported").GetProperty("then").GetProperty("html").GetString()!.ShouldContain(Said);
        item.GetProperty("reported").GetProperty("since").GetString().ShouldBe("edited");
        page.ShouldContain(Said);
        page.ShouldContain("Nothing to see here");
        await IsNowhereElse(report);
    }

    [Fact]
    public async Task A_deleted_post_and_its_files_are_shown_to_those_who_decide_and_to_nobody_else()
    {
        var report = await Reported(SampleFiles.Pdf);
        await Deletes(report);
        await Followed();

        var (page, item) = await Seen(report, report.Scene.Ben);
        item.GetProperty("reported").GetProperty("since").GetString().ShouldBe("deleted");
        page.ShouldContain(Said);
        page.ShouldContain(report.FileAddress);

        (await Get(report.Scene.Ben, report.FileAddress)).ShouldBe(HttpStatusCode.OK);
        foreach (
            var person in new[]
            {
                report.Author,
                report.Reporter,
                await report.Scene.Member("Bystander"),
                await server.Stranger(),
            }
        )
            (await Get(person, report.FileAddress)).ShouldBe(HttpStatusCode.NotFound, person.Name);
        (
            await Get(report.Scene.Ben, $"/communities/{report.Scene.Room}/posts/{report.Post}/files/{report.File}")
        ).ShouldBe(HttpStatusCode.NotFound, "in the room it is gone");
        await IsNowhereElse(report);
    }

    [Fact]
    public async Task With_the_decision_the_copy_and_its_files_go()
    {
        var report = await Reported(SampleFiles.Pdf);
        await Deletes(report);
        await Followed();
        IsOnDisk(report).ShouldBeTrue("somebody has yet to decide");

        await Settles(report, Verdict.Rejected);

        var (page, item) = await Seen(report, report.Scene.Ben);
        item.GetProperty("reported").ValueKind.ShouldBe(JsonValueKind.Null);
        page.ShouldNotContain(Said);
        (await Get(report.Scene.Ben, report.FileAddress)).ShouldBe(HttpStatusCode.NotFound);
        IsOnDisk(report).ShouldBeFalse();
    }

    [Fact]
    public async Task A_decision_that_can_still_be_undone_leaves_it_there()
    {
        var report = await Reported(SampleFiles.Pdf);
        await Deletes(report);
        await report.Scene.Decides(report.Scene.Ben, report.Number, Verdict.Rejected);
        await Followed();

        (await Seen(report, report.Scene.Ben)).Page.ShouldContain(Said);
        IsOnDisk(report).ShouldBeTrue();
    }

    [Fact]
    public async Task Of_two_reports_of_one_post_the_last_decision_lets_it_go()
    {
        var report = await Reported(SampleFiles.Pdf);
        var second = await report.Scene.Member("Second reporter");
        var other = await Reports(report.Scene, second, report.Post);
        await Deletes(report);

        await Settles(report, Verdict.Rejected);
        IsOnDisk(report).ShouldBeTrue("the other report waits");

        await Settles(report with { Number = other }, Verdict.Rejected);
        IsOnDisk(report).ShouldBeFalse();
    }

    [Fact]
    public async Task A_post_that_is_decided_on_first_and_deleted_then_goes_at_once()
    {
        var report = await Reported(SampleFiles.Pdf);
        await Settles(report, Verdict.Rejected);
        IsOnDisk(report).ShouldBeTrue();

        await Deletes(report);
        await Followed();

        IsOnDisk(report).ShouldBeFalse();
    }

    [Fact]
    public async Task Somebody_whose_business_it_is_does_not_see_it_as_a_moderator_either()
    {
        var report = await Reported();
        await report.Scene.Changes(report.Author, PublicBuyers.Communities.Role.Moderator);
        await Deletes(report);

        (await Seen(report, report.Author)).Page.ShouldNotContain(Said);
        (await Seen(report, report.Scene.Ben)).Page.ShouldContain(Said);
    }

    [Fact]
    public async Task An_appeal_shows_what_was_hidden_and_nothing_that_was_deleted_after_the_decision()
    {
        var report = await Reported(SampleFiles.Pdf);
        await Settles(report, Verdict.Approved);
        var appeal = QueueScene.Must(
            await report.Scene.Queue.Appeal(
                new()
                {
                    By = report.Author.Member,
                    Request = server.NewRequest(),
                    Number = new(report.Number),
                    Message = "It was true.",
                }
            )
        );
        (await Seen(report with { Number = appeal.Value }, report.Scene.Ada)).Page.ShouldContain(Said);

        var other = await Reported(SampleFiles.Pdf);
        await Settles(other, Verdict.Approved);
        await Deletes(other);
        var late = QueueScene.Must(
            await other.Scene.Queue.Appeal(
                new()
                {
                    By = other.Author.Member,
                    Request = server.NewRequest(),
                    Number = new(other.Number),
                    Message = "It was true.",
                }
            )
        );
        (await Seen(other with { Number = late.Value }, other.Scene.Ada)).Page.ShouldNotContain(Said);
    }

    [Fact]
    public async Task Files_of_a_hidden_post_open_for_those_who_may_see_it()
    {
        var report = await Reported(SampleFiles.Pdf);
        QueueScene.Must(
            await server
                .Grains.Room(report.Scene.Room)
                .Hide(
                    new()
                    {
                        By = report.Scene.Ada.Member,
                        Request = server.NewRequest(),
                        Number = new(report.Post),
                        Hidden = true,
                        Reason = "It names a tenderer.",
                    }
                )
        );
        var address = $"/communities/{report.Scene.Room}/posts/{report.Post}/files/{report.File}";

        (await Get(report.Scene.Ada, address)).ShouldBe(HttpStatusCode.OK);
        (await Get(report.Scene.Ben, address)).ShouldBe(HttpStatusCode.OK);
        (await Get(report.Author, address)).ShouldBe(HttpStatusCode.NotFound);
        (await Get(report.Reporter, address)).ShouldBe(HttpStatusCode.NotFound);
        using var http = server.Http(report.Scene.Ben);
        (await http.GetStringAsync($"/communities/{report.Scene.Room}/posts/{report.Post}/history")).ShouldContain(
            address
        );
    }

    private sealed record Report(QueueScene Scene, Person Author, Person Reporter, long Post, long Number, string? File)
    {
        public string FileAddress => $"{Scene.Pages}/{Number}/files/{File}";
    }

    private async Task<Report> Reported(byte[]? file = null)
    {
        var scene = await server.QueueScene();
        var of = scene.Community.Value[11..];
        var (author, reporter) = (await scene.Member($"Author{of}"), await scene.Member($"Reporter{of}"));
        var post = await Posts(scene, author, file);
        return new(scene, author, reporter, post.Number, await Reports(scene, reporter, post.Number), post.File);
    }

    private async Task<(long Number, string? File)> Posts(QueueScene scene, Person author, byte[]? file)
    {
        if (file is null)
            return (await server.Says(scene.Room, author, Said), null);

        using var http = server.Http(author);
        using var sent = await http.PostAsync(
            $"/api/rooms/{scene.Room}/attachments?name=offer.pdf",
            new ByteArrayContent(file)
        );
        var id = (await sent.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        var request = server.NewRequest();
        var taken = QueueScene.Must(
            await server.Services.GetRequiredService<AttachmentDesk>().Take(author.Member, scene.Room, request, [id])
        );
        return (
            QueueScene
                .Must(
                    await server
                        .Grains.Room(scene.Room)
                        .Post(
                            new()
                            {
                                By = author.Member,
                                Request = request,
                                Markdown = Said,
                                Attachments = taken,
                            }
                        )
                )
                .Number.Value,
            id
        );
    }

    private async Task<long> Reports(QueueScene scene, Person reporter, long post) =>
        QueueScene
            .Must(
                await scene.Queue.Report(
                    new()
                    {
                        By = reporter.Member,
                        Request = server.NewRequest(),
                        Room = scene.Room,
                        Post = new(post),
                        Message = "It names a tenderer.",
                    }
                )
            )
            .Value;

    private async Task Edits(Report report, string text) =>
        QueueScene.Must(
            await server
                .Grains.Room(report.Scene.Room)
                .Edit(
                    new()
                    {
                        By = report.Author.Member,
                        Request = server.NewRequest(),
                        Number = new(report.Post),
                        Markdown = text,
                    }
                )
        );

    private async Task Deletes(Report report) =>
        QueueScene.Must(
            await server
                .Grains.Room(report.Scene.Room)
                .Delete(
                    new()
                    {
                        By = report.Author.Member,
                        Request = server.NewRequest(),
                        Number = new(report.Post),
                    }
                )
        );

    private async Task Settles(Report report, Verdict verdict)
    {
        await report.Scene.Decides(report.Scene.Ben, report.Number, verdict);
        await using var watching = await server.Connect(report.Scene.Ben);
        await watching.Enter(report.Scene.Topic);
        clock.Move(QueueLimits.UndoWindow);
        await watching.Until(it =>
            it.Topic(report.Scene.Topic).Item(report.Number) is not { } item
            || item.GetProperty("state").GetString() == "settled"
        );
        await Followed();
    }

    private async Task<(string Page, JsonElement Item)> Seen(Report report, Person moderator)
    {
        using var http = server.Http(moderator);
        return (
            WebUtility.HtmlDecode(await http.GetStringAsync($"{report.Scene.Pages}/{report.Number}")),
            await http.GetFromJsonAsync<JsonElement>($"{report.Scene.Api}/items/{report.Number}")
        );
    }

    /// <summary>
    /// Neither in lists of those who decide, nor live, nor in what is exported, nor for anybody else.
    /// </summary>
    private async Task IsNowhereElse(Report report)
    {
        var scene = report.Scene;
        using var deciding = server.Http(scene.Ben);
        foreach (
            var path in new[]
            {
                scene.Pages,
                scene.Api,
                scene.Pages + "/log",
                scene.Pages + "/log.csv",
                $"/communities/{scene.Room}",
                $"/api/rooms/{scene.Room}/posts",
                "/api/search?q=quibblewort",
                $"/api/live/{scene.Topic}?epoch=0&after=-1",
            }
        )
            (await deciding.GetStringAsync(path)).ShouldNotContain("twelve thousand", customMessage: path);

        foreach (var person in new[] { report.Author, report.Reporter })
        {
            using var http = server.Http(person);
            foreach (
                var path in new[]
                {
                    $"/communities/{scene.Room}",
                    $"/api/rooms/{scene.Room}/posts",
                    "/requests",
                    "/api/me/requests",
                    "/notices",
                    "/api/search?q=quibblewort",
                }
            )
                (await http.GetStringAsync(path)).ShouldNotContain(
                    "twelve thousand",
                    customMessage: $"{path} of {person.Name}"
                );
        }
    }

    private async Task<HttpStatusCode> Get(Person person, string path)
    {
        using var http = server.Http(person);
        using var answer = await http.GetAsync(path);
        return answer.StatusCode;
    }

    private bool IsOnDisk(Report report) =>
        File.Exists(
            Path.Combine(
                server.Services.GetRequiredService<DataFolder>().AttachmentsFolder,
                report.File![..2],
                report.File
            )
        );

    private async Task Followed() =>
        await server.Grains.GetGrain<IEffectFollowerGrain>("effect/attachments/0").CatchUp();
}
