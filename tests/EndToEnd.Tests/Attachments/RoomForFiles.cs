using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PublicBuyers.Attachments;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Journal;
using PublicBuyers.Storage;
using PublicBuyers.Testing.Live;
using FactAttribute = Xunit.FactAttribute;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

/// <summary>So many files a member, so many a room, and some of the disk is left for what people write.</summary>
public sealed class RoomForFiles
{
    private const int Kilo = 1024;

    private static readonly byte[] Letter = [.. Enumerable.Repeat((byte)'x', 10 * Kilo)];

    [Fact]
    public async Task Fifty_uploads_at_once_for_the_last_place_fill_it_and_no_more()
    {
        await using var server = await With(new(OfMember: 25 * Kilo));
        var (room, ada, ben) = await server.Scene();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Upload(server, room, ada)));

        answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(2);
        server.Services.GetRequiredService<IAttachmentFiles>().UsedBy(ada.Member).Used.ShouldBe(20 * Kilo);
        Stored(server).ShouldBe(20 * Kilo);
        (await Upload(server, room, ben)).Status.ShouldBe(HttpStatusCode.OK, "what others use is theirs");

        var refused = await Upload(server, room, ada);
        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "attachment.member-full"));
    }

    [Fact]
    public async Task A_room_holds_so_many_whoever_sends_them()
    {
        await using var server = await With(new(OfRoom: 25 * Kilo));
        var (room, ada, ben) = await server.Scene();
        foreach (var person in new[] { ada, ben })
            (await Upload(server, room, person)).Status.ShouldBe(HttpStatusCode.OK);

        var refused = await Upload(server, room, ben);

        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "attachment.room-full"));
    }

    [Fact]
    public async Task A_disk_that_is_almost_full_takes_no_file_and_says_so()
    {
        await using var server = await LiveServer.Start(adjust: services =>
            services.AddSingleton(
                new FileChecks(new NoScanner(), ScannerAway.Refuse, NullLogger<FileChecks>.Instance)
                {
                    Disk = _ => (4_999, 100_000),
                }
            )
        );
        var (room, ada, ben) = await server.Scene();

        var refused = await Upload(server, room, ada);

        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.InsufficientStorage, "attachment.disk-full"));
        (await server.Says(room, ben, "Texts are still taken.")).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_is_deleted_gives_its_space_back_once_it_is_gone()
    {
        await using var server = await With(new(OfMember: 15 * Kilo));
        var (room, ada, _) = await server.Scene();
        var files = server.Services.GetRequiredService<IAttachmentFiles>();
        var id = (await Upload(server, room, ada)).Id!;
        var request = server.NewRequest();
        var taken = await server.Services.GetRequiredService<AttachmentDesk>().Take(ada.Member, room, request, [id]);
        var posted = await server
            .Grains.Room(room)
            .Post(
                new()
                {
                    By = ada.Member,
                    Request = request,
                    Markdown = "See",
                    Attachments = taken.Value,
                }
            );
        (await Upload(server, room, ada)).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        await server
            .Grains.Room(room)
            .Delete(
                new()
                {
                    By = ada.Member,
                    Request = server.NewRequest(),
                    Number = posted.Value!.Number,
                }
            );
        await server.Grains.GetGrain<IEffectFollowerGrain>("effect/attachments/0").CatchUp();

        files.UsedBy(ada.Member).Used.ShouldBe(0);
        files.UsedIn(room).Used.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_taken_away_before_it_is_posted_gives_its_space_back_at_once()
    {
        await using var server = await With(new());
        var (room, ada, ben) = await server.Scene();
        using var hers = server.Http(ada);
        using var his = server.Http(ben);
        var (taken, kept) = ((await Upload(server, room, ada)).Id!, (await Upload(server, room, ada)).Id!);
        var desk = server.Services.GetRequiredService<AttachmentDesk>();
        (await desk.Take(ada.Member, room, server.NewRequest(), [kept])).IsRefused.ShouldBeFalse();

        (await his.DeleteAsync($"/api/rooms/{room}/attachments/{taken}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        server
            .Services.GetRequiredService<IAttachmentFiles>()
            .UsedBy(ada.Member)
            .Used.ShouldBe(20 * Kilo, "it is not his");
        using var answer = await hers.DeleteAsync($"/api/rooms/{room}/attachments/{taken}");
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("used").GetInt64().ShouldBe(10 * Kilo);
        (await hers.DeleteAsync($"/api/rooms/{room}/attachments/{kept}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        server
            .Services.GetRequiredService<IAttachmentFiles>()
            .UsedBy(ada.Member)
            .Used.ShouldBe(10 * Kilo, "a post on its way names it");
    }

    [Fact]
    public async Task How_much_is_used_is_counted_again_after_a_start()
    {
        await using var server = await With(new());
        var (room, ada, _) = await server.Scene();
        await Upload(server, room, ada);
        var again = new AttachmentFiles(
            server.Services.GetRequiredService<DataFolder>(),
            server.Services.GetRequiredService<Secrets>(),
            server.Services.GetRequiredService<IClock>(),
            server.Services.GetRequiredService<IJournal>(),
            new(),
            server.Services.GetRequiredService<FileChecks>(),
            TimeProvider.System,
            NullLogger<AttachmentFiles>.Instance
        );

        again.UsedBy(ada.Member).ShouldBe(new(10 * Kilo, FileQuotas.UsualOfMember));
        again.UsedIn(room).Used.ShouldBe(10 * Kilo);
    }

    [Fact]
    public async Task People_see_how_much_they_have_used_before_it_is_too_late()
    {
        await using var server = await With(new(OfMember: 24 * Kilo));
        var (room, ada, _) = await server.Scene();
        using var http = server.Http(ada);
        (await http.GetStringAsync("/profile")).ShouldContain("of 24 KB");

        (await Upload(server, room, ada)).Near.ShouldBe(false);
        (await http.GetStringAsync($"/communities/{room}")).ShouldContain("Your files: 10 KB of 24 KB");

        (await Upload(server, room, ada)).Near.ShouldBe(true);
        foreach (var page in new[] { "/profile", $"/communities/{room}" })
            (await http.GetStringAsync(page)).ShouldContain("Your files take 20 KB of the 24 KB you have.");
    }

    [Fact]
    public void The_usual_limits_are_200_megabytes_a_member_5_gigabytes_a_room_and_5_percent_of_the_disk() =>
        new FileQuotas().ShouldBe(new(200L * Kilo * Kilo, 5L * Kilo * Kilo * Kilo, 5));

    private static Task<LiveServer> With(FileQuotas quotas) =>
        LiveServer.Start(adjust: services => services.AddSingleton(quotas));

    private static async Task<(HttpStatusCode Status, string? Code, string? Id, bool? Near)> Upload(
        LiveServer server,
        RoomId room,
        Person by
    )
    {
        using var http = server.Http(by);
        using var answer = await http.PostAsync(
            $"/api/rooms/{room}/attachments?name=letter.txt",
            new ByteArrayContent(Letter)
        );
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (
            answer.StatusCode,
            said.TryGetProperty("title", out var title) ? title.GetString() : null,
            said.TryGetProperty("id", out var id) ? id.GetString() : null,
            said.TryGetProperty("storage", out var storage) ? storage.GetProperty("isNearLimit").GetBoolean() : null
        );
    }

    private static long Stored(LiveServer server) =>
        Directory
            .EnumerateFiles(
                server.Services.GetRequiredService<DataFolder>().AttachmentsFolder,
                "*",
                SearchOption.AllDirectories
            )
            .Where(path => Path.GetExtension(path).Length == 0)
            .Sum(path => new FileInfo(path).Length);
}
