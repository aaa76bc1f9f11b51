using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace PublicBuyers.Running;

/// <summary>
/// Metrics and traces on their way to a collector: the log says once when nothing comes there any more, and once when
/// it does again. A collector that does not answer holds up no stop.
/// </summary>
/// <remarks>Stands before all other services, so that it is stopped after them.</remarks>
internal sealed class Exports(
    TimeProvider time,
    ILogger<ExportLog> log,
    TracerProvider? traces = null,
    MeterProvider? metrics = null
) : IHostedService, IDisposable
{
    /// <summary>How long the end waits for a collector to take the last of them.</summary>
    public static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1.5);

    private ExportLog? watch;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        watch = new(log);
        return Task.CompletedTask;
    }

    /// <summary>Sends what is left. Nothing is sent after that, however long the collector would take.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var most = (int)LastWords.TotalMilliseconds;
        try
        {
            await Task.WhenAll(
                Task.Run(() => traces?.Shutdown(most), CancellationToken.None),
                Task.Run(() => metrics?.Shutdown(most), CancellationToken.None)
            ).WaitAsync(LastWords, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It has had its time.
        }
    }

    public void Dispose() => watch?.Dispose();
}

/// <summary>Hears from the exporter, which reports to nobody else, what became of each export.</summary>
internal sealed partial class ExportLog : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private const string Success = "ExportSuccess";

    /// <summary>How many exports have failed in a row, for each address: one of traces and one of metrics.</summary>
    private readonly ConcurrentDictionary<string, long> failed = new(StringComparer.Ordinal);
    private readonly ILogger log;

    public ExportLog(ILogger<ExportLog> log)
    {
        this.log = log;
        foreach (var source in EventSource.GetSources())
            Listen(source);
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        base.OnEventSourceCreated(eventSource);
        if (log is not null) // the base's constructor comes here before ours
            Listen(eventSource);
    }

    private void Listen(EventSource source)
    {
        if (source.Name == Exporter)
            EnableEvents(source, EventLevel.Informational);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventSource.Name != Exporter)
            return;
        if (eventData.Payload is not [string address, .., string said] || AddressIn(address) is not { } collector)
            return;

        if (eventData.EventName == Success)
        {
            if (failed.TryRemove(collector, out var times))
                LogSentAgain(collector, times);
        }
        else if (eventData.Level <= EventLevel.Warning && failed.AddOrUpdate(collector, 1, (_, times) => times + 1) == 1)
            LogNotSent(collector, Sentence(said));
    }

    /// <summary>Without a password that may stand in it.</summary>
    private static string? AddressIn(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
            ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            : null;

    /// <summary>Of a fault with its stack trace, what it says.</summary>
    private static string Sentence(string said)
    {
        const string Kind = "Exception: ";
        if (said.Contains("HttpClient.Timeout", StringComparison.Ordinal))
            return "it does not answer in time.";

        var first = said.Split('\n')[0].Split(" ---> ")[0].Trim();
        var at = first.IndexOf(Kind, StringComparison.Ordinal);
        return (at < 0 ? first : first[(at + Kind.Length)..]).TrimEnd('.') + ".";
    }

    [LoggerMessage(
        2412,
        LogLevel.Warning,
        "Nothing can be sent to the collector at {Address}: {Why} Further failures there are not logged. What is not "
            + "sent is lost; the server goes on"
    )]
    private partial void LogNotSent(string address, string why);

    [LoggerMessage(2413, LogLevel.Information, "The collector at {Address} takes all again; {Times} exports were lost")]
    private partial void LogSentAgain(string address, long times);
}
