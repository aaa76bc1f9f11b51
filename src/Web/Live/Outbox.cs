using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Live;

/// <summary>What is on its way to one connection. Nobody waits for it: what cannot be written at once is queued and leaves in one write; a client that lets the queue fill is cut, and comes back by its position.</summary>
internal sealed partial class Outbox(HubConnectionContext connection, ILogger logger)
{
    /// <summary>Messages that wait for a client that reads slowly.</summary>
    public const int MostWaiting = 256;

    public const int MostBytesWaiting = 1024 * 1024;

    private readonly Lock gate = new();
    private readonly List<OutMessage> waiting = [];
    private int bytesWaiting;
    private bool busy;
    private bool closed;

    public void Send(OutMessage message)
    {
        lock (gate)
        {
            if (closed) return;
            if (busy)
            {
                Wait(message);
                return;
            }

            var write = connection.WriteAsync(message.Serialized);
            if (write.IsCompletedSuccessfully) return;

            busy = true;
            _ = Drain(write);
        }
    }

    /// <summary>Ends the connection so that the client comes back.</summary>
    public void Cut()
    {
        lock (gate)
        {
            if (closed) return;
            Close();
        }

        LogCut(connection.ConnectionId);
        if (connection.Features.Get<IConnectionLifetimeFeature>() is { } lifetime)
            ThreadPool.UnsafeQueueUserWorkItem(static lifetime => lifetime.Abort(), lifetime, preferLocal: false);
    }

    private void Wait(OutMessage message)
    {
        if (waiting.Count == MostWaiting || bytesWaiting + message.Bytes.Length > MostBytesWaiting)
        {
            Cut();
            return;
        }

        waiting.Add(message);
        bytesWaiting += message.Bytes.Length;
    }

    /// <summary>Fails with the connection only, which its end tells.</summary>
    private async Task Drain(ValueTask write)
    {
        try
        {
            while (true)
            {
                await write;

                OutMessage next;
                lock (gate)
                {
                    if (waiting.Count == 0)
                    {
                        busy = false;
                        return;
                    }

                    next = OutMessage.Join(waiting);
                    waiting.Clear();
                    bytesWaiting = 0;
                }

                write = connection.WriteAsync(next.Serialized);
            }
        }
        catch (Exception failure)
        {
            lock (gate) Close();
            LogFailed(connection.ConnectionId, failure);
        }
    }

    private void Close()
    {
        closed = true;
        waiting.Clear();
        bytesWaiting = 0;
    }

    [LoggerMessage(3001, LogLevel.Information, "Connection {Connection} reads too slowly and was cut")]
    private partial void LogCut(string connection);

    [LoggerMessage(3002, LogLevel.Debug, "Connection {Connection} could not be written to")]
    private partial void LogFailed(string connection, Exception failure);
}
