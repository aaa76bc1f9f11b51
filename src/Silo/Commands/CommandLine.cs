using System.CommandLine;
using Microsoft.Data.Sqlite;
using PublicBuyers.Running;
using PublicBuyers.Storage;

namespace PublicBuyers.Commands;

/// <summary>What a command ends with.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>It could not be done as asked; the message says why, and what to do.</summary>
    public const int Refused = 1;

    /// <summary>Data are damaged; the message lists what.</summary>
    public const int Damaged = 2;
}

/// <summary>What the commands share.</summary>
internal static class CommandLine
{
    /// <summary>One option object for all commands that work on a folder.</summary>
    public static Option<string?> Data() => new("--data")
    {
        Description = "The folder with everything the server keeps. Default: the one of the settings (PublicBuyers:DataFolder), or ./data.",
        HelpName = "folder",
    };

    /// <summary>For commands that read the settings as the server does.</summary>
    public static Option<string?> Url() => new("--url")
    {
        Description = $"Where the server listens, as for serve; wins over PublicBuyers:Url. Default: "
            + $"{ServerOptions.DefaultUrl}.",
    };

    /// <summary>What an operator reads of a fault: what the system said, and what to do.</summary>
    public static string Said(Exception fault) => fault switch
    {
        DataFolderException or ConfigurationException => fault.Message,
        _ when DiskFullException.IsIn(fault) => $"{Sentence(fault)} Make room on that disk, then try again.",
        UnauthorizedAccessException =>
            $"{Sentence(fault)} Give this user the right to read and write there, or run the command as the "
                + $"user who runs the server.",
        IOException => $"{Sentence(fault)} Check that the path is right and that this user can write there.",
        _ => fault.Message,
    };

    private static string Sentence(Exception fault) => fault.Message.TrimEnd('.') + ".";

    /// <summary>The folder that the command names, or else the one that the server would use.</summary>
    /// <exception cref="ConfigurationException">No folder is named, and the settings cannot be read.</exception>
    public static string FolderOf(this ParseResult parsed, Option<string?> data) =>
        parsed.GetValue(data) ?? ServerOptions.Read([], demo: false, data: null, url: null).DataFolder;

    /// <summary>Runs the command; a folder that cannot be used becomes a sentence and <see cref="ExitCodes.Refused"/>.</summary>
    public static System.CommandLine.Command Does(
        this System.CommandLine.Command command, Func<ParseResult, TextWriter, int> work) =>
        command.Does((parsed, output, _) => Task.FromResult(work(parsed, output)));

    /// <inheritdoc cref="Does(System.CommandLine.Command, Func{ParseResult, TextWriter, int})"/>
    public static System.CommandLine.Command Does(
        this System.CommandLine.Command command, Func<ParseResult, TextWriter, CancellationToken, Task<int>> work)
    {
        command.SetAction(async (parsed, cancel) =>
        {
            try
            {
                return await work(parsed, parsed.InvocationConfiguration.Output, cancel);
            }
            catch (Exception e) when (e is DataFolderException or ConfigurationException or IOException or UnauthorizedAccessException or SqliteException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(Said(e));
                return ExitCodes.Refused;
            }
        });
        return command;
    }
}
