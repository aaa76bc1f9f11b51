using System.Net;
using Microsoft.AspNetCore.Connections;

namespace PublicBuyers.Running;

/// <summary>
/// Orleans lets other silos and clients in by two ports, and asks nobody who they are. A silo that is alone needs neither:
/// its grains and the web call each other in one process. Here its listeners open nothing and accept nobody.
/// </summary>
internal static class TransportWithoutPort
{
    /// <summary>Replaces every listener that Orleans has registered; call it after the clustering is chosen.</summary>
    /// <exception cref="InvalidOperationException">Orleans registers its listeners in another way than it did.</exception>
    public static void UseTransportWithoutPort(this IServiceCollection services)
    {
        var listeners = services.Where(service => service.IsKeyedService && service.ServiceType == typeof(IConnectionListenerFactory)).ToArray();
        if (listeners.Length == 0) throw new InvalidOperationException("No listener of the silo was found to replace: it would open a port to everybody.");

        foreach (var listener in listeners)
        {
            services.Remove(listener);
            services.AddKeyedSingleton<IConnectionListenerFactory>(listener.ServiceKey, new NoListeners());
        }
    }

    private sealed class NoListeners : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(new NoListener(endpoint));
    }

    private sealed class NoListener(EndPoint endpoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint => endpoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(ended.Task);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            ended.TrySetResult(null);
            return default;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
