using Microsoft.AspNetCore.SignalR;
using Orleans.Runtime.Messaging;

namespace PublicBuyers;

/// <summary>A grain could not be reached, for longer than a call waits: whether anything was done is unknown, and the same
/// request may be made again.</summary>
internal static class Unreached
{
    public static bool Is(Exception fault) => fault is
        TimeoutException or SiloUnavailableException or OrleansMessageRejectionException
        or ConnectionFailedException or GatewayTooBusyException;

    /// <summary>What people and programs are answered.</summary>
    public static Refusal Refusal { get; } = new Refused.Unreachable();
}

/// <summary>Says over the hub in words what the API says with 503.</summary>
internal sealed class UnreachedOverHub : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            return await next(invocationContext);
        }
        catch (Exception fault) when (Unreached.Is(fault))
        {
            throw new HubException(RefusalWords.Of(Unreached.Refusal), fault);
        }
    }
}
