using System.Net;
using System.Runtime.Versioning;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Storage;
using PublicBuyers.Testing.Live;
using FactAttribute = Xunit.FactAttribute;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

/// <summary>A file that the server has and cannot read is a trouble of the server, and no fault.</summary>
/// <remarks>Root reads whatever the rights say, and CI runs as root. A link that leads to itself is closed to root too.
/// </remarks>
[UnsupportedOSPlatform("windows")]
public sealed class FilesThatCannotBeRead : IAsyncLifetime
{
    private const int CannotBeRead = 2027;

    private readonly LogLines log = new();
    private LiveServer server = null!;

    private string Files => server.Services.GetRequiredService<DataFolder>().AttachmentsFolder;

    public async Task InitializeAsync() =>
        server = await LiveServer.Start(adjust: services => services.AddSingleton<ILoggerProvider>(log));

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Are_answered_with_503_in_words_and_one_line_of_the_log()
    {
        var (room, ada, ben) = await server.Scene();
        var card = await server.Uploaded(ada, room, "plan.png", SampleFiles.Png());
        var number = await server.Posted(ada, room, card);
        Close(PathOf(card));

        foreach (var asked in new[] { "", "?show", "" })
        {
            using var answer = await server.Get(ben, card.PathIn(room, number) + asked);

            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            var said = new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync()).Body!.TextContent;
            said.ShouldContain("The server cannot read this file at the moment.");
            said.ShouldNotContain(Files, customMessage: "paths are for operators");
        }

        var line = Troubles.ShouldHaveSingleItem();
        (line.Id, line.Level, line.Fault).ShouldBe((CannotBeRead, LogLevel.Error, null));
        line.Text.ShouldContain($"\"{PathOf(card)}\"");
    }

    [Fact]
    public async Task Are_got_again_once_they_can_be_read()
    {
        var (room, ada, ben) = await server.Scene();
        var card = await server.Uploaded(ada, room, "plan.png", SampleFiles.Png());
        var path = card.PathIn(room, await server.Posted(ada, room, card));
        Close(PathOf(card));
        (await Status(ben, path)).ShouldBe(HttpStatusCode.ServiceUnavailable);

        File.Move(PathOf(card) + ".aside", PathOf(card), overwrite: true);

        (await Status(ben, path)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task And_are_gone_are_404_as_they_were()
    {
        var (room, ada, ben) = await server.Scene();
        var card = await server.Uploaded(ada, room, "plan.png", SampleFiles.Png());
        var path = card.PathIn(room, await server.Posted(ada, room, card));
        File.Delete(PathOf(card));

        (await Status(ben, path)).ShouldBe(HttpStatusCode.NotFound);
        Troubles.ShouldBeEmpty();
    }

    /// <summary>Pictures from before they were measured upright are read when they are shown.</summary>
    [Fact]
    public async Task Take_nothing_from_the_page_they_are_on()
    {
        var (room, ada, ben) = await server.Scene();
        var card = await server.Uploaded(ada, room, "old.txt", "placeholder"u8.ToArray());
        Close(PathOf(card));
        var posted = await server
            .Grains.Room(room)
            .Post(
                new()
                {
                    By = ada.Member,
                    Request = server.NewRequest(),
                    Markdown = "Old",
                    Attachments = [new(new(card.Id), "old.jpg", "image/jpeg", 100, 800, 600)],
                }
            );
        posted.Refusal.ShouldBeNull();

        using var page = await server.Get(ben, $"/communities/{room}");

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        var image = new HtmlParser().ParseDocument(await page.Content.ReadAsStringAsync()).QuerySelector(".file img")!;
        (image.GetAttribute("width"), image.GetAttribute("height")).ShouldBe(("267", "200"), "as it was measured then");
    }

    /// <summary>The card says whose a file is. All are read at the start, and once more for the first sum.</summary>
    [Fact]
    public async Task Stop_no_start_and_are_not_counted()
    {
        var (room, ada, _) = await server.Scene();
        await server.Uploaded(ada, room, "one.txt", "12345"u8.ToArray());
        var closed = await server.Uploaded(ada, room, "two.txt", "1234567"u8.ToArray());
        Close(PathOf(closed) + ".json");

        var started = ActivatorUtilities.CreateInstance<AttachmentFiles>(server.Services);

        started.UsedBy(ada.Member).Used.ShouldBe(5);
        Troubles.ShouldHaveSingleItem().Id.ShouldBe(CannotBeRead);
        File.Exists(Path.Combine(Files, "unposted", closed.Id)).ShouldBeTrue("it is known again after the next start");
    }

    /// <summary>A folder in the file's place, since root may remove any file.</summary>
    [Fact]
    public async Task And_cannot_be_removed_are_refused_in_words_and_stay_their_uploader_s()
    {
        var (room, ada, _) = await server.Scene();
        var card = await server.Uploaded(ada, room, "two.txt", "1234567"u8.ToArray());
        File.Delete(PathOf(card));
        Directory.CreateDirectory(Path.Combine(PathOf(card), "kept"));
        using var http = server.Http(ada);

        using var refused = await http.DeleteAsync($"/api/rooms/{room}/attachments/{card.Id}");

        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("urn:publicbuyers:refusal:not-stored");
        Troubles.ShouldAllBe(line => line.Fault == null);

        Directory.Delete(PathOf(card), recursive: true);
        (await http.DeleteAsync($"/api/rooms/{room}/attachments/{card.Id}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private IEnumerable<LogLine> Troubles => log.Ours.Where(line => line.Level >= LogLevel.Warning);

    private string PathOf(JsonElement card) => Path.Combine(Files, card.Id[..2], card.Id);

    private async Task<HttpStatusCode> Status(Person person, string path)
    {
        using var answer = await server.Get(person, path);
        return answer.StatusCode;
    }

    /// <summary>A link to itself: it is there, and to open it fails.</summary>
    private static void Close(string path)
    {
        File.Move(path, path + ".aside");
        File.CreateSymbolicLink(path, path);
    }
}
