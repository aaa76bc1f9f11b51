using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace PublicBuyers.Testing.Live;

/// <summary>What a browser does with a live connection: keeps a copy of each topic it entered, by snapshot and changes, and comes back by its position.</summary>
/// <remarks>Stricter than a browser: a frame that a right server does not send is kept in <see cref="Surprises"/>.</remarks>
public sealed class LiveClient : IAsyncDisposable
{
    private const byte EndOfMessage = 0x1e;

    private readonly JsonHubProtocol protocol = new(Options.Create(new JsonHubProtocolOptions()));
    private readonly ConcurrentDictionary<string, Action<CompletionMessage>> waiting = new();
    private readonly ConcurrentDictionary<string, TopicCopy> topics;
    private readonly ClientWebSocket socket;
    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly TaskCompletionSource<CloseMessage?> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource shook = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource? stalled;
    private Task reading = Task.CompletedTask;
    private int calls;

    private LiveClient(ClientWebSocket socket, ConcurrentDictionary<string, TopicCopy> topics) => (this.socket, this.topics) = (socket, topics);

    /// <summary>Completes when the server has closed; with what it said, if it said anything.</summary>
    public Task<CloseMessage?> Closed => closed.Task;

    /// <summary>Everything received, as text.</summary>
    public ConcurrentQueue<string> Received { get; } = [];

    public ConcurrentQueue<string> Surprises { get; } = [];

    public ConcurrentQueue<string> Gone { get; } = [];

    /// <summary>Whether <see cref="Received"/> is kept.</summary>
    public bool KeepsReceived { get; init; } = true;

    public static Task<LiveClient> Connect(Uri server, string cookie, string? origin = null, LiveClient? before = null) =>
        Connect(server, origin, cookie, before?.topics ?? new());

    public TopicCopy Topic(string topic) => topics.GetOrAdd(topic, name => new(name));

    /// <summary>From where this client stands.</summary>
    public async Task<JsonElement> Enter(string topic)
    {
        var copy = Topic(topic);
        return await Call("Enter", answer => copy.Enter(answer), topic, copy.Epoch, copy.Position);
    }

    public Task<JsonElement> Post(string room, string request, string markdown, long? thread = null) => Call("Post", room, request, markdown, thread, null, null);

    public Task<JsonElement> Edit(string room, string request, long number, string markdown) => Call("Edit", room, request, number, markdown, null);

    public Task<JsonElement> Delete(string room, string request, long number, string? reason = null) => Call("Delete", room, request, number, reason);

    public Task<JsonElement> Call(string method, params object?[] arguments) => Call(method, _ => { }, arguments);

    /// <exception cref="HubException">The server said that it failed.</exception>
    public async Task<JsonElement> Call(string method, Action<JsonElement> atOnce, params object?[] arguments)
    {
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = Interlocked.Increment(ref calls).ToString(System.Globalization.CultureInfo.InvariantCulture);
        waiting[id] = completion =>
        {
            if (completion.Error is { } error) answer.TrySetException(new HubException(error));
            else
            {
                var value = completion.Result is JsonElement element ? element : default;
                atOnce(value);
                answer.TrySetResult(value);
            }
        };

        await Send(protocol.GetMessageBytes(new InvocationMessage(id, method, arguments)));
        var first = await Task.WhenAny(answer.Task, Closed);
        return first == answer.Task ? await answer.Task : throw new HubException($"The connection was closed before '{method}' was answered.");
    }

    /// <summary>Completes once it is so; looks after each frame.</summary>
    public async Task Until(Func<LiveClient, bool> isSo, TimeSpan? within = null)
    {
        using var late = new CancellationTokenSource(within ?? TimeSpan.FromSeconds(30));
        while (true)
        {
            var next = moved.Task;
            if (isSo(this)) return;
            await next.WaitAsync(late.Token);
        }
    }

