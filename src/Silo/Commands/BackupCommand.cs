using System.CommandLine;
using PublicBuyers.Storage;

namespace PublicBuyers.Commands;

/// <summary><c>backup</c>: one file with everything that cannot be made again, while the server runs.</summary>
internal static class BackupCommand
{
    public static System.CommandLine.Command Create(Option<string?> data, TimeProvider time)
    {
        var file = new Argument<string>("file") { Description = "The backup to make, a .zip. It must not exist yet." };
        var command = new System.CommandLine.Command("backup", "Backs up facts, keys and attachments into one file; the server may run meanwhile. Ends with 0 when the file is whole and in its place, 1 when none was made.") { file, data };
        return command.Does((parsed, output) =>
        {
            var target = Path.GetFullPath(parsed.GetRequiredValue(file));
            var layout = DataFolderLayout.At(parsed.FolderOf(data));
            var (manifest, isSealed) = Backup.Make(layout, target, time.GetUtcNow());
            output.WriteLine($"\"{target}\": everything up to position {manifest.Position}, in {manifest.Files.Length} files.");
            output.WriteLine("It holds the keys: whoever has it can recognise every address and sign checkpoints. Keep it as you keep the server.");
            if (!isSealed)
                output.WriteLine("Nothing was written to the data folder: it cannot be written, or belongs to "
                    + "another user. The backup is whole.");
            return ExitCodes.Done;
        });
    }
}
