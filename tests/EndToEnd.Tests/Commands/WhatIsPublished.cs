using System.Diagnostics;
using System.Net;
using PublicBuyers.Running;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>What operators copy to their server: this platform's SQLite, no compiler, and it serves.</summary>
public sealed class WhatIsPublished : IDisposable
{
    /// <summary>In bytes; a third of it is Orleans' dashboard, and a good part SQLite and mail.</summary>
    private const long Largest = 55_000_000;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Is_for_one_platform_holds_no_compiler_starts_and_serves()
    {
        var program = folder["program"];
        await Publish(program);

        var files = Directory.EnumerateFiles(program, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(program, file)).ToArray();
        files.Count(file => Path.GetFileName(file).Contains("e_sqlite3", StringComparison.Ordinal) && !file.EndsWith(".dll", StringComparison.Ordinal)).ShouldBe(1, "SQLite");
        files.ShouldNotContain(file => file.Contains("CodeAnalysis", StringComparison.Ordinal));
        files.Sum(file => new FileInfo(Path.Combine(program, file)).Length).ShouldBeLessThan(Largest);

        using var server = await ServerProcess.StartPublished(folder.Path, program, ["--data", folder["data"], "--url", "http://127.0.0.1:0"]);
        using var browser = new Visitor(server.Address);
        (await browser.Get("/sign-in")).Status.ShouldBe(HttpStatusCode.OK);
        using var http = new HttpClient { BaseAddress = server.Address };
        (await http.GetStringAsync("/site.css")).ShouldContain(".top");
        (await server.Stop()).ShouldBe(0);
    }

    /// <summary>By the header of the files: byte 18 of an ELF file says for which processor it is.</summary>
    [Fact]
    public async Task For_another_platform_holds_its_program_file_and_its_sqlite()
    {
        const byte arm64 = 0xB7;
        var program = folder["program"];

        // Only the server itself is compiled again; its program file comes from NuGet.
        string[] other = ["-p:PublishedPlatform=linux-arm64", "-p:BuildProjectReferences=false", "-p:RunAnalyzers=false"];
        var said = await TryPublish(program, other);
        if (said is not null)
        {
            said.ShouldContain("Microsoft.NETCore.App.Host.linux-arm64", customMessage: "without it, publishing "
                + "says what is missing");
            return;
        }

        string[] native = ["PublicBuyers.Silo", "libe_sqlite3.so"];
        foreach (var file in native)
        {
            var header = await File.ReadAllBytesAsync(Path.Combine(program, file));
            header.AsSpan(0, 4).SequenceEqual("\u007fELF"u8).ShouldBeTrue(file);
            header[18].ShouldBe(arm64, file);
        }

        var here = await File.ReadAllBytesAsync(Path.ChangeExtension(typeof(ServerOptions).Assembly.Location, null));
        here[18].ShouldNotBe(arm64, "what was built for this machine stays as it is");
    }

    /// <summary>Of what these tests were built with: nothing is built again.</summary>
    private static async Task Publish(string target) => (await TryPublish(target, "--no-build")).ShouldBeNull();

    /// <returns>What was said, where it failed.</returns>
    private static async Task<string?> TryPublish(string target, params string[] arguments)
    {
        var built = Path.GetDirectoryName(typeof(ServerOptions).Assembly.Location)!;
        var root = new DirectoryInfo(built);
        while (!File.Exists(Path.Combine(root.FullName, "PublicBuyers.sln"))) root = root.Parent ?? throw new InvalidOperationException($"\"{built}\" is in no checkout.");

        var configuration = built.EndsWith("release", StringComparison.OrdinalIgnoreCase) ? "Release" : "Debug";
        using var publishing = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                "publish",
                Path.Combine(root.FullName, "src", "Silo"),
                "-c",
                configuration,
                "-o",
                target,
                "-v",
                "quiet",
                "-nr:false",
                .. arguments,
            ])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var said = await publishing.StandardOutput.ReadToEndAsync();
        await publishing.WaitForExitAsync();
        return publishing.ExitCode == 0 ? null : said;
    }
}
