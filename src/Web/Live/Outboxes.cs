using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Live;

/// <summary>Gives every connection its outbox. SignalR's own groups and broadcasts are not used: they wait for the slowest.</summary>
internal sealed class Outboxes<THub>(ILogger<DefaultHubLifetimeManager<THub>> logger) : DefaultHubLifetimeManager<THub>(logger) where THub : Hub
{
    /// <summary>For what is said last to reach those who read at all.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly ILogger logger = logger;
    private readonly ConcurrentDictionary<string, HubConnectionContext> open = new();
    private readonly TaskCompletionSource empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool stopping;

    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        if (connection.Protocol.Name != LiveProtocol.Json) throw new HubException("Only the JSON protocol is spoken here.");

        connection.Features.Set(new Outbox(connection, logger));
        open[connection.ConnectionId] = connection;
        Telemetry.Connected();
        return base.OnConnectedAsync(connection);
    }

    public override Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        if (open.TryRemove(connection.ConnectionId, out _)) Telemetry.Disconnected();
        if (stopping && open.IsEmpty) empty.TrySetResult();
        return base.OnDisconnectedAsync(connection);
    }

    /// <summary>Tells everybody to come back, to this server when it is up again or to another one.</summary>
    /// <remarks>Waits in the host's own callback, which is synchronous: when it returns, SignalR tears down whoever is left.</remarks>
    public void SayFarewell()
    {
        stopping = true;
        if (open.IsEmpty) return;

        foreach (var connection in open.Values) _ = connection.WriteAsync(new CloseMessage(error: null, allowReconnect: true)).AsTask();
        empty.Task.Wait(Farewell);
    }
}
