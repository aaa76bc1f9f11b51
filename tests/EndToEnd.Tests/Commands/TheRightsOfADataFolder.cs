using System.Net;
using System.Runtime.Versioning;
using PublicBuyers.Commands;
using PublicBuyers.Storage;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>
/// A data folder is for its owner alone; what stands in the way is told with its owner and the command that helps.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class TheRightsOfADataFolder : IDisposable
{
    private const UnixFileMode Everybody =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly DateTimeOffset now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();

    private string Data => folder["data"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Are_the_owner_s_alone_whatever_the_shell_would_give_to_all()
    {
        Directory.CreateDirectory(folder["made"]);
        var (code, output, errors) = await ServerProcess.RunInShell(
            folder["made"],
            """
            umask 0
            $server init --data data && mkdir -m 777 data/attachments/ab && touch data/attachments/ab/file &&
            $server mail-test ada@example.eu --data data && $server administrator-link --data data &&
            $server backup saved.zip --data data && $server restore saved.zip --data deep/restored &&
            $server doctor --data deep/restored
            """
        );
        code.ShouldBe(0, output + errors);
        using (
            var server = await ServerProcess.Start(
                folder["made"],
                ["--data", folder["made/deep/restored"], "--url", "http://127.0.0.1:0"]
            )
        )
        {
            using var browser = new Visitor(server.Address);
            await browser.Get("/sign-in"); // makes the keys that seal forms
            (await server.Stop()).ShouldBe(0);
        }

        var made = Directory.GetFileSystemEntries(folder["made"], "*", SearchOption.AllDirectories);
        made.Select(path => Path.GetRelativePath(folder["made"], path))
            .ShouldContain("deep/restored/attachments/ab/file");
        made.ShouldContain(path => path.Contains("keys/key-", StringComparison.Ordinal));
        made.Where(path => !path.Contains("/data/attachments/ab", StringComparison.Ordinal))
            .Where(path => (File.GetUnixFileMode(path) & Everybody) != UnixFileMode.None)
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", UnixFileMode.OtherWrite, "Everybody on this machine can write")]
    [InlineData("", UnixFileMode.GroupWrite, "Others of its group can write")]
    [InlineData("keys", UnixFileMode.GroupWrite, "Others of its group can write")]
    [InlineData(
        "attachments",
        UnixFileMode.OtherWrite | UnixFileMode.OtherExecute,
        "Everybody on this machine can write"
    )]
    [InlineData("publicbuyers.json", UnixFileMode.GroupWrite, "Others of its group can write")]
    public void That_others_have_too_much_of_are_taken_away_at_the_start_which_says_so(
        string inside,
        UnixFileMode excess,
        string said
    )
    {
        DataFolder.Open(Data, now).Dispose();
        var path = Path.Combine(Data, inside).TrimEnd('/');
        foreach (var above in new[] { folder.Path, Data })
            File.SetUnixFileMode(above, Owner | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | excess);
        FolderRights.TooOpen(DataFolderLayout.At(Data)).ShouldNotBeNull().ShouldContain("chmod -R go-w,o=");

        using (var opened = DataFolder.Open(Data, now))
            opened
                .Notes.ShouldHaveSingleItem()
                .ShouldSatisfyAllConditions(note => note.ShouldContain(said), note => note.ShouldContain(path));

        (File.GetUnixFileMode(path) & excess & ~UnixFileMode.OtherExecute).ShouldBe(UnixFileMode.None);
        using var again = DataFolder.Open(Data, now);
        again.Notes.ShouldBeEmpty();
    }

    [Fact]
    public void Of_the_folder_above_let_nobody_put_another_in_its_place()
    {
        DataFolder.Open(Data, now).Dispose();
        File.SetUnixFileMode(folder.Path, Owner | Everybody);

        Should
            .Throw<DataFolderException>(() => DataFolder.Open(Data, now))
            .Message.ShouldContain($"Run: chmod o-w \"{folder.Path}\"");

        File.SetUnixFileMode(folder.Path, Owner | Everybody | UnixFileMode.StickyBit); // as /tmp has it
        DataFolder.Open(Data, now).Dispose();
    }

    [Theory]
    [InlineData("appsettings.json")]
    [InlineData("publicbuyers.settings.json")]
    public async Task Of_the_folder_of_a_settings_file_let_nobody_put_another_in_its_place(string name)
    {
        await File.WriteAllTextAsync(folder[name], "{}");
        File.SetUnixFileMode(folder.Path, Owner | Everybody);

        var (code, _, errors) = await ServerProcess.Run(folder.Path, ["serve", "--url", "http://127.0.0.1:0"]);

        code.ShouldBe(ExitCodes.Refused);
        errors.ShouldContain($"put another \"{name}\" in its place. Run: chmod o-w \"{folder.Path}\"");
    }

    [NobodyTheory]
    [InlineData("")]
    [InlineData("keys")]
    [InlineData("journal.db")]
    [InlineData("attachments")]
    [InlineData("tmp")]
    public async Task That_are_another_s_are_told_by_every_command_with_owner_and_remedy(string inside)
    {
        MakeForNobody();
        var path = Path.Combine(Data, inside).TrimEnd('/');
        File.Copy("/proc/self/status", folder["saved.zip"]); // no backup: the place is looked at first
        await Own(path, "root");

        foreach (
            var command in new[]
            {
                "serve --url http://127.0.0.1:0",
                "init",
                "administrator-link",
                "doctor",
                "doctor --mend",
            }
        )
        {
            var (code, output, errors) = await ServerProcess.RunAsNobody(
                folder["working"],
                [.. command.Split(' '), "--data", Data]
            );

            code.ShouldBe(ExitCodes.Refused, command);
            var said = output + errors;
            said.ShouldContain($"\"{path}", customMessage: command);
            said.ShouldContain("belongs to \"root\"", customMessage: command);
            said.ShouldContain("this runs as \"nobody\"", customMessage: command);
            said.ShouldContain("Run: sudo chown -R nobody", customMessage: command);
            said.ShouldNotContain("is missing", customMessage: command);
            said.ShouldNotContain("   at ", customMessage: command);
        }
    }

    [NobodyFact]
    public async Task That_are_another_s_in_many_places_are_told_at_one_start()
    {
        MakeForNobody();
        string[] closed = ["journal.db", "keys", "mail", "publicbuyers.json", "publicbuyers.lock"];
        foreach (var each in closed)
            await Own(Path.Combine(Data, each), "root");

        var (code, _, few) = await ServerProcess.RunAsNobody(folder["working"], ["init", "--data", Data]);

        code.ShouldBe(ExitCodes.Refused);
        foreach (var each in closed)
            few.ShouldContain($"\"{Path.Combine(Data, each)}\" cannot be");
        few.Split("; and ").Length.ShouldBe(closed.Length, few);

        await Own(Data, "root"); // no more than a few are listed
        await Own(Data, "nobody", "");
        var (_, _, many) = await ServerProcess.RunAsNobody(folder["working"], ["init", "--data", Data]);

        many.Split("belongs to \"root\"").Length.ShouldBe(6, many);
        many.ShouldMatch("; and [0-9]+ more, which `doctor` lists");
        many.TrimEnd().Split('\n').Length.ShouldBe(1, many);
    }

    [NobodyFact]
    public async Task That_are_a_service_s_are_not_written_to_by_root()
    {
        MakeForNobody();
        Directory.CreateDirectory(folder["empty"]);
        await Own(folder["empty"], "nobody");
        await ServerProcess.RunInShell(folder.Path, "$server init --data other && $server backup saved.zip --data other");

        foreach (
            var command in new[]
            {
                $"serve --url http://127.0.0.1:0 --data {Data}",
                $"init --data {Data}",
                $"administrator-link --data {Data}",
                $"doctor --mend --data {Data}",
                $"mail-test ada@example.eu --data {Data}",
                $"restore saved.zip --data {folder["empty"]}",
            }
        )
        {
            var (code, output, errors) = await ServerProcess.Run(folder.Path, command.Split(' '));

            code.ShouldBe(ExitCodes.Refused, command + output);
            errors.ShouldContain("belongs to \"nobody\", and this runs as root", customMessage: command);
            errors.ShouldContain("sudo -u nobody", customMessage: command);
            errors.TrimEnd().Split('\n').Length.ShouldBe(1, errors);
        }

        await ServerProcess.Run(folder.Path, ["doctor", "--data", Data]);
        await ServerProcess.Run(folder.Path, ["verify", "--data", Data]);
        await ServerProcess.Run(folder.Path, ["backup", "all.zip", "--data", Data]);
        var (_, ofRoot, _) = await ServerProcess.RunInShell(folder.Path, $"find \"{Data}\" \"{folder["empty"]}\" -user root");
        ofRoot.ShouldBe("", "nothing in it became root's");
    }

    [NobodyTheory]
    [InlineData("verify", "")]
    [InlineData("verify", "keys")]
    [InlineData("verify", "journal.db")]
    [InlineData("backup", "")]
    [InlineData("backup", "keys")]
    [InlineData("backup", "attachments")]
    [InlineData("mail-test", "")]
    [InlineData("mail-test", "mail")]
    public async Task That_are_another_s_stop_what_has_to_read_there(string command, string inside)
    {
        MakeForNobody();
        await Own(Path.Combine(Data, inside).TrimEnd('/'), "root");

        string[] argument = command switch
        {
            "backup" => ["saved.zip"],
            "mail-test" => ["ada@example.eu"],
            _ => [],
        };
        var (code, output, errors) = await ServerProcess.RunAsNobody(
            folder["working"],
            [command, .. argument, "--data", Data]
        );

        code.ShouldBe(ExitCodes.Refused, output);
        errors.ShouldContain("belongs to \"root\"");
        errors.ShouldContain("Run: sudo chown -R nobody");
        errors.TrimEnd().Split('\n').Length.ShouldBe(1, errors);
    }

    [NobodyFact]
    public async Task That_everybody_has_of_another_s_folder_are_refused()
    {
        MakeForNobody();
        await Own(Data, "daemon");
        await ServerProcess.RunInShell(folder.Path, "chmod -R 777 data");

        var (code, _, errors) = await ServerProcess.RunAsNobody(
            folder["working"],
            ["serve", "--url", "http://127.0.0.1:0", "--data", Data]
        );

        code.ShouldBe(ExitCodes.Refused);
        errors.ShouldContain($"Everybody on this machine can write \"{Data}\" (rights 777, owner \"daemon\").");
        errors.ShouldContain($"Run: sudo chown -R nobody \"{Data}\" && sudo chmod -R go-w,o= \"{Data}\"");
    }

    [NobodyFact]
    public async Task Of_a_closed_folder_above_are_not_taken_for_a_missing_folder()
    {
        MakeForNobody();
        Directory.CreateDirectory(folder["closed"]);
        File.SetUnixFileMode(folder["closed"], Owner);
        Directory.Move(Data, folder["closed/data"]);

        foreach (var command in new[] { "serve --url http://127.0.0.1:0", "init", "verify", "doctor" })
        {
            var (code, output, errors) = await ServerProcess.RunAsNobody(
                folder["working"],
                [.. command.Split(' '), "--data", folder["closed/data"]]
            );

            code.ShouldBe(ExitCodes.Refused, command);
            (output + errors).ShouldContain(
                $"because of \"{folder["closed"]}\": it belongs to \"root\"",
                customMessage: command
            );
            (output + errors).ShouldContain($"Let \"nobody\" go into \"{folder["closed"]}\"", customMessage: command);
            (output + errors).ShouldNotContain("does not exist", customMessage: command);
        }
    }

    [Fact]
    public async Task That_are_lost_while_the_server_runs_make_it_degraded_and_uploads_503_until_they_are_back()
    {
        await using var server = await LiveServer.Start();
        var ada = await server.SignIn("Ada");
        var room = await server.Found("cpb", ada);
        using var http = server.Http(ada);
        var attachments = Path.Combine(server.Folder, "attachments");
        (await Upload(http, room)).ShouldBe(HttpStatusCode.OK);
        Directory.Move(attachments, attachments + ".aside");

        (await Upload(http, room)).ShouldBe(HttpStatusCode.ServiceUnavailable);
        using (var degraded = await http.GetAsync("/health/ready"))
        {
            degraded.StatusCode.ShouldBe(HttpStatusCode.OK, "posts are written all the same");
            var said = await degraded.Content.ReadAsStringAsync();
            said.ShouldStartWith("Degraded");
            said.ShouldContain($"\"{attachments}\"");
        }

        Directory.Move(attachments + ".aside", attachments);
        (await Upload(http, room)).ShouldBe(HttpStatusCode.OK);
        (await http.GetStringAsync("/health/ready")).ShouldBe("Healthy");
    }

    private static async Task<HttpStatusCode> Upload(HttpClient http, RoomId room)
    {
        using var file = new ByteArrayContent("What was agreed."u8.ToArray());
        using var answer = await http.PostAsync($"/api/rooms/{room}/attachments?name=minutes.txt", file);
        if (answer.StatusCode is HttpStatusCode.ServiceUnavailable)
            (await answer.Content.ReadAsStringAsync()).ShouldContain("urn:publicbuyers:refusal:not-stored");
        return answer.StatusCode;
    }

    private void MakeForNobody()
    {
        File.SetUnixFileMode(folder.Path, Owner | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(folder["working"]);
        File.SetUnixFileMode(folder["working"], Owner);
        DataFolder.Open(Data, now).Dispose();
        Own(folder["working"], "nobody").GetAwaiter().GetResult();
        Own(Data, "nobody").GetAwaiter().GetResult();
    }

    /// <param name="below">What below it changes hands too; empty: nothing.</param>
    private async Task Own(string path, string user, string below = "-R") =>
        (await ServerProcess.RunInShell(folder.Path, $"chown {below} {user} \"{path}\"")).Code.ShouldBe(0);
}

/// <summary>Needs the right to be another user. Where that is missing the test is skipped and says so.</summary>
public sealed class NobodyFactAttribute : FactAttribute
{
    public NobodyFactAttribute() =>
        Skip = ServerProcess.MayBeNobody ? null : "This user may not run the program as another (setpriv).";
}

/// <inheritdoc cref="NobodyFactAttribute"/>
public sealed class NobodyTheoryAttribute : TheoryAttribute
{
    public NobodyTheoryAttribute() =>
        Skip = ServerProcess.MayBeNobody ? null : "This user may not run the program as another (setpriv).";
}