    public async Task Send(ReadOnlyMemory<byte> bytes, WebSocketMessageType type = WebSocketMessageType.Text)
    {
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Stops reading from the socket, as a laptop does whose lid is shut.</summary>
    public void StopReading() => stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void ReadOn() => stalled?.TrySetResult();

    /// <summary>Goes away without a word.</summary>
    public void Drop()
    {
        ReadOn();
        socket.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        Drop();
        await reading;
        socket.Dispose();
        sending.Dispose();
    }

    private static async Task<LiveClient> Connect(Uri server, string? origin, string cookie, ConcurrentDictionary<string, TopicCopy> topics)
    {
        var opened = new ClientWebSocket();
        opened.Options.SetRequestHeader("Cookie", cookie);
        if (origin is not null) opened.Options.SetRequestHeader("Origin", origin);
        opened.Options.KeepAliveInterval = TimeSpan.Zero;
        opened.Options.CollectHttpResponseDetails = true;

        await opened.ConnectAsync(new UriBuilder(new Uri(server, "/hubs/live")) { Scheme = server.Scheme == "https" ? "wss" : "ws" }.Uri, CancellationToken.None);
        var client = new LiveClient(opened, topics);
        client.reading = client.Read();
        await client.Send("{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray());
        await Task.WhenAny(client.shook.Task, client.Closed);
        return client;
    }

    private async Task Read()
    {
        var received = new ArrayBufferWriter<byte>();
        CloseMessage? said = null;
        try
        {
            while (socket.State == WebSocketState.Open)
            {
                if (stalled is { } until) await until.Task;

                var piece = await socket.ReceiveAsync(received.GetMemory(16 * 1024), CancellationToken.None);
                if (piece.MessageType == WebSocketMessageType.Close) break;

                received.Advance(piece.Count);
                if (Take(received) is { } close) said = close;
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException)   // dropped, by either side, between two pieces too
        {
        }

        closed.TrySetResult(said);
        Move();
    }

    private CloseMessage? Take(ArrayBufferWriter<byte> received)
    {
        CloseMessage? close = null;
        var rest = new ReadOnlySequence<byte>(received.WrittenMemory);
        if (!shook.Task.IsCompleted)
        {
            if (rest.PositionOf(EndOfMessage) is not { } end) return null;
            rest = rest.Slice(rest.GetPosition(1, end));
            shook.TrySetResult();
        }

        for (var before = rest; protocol.TryParseMessage(ref rest, Binder.One, out var message); before = rest)
        {
            if (KeepsReceived) Received.Enqueue(Encoding.UTF8.GetString(before.Slice(0, rest.Start)));
            if (message is CloseMessage closing) close = closing;
            else Obey(message);
        }

        var left = rest.ToArray();
        received.Clear();
        received.Write(left);
        Move();
        return close;
    }

    private void Obey(HubMessage message)
    {
        switch (message)
        {
            case CompletionMessage completion when waiting.TryRemove(completion.InvocationId!, out var answer):
                answer(completion);
                break;
            case InvocationMessage { Target: "changes", Arguments: [JsonElement frame] }:
                if (!Topic(frame.GetProperty("topic").GetString()!).Apply(frame)) Surprises.Enqueue(frame.GetRawText());
                break;
            case InvocationMessage { Target: "passing", Arguments: [JsonElement frame] }:
                if (!Topic(frame.GetProperty("topic").GetString()!).Pass(frame)) Surprises.Enqueue(frame.GetRawText());
                break;
            case InvocationMessage { Target: "gone", Arguments: [JsonElement frame] }:
                topics.TryRemove(frame.GetProperty("topic").GetString()!, out _);
                Gone.Enqueue(frame.GetProperty("topic").GetString()!);
                break;
        }
    }

    private void Move() => Interlocked.Exchange(ref moved!, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private sealed class Binder : IInvocationBinder
    {
        public static readonly Binder One = new();

        public Type GetReturnType(string invocationId) => typeof(JsonElement);

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => [typeof(JsonElement)];

        public Type GetStreamItemType(string streamId) => typeof(JsonElement);
    }
}
