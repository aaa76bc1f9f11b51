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

    /// <summary>What stands on the command line beside commands and options.</summary>
    /// <exception cref="ConfigurationException">Something there was meant as a command or an option.</exception>
    public static string[] SettingsIn(this ParseResult parsed, Argument<string[]> settings)
    {
        var given = parsed.GetValue(settings) ?? [];
        if (Array.Find(given, each => !each.Contains('=', StringComparison.Ordinal)) is { } slip)
            throw new ConfigurationException(WhatWasMeant(parsed.CommandResult.Command, slip));

        return given;
    }

    private static string WhatWasMeant(System.CommandLine.Command command, string slip)
    {
        var isOption = slip.StartsWith('-');
        string[] names = isOption
            ? [.. command.Options.Select(option => option.Name)]
            : [.. command.Subcommands.Select(each => each.Name)];
        var meant = SettingNames.Nearest(slip, names, SettingNames.MostSlips) is { } near
            ? $" Did you mean \"{near}\"?"
            : "";
        var said = isOption ? $"\"{slip}\" is no option and no setting.{meant} The options are"
            : names.Length > 0 ? $"\"{slip}\" is no setting and no command.{meant} The commands are"
            : $"\"{slip}\" is no setting.";
        return (names.Length > 0 ? $"{said} {string.Join(", ", names)}." : said)
            + " A setting is written PublicBuyers:Key=value.";
    }

    /// <summary>The folder that the command names, or else the one that the server would use.</summary>
    /// <exception cref="ConfigurationException">No folder is named, and the settings cannot be read.</exception>
    public static string FolderOf(this ParseResult parsed, Option<string?> data) =>
        parsed.GetValue(data) ?? ServerOptions.Read([], demo: false, data: null, url: null).DataFolder;

    /// <summary>
    /// Runs the command; what an operator can change becomes a sentence and <see cref="ExitCodes.Refused"/>.
    /// </summary>
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
            catch (Exception e) when (WhyNot(e) is { } why)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(why);
                return ExitCodes.Refused;
            }
        });
        return command;
    }

    /// <summary>One sentence for what an operator can change; none for a fault of ours.</summary>
    /// <param name="folder">What was worked on, where it is known.</param>
    public static string? WhyNot(Exception fault, string? folder = null) => fault switch
    {
        ConfigurationException or DataFolderException or NotStoredException => OneLine.Plain(fault.Message),
        SqliteException sqlite when WriteTrouble.Of(sqlite) is DiskFullException full =>
            FileTrouble.Of(folder ?? "the data folder", "written", full),
        SqliteException { SqliteErrorCode: Busy or Locked } => "The database is in use by another process. Try "
            + "again, or stop that one.",
        UnauthorizedAccessException or IOException when (FileTrouble.PathIn(fault) ?? folder) is { } path =>
            FileTrouble.Of(path, "used", fault),
        SqliteException when folder is not null => $"\"{folder}\" cannot be used: {OneLine.Plain(fault.Message)}",
        UnauthorizedAccessException or IOException or SqliteException => OneLine.Plain(fault.Message),
        ArgumentException { ParamName: "path" } => "A path is empty, or holds a character that no path can. Correct "
            + "it.",
        _ => null,
    };

    private const int Busy = 5;
    private const int Locked = 6;
}
