using System.CommandLine;
using PublicBuyers.Storage;

namespace PublicBuyers.Commands;

/// <summary><c>restore</c>: a backup back into an empty folder, checked before and after.</summary>
internal static class RestoreCommand
{
    public static System.CommandLine.Command Create(Option<string?> data, TimeProvider time)
    {
        var file = new Argument<string>("file") { Description = "The backup to restore." };
        var command = new System.CommandLine.Command("restore", "Restores a backup into a new or empty folder (--data) and checks all of it. Ends with 0 when it is ready to start from, 1 when nothing was restored.") { file, data };
        return command.Does((parsed, output) =>
        {
            var layout = DataFolderLayout.At(parsed.FolderOf(data));
            var (manifest, access) = Restore.Into(layout, Path.GetFullPath(parsed.GetRequiredValue(file)), time.GetUtcNow());
            output.WriteLine($"\"{layout.Root}\": everything up to position {manifest.Position}, as of {manifest.At:u}. Pages that are open in browsers load anew.");
            output.WriteLine($"Everybody is signed out ({access.Sessions} sessions ended). Links and codes from before no longer work, those for administrators too ({access.Links} closed).");
            output.WriteLine("Mail that waited when the backup was made is not sent; mail that had been sent is not sent again.");
            return ExitCodes.Done;
        });
    }
}
