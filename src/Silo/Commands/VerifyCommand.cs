using System.CommandLine;
using PublicBuyers.Storage;

namespace PublicBuyers.Commands;

/// <summary><c>verify</c>: looks at every fact, checkpoint and file, and changes nothing.</summary>
internal static class VerifyCommand
{
    public static System.CommandLine.Command Create(Option<string?> data)
    {
        var command = new System.CommandLine.Command("verify", "Checks every fact, checkpoint and database file; the server may run meanwhile. Ends with 0 when all is whole, 2 when something is damaged, 1 when it could not look.") { data };
        return command.Does((parsed, output) =>
        {
            var layout = DataFolderLayout.At(parsed.FolderOf(data));
            var report = Verification.Of(layout);
            output.WriteLine($"\"{layout.Root}\": {report.Facts} facts in {report.Streams} streams, {report.Erased} of them erased; {report.Checkpoints} checkpoints.");
            foreach (var damage in report.Damage) output.WriteLine(damage);

            output.WriteLine(report.IsWhole ? "All of it is whole." : $"{report.DamageCounted}.");
            return report.IsWhole ? ExitCodes.Done : ExitCodes.Damaged;
        });
    }
}
