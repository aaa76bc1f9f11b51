using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace PublicBuyers.Security;

/// <summary>
/// Where the server ends a connection while the other side is still sending, such as after the 413 to a file that is
/// far too large, it reads on for a while and throws away what comes. A system that closes a connection with unread
/// bytes resets it, and the answer is lost with it: a proxy in front then says 502.
/// </summary>
public static class LingeringClose
{
    /// <summary>Read and thrown away at most. A browser sends a whole file before it reads the answer.</summary>
    public const long MostBytes = 256 * 1024 * 1024;

    /// <summary>In all.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Without a byte. Who has finished sending closes, or is idle.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Marks the connection of a request whose body may still be on its way, though it is answered already.
    /// </summary>
    public static void MayGoOnSending(HttpContext http)
    {
        if (http.Features.Get<IConnectionItemsFeature>()?.Items is { } items)
            items[typeof(LingeringClose)] = true;
    }

    /// <summary>Before TLS, so that it is the last that a connection passes on its way out.</summary>
    public static void UseLingeringClose(this ListenOptions listen, IServiceProvider services)
    {
        var time = services.GetRequiredService<TimeProvider>();
        listen.Use(next => connection => Serve(connection, next, time));
    }

    private static async Task Serve(ConnectionContext connection, ConnectionDelegate next, TimeProvider time)
    {
        var real = connection.Transport;
        var kept = new Kept(real);
        connection.Transport = kept;
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = real;
        }

        if (kept is { InputFault: null, OutputFault: null } && IsUnread(connection, real.Input))
            await Drain(connection, real, time);
        await real.Output.CompleteAsync(kept.OutputFault);
        await real.Input.CompleteAsync(kept.InputFault);
    }

    private static bool IsUnread(ConnectionContext connection, PipeReader input)
    {
        if (connection.Items.ContainsKey(typeof(LingeringClose)))
            return true;

        try
        {
            if (!input.TryRead(out var rest))
                return false;

            input.AdvanceTo(rest.Buffer.Start);
            return !rest.Buffer.IsEmpty && !rest.IsCompleted;
        }
        catch (Exception gone) when (gone is InvalidOperationException or IOException)
        {
            return false; // a read was broken off or the other side reset it, and with it the connection
        }
    }

    private static async Task Drain(ConnectionContext connection, IDuplexPipe transport, TimeProvider time)
    {
        var stopping =
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var enough = new CancellationTokenSource(Longest, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(
            enough.Token,
            connection.ConnectionClosed,
            stopping
        );
        try
        {
            await transport.Output.FlushAsync(over.Token);
            for (var read = 0L; read < MostBytes; )
            {
                using var pause = new CancellationTokenSource(LongestPause, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, pause.Token);
                var more = await transport.Input.ReadAsync(either.Token);
                read += more.Buffer.Length;
                transport.Input.AdvanceTo(more.Buffer.End);
                if (more.IsCompleted || more.IsCanceled)
                    return;
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or InvalidOperationException)
        {
            // Enough was read, or there is nobody any more.
        }
    }

    /// <summary>The transport, whose two ends stay open when what is served over it has ended.</summary>
    private sealed class Kept(IDuplexPipe real) : IDuplexPipe
    {
        private readonly KeptReader input = new(real.Input);
        private readonly KeptWriter output = new(real.Output);

        public PipeReader Input => input;

        public PipeWriter Output => output;

        public Exception? InputFault => input.Fault;

        public Exception? OutputFault => output.Fault;
    }

    private sealed class KeptReader(PipeReader real) : PipeReader
    {
        public Exception? Fault { get; private set; }

        public override void Complete(Exception? exception = null) => Fault = exception;

        public override void AdvanceTo(SequencePosition consumed) => real.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
            real.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => real.CancelPendingRead();

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            real.ReadAsync(cancellationToken);

        public override bool TryRead(out ReadResult result) => real.TryRead(out result);
    }

    private sealed class KeptWriter(PipeWriter real) : PipeWriter
    {
        public Exception? Fault { get; private set; }

        public override bool CanGetUnflushedBytes => real.CanGetUnflushedBytes;

        public override long UnflushedBytes => real.UnflushedBytes;

        public override void Complete(Exception? exception = null) => Fault = exception;

        public override void Advance(int bytes) => real.Advance(bytes);

        public override void CancelPendingFlush() => real.CancelPendingFlush();

        public override Memory<byte> GetMemory(int sizeHint = 0) => real.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => real.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            real.FlushAsync(cancellationToken);

        public override ValueTask<FlushResult> WriteAsync(
            ReadOnlyMemory<byte> source,
            CancellationToken cancellationToken = default
        ) => real.WriteAsync(source, cancellationToken);
    }
}
