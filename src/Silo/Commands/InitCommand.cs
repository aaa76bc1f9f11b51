using System.CommandLine;
using PublicBuyers.Storage;

namespace PublicBuyers.Commands;

/// <summary><c>init</c>: makes a data folder, or brings one up to date, without starting the server.</summary>
internal static class InitCommand
{
    public static System.CommandLine.Command Create(Option<string?> data, TimeProvider time)
    {
        var command = new System.CommandLine.Command("init", "Makes the data folder with its databases and keys, or brings an existing one up to date. Ends with 0 when it is ready, 1 when it cannot be.") { data };
        return command.Does((parsed, output) =>
        {
            using var folder = DataFolder.Open(parsed.FolderOf(data), time.GetUtcNow());
            foreach (var note in folder.Notes) output.WriteLine(note);
            output.WriteLine($"\"{folder.Root}\" is ready.");
            return ExitCodes.Done;
        });
    }
}
