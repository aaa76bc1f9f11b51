using PublicBuyers.Commands;
using PublicBuyers.Storage;
using PublicBuyers.Testing;

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
    public void Is_told_from_half_a_restore()
    {
        Directory.CreateDirectory(folder["data"]);
        File.WriteAllText(folder["data/publicbuyers.json.restoring"], "{}");

        Should
            .Throw<DataFolderException>(() => DataFolder.Open(folder["data"], now))
            .Message.ShouldContain("half a restore");
    }
}
