using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace PublicBuyers.Bench.Load;

internal delegate void Hearing(ReadOnlySpan<byte> record);

/// <summary>A browser that only counts: a WebSocket, SignalR's JSON by hand, nothing parsed that is not needed.</summary>
internal sealed class Client(Crowd crowd) : IAsyncDisposable
{
    private const byte EndOfRecord = 0x1e;

    private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> waiting = new();
    private readonly SemaphoreSlim sending = new(1, 1);
    private TaskCompletionSource shook = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ClientWebSocket socket = new();
    private TaskCompletionSource? stalled;
    private int calls;

    /// <summary>Completes when the connection has ended.</summary>
    public Task Ended => ended.Task;

    public long Epoch { get; private set; }

    public long Position { get; private set; } = -1;

    /// <summary>Told of the stamp in a notice.</summary>
    public Action<long>? Noticed { get; set; }

    /// <summary>Told of every frame of what is followed beside the room.</summary>
    public Hearing? Heard { get; set; }

    /// <summary>Posts received.</summary>
    public long Posts { get; private set; }

    /// <summary>Positions that did not follow the one before.</summary>
    public int Gaps { get; private set; }

    /// <param name="buffer">Of the socket, in bytes; 0 for the system's own.</param>
    public async Task Connect(Uri server, string? cookie, int buffer = 0)
    {
        (shook, ended) = (new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously));
        waiting.Clear();
        socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        socket.Options.UseDefaultCredentials = false;
        if (cookie is not null) socket.Options.SetRequestHeader("Cookie", cookie);
        using var handler = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = async (to, cancel) =>
            {
                var raw = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                if (buffer > 0) raw.ReceiveBufferSize = buffer;
                await raw.ConnectAsync(IPAddress.Loopback, to.DnsEndPoint.Port, cancel);
                return new NetworkStream(raw, ownsSocket: true);
            },
        });
        try
        {
            await socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/hubs/live" }.Uri, handler, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            End();
            throw;
        }

        _ = Task.Run(Read);
        await Send("{\"protocol\":\"json\",\"version\":1}\u001e");
        await shook.Task;
    }

    /// <summary>From where it stands.</summary>
    public async Task Enter(string topic)
    {
        var answer = await Call("Enter", string.Create(CultureInfo.InvariantCulture, $"\"{topic}\",{Epoch},{Position}"));
        if (!answer.Contains("\"refused\":null", StringComparison.Ordinal)) throw new InvalidOperationException(answer);

        var at = Encoding.UTF8.GetBytes(answer);
        Epoch = NumberAfter(at, "\"epoch\":"u8);
        Position = NumberAfter(at, "\"position\":"u8);
    }

    /// <summary>What concerns oneself, beside whatever else is followed; nothing of it is counted.</summary>
    public Task EnterMe() => Call("Enter", "\"me\",0,-1");

    public async Task EnterBeside(string topic)
    {
        if (await Call("Enter", $"\"{topic}\",0,-1") is var answer && !answer.Contains("\"refused\":null", StringComparison.Ordinal)) throw new InvalidOperationException(answer);
    }

    public Task Leave(string topic) => Call("Leave", $"\"{topic}\"");

    /// <summary>Completes when the decision was acknowledged, with when it takes effect.</summary>
    public async Task<DateTime> Approve(string community, long item)
    {
        var answer = await Call("DecideItem", string.Create(CultureInfo.InvariantCulture, $"\"{community}\",\"d:{community}:{item}\",{item},1,\"approved\",null,null,null"));
        var mark = "\"effectAt\":\"";
        var at = answer.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? throw new InvalidOperationException(answer) : DateTimeOffset.Parse(answer.AsSpan(at + mark.Length, answer.IndexOf('"', at + mark.Length) - at - mark.Length), CultureInfo.InvariantCulture).UtcDateTime;
    }

    /// <summary>A post that mentions somebody; completes when it was acknowledged.</summary>
    public async Task Mention(string room, string member, long stamp)
    {
        var answer = await Call("Post", string.Create(CultureInfo.InvariantCulture, $"\"{room}\",\"m:{stamp}\",\"@x ~Q{stamp} could you look?\",null,[{{\"start\":0,\"length\":2,\"member\":\"{member}\",\"silent\":false}}],null"));
        if (answer.Contains("\"error\"", StringComparison.Ordinal) || answer.Contains("\"refused\":{", StringComparison.Ordinal)) throw new InvalidOperationException(answer);
    }

    /// <summary>Completes when the post was acknowledged and everybody has it.</summary>
    public async Task Post(int bytes = 200)
    {
        var stamp = Stopwatch.GetTimestamp();
        var seen = crowd.Expect(ref stamp);
        var text = string.Create(CultureInfo.InvariantCulture, $"~Q{stamp} ").PadRight(bytes, 'x');
        var answer = await Call("Post", crowd.Room is { } room ? $"\"{room}\",\"b:{stamp}\",\"{text}\",null,null,null" : $"\"{text}\"");
        if (answer.Contains("\"error\"", StringComparison.Ordinal) || answer.Contains("\"refused\":{", StringComparison.Ordinal)) throw new InvalidOperationException(answer);
        await seen;
    }

    public void StopReading() => stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Drop()
    {
        stalled?.TrySetResult();
        socket.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        Drop();
        await ended.Task;
        socket.Dispose();
        sending.Dispose();
    }

    private async Task<string> Call(string method, string arguments)
    {
        var id = Interlocked.Increment(ref calls);
        var answer = waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (ended.Task.IsCompleted) throw new WebSocketException("The connection has ended.");
        await Send(string.Create(CultureInfo.InvariantCulture, $"{{\"type\":1,\"invocationId\":\"{id}\",\"target\":\"{method}\",\"arguments\":[{arguments}]}}\u001e"));
        return await answer.Task;
    }

    private async Task Send(string text)
    {
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task Read()
    {
        var buffer = new byte[4 * 1024];
        var filled = 0;
        try
        {
            while (true)
            {
                if (stalled is { } until) await until.Task;
                if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);

                var piece = await socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None);
                if (piece.MessageType == WebSocketMessageType.Close) break;

                var known = filled;
                filled += piece.Count;
                var begin = 0;
                for (int end; (end = buffer.AsSpan(Math.Max(begin, known), filled - Math.Max(begin, known)).IndexOf(EndOfRecord)) >= 0;)
                {
                    end += Math.Max(begin, known);
                    Take(buffer.AsSpan(begin, end - begin));
                    begin = end + 1;
                }

                if (begin == 0) continue;
                buffer.AsSpan(begin, filled - begin).CopyTo(buffer);
                filled -= begin;
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It was dropped, or the server is gone.
        }
        finally
        {
            End();
        }
    }

    private void End()
    {
        shook.TrySetException(new WebSocketException("The connection has ended."));
        _ = shook.Task.Exception;
        ended.TrySetResult();
        foreach (var one in waiting.Values) one.TrySetException(new WebSocketException("The connection has ended."));
    }

    private void Take(ReadOnlySpan<byte> record)
    {
        if (record.StartsWith("{\"type\":1,\"target\":\"passing\""u8)) return;
        if (record.StartsWith("{\"type\":1"u8) && (record.IndexOf("\"topic\":\"me\""u8) >= 0 || record.IndexOf("\"topic\":\"queue/"u8) >= 0))
        {
            Heard?.Invoke(record);
            if (NumberAfter(record, "~Q"u8) is >= 0 and var noticed) Noticed?.Invoke(noticed);
        }
        else if (record.StartsWith("{\"type\":1"u8))
        {
            Posts++;
            if (crowd.Room is not null) Follow(NumberAfter(record, "\"position\":"u8));
            var stamp = NumberAfter(record, "~Q"u8);   // no id can hold a tilde
            crowd.Received(stamp);
        }
        else if (record.StartsWith("{\"type\":3"u8))
        {
            if (waiting.TryRemove((int)NumberAfter(record, "\"invocationId\":\""u8), out var answer)) answer.TrySetResult(Encoding.UTF8.GetString(record));
        }
        else if (record.SequenceEqual("{}"u8))
        {
            shook.TrySetResult();
        }
    }

    private void Follow(long position)
    {
        // Before the answer of Enter is read, its position is not known.
        if (Position >= 0 && position != Position + 1) Gaps++;
        Position = position;
    }

    public static long NumberAfter(ReadOnlySpan<byte> record, ReadOnlySpan<byte> mark)
    {
        var at = record.IndexOf(mark);
        return at >= 0 && Utf8Parser.TryParse(record[(at + mark.Length)..], out long number, out _) ? number : -1;
    }
}
