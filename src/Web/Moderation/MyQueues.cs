using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Layout;

namespace PublicBuyers.Moderation;

/// <summary>The queues that the visitor moderates, for one page: read once.</summary>
internal sealed partial class MyQueues(Visit visit, QueuesOf queues, ILogger<MyQueues> logger)
{
    private Task<ImmutableArray<QueueFiguresWire>>? all;

    public Task<ImmutableArray<QueueFiguresWire>> All() => all ??= Read();

    // A page without its counts is better than none.
    private async Task<ImmutableArray<QueueFiguresWire>> Read()
    {
        try
        {
            return visit.Caller is { } caller ? await queues.Read(caller.Member, visit.Leaving) : [];
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            LogNotCounted(failed);
            return [];
        }
    }

    [LoggerMessage(3053, LogLevel.Warning, "What waits in queues could not be counted for a page")]
    private partial void LogNotCounted(Exception failed);
}
