using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Commands;
using PublicBuyers.Journal;
using PublicBuyers.Storage;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;
using FactAttribute = Xunit.FactAttribute;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>
/// A server whose disk is not mounted says so. It does not begin anew with an empty folder in the place of the data.
/// </summary>
public sealed class AFolderThatIsNotThere : IDisposable
{
    private static readonly DateTimeOffset now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("disk/data", "does not exist")]
    [InlineData("disk", "is empty")]
    [InlineData("link", "is a symbolic link to")]
    public async Task Is_refused_where_it_must_exist(string path, string said)
    {
        Directory.CreateDirectory(folder["disk"]);
        File.CreateSymbolicLink(folder["link"], folder["unmounted"]);

        foreach (
            var (arguments, environment) in new (string[], (string, string)[])[]
            {
                (["serve", "--data", folder[path], "PublicBuyers:DataFolderMustExist=true"], []),
                (["serve", $"PublicBuyers:DataFolder={folder[path]}", "PublicBuyers:DataFolderMustExist=true"], []),
                (["serve", $"PublicBuyers:DataFolder={folder[path]}"], [("PublicBuyers__DataFolderMustExist", "true")]),
            }
        )
        {
            var refused = await ServerProcess.Run(
                folder.Path,
                [.. arguments, "PublicBuyers:Url=http://127.0.0.1:0"],
                environment
            );
            refused.Code.ShouldBe(ExitCodes.Refused);
            refused.Errors.ShouldContain($"\"{folder[path]}\" {said}");
            refused.Errors.TrimEnd().Split('\n').Length.ShouldBe(1, refused.Errors);
        }

        Directory.GetFileSystemEntries(folder["disk"]).ShouldBeEmpty();
        Directory.Exists(folder["unmounted"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("administrator-link")]
    [InlineData("mail-test", "ada@example.eu")]
    [InlineData("verify")]
    [InlineData("backup", "saved.zip")]
    [InlineData("doctor", "PublicBuyers:DataFolderMustExist=true")]
    [InlineData("doctor", "--mend")]
    public async Task Is_made_by_no_other_command(params string[] command)
    {
        Directory.CreateDirectory(folder["disk"]);
        foreach (var path in new[] { folder["disk"], folder["disk/data"] })
        {
            var refused = await ServerProcess.Run(folder.Path, [.. command, "--data", path]);
            refused.Code.ShouldBe(ExitCodes.Refused);
            (refused.Output + refused.Errors).ShouldContain(path == folder["disk"] ? "is empty" : path);
        }

        Directory.GetFileSystemEntries(folder["disk"]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("data")]
    [InlineData("elsewhere/data", "--data", "elsewhere/data")]
    [InlineData("empty", "--data", "empty")]
    public async Task Is_made_by_a_first_start_and_the_log_says_so(string made, params string[] named)
    {
        Directory.CreateDirectory(folder["empty"]);
        string[] serve = ["serve", .. named, "--url", "http://127.0.0.1:0"];
        using var server = await ServerProcess.Start(folder.Path, serve);

        server.Began.ShouldContain($"A new data folder was made: \"{folder[made]}\".");
        (await server.Stop()).ShouldBe(0);
        using var again = await ServerProcess.Start(folder.Path, serve);
        again.Began.ShouldNotContain("A new data folder");
    }

    [Fact]
    public async Task Is_made_by_init_in_any_empty_one_that_of_a_new_disk_too()
    {
        Directory.CreateDirectory(folder["disk/lost+found"]);

        var made = await ServerProcess.Run(folder.Path, ["init", "--data", folder["disk"]]);

        made.Code.ShouldBe(ExitCodes.Done, made.Errors);
        made.Output.ShouldContain($"A new data folder was made: \"{folder["disk"]}\".");
        using var server = await ServerProcess.Start(
            folder.Path,
            ["serve", "--data", folder["disk"], "--url", "http://127.0.0.1:0"]
        );
        (await server.Stop()).ShouldBe(0);
    }

    [Fact]
    public async Task Is_missed_in_plain_words_by_a_running_server_that_makes_nothing_in_its_place()
    {
        await using var server = await LiveServer.Start();
        var ada = await server.SignIn("Ada");
        var room = await server.Found("cpb", ada);
        using var http = server.Http(ada);
        await Aside(server.Folder, async () =>
        {
            (await Post(http, room)).ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await Upload(http, room)).ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await http.GetAsync($"/communities/{room}")).StatusCode.ShouldBe(HttpStatusCode.OK);
            var keys = server.Services.GetRequiredService<IKeyManager>();
            keys.GetAllKeys().ShouldNotBeEmpty("those that were read last stay in force");
            Should.Throw<NotStoredException>(() => keys.CreateNewKey(now, now + TimeSpan.FromDays(1)));

            using var health = await http.GetAsync("/health/ready");
            health.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await health.Content.ReadAsStringAsync()).Split('\n').ShouldBe(
                [
                    "Unhealthy",
                    "Nothing can be written to the data folder; the log says why. Reading works. The server goes on by "
                        + "itself once it can write.",
                    $"\"{server.Folder}\" is missing. Put it back, or restore the latest backup.",
                ]);
            Directory.Exists(server.Folder).ShouldBeFalse("nothing is made anew");
        });

        (await Post(http, room)).ShouldBe(HttpStatusCode.Created);
        (await Upload(http, room)).ShouldBe(HttpStatusCode.OK);
        (await http.GetStringAsync("/health/ready")).ShouldBe("Healthy");
    }

    [Theory]
    [InlineData("views.db", "Degraded")]
    [InlineData("keys/secrets.key", "Degraded")]
    [InlineData("journal.db", "Unhealthy")]
    public async Task Is_missed_by_a_running_server_with_each_file_that_it_needs(string file, string state)
    {
        await using var server = await LiveServer.Start();
        using var http = server.Http(null);
        var path = Path.Combine(server.Folder, file);
        await Aside(path, async () =>
        {
            using var health = await http.GetAsync("/health/ready");

            var said = (await health.Content.ReadAsStringAsync()).Split('\n');
            said[0].ShouldBe(state);
            said[^1].ShouldBe($"\"{path}\" is missing. Put it back, or restore the latest backup.");
        });
    }

    [Fact]
    public async Task Does_not_keep_a_server_from_stopping_in_order()
    {
        using var server = await ServerProcess.Start(folder.Path, ["serve", "--url", "http://127.0.0.1:0"]);
        Directory.Move(folder["data"], folder["aside"]);

        (await server.Stop()).ShouldBe(0);

        Directory.Exists(folder["data"]).ShouldBeFalse();
    }

    private static async Task Aside(string path, Func<Task> meanwhile)
    {
        Directory.Move(path, path + ".aside");
        try
        {
            await meanwhile();
        }
        finally
        {
            Directory.Move(path + ".aside", path);
        }
    }

    private static async Task<HttpStatusCode> Post(HttpClient http, RoomId room)
    {
        using var answer = await http.PostAsJsonAsync(
            $"/api/rooms/{room}/posts", new { requestId = Guid.NewGuid().ToString("N"), markdown = "Good morning" });
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> Upload(HttpClient http, RoomId room)
    {
        using var file = new ByteArrayContent("What was agreed."u8.ToArray());
        using var answer = await http.PostAsync($"/api/rooms/{room}/attachments?name=minutes.txt", file);
        return answer.StatusCode;
    }

    [Fact]
    public void Is_told_from_half_a_restore()
    {
        Directory.CreateDirectory(folder["data"]);
        File.WriteAllText(folder["data/publicbuyers.json.restoring"], "{}");

        Should
            .Throw<DataFolderException>(() => DataFolder.Open(folder["data"], now))
            .Message.ShouldContain("half a restore");
    }
}
