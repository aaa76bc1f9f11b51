using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PublicBuyers.Storage;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Administration;

/// <summary>F3: writing is refused in words, reading goes on, and everything works again by itself once there is room.</summary>
public sealed class TheDiskIsFull : IAsyncLifetime
{
    private LiveServer server = null!;
    private Person ada = null!;
    private RoomId room;
    private volatile bool isFull;

    public async Task InitializeAsync()
    {
        server = await LiveServer.Start(adjust: services => services.AddSingleton(provider =>
            new SqliteJournal(provider.GetRequiredService<DataFolder>(), provider.GetRequiredService<ILogger<SqliteJournal>>(), RefuseWhenFull)));
        ada = await server.SignIn("Ada");
        room = await server.Found("cpb", ada);
        await server.Says(room, ada, "Before the disk was full.");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_program_is_answered_507_with_a_problem_and_reads_on()
    {
        using var http = server.Http(ada);
        isFull = true;

        using var refused = await Post(http, "Not stored.");
        refused.StatusCode.ShouldBe(HttpStatusCode.InsufficientStorage);
        refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("type").GetString().ShouldBe("urn:publicbuyers:refusal:disk-full");
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("disk of this server is full");
        (await http.GetStringAsync($"/api/rooms/{room}/posts")).ShouldContain("Before the disk was full.");

        isFull = false;
        using var stored = await Post(http, "Stored.");
        stored.StatusCode.ShouldBe(HttpStatusCode.Created);
        var said = await http.GetStringAsync($"/api/rooms/{room}/posts");
        said.ShouldContain("Stored.");
        said.ShouldNotContain("Not stored.");
    }

    [Fact]
    public async Task A_person_gets_a_page_that_says_so_and_keeps_what_they_wrote()
    {
        using var browser = Visitor.As(server.Address, ada.Cookie);
        var token = await browser.TokenOn($"/communities/{room}");
        isFull = true;

        using var form = new MultipartFormDataContent
        {
            { new StringContent(token.Value), token.Name }, { new StringContent(server.NewRequest().Value), "request" }, { new StringContent("Typed with care."), "markdown" },
        };
        var refused = await browser.Send($"/communities/{room}", form);
        refused.Status.ShouldBe(HttpStatusCode.InsufficientStorage);
        refused.Html.ShouldContain("disk of this server is full");
        refused.Html.ShouldContain("Typed with care.");
        (await browser.Get($"/communities/{room}")).Html.ShouldContain("Before the disk was full.");
    }

    [Fact]
    public async Task A_form_without_a_page_of_its_own_gives_back_what_was_typed()
    {
        using var browser = Visitor.As(server.Address, ada.Cookie);
        var send = await browser.Fill($"/communities/{room.Community}/settings", $"/communities/{room.Community}/settings", ("goal", "Thought about for long."));
        isFull = true;

        var refused = await send();

        refused.Status.ShouldBe(HttpStatusCode.InsufficientStorage);
        refused.Html.ShouldContain("disk of this server is full");
        refused.Html.ShouldContain("Thought about for long.");
    }

    [Fact]
    public async Task Somebody_who_signs_in_is_told_too()
    {
        using var browser = new Visitor(server.Address);
        var send = await browser.Fill("/sign-in", "/sign-in", ("address", "eve@example.eu"));
        isFull = true;

        var refused = await send();
        refused.Status.ShouldBe(HttpStatusCode.InsufficientStorage);
        refused.Html.ShouldContain("disk of this server is full");
    }

    [Fact]
    public async Task The_health_check_says_503_in_words_until_there_is_room()
    {
        using var http = server.Http(null);
        isFull = true;
        using (var post = await Post(server.Http(ada), "Not stored.")) post.StatusCode.ShouldBe(HttpStatusCode.InsufficientStorage);

        using (var unready = await http.GetAsync("/health/ready"))
        {
            unready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await unready.Content.ReadAsStringAsync()).ShouldContain("Nothing can be written: the disk is full.");
        }

        using (var alive = await http.GetAsync("/health/live")) alive.StatusCode.ShouldBe(HttpStatusCode.OK);

        isFull = false;
        using (var post = await Post(server.Http(ada), "Stored.")) post.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var ready = await http.GetAsync("/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>As above with a real file system of 12 MB, filled by somebody else.</summary>
    [MountFact]
    public async Task A_file_system_that_is_full_is_found_by_the_health_check_alone_and_left_behind_without_a_restart()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["disk"]);
        using var process = ServerProcess.StartOnASmallDisk(folder.Path, folder["disk"], "12m", ["--data", Path.Combine(folder["disk"], "data"), "--url", "http://127.0.0.1:0"]);
        await process.IsReady();
        using var http = new HttpClient { BaseAddress = process.Address };
        var ballast = $"/proc/{process.Id}/root{folder["disk"]}/ballast";

        FillWith(ballast);
        var unready = await Until(http, HttpStatusCode.ServiceUnavailable);
        unready.ShouldContain("Nothing can be written: the disk is full.");
        using var browser = new Visitor(http.BaseAddress);
        (await browser.Submit("/sign-in", "/sign-in", ("address", "eve@example.eu"))).Status.ShouldBe(HttpStatusCode.InsufficientStorage);
        (await browser.Get("/sign-in")).Status.ShouldBe(HttpStatusCode.OK, "reading goes on");

        File.Delete(ballast);
        await Until(http, HttpStatusCode.OK);
        (await browser.Submit("/sign-in", "/sign-in", ("address", "eve@example.eu"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await process.Stop()).ShouldBe(0);
    }

    /// <summary>What SQLite answers then, to whatever its writer asks.</summary>
    private void RefuseWhenFull()
    {
        if (isFull) throw new SqliteException("database or disk is full", 13);
    }

    private static void FillWith(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        var block = new byte[4096];
        try
        {
            while (true) file.Write(block);
        }
        catch (IOException full) when (DiskFullException.IsIn(full))
        {
            // As meant.
        }
    }

    /// <summary>Asks until the answer is that, as whoever watches a server does.</summary>
    private static async Task<string> Until(HttpClient http, HttpStatusCode status)
    {
        using var enough = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            using var answer = await http.GetAsync("/health/ready", enough.Token);
            if (answer.StatusCode == status) return await answer.Content.ReadAsStringAsync(enough.Token);
        }
    }

    private Task<HttpResponseMessage> Post(HttpClient http, string text) =>
        http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = server.NewRequest().Value, markdown = text });

}

/// <summary>Needs the right to mount a file system. Where that is missing the test is skipped and says so.</summary>
public sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute() => Skip = ServerProcess.MayMount ? null : "This user may not mount a file system of its own (unshare -m).";
}
