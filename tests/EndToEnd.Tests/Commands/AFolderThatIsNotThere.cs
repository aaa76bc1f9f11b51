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
    public async Task Is_refused_where_the_folder_is_named(string path, string said)
    {
        Directory.CreateDirectory(folder["disk"]);
        File.CreateSymbolicLink(folder["link"], folder["unmounted"]);

        foreach (
            var (arguments, environment) in new (string[], (string, string)[])[]
            {
                (["serve", "--data", folder[path]], []),
                (["serve", $"PublicBuyers:DataFolder={folder[path]}"], []),
                (["serve"], [("PublicBuyers__DataFolder", folder[path])]),
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
    [InlineData("doctor")]
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

    [Fact]
    public async Task Is_made_where_nobody_named_one_and_the_log_says_so()
    {
        using var server = await ServerProcess.Start(folder.Path, ["serve", "--url", "http://127.0.0.1:0"]);

        server.Began.ShouldContain($"A new data folder was made: \"{folder["data"]}\".");
        (await server.Stop()).ShouldBe(0);
        using var again = await ServerProcess.Start(folder.Path, ["serve", "--url", "http://127.0.0.1:0"]);
        again.Began.ShouldNotContain("A new data folder");
    }

    [Fact]
    public async Task Is_not_made_in_an_empty_one_that_nobody_named()
    {
        Directory.CreateDirectory(folder["data"]);

        var refused = await ServerProcess.Run(folder.Path, ["serve", "--url", "http://127.0.0.1:0"]);

        refused.Code.ShouldBe(ExitCodes.Refused);
        refused.Errors.ShouldContain($"run first: init --data \"{folder["data"]}\"");
        Directory.GetFileSystemEntries(folder["data"]).ShouldBeEmpty();
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
