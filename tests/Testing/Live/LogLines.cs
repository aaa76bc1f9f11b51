using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Testing.Live;

/// <summary>What a server writes to its log, for tests to read: <c>Start(adjust: services =&gt; services.AddSingleton&lt;ILoggerProvider&gt;(lines))</c>.</summary>
public sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> lines = [];

    public IReadOnlyCollection<LogLine> All => lines;

    public ILogger CreateLogger(string categoryName) => new Writer(categoryName, lines);

    public void Dispose()
    {
    }

    private sealed class Writer(string category, ConcurrentQueue<LogLine> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(new(logLevel, category, eventId.Id, formatter(state, exception), exception));
    }
}

public sealed record LogLine(LogLevel Level, string Category, int Id, string Text, Exception? Fault);
