using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Live;

/// <summary>Gives every connection its outbox. SignalR's own groups and broadcasts are not used: they wait for the slowest.</summary>
internal sealed class Outboxes<THub>(ILogger<DefaultHubLifetimeManager<THub>> logger) : DefaultHubLifetimeManager<THub>(logger) where THub : Hub
{
    private readonly ILogger logger = logger;

    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        if (connection.Protocol.Name != LiveProtocol.Json) throw new HubException("Only the JSON protocol is spoken here.");

        connection.Features.Set(new Outbox(connection, logger));
        return base.OnConnectedAsync(connection);
    }
}
