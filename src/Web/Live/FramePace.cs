using System.Buffers.Binary;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Live;

/// <summary>
/// How fast one WebSocket may send frames of any kind: SignalR hears nothing of pings, pongs and empty ones. A pace of
/// its own, below that for messages, with the same end.
/// </summary>
internal sealed partial class FramePace(WebOptions web, TimeProvider time, ILogger<FramePace> logger)
{
    /// <summary>A message is one frame; beside messages, a browser answers a ping from time to time.</summary>
    private const int PerMessage = 2;

    /// <summary>Has the WebSocket that this request may become be read at that pace.</summary>
    public void Apply(HttpContext http)
    {
        if (http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
            http.Features.Set<IHttpUpgradeFeature>(new Upgrade(upgrade, stream => Paced(stream, http)));
        if (http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
            http.Features.Set<IHttpExtendedConnectFeature>(new Connect(connect, stream => Paced(stream, http)));
    }

    private PacedFrames Paced(Stream stream, HttpContext http)
    {
        var (most, perSecond) = MessagePacing.Of(web, PerMessage);
        return new(stream, new(most, perSecond, time), time, () =>
        {
            LogCut(http.Connection.Id);
            http.Abort();
        });
    }

    [LoggerMessage(3132, LogLevel.Information, "Connection {Connection} sends too many frames and was cut")]
    private partial void LogCut(string connection);

    private sealed class Upgrade(IHttpUpgradeFeature inner, Func<Stream, Stream> paced) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => paced(await inner.UpgradeAsync());
    }

    private sealed class Connect(IHttpExtendedConnectFeature inner, Func<Stream, Stream> paced) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => paced(await inner.AcceptAsync());
    }
}

/// <summary>Counts frames (RFC 6455) in what is read.</summary>
internal sealed class FrameCounter
{
    private readonly byte[] header = new byte[14];
    private int known;
    private ulong left;

    /// <returns>How many frames begin in these bytes, which follow those before.</returns>
    public int Count(ReadOnlySpan<byte> bytes)
    {
        var frames = 0;
        while (!bytes.IsEmpty)
        {
            if (left > 0)
            {
                var passed = (int)Math.Min(left, (ulong)bytes.Length);
                left -= (ulong)passed;
                bytes = bytes[passed..];
                continue;
            }

            header[known++] = bytes[0];
            bytes = bytes[1..];
            if (known < 2 || known < Length) continue;

            left = Payload;
            known = 0;
            frames++;
        }

        return frames;
    }

    private int ShortLength => header[1] & 0x7F;

    /// <summary>Two bytes, a longer length, and the mask.</summary>
    private int Length => 2 + (ShortLength switch { 126 => 2, 127 => 8, _ => 0 }) + ((header[1] & 0x80) != 0 ? 4 : 0);

    private ulong Payload => ShortLength switch
    {
        126 => BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)),
        127 => BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(2)),
        var length => (ulong)length,
    };
}

/// <summary>Below a WebSocket: read more slowly where frames come too fast, and cut where that goes on.</summary>
internal sealed class PacedFrames(Stream inner, MessagePace pace, TimeProvider time, Action cut) : UnseekableStream
{
    private readonly FrameCounter frames = new();

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        var began = frames.Count(buffer.Span[..read]);
        if (began == 0) return read;

        if (pace.Count(began) is not { } wait)
        {
            cut();
            throw new IOException("The connection sends too many frames.");
        }

        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
