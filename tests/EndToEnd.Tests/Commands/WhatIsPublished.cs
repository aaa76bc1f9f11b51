using System.Diagnostics;
using System.Net;
using PublicBuyers.Running;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>What operators copy to their server: this platform's SQLite, no compiler, and it serves.</summary>
public sealed class WhatIsPublished : IDisposable
{
    /// <summary>In bytes; a good part of it is SQLite and mail.</summary>
    private const long Largest = 40_000_000;

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

    /// <summary>Of what these tests were built with: nothing is built again.</summary>
    private static async Task Publish(string target)
    {
        var built = Path.GetDirectoryName(typeof(ServerOptions).Assembly.Location)!;
        var root = new DirectoryInfo(built);
        while (!File.Exists(Path.Combine(root.FullName, "PublicBuyers.sln"))) root = root.Parent ?? throw new InvalidOperationException($"\"{built}\" is in no checkout.");

        var runtime = Path.GetRelativePath(Path.Combine(root.FullName, ".artifacts"), built).Split(Path.DirectorySeparatorChar)[0];
        var configuration = built.EndsWith("release", StringComparison.OrdinalIgnoreCase) ? "Release" : "Debug";
        using var publishing = Process.Start(new ProcessStartInfo(
            "dotnet",
            ["publish", Path.Combine(root.FullName, "src", "Silo"), "-c", configuration, "--no-build", "-o", target, $"-p:GrainRuntime={runtime}", "-v", "quiet", "-nr:false"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var said = await publishing.StandardOutput.ReadToEndAsync();
        await publishing.WaitForExitAsync();
        publishing.ExitCode.ShouldBe(0, said);
    }
}
