using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace PublicBuyers.Running;

/// <summary>
/// Each entry of the log is one line of plain text that begins with its time (UTC), whatever is in it: what people send begins no line
/// and colours no terminal.
/// </summary>
internal sealed class OneLine(TimeProvider time) : ConsoleFormatter(Called)
{
    public const string Called = "one-line";

    /// <summary>ISO 8601, in milliseconds.</summary>
    public const string TimeForm = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>Of one entry, in characters; what is longer ends there, and says so.</summary>
    public const int Longest = 16_384;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var said = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var fault = logEntry.Exception is { } exception ? " " + exception : "";
        textWriter.WriteLine(Plain(string.Create(
            CultureInfo.InvariantCulture,
            $"{time.GetUtcNow().UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture)} {Level(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {said}{fault}")));
    }

    /// <summary>Line ends are spaces; any other character that does something rather than show something is written as its number.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(Math.Min(text.Length, Longest));
        foreach (var letter in text)
        {
            if (plain.Length >= Longest) return plain.Append(" …").ToString();

            if (letter is '\n' or '\u2028' or '\u2029') plain.Append(' ');
            else if (letter is '\r') continue;
            else if (char.IsControl(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.Format) plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else plain.Append(letter);
        }

        return plain.ToString();
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
