namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>Commands work on the folder that the server works on, however its path leads there.</summary>
public sealed class TheFolderOfACommand : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("publicbuyers-folder-");

    private string Served => Path.Combine(folder.FullName, "served");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Is_the_one_of_the_settings_where_none_is_named()
    {
        var setting = ("PublicBuyers__DataFolder", Served);

        (await ServerProcess.Run(folder.FullName, ["init"], setting)).Code.ShouldBe(0);
        (await ServerProcess.Run(folder.FullName, ["verify"], setting)).Code.ShouldBe(0);
        (await ServerProcess.Run(folder.FullName, ["backup", "saved.zip"], setting)).Code.ShouldBe(0);
        (await ServerProcess.Run(folder.FullName, ["restore", "saved.zip"], ("PublicBuyers__DataFolder", Served + "-again"))).Code.ShouldBe(0);

        Directory.Exists(Path.Combine(folder.FullName, "data")).ShouldBeFalse();
        File.Exists(Path.Combine(Served, "publicbuyers.json")).ShouldBeTrue();
        File.Exists(Path.Combine(Served + "-again", "publicbuyers.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task May_be_named_through_a_symbolic_link()
    {
        (await ServerProcess.Run(folder.FullName, ["init", "--data", Served])).Code.ShouldBe(0);
        var link = Path.Combine(folder.FullName, "link");
        File.CreateSymbolicLink(link, Served);
        Directory.CreateDirectory(Path.Combine(folder.FullName, "disk"));
        File.CreateSymbolicLink(Path.Combine(folder.FullName, "mounted"), Path.Combine(folder.FullName, "disk"));

        var verified = await ServerProcess.Run(folder.FullName, ["verify", "--data", link]);
        verified.Code.ShouldBe(0, verified.Errors);
        (await ServerProcess.Run(folder.FullName, ["doctor", "--data", link])).Errors.ShouldNotContain("Unhandled");
        (await ServerProcess.Run(folder.FullName, ["backup", "saved.zip", "--data", link])).Code.ShouldBe(0);
        var restored = await ServerProcess.Run(folder.FullName, ["restore", "saved.zip", "--data", Path.Combine(folder.FullName, "mounted", "here")]);
        restored.Code.ShouldBe(0, restored.Errors);
    }
}
