using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Testing.Live;

/// <summary>What a server writes to its log, for tests to read: <c>Start(adjust: services =&gt; services.AddSingleton&lt;ILoggerProvider&gt;(lines))</c>.</summary>
public sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> lines = [];
    private TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyCollection<LogLine> All => lines;

    /// <summary>Without what the frameworks below say of themselves.</summary>
    public IEnumerable<LogLine> Ours => lines.Where(line => line.Category.StartsWith("PublicBuyers", StringComparison.Ordinal));

    /// <summary>Completes when an entry of that number has been written, now or later.</summary>
    public async Task<LogLine> Says(int id)
    {
        while (true)
        {
            var next = Volatile.Read(ref written).Task;
            if (lines.FirstOrDefault(line => line.Id == id) is { } said) return said;

            await next.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    public ILogger CreateLogger(string categoryName) => new Writer(categoryName, Add);

    private void Add(LogLine line)
    {
        lines.Enqueue(line);
        Interlocked.Exchange(ref written, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    public void Dispose()
    {
    }

    private sealed class Writer(string category, Action<LogLine> add) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            add(new(logLevel, category, eventId.Id, formatter(state, exception), exception));
    }
}

public sealed record LogLine(LogLevel Level, string Category, int Id, string Text, Exception? Fault);
