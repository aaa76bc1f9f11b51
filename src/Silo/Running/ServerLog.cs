using Microsoft.Extensions.Logging.Console;

namespace PublicBuyers.Running;

/// <summary>
/// The log goes to standard output, one line for each entry. <c>Logging:*</c> in the settings has its usual meaning: levels by
/// category, and another of the console's formatters (<c>Logging:Console:FormatterName</c>: <c>simple</c>, <c>json</c>, <c>systemd</c>).
/// </summary>
internal static class ServerLog
{
    /// <summary>What the settings do not say otherwise.</summary>
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["LogLevel:Default"] = nameof(LogLevel.Information),
        ["LogLevel:Microsoft"] = nameof(LogLevel.Warning),
        ["LogLevel:System"] = nameof(LogLevel.Warning),
        ["LogLevel:Orleans"] = nameof(LogLevel.Warning),
        ["LogLevel:Polly"] = nameof(LogLevel.Warning),   // Orleans places each grain through it: two lines a grain
        ["LogLevel:Microsoft.AspNetCore.Antiforgery"] = nameof(LogLevel.Critical),   // a cookie that cannot be read is no fault; FormTokens says which form was refused
        ["LogLevel:Microsoft.AspNetCore.DataProtection"] = nameof(LogLevel.Error),   // its keys lie beside the journal, for this user only
        // Each probe while something is wrong would leave lines; what is wrong says itself when it begins and ends.
        ["LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = nameof(LogLevel.None),

        // Of each page that asks somebody to sign in, the framework says that it did.
        ["LogLevel:PublicBuyers.Access.SessionCookie"] = nameof(LogLevel.Warning),
        ["Console:FormatterName"] = OneLine.Called,
        ["Console:FormatterOptions:UseUtcTimestamp"] = "true",
    };

    private const string TimestampFormat = "Console:FormatterOptions:TimestampFormat";

    private static readonly string[] Formatters =
        [OneLine.Called, ConsoleFormatterNames.Simple, ConsoleFormatterNames.Json, ConsoleFormatterNames.Systemd];

    public static void AddServerLog(this ILoggingBuilder logging, IConfiguration settings, StartUp startUp)
    {
        // Within JSON the time is a value of its own; elsewhere something has to stand between it and what follows.
        var formatter = settings["Console:FormatterName"];
        var isJson = ConsoleFormatterNames.Json.Equals(formatter, StringComparison.OrdinalIgnoreCase);
        var timeForm = OneLine.TimeForm + (isJson ? "" : " ");
        var defaults = new Dictionary<string, string?>(Defaults) { [TimestampFormat] = timeForm };
        var all = new ConfigurationBuilder().AddInMemoryCollection(defaults).AddConfiguration(settings).Build();
        logging.AddConfiguration(all).AddConsole().AddConsoleFormatter<OneLine, ConsoleFormatterOptions>();

        // Why a start failed is said once, as a sentence, by the command.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Warning && startUp.IsOver);

        // While it starts, Orleans' watchdog takes how long the machine has been up for a deadlock.
        logging.AddFilter("Orleans.Runtime.Watchdog", level => level >= LogLevel.Warning && startUp.IsOver);

        // On a machine with one processor the silo advises a setting that does nothing there.
        logging.AddFilter("Orleans.Runtime.Silo", level => level >= (startUp.IsOver ? LogLevel.Warning : LogLevel.Error));
    }

    /// <exception cref="ConfigurationException">A level or a formatter is none.</exception>
    public static void Check(IConfiguration settings)
    {
        foreach (var level in settings.GetSection("LogLevel").GetChildren().Concat(settings.GetSection("Console:LogLevel").GetChildren()))
            if (!Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _))
                throw new ConfigurationException($"Logging:LogLevel:{level.Key} is \"{level.Value}\". The levels are {string.Join(", ", Enum.GetNames<LogLevel>())}.");

        if (settings["Console:FormatterName"] is { } name && !Formatters.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw new ConfigurationException($"Logging:Console:FormatterName is \"{name}\". The formatters are {string.Join(", ", Formatters)}.");
    }

    /// <summary>Whether the server has started; until then its start may still fail.</summary>
    internal sealed class StartUp
    {
        private volatile bool isOver;

        public bool IsOver => isOver;

        public void Ends() => isOver = true;
    }
}

/// <summary>The lines that begin and end each run.</summary>
internal sealed partial class RunLog(ILogger<RunLog> logger)
{
    [LoggerMessage(2401, LogLevel.Information, "PublicBuyers {Version} started; it listens on {Addresses}. Settings: {Settings}")]
    public partial void Started(string version, string addresses, string settings);

    [LoggerMessage(2402, LogLevel.Information, "PublicBuyers {Version} stopped")]
    public partial void Stopped(string version);

    [LoggerMessage(2403, LogLevel.Warning, "{Count} lines of the log were lost: nobody read them, or the disk was full")]
    public partial void Lost(long count);

    [LoggerMessage(2404, LogLevel.Warning, "{Warning}")]
    public partial void Warn(string warning);

    [LoggerMessage(
        2405,
        LogLevel.Warning,
        "There is no administrator yet. A link that makes one stands in \"{File}\", which only this user can "
            + "read; the command `administrator-link` shows it too. It works once, for {Hours} hours")]
    public partial void NoAdministrator(string file, double hours);

    [LoggerMessage(
        2406,
        LogLevel.Warning,
        "This is a demonstration: its people and data are invented. Anybody who can open the address can sign "
            + "in as any of them. {Offer}")]
    public partial void Demonstration(string offer);

    [LoggerMessage(2407, LogLevel.Warning, "Only {Megabytes} MB are free where the data are. Make room, or "
        + "writing stops")]
    public partial void LittleRoom(long megabytes);

    [LoggerMessage(2408, LogLevel.Information, "{Megabytes} MB are free again where the data are")]
    public partial void RoomAgain(long megabytes);

    [LoggerMessage(2409, LogLevel.Error, "The journal cannot be read; further failures of this kind are not logged")]
    public partial void JournalIsNotRead(Exception fault);

    [LoggerMessage(2410, LogLevel.Information, "The journal can be read again")]
    public partial void JournalIsReadAgain();

    [LoggerMessage(2411, LogLevel.Information, "{Note}")]
    public partial void Note(string note);
}
