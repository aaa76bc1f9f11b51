using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using System.Text.Json;
using PublicBuyers.Running;
using PublicBuyers.Storage;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>Entries and nothing else, none of which lets anybody in.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class WhatTheLogHolds : IDisposable
{
    private const string LinkPath = "/administrator?t=";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_link_of_the_first_administrator_stands_in_a_file_of_this_user_and_not_in_the_log()
    {
        var file = DataFolderLayout.At(folder["data"]).AdministratorLink;
        using (var server = ServerProcess.StartRedirected(folder.Path, "", Serve()))
        {
            var said = await server.IsReady();
            said.ShouldContain($"A link that makes one stands in \"{file}\"");
            said.ShouldNotContain(LinkPath);
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

            var shown = await ServerProcess.Run(folder.Path, ["administrator-link", "--data", folder["data"]]);
            shown.Code.ShouldBe(0, shown.Errors);
            var link = shown.Output.Split('\n')[0];
            link.ShouldBe((await File.ReadAllTextAsync(file)).Trim());

            using var administrator = new Visitor(server.Address);
            (
                await administrator.Submit(
                    link[link.IndexOf(LinkPath, StringComparison.Ordinal)..],
                    "/administrator",
                    ("address", "admin@example.eu"),
                    ("name", "Renate")
                )
            ).Status.ShouldBe(HttpStatusCode.SeeOther);
            (await administrator.Get("/administration")).Status.ShouldBe(HttpStatusCode.OK);

            var used = await ServerProcess.Run(folder.Path, ["administrator-link", "--data", folder["data"]]);
            used.Code.ShouldBe(1, "the link does not work any more");
            used.Errors.ShouldContain("or that one was used or is too old");
            (await server.Stop()).ShouldBe(0);
            (await server.Output.ReadToEndAsync()).ShouldNotContain(LinkPath);
        }

        using var again = ServerProcess.StartRedirected(folder.Path, "", Serve());
        (await again.IsReady()).ShouldNotContain("no administrator");
        File.Exists(file).ShouldBeFalse();
        var none = await ServerProcess.Run(folder.Path, ["administrator-link", "--data", folder["data"]]);
        none.Code.ShouldBe(1);
        none.Errors.ShouldContain("stop the server, then try again");
    }

    [Fact]
    public async Task Somebody_at_a_terminal_sees_the_link()
    {
        DataFolder.Open(folder["data"], TimeProvider.System.GetUtcNow()).Dispose();
        var command = $"exec dotnet exec '{typeof(ServerOptions).Assembly.Location}' {string.Join(' ', Serve())}";
        using var terminal = Process.Start(
            new ProcessStartInfo("script", ["-qec", command, "/dev/null"])
            {
                WorkingDirectory = folder.Path,
                RedirectStandardOutput = true,
                RedirectStandardInput = true,
                UseShellExecute = false,
            }
        )!;

        var said = "";
        while (!said.Contains("Stop with Ctrl+C", StringComparison.Ordinal))
            said +=
                (await terminal.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1))).ShouldNotBeNull(said)
                + "\n";

        said.ShouldContain(LinkPath);
        terminal.Kill(entireProcessTree: true);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("one-line")]
    [InlineData("simple")]
    [InlineData("systemd")]
    public async Task Every_line_of_a_run_is_an_entry_and_none_is_about_somebody_who_only_looks(string formatter)
    {
        using var server = await ServerProcess.Start(
            folder.Path,
            Serve(),
            ("Logging__Console__FormatterName", formatter)
        );
        using (var stranger = new Visitor(server.Address))
            foreach (var page in new[] { "/", "/sign-in", "/notices", "/profile" })
                (await stranger.Get(page)).Status.ShouldBeOneOf(
                    HttpStatusCode.OK,
                    HttpStatusCode.SeeOther,
                    HttpStatusCode.Redirect
                );
        (await server.Stop()).ShouldBe(0);

        var lines = (await server.Output.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldNotContain(line => line.Contains("challenged", StringComparison.Ordinal));
        lines.ShouldNotContain(line =>
            line.StartsWith("  ", StringComparison.Ordinal) && !line.StartsWith("     ", StringComparison.Ordinal)
        );
        if (formatter == "json")
            foreach (var line in lines)
                JsonDocument
                    .Parse(line)
                    .RootElement.GetProperty("Timestamp")
                    .GetString()
                    .ShouldNotBeNull()
                    .ShouldMatch(@"\A[0-9T:.-]+Z\z");
        if (formatter == "one-line")
            lines.ShouldAllBe(line => line.Length > 24 && line[23] == 'Z' && line[24] == ' ');
        lines[^1].ShouldContain(ServerVersion.Text);
    }

    private string[] Serve() => ["--data", folder["data"], "--url", "http://127.0.0.1:0"];
}
