using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Live;

/// <summary>What is on its way to one connection. Nobody waits for it: what cannot be written at once is queued and leaves in one write; a client that lets the queue fill is cut, and comes back by its position.</summary>
/// <remarks>Values without a position leave when nothing else waits. Until then the newest of each key is kept, and nobody is cut for them.</remarks>
internal sealed partial class Outbox(HubConnectionContext connection, ILogger logger)
{
    /// <summary>Messages that wait for a client that reads slowly.</summary>
    public const int MostWaiting = 256;

    public const int MostBytesWaiting = 1024 * 1024;

    /// <summary>Keys of values without a position that are kept for a client that reads slowly.</summary>
    public const int MostPassing = 256;

    private readonly Lock gate = new();
    private readonly List<OutMessage> waiting = [];
    private readonly Dictionary<string, (PassingMessage Frame, Dictionary<string, ChangeWire> Values)> passing = [];
    private int keysPassing;
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

            Write(message);
        }
    }

    /// <returns>Whether these values, or newer ones of their keys, will be written.</returns>
    public bool Pass(PassingMessage values)
    {
        lock (gate)
        {
            if (closed) return false;
            if (busy) return Keep(values);

            Write(values.Message);
            return true;
        }
    }

    /// <summary>Nothing that passed in this topic is written any more.</summary>
    public void Forget(string topic)
    {
        lock (gate)
        {
            if (passing.Remove(topic, out var kept)) keysPassing -= kept.Values.Count;
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
        Telemetry.Cut.Add(1);
        if (connection.Features.Get<IConnectionLifetimeFeature>() is { } lifetime)
            ThreadPool.UnsafeQueueUserWorkItem(static lifetime => lifetime.Abort(), lifetime, preferLocal: false);
    }

    private void Write(OutMessage message)
    {
        var write = connection.WriteAsync(message.Serialized);
        if (write.IsCompletedSuccessfully) return;

        busy = true;
        _ = Drain(write);
    }

    private bool Keep(PassingMessage values)
    {
        if (!passing.TryGetValue(values.Topic, out var kept)) passing[values.Topic] = kept = (values, []);

        var complete = true;
        foreach (var value in values.Values)
        {
            var isNew = !kept.Values.ContainsKey(value.Key);
            if (isNew && keysPassing >= MostPassing)
            {
                complete = false;
                continue;
            }

            kept.Values[value.Key] = value;
            if (isNew) keysPassing++;
        }

        return complete;
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
                    if (waiting.Count == 0 && keysPassing == 0)
                    {
                        busy = false;
                        return;
                    }

                    next = waiting.Count > 0 ? TakeWaiting() : TakePassing();
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

    private OutMessage TakeWaiting()
    {
        var all = OutMessage.Join(waiting);
        waiting.Clear();
        bytesWaiting = 0;
        return all;
    }

    private OutMessage TakePassing()
    {
        var all = OutMessage.Join([.. passing.Values.Where(kept => kept.Values.Count > 0).Select(kept => kept.Frame.Having(kept.Values.Values).Message)]);
        passing.Clear();
        keysPassing = 0;
        return all;
    }

    private void Close()
    {
        closed = true;
        waiting.Clear();
        passing.Clear();
        (bytesWaiting, keysPassing) = (0, 0);
    }

    [LoggerMessage(3001, LogLevel.Information, "Connection {Connection} reads too slowly and was cut")]
    private partial void LogCut(string connection);

    [LoggerMessage(3002, LogLevel.Debug, "Connection {Connection} could not be written to")]
    private partial void LogFailed(string connection, Exception failure);
}
