using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Live;

/// <summary>How fast one connection may send messages of any kind, those that are no commands and those that mean nothing included. Beyond that it is read more slowly, and cut where that goes on.</summary>
/// <param name="most">At once.</param>
/// <param name="perSecond">From then on.</param>
internal sealed class MessagePace(int most, double perSecond, TimeProvider time)
{
    /// <summary>Commands are paced for themselves; beside each, a page sends a few messages more.</summary>
    public const int PerCommand = 4;

    /// <summary>Who is slowed for so long without a break is cut.</summary>
    public static readonly TimeSpan LongestSlow = TimeSpan.FromSeconds(30);

    private double used;
    private long counted = time.GetTimestamp();
    private long? slowSince;

    /// <returns>How long to wait before these are read, zero for not at all; none to cut.</returns>
    public TimeSpan? Count(int messages)
    {
        var now = time.GetTimestamp();
        used = Math.Max(0, used - (time.GetElapsedTime(counted, now).TotalSeconds * perSecond)) + messages;
        counted = now;
        if (used <= most)
        {
            slowSince = null;
            return TimeSpan.Zero;
        }

        slowSince ??= now;
        if (used > 2 * most || time.GetElapsedTime(slowSince.Value, now) > LongestSlow) return null;

        return TimeSpan.FromSeconds((used - most) / perSecond);
    }
}

internal static class MessagePacing
{
    private const int Window = 10;

    /// <summary>Below the hub, where every message counts before it is understood.</summary>
    public static IConnectionBuilder UsePace(this IConnectionBuilder builder)
    {
        var web = builder.ApplicationServices.GetRequiredService<WebOptions>();
        var time = builder.ApplicationServices.GetRequiredService<TimeProvider>();
        var logger = builder.ApplicationServices.GetRequiredService<ILogger<PacedReader>>();
        var open = builder.ApplicationServices.GetRequiredService<OpenConnections>();
        var (most, perSecond) = Of(web);

        return builder.Use(next => async connection =>
        {
            using var live = open.Live(connection.GetHttpContext()?.Request.Query["id"] is [{ } token] ? token : null);
            var transport = connection.Transport;
            var reader = new PacedReader(connection, new(most, perSecond, time), time, logger);
            connection.Transport = new Paced(reader, transport.Output);
            try
            {
                await next(connection);
            }
            finally
            {
                connection.Transport = transport;
            }
        });
    }

    /// <summary>So many at once, and so many a second.</summary>
    /// <param name="times">Of what is smaller than a message.</param>
    public static (int Most, double PerSecond) Of(WebOptions web, int times = 1)
    {
        var most = web.MostCommands * MessagePace.PerCommand * times;
        return (most, Math.Max(1, most / Window));
    }

    private sealed record Paced(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}

/// <summary>Counts what arrives, and holds it back as the pace says.</summary>
internal sealed partial class PacedReader(ConnectionContext connection, MessagePace pace, TimeProvider time, ILogger<PacedReader> logger) : PipeReader
{
    private const byte EndOfMessage = 0x1e;

    private readonly PipeReader inner = connection.Transport.Input;
    private ReadOnlySequence<byte> last;
    private long seen;
    private CancellationTokenSource? waiting;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await inner.ReadAsync(cancellationToken);
        var wait = Count(result.Buffer);
        if (wait == TimeSpan.Zero) return result;
        if (wait is null) throw Cut();

        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connection.ConnectionClosed);
        waiting = pause;
        await Task.Delay(wait.Value, time, pause.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        waiting = null;
        return pause.IsCancellationRequested ? new(result.Buffer, isCanceled: true, result.IsCompleted) : result;
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result)) return false;
        if (Count(result.Buffer) is null) throw Cut();

        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        seen -= last.Slice(0, consumed).Length;
        last = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead()
    {
        inner.CancelPendingRead();
        try
        {
            waiting?.Cancel();
        }
        catch (ObjectDisposedException)   // the pause has just ended by itself
        {
        }
    }

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private TimeSpan? Count(ReadOnlySequence<byte> buffer)
    {
        last = buffer;
        var messages = 0;
        foreach (var piece in buffer.Slice(Math.Min(seen, buffer.Length))) messages += piece.Span.Count(EndOfMessage);
        seen = buffer.Length;
        return messages == 0 ? TimeSpan.Zero : pace.Count(messages);
    }

    /// <summary>Not an error of ours: SignalR takes it as the way to stop.</summary>
    private OperationCanceledException Cut()
    {
        LogCut(connection.ConnectionId);
        connection.Features.Get<IConnectionLifetimeFeature>()?.Abort();
        return new("The connection sends too fast.");
    }

    [LoggerMessage(3131, LogLevel.Information, "Connection {Connection} sends too fast and was cut")]
    private partial void LogCut(string connection);
}
